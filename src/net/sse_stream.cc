#include "net/sse_stream.h"

#include <algorithm>
#include <utility>

namespace saola::net {
namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out.append(name).append(": ");
    std::copy_if(value.begin(), value.end(), std::back_inserter(out),
                 [](char c) { return c != '\r' && c != '\n' && c != '\0'; });
    out.push_back('\n');
}

}  // namespace

std::string format_sse(const SseEvent& event) {
    std::string out;
    out.reserve(event.data.size() + event.event.size() + event.id.size() + 32);
    append_field(out, "id", event.id);
    append_field(out, "event", event.event);
    std::string_view rest = event.data;
    for (;;) {
        const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
        out.append("data: ").append(rest.substr(0, end)).push_back('\n');
        if (end == rest.size()) break;
        const bool crlf = rest.substr(end).starts_with("\r\n");
        rest.remove_prefix(end + (crlf ? 2 : 1));
    }
    out.push_back('\n');
    return out;
}

SseStreamImpl::SseStreamImpl(std::size_t max_events, std::size_t max_bytes,
                             std::function<void()> wake)
    : max_events_(max_events), max_bytes_(max_bytes), wake_(std::move(wake)) {}

bool SseStreamImpl::push(SseEvent event) {
    std::string text = format_sse(event);
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    if (queue_.size() >= max_events_ || queued_bytes_ + text.size() > max_bytes_) {
        closed_ = true;
        overflowed_ = true;
        queue_.clear();
        queued_bytes_ = 0;
        signalled_ = false;  // the connection may be stuck in a write: wake it to cut the socket
        signal();
        return false;
    }
    queued_bytes_ += text.size();
    queue_.push_back(std::move(text));
    signal();
    return true;
}

void SseStreamImpl::close() {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    closed_ = true;
    signal();
}

bool SseStreamImpl::alive() const {
    const std::lock_guard lock(mutex_);
    return !closed_;
}

std::string SseStreamImpl::take(std::size_t max_bytes) {
    const std::lock_guard lock(mutex_);
    signalled_ = false;
    std::string out;
    while (!queue_.empty() && (out.empty() || out.size() + queue_.front().size() <= max_bytes)) {
        queued_bytes_ -= queue_.front().size();
        if (out.empty()) {
            out = std::move(queue_.front());
        } else {
            out += queue_.front();
        }
        queue_.pop_front();
    }
    if (queue_.empty()) queue_.shrink_to_fit();
    return out;
}

bool SseStreamImpl::overflowed() const {
    const std::lock_guard lock(mutex_);
    return overflowed_;
}

void SseStreamImpl::detach() {
    std::function<void()> dropped;  // destroyed without the lock: it may hold the connection
    const std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(wake_);
    queue_.clear();
    queued_bytes_ = 0;
}

void SseStreamImpl::signal() {
    if (signalled_ || !wake_) return;
    signalled_ = true;
    wake_();
}

}  // namespace saola::net
