// Background work (imports, exports, releases) with bounded queues, progress and cancellation.
// One Jobs per process; thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace saola::platform {

enum class JobState : std::uint8_t { kQueued, kRunning, kDone, kFailed, kCancelled };
[[nodiscard]] std::string_view to_string(JobState state) noexcept;

struct JobInfo {
    std::string id;
    std::string kind;   // "programme.import"
    std::string owner;  // actor id; only the owner and admins see it
    JobState state = JobState::kQueued;
    int percent = 0;
    std::string step;            // machine word for the current step; the console translates it
    Json result;                 // when done
    std::optional<Error> error;  // when failed
};

// Given to the running job. progress() publishes "job.progress" to the owner's event stream.
class JobControl {
public:
    virtual ~JobControl() = default;
    virtual void progress(int percent, std::string_view step) = 0;
    [[nodiscard]] virtual bool cancelled() const = 0;
};
using JobBody = std::function<Result<Json>(JobControl&)>;

class Jobs {
public:
    virtual ~Jobs() = default;
    // kResourceExhausted names the limit when the queue of `kind` or of the owner is full.
    [[nodiscard]] virtual Result<std::string> submit(std::string kind, std::string owner,
                                                     JobBody body) = 0;
    [[nodiscard]] virtual std::optional<JobInfo> find(const std::string& id) const = 0;
    virtual bool cancel(const std::string& id) = 0;
    virtual void begin_stop() = 0;  // takes no more, cancels all, does not wait
    virtual void stop() = 0;        // begin_stop(), then waits for running ones to notice
};
struct JobLimits {
    std::size_t threads = 2;
    std::size_t max_queued = 64;
    std::size_t max_queued_per_owner = 8;
    std::size_t max_finished_kept = 256;
};
class EventHub;
[[nodiscard]] std::unique_ptr<Jobs> make_jobs(const JobLimits& limits, EventHub& events);

}  // namespace saola::platform
