// Fixed threads with one bounded queue, for handlers and file work that may block. Owned by the
// HTTP server; submit() may be called from any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace saola::net {

class WorkerPool {
public:
    // Called exactly once: with true on a worker, or with false when the pool stops first (then on
    // the thread that called stop()). Must not throw.
    using Job = std::function<void(bool run)>;

    WorkerPool(std::size_t threads, std::size_t max_queued);
    ~WorkerPool();  // stop()
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    // False, and the job is not called, when max_queued jobs wait already or the pool has stopped.
    [[nodiscard]] bool submit(Job job);
    // A further step of a request already admitted (next chunk of a file): not refused for being
    // one too many, as each connection has at most one. False only after stop().
    [[nodiscard]] bool submit_step(Job job);
    [[nodiscard]] std::size_t queued() const;
    // Cancels what waits and joins what runs. Idempotent.
    void stop();

private:
    struct Entry {
        Job job;
        bool bounded = false;
    };

    bool enqueue(Job job, bool bounded);
    void work();

    const std::size_t max_queued_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Entry> queue_;
    std::size_t bounded_queued_ = 0;  // how many of queue_ came through submit()
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace saola::net
