// Lets write transactions run side by side, except one that lost against others too often: it runs
// alone, so that it gets done. Also notices a write inside a write. Thread-safe.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace saola::store::postgres {

class WriterGate {
public:
    // False when this thread is inside already.
    [[nodiscard]] bool enter(bool alone) {
        std::unique_lock lock(mutex_);
        if (inside_.contains(std::this_thread::get_id())) return false;
        if (alone) {
            ++want_alone_;
            changed_.wait(lock, [&] { return inside_.empty(); });
            --want_alone_;
            alone_ = true;
        } else {
            changed_.wait(lock, [&] { return !alone_ && want_alone_ == 0; });
        }
        inside_.insert(std::this_thread::get_id());
        return true;
    }
    void leave() {
        const std::lock_guard lock(mutex_);
        inside_.erase(std::this_thread::get_id());
        alone_ = false;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::thread::id> inside_;
    int want_alone_ = 0;
    bool alone_ = false;
};

}  // namespace saola::store::postgres
