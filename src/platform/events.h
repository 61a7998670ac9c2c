// Live updates to consoles: modules publish, subscribers (SSE streams) receive what they may see.
// Thread-safe. Bounded: a ring of recent events for Last-Event-ID, a queue per stream (in net).
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
    std::string type;                    // "programme.finding", "job.progress"
    Json data;                           // must hold nothing the audience may not see
    Classification classification = Classification::kInternal;
    std::string organisation;            // for restricted events
    std::string only_actor;              // when set, only this actor receives it
};

class EventHub {
public:
    virtual ~EventHub() = default;
    virtual void publish(Event event) = 0;
    // Sends what the actor may see from now on (and, after last_event_id, what the ring still has).
    virtual void subscribe(std::shared_ptr<net::SseStream> stream, const Actor& actor,
                           std::string_view last_event_id) = 0;
    // Ends the streams of an actor or session (logout, disabled account, changed grants).
    virtual void drop_actor(std::string_view actor_id) = 0;
    [[nodiscard]] virtual std::size_t subscribers() const = 0;
    virtual void stop() = 0;
};
[[nodiscard]] std::unique_ptr<EventHub> make_event_hub();

}  // namespace saola::platform
