// Server end of one SSE stream: a bounded queue between any thread that pushes and the loop that
// writes. It knows its connection only through `wake`, which the connection takes away when it
// ends.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "net/http.h"

namespace saola::net {

class SseStreamImpl final : public SseStream {
public:
    // wake is called without waiting, from any thread, under the stream's lock: it must only post.
    SseStreamImpl(std::size_t max_events, std::size_t max_bytes, std::function<void()> wake);

    bool push(SseEvent event) override;
    void close() override;
    [[nodiscard]] bool alive() const override;

    // For the connection, on its loop.
    [[nodiscard]] std::string take(std::size_t max_bytes);  // "" when nothing waits
    [[nodiscard]] bool overflowed() const;
    void detach();  // no wake after this returns

private:
    void signal();

    const std::size_t max_events_;
    const std::size_t max_bytes_;
    mutable std::mutex mutex_;
    std::function<void()> wake_;
    std::deque<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    bool closed_ = false;
    bool overflowed_ = false;
    bool signalled_ = false;
};

// "id: ..\nevent: ..\ndata: ..\n\n"; a line break in data starts another data line, in id and event
// it is removed.
[[nodiscard]] std::string format_sse(const SseEvent& event);

}  // namespace saola::net
