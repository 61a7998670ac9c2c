// A bounded pool of connections, opened when first needed and kept. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"

namespace saola::store {

template <class T>
class Pool {
public:
    using Open = std::function<Result<std::unique_ptr<T>>()>;

    // `name` is the name of the limit in refusals ("readers").
    Pool(std::string name, std::size_t limit, std::int64_t wait_ms, Open open)
        : name_(std::move(name)), limit_(limit), wait_(wait_ms), open_(std::move(open)) {}

    // kUnavailable when all are in use for as long as the time limit, or the error of opening.
    [[nodiscard]] Result<std::unique_ptr<T>> take() {
        {
            std::unique_lock lock(mutex_);
            if (!freed_.wait_for(lock, wait_, [&] { return !idle_.empty() || count_ < limit_; }))
                return fail(ErrorKind::kUnavailable, "store.connections_busy",
                            "all database connections are in use; try again", {},
                            name_ + "=" + std::to_string(limit_));
            if (!idle_.empty()) {
                std::unique_ptr<T> connection = std::move(idle_.back());
                idle_.pop_back();
                return connection;
            }
            ++count_;
        }
        Result<std::unique_ptr<T>> opened = open_();  // outside the lock: it may take seconds
        if (!opened) forget();
        return opened;
    }
    void give_back(std::unique_ptr<T> connection) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(connection));
        freed_.notify_one();
    }
    void drop(std::unique_ptr<T> connection) {
        connection.reset();
        forget();
    }
    // The server went away: what is idle is dead too.
    void drop_idle() {
        std::vector<std::unique_ptr<T>> dead;
        const std::lock_guard lock(mutex_);
        count_ -= idle_.size();
        dead.swap(idle_);
        freed_.notify_all();
    }

private:
    void forget() {
        const std::lock_guard lock(mutex_);
        --count_;
        freed_.notify_one();
    }

    const std::string name_;
    const std::size_t limit_;
    const std::chrono::milliseconds wait_;
    const Open open_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<std::unique_ptr<T>> idle_;
    std::size_t count_ = 0;  // idle and lent
};

}  // namespace saola::store
