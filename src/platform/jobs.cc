#include "platform/jobs.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "platform/events.h"

namespace saola::platform {
namespace {

struct Job {
    JobInfo info;
    JobBody body;
    std::atomic<bool> cancelled{false};
};

class Pool final : public Jobs {
public:
    Pool(const JobLimits& limits, EventHub& events) : limits_(limits), events_(events) {
        for (std::size_t i = 0; i < std::max<std::size_t>(limits_.threads, 1); ++i)
            threads_.emplace_back([this] { work(); });
    }
    ~Pool() override { stop(); }

    Result<std::string> submit(std::string kind, std::string owner, JobBody body) override {
        auto job = std::make_shared<Job>();
        job->info.id = new_ulid(clock_, random_);
        job->info.kind = std::move(kind);
        job->info.owner = std::move(owner);
        job->info.step = "queued";
        job->body = std::move(body);
        {
            const std::lock_guard lock(mutex_);
            if (stopping_)
                return fail(ErrorKind::kCancelled, "jobs.stopping", "The server is stopping.");
            if (queue_.size() >= limits_.max_queued) return full("max_queued", limits_.max_queued);
            const auto mine = std::count_if(queue_.begin(), queue_.end(), [&](const auto& queued) {
                return queued->info.owner == job->info.owner;
            });
            if (static_cast<std::size_t>(mine) >= limits_.max_queued_per_owner)
                return full("max_queued_per_owner", limits_.max_queued_per_owner);
            queue_.push_back(job);
            known_[job->info.id] = job;
        }
        wake_.notify_one();
        return job->info.id;
    }

    std::optional<JobInfo> find(const std::string& id) const override {
        const std::lock_guard lock(mutex_);
        const auto it = known_.find(id);
        if (it == known_.end()) return std::nullopt;
        return it->second->info;
    }

    bool cancel(const std::string& id) override {
        JobInfo snapshot;
        JobBody unused;  // what it captured is destroyed outside the lock
        {
            const std::lock_guard lock(mutex_);
            const auto it = known_.find(id);
            if (it == known_.end()) return false;
            Job& job = *it->second;
            if (job.info.state == JobState::kRunning) {
                job.cancelled = true;
                return true;
            }
            if (job.info.state != JobState::kQueued) return false;
            std::erase_if(queue_, [&](const auto& queued) { return queued.get() == &job; });
            job.cancelled = true;
            unused = std::move(job.body);
            finish(job,
                   fail(ErrorKind::kCancelled, "jobs.cancelled", "Cancelled before it started."));
            snapshot = job.info;
        }
        announce(snapshot);
        return true;
    }

    void begin_stop() override {
        std::vector<std::shared_ptr<Job>> dropped;
        std::vector<JobBody> unused;
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            dropped.assign(queue_.begin(), queue_.end());
            queue_.clear();
            for (auto& [id, job] : known_) job->cancelled = true;
            for (auto& job : dropped) {
                unused.push_back(std::move(job->body));
                finish(*job, fail(ErrorKind::kCancelled, "jobs.stopping", "The server stopped."));
            }
        }
        wake_.notify_all();
    }

    void stop() override {
        begin_stop();
        for (auto& thread : threads_)
            if (thread.joinable()) thread.join();
        threads_.clear();
    }

private:
    class Control final : public JobControl {
    public:
        Control(Pool& pool, Job& job) : pool_(pool), job_(job) {}
        void progress(int percent, std::string_view step) override {
            JobInfo snapshot;
            {
                const std::lock_guard lock(pool_.mutex_);
                percent = std::clamp(percent, 0, 100);
                if (job_.info.percent == percent && job_.info.step == step) return;
                job_.info.percent = percent;
                job_.info.step = step;
                snapshot = job_.info;
            }
            pool_.announce(snapshot);
        }
        bool cancelled() const override { return job_.cancelled; }

    private:
        Pool& pool_;
        Job& job_;
    };

    static tl::unexpected<Error> full(const std::string& limit, std::size_t value) {
        return fail(ErrorKind::kResourceExhausted, "jobs.queue_full",
                    "Too much work is waiting; try again when some of it is done.", {},
                    limit + "=" + std::to_string(value));
    }

    void work() {
        for (;;) {
            std::shared_ptr<Job> job;
            JobInfo snapshot;
            {
                std::unique_lock lock(mutex_);
                wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
                if (queue_.empty()) return;
                job = std::move(queue_.front());
                queue_.pop_front();
                job->info.state = JobState::kRunning;
                job->info.step = "running";
                snapshot = job->info;
            }
            announce(snapshot);
            run(*job);
        }
    }

    void run(Job& job) {
        Control control(*this, job);
        const JobBody body = std::move(job.body);  // only this thread touches it now
        Result<Json> result = Json();
        try {
            result = body(control);
        } catch (const std::exception& problem) {
            log::error("jobs.body_threw", {{"job", job.info.id}, {"what", problem.what()}});
            result =
                fail(ErrorKind::kInternal, "jobs.internal", "Internal error; see the server log.");
        }
        JobInfo snapshot;
        {
            const std::lock_guard lock(mutex_);
            finish(job, std::move(result));
            snapshot = job.info;
        }
        announce(snapshot);
    }

    // Under the lock. Forgets the oldest finished jobs.
    void finish(Job& job, Result<Json> result) {
        if (result) {
            job.info.state = JobState::kDone;
            job.info.percent = 100;
            job.info.result = std::move(*result);
        } else {
            const bool cancelled = result.error().kind == ErrorKind::kCancelled;
            job.info.state = cancelled ? JobState::kCancelled : JobState::kFailed;
            job.info.error = std::move(result.error());
        }
        job.info.step = to_string(job.info.state);
        finished_.push_back(job.info.id);
        while (finished_.size() > limits_.max_finished_kept) {
            known_.erase(finished_.front());
            finished_.pop_front();
        }
    }

    // Outside the lock: the hub has a lock of its own.
    void announce(const JobInfo& info) {
        Json data = Json::object().set("id", info.id).set("kind", info.kind);
        data.set("state", to_string(info.state))
            .set("percent", info.percent)
            .set("step", info.step);
        events_.publish({.type = "job.progress",
                         .data = std::move(data),
                         .classification = Classification::kInternal,
                         .organisation = {},
                         .only_actor = info.owner});
    }

    const JobLimits limits_;
    EventHub& events_;
    SystemClock clock_;
    SystemRandom random_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::shared_ptr<Job>> queue_;
    std::map<std::string, std::shared_ptr<Job>> known_;
    std::deque<std::string> finished_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace

std::string_view to_string(JobState state) noexcept {
    switch (state) {
        case JobState::kQueued: return "queued";
        case JobState::kRunning: return "running";
        case JobState::kDone: return "done";
        case JobState::kFailed: return "failed";
        case JobState::kCancelled: return "cancelled";
    }
    return "failed";
}

std::unique_ptr<Jobs> make_jobs(const JobLimits& limits, EventHub& events) {
    return std::make_unique<Pool>(limits, events);
}

}  // namespace saola::platform
