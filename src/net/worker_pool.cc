#include "net/worker_pool.h"

#include <utility>

namespace saola::net {

WorkerPool::WorkerPool(std::size_t threads, std::size_t max_queued) : max_queued_(max_queued) {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() { stop(); }

bool WorkerPool::submit(Job job) { return enqueue(std::move(job), /*bounded=*/true); }

bool WorkerPool::submit_step(Job job) { return enqueue(std::move(job), /*bounded=*/false); }

bool WorkerPool::enqueue(Job job, bool bounded) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || (bounded && bounded_queued_ >= max_queued_)) return false;
        queue_.push_back(Entry{std::move(job), bounded});
        if (bounded) ++bounded_queued_;
    }
    wake_.notify_one();
    return true;
}

std::size_t WorkerPool::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void WorkerPool::stop() {
    std::deque<Entry> dropped;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped.swap(queue_);
        bounded_queued_ = 0;
    }
    wake_.notify_all();
    for (const Entry& entry : dropped) entry.job(/*run=*/false);
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void WorkerPool::work() {
    for (;;) {
        Entry entry;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            entry = std::move(queue_.front());
            queue_.pop_front();
            if (entry.bounded) --bounded_queued_;
        }
        entry.job(/*run=*/true);
    }
}

}  // namespace saola::net
