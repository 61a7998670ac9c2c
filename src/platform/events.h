// Live updates to consoles: modules publish, subscribers (SSE streams) receive what they may see.
// Event ids are "<start of this process>-<number>". A client that asks for events the ring no
// longer has (or from before a restart) first receives "stream.reset" and should load its data
// anew. Thread-safe. Bounded: EventLimits here, a queue per stream in net.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "net/http.h"
#include "platform/identity.h"

namespace saola::platform {

struct Event {
    std::string type;  // "programme.finding", "job.progress"
    Json data;         // must hold nothing the audience may not see
    Classification classification = Classification::kInternal;
    std::string organisation{};  // for restricted events
    std::string only_actor{};    // when set, only this actor receives it
};

// One of the streams an actor may have open; given back when the last copy goes.
using StreamPlace = std::shared_ptr<const void>;

class EventHub {
public:
    virtual ~EventHub() = default;
    virtual void publish(Event event) = 0;
    // Before the answer of a stream begins: kResourceExhausted names the limit when the actor has
    // `most` streams (0: any number).
    [[nodiscard]] virtual Result<StreamPlace> reserve(const std::string& actor_id,
                                                      std::size_t most) = 0;
    // Sends what the actor may see from now on (and, after last_event_id, what the ring still has).
    virtual void subscribe(std::shared_ptr<net::SseStream> stream, const Actor& actor,
                           std::string_view last_event_id, StreamPlace place = {}) = 0;
    // Ends the streams of an actor or session (logout, disabled account, changed grants).
    virtual void drop_actor(std::string_view actor_id) = 0;
    virtual void drop_session(std::string_view session_id) = 0;
    virtual void drop_if(const std::function<bool(const Actor&)>& unwanted) = 0;
    virtual void drop_everyone() = 0;  // the organisation tree changed; consoles reconnect
    [[nodiscard]] virtual std::size_t subscribers() const = 0;
    virtual void stop() = 0;
};
struct EventLimits {
    std::size_t max_ring = 1024;               // recent events kept for Last-Event-ID
    std::size_t max_event_bytes = 64U << 10U;  // a longer event is not sent, and logged
};
[[nodiscard]] std::unique_ptr<EventHub> make_event_hub(const EventLimits& limits = {});

}  // namespace saola::platform
