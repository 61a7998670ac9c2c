#include "platform/events.h"

#include <atomic>
#include <charconv>
#include <deque>
#include <iterator>
#include <map>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/log.h"

namespace saola::platform {
namespace {

bool may_receive(const Event& event, const Actor& actor) {
    if (!event.only_actor.empty()) return actor.id == event.only_actor;
    return actor.sees(event.classification, event.organisation);
}

class Hub final : public EventHub {
public:
    explicit Hub(const EventLimits& limits)
        : limits_(limits), start_(std::to_string(SystemClock().now_ns() / 1'000'000)) {}

    void publish(Event event) override {
        std::string data = event.data.dump();
        if (data.size() > limits_.max_event_bytes) {
            log::warn("events.too_large",
                      {{"type", event.type}, {"bytes", std::to_string(data.size())}});
            return;
        }
        const std::lock_guard lock(mutex_);
        if (stopped_) return;
        ring_.push_back({.number = next_++, .data = std::move(data), .event = std::move(event)});
        const Kept& kept = ring_.back();
        std::erase_if(subscribers_, [&](const Subscriber& subscriber) {
            if (!may_receive(kept.event, subscriber.actor)) return !subscriber.stream->alive();
            return !subscriber.stream->push(wire(kept));
        });
        while (ring_.size() > limits_.max_ring) ring_.pop_front();
    }

    Result<StreamPlace> reserve(const std::string& actor_id, std::size_t most) override {
        const std::lock_guard lock(mutex_);
        std::erase_if(subscribers_, [](const Subscriber& other) { return !other.stream->alive(); });
        std::erase_if(places_, [](const auto& item) { return item.second.expired(); });
        const auto [first, last] = places_.equal_range(actor_id);
        if (most > 0 && static_cast<std::size_t>(std::distance(first, last)) >= most)
            return fail(ErrorKind::kResourceExhausted, "events.too_many_streams",
                        "You have too many event streams open; close a window of the console.", {},
                        "max_streams_per_person=" + std::to_string(most));
        const auto place = std::make_shared<const char>();
        places_.emplace(actor_id, place);
        return StreamPlace(place);
    }

    void subscribe(std::shared_ptr<net::SseStream> stream, const Actor& actor,
                   std::string_view last_event_id, StreamPlace place) override {
        const std::lock_guard lock(mutex_);
        if (stopped_) {
            stream->close();
            return;
        }
        if (!last_event_id.empty() && !replay(*stream, actor, last_event_id)) return;
        std::erase_if(subscribers_, [](const Subscriber& other) { return !other.stream->alive(); });
        subscribers_.push_back({std::move(stream), actor, std::move(place)});
    }

    void drop_actor(std::string_view actor_id) override {
        drop([&](const Actor& actor) { return actor.id == actor_id; });
    }
    void drop_session(std::string_view session_id) override {
        drop([&](const Actor& actor) {
            return !session_id.empty() && actor.session_id == session_id;
        });
    }
    void drop_if(const std::function<bool(const Actor&)>& unwanted) override { drop(unwanted); }
    void drop_everyone() override {
        drop([](const Actor&) { return true; });
    }

    std::size_t subscribers() const override {
        const std::lock_guard lock(mutex_);
        std::size_t alive = 0;
        for (const auto& subscriber : subscribers_) alive += subscriber.stream->alive() ? 1U : 0U;
        return alive;
    }

    void stop() override {
        drop_everyone();
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }

private:
    struct Kept {
        std::uint64_t number = 0;
        std::string data;
        Event event;
    };
    struct Subscriber {
        std::shared_ptr<net::SseStream> stream;
        Actor actor;
        StreamPlace place;
    };

    net::SseEvent wire(const Kept& kept) const {
        return {.event = kept.event.type,
                .data = kept.data,
                .id = start_ + '-' + std::to_string(kept.number)};
    }

    // False when the stream closed meanwhile.
    bool replay(net::SseStream& stream, const Actor& actor, std::string_view last_event_id) {
        const std::size_t dash = last_event_id.find('-');
        std::uint64_t last = 0;
        bool known = dash != std::string_view::npos && last_event_id.substr(0, dash) == start_;
        if (known) {
            const std::string_view digits = last_event_id.substr(dash + 1);
            const auto [end, code] =
                std::from_chars(digits.data(), digits.data() + digits.size(), last);
            known = code == std::errc{} && end == digits.data() + digits.size() && last < next_;
        }
        // The ring must reach back to the event right after the one the client saw.
        const std::uint64_t oldest = ring_.empty() ? next_ : ring_.front().number;
        if (!known || last + 1 < oldest)
            return stream.push({.event = "stream.reset",
                                .data = "{}",
                                .id = start_ + '-' + std::to_string(next_ - 1)});
        for (const Kept& kept : ring_)
            if (kept.number > last && may_receive(kept.event, actor) && !stream.push(wire(kept)))
                return false;
        return true;
    }

    template <class Predicate>
    void drop(const Predicate& predicate) {
        const std::lock_guard lock(mutex_);
        std::erase_if(subscribers_, [&](const Subscriber& subscriber) {
            if (!predicate(subscriber.actor)) return false;
            subscriber.stream->close();
            return true;
        });
    }

    const EventLimits limits_;
    const std::string start_;
    mutable std::mutex mutex_;
    std::deque<Kept> ring_;
    std::vector<Subscriber> subscribers_;
    std::multimap<std::string, std::weak_ptr<const char>> places_;  // by actor
    std::uint64_t next_ = 1;
    bool stopped_ = false;
};

}  // namespace

std::unique_ptr<EventHub> make_event_hub(const EventLimits& limits) {
    return std::make_unique<Hub>(limits);
}

}  // namespace saola::platform
