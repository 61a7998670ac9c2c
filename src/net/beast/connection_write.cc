// The writing half of Connection: bodies in memory, files, produced streams and SSE.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <exception>
#include <utility>

#include "base/log.h"
#include "net/beast/connection.h"

namespace saola::net {
namespace {

using boost::system::error_code;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kWriteStepBytes = 256U << 10U;  // each has write_timeout
constexpr std::size_t kJoinBytes = 16U << 10U;        // smaller bodies travel with the head
constexpr std::size_t kSseStepBytes = 64U << 10U;
constexpr int kSseSendBuffer = 64 << 10;  // bounds what a slow reader holds in the kernel

// Descriptor of a file being sent; optionally removes the file afterwards.
class SentFile {
public:
    SentFile(std::string path, bool remove) : path_(std::move(path)), remove_(remove) {}
    ~SentFile() {
        if (fd_ >= 0) ::close(fd_);
        if (remove_) ::unlink(path_.c_str());
    }
    SentFile(const SentFile&) = delete;
    SentFile& operator=(const SentFile&) = delete;

    bool open() {  // blocks
        fd_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        struct stat info {};
        if (fd_ < 0 || ::fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode)) return false;
        size_ = static_cast<std::uint64_t>(info.st_size);
        return true;
    }
    bool read(std::string& into, std::size_t bytes) {  // blocks; false: shorter than it was
        into.resize(bytes);
        std::size_t done = 0;
        while (done < bytes) {
            const ssize_t n = ::read(fd_, into.data() + done, bytes - done);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return false;
            done += static_cast<std::size_t>(n);
        }
        return true;
    }
    [[nodiscard]] std::uint64_t size() const { return size_; }

private:
    std::string path_;
    bool remove_ = false;
    int fd_ = -1;
    std::uint64_t size_ = 0;
};

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

std::string chunk_frame(std::string_view data) {
    std::array<char, 20> size{};
    const int n = std::snprintf(size.data(), size.size(), "%zx\r\n", data.size());
    std::string out;
    out.reserve(data.size() + static_cast<std::size_t>(n) + 2);
    out.append(size.data(), static_cast<std::size_t>(n)).append(data).append("\r\n");
    return out;
}

Result<std::optional<std::string>> next_chunk(BodyProducer& producer) {
    try {
        return producer();
    } catch (const std::exception& e) {
        return fail(ErrorKind::kInternal, "http.producer_failed", e.what());
    }
}

}  // namespace

void Connection::append_head(const Response& response, std::optional<std::uint64_t> length,
                             bool chunked) {
    ResponseHead head;
    head.status = response.status;
    head.content_length = length;
    head.chunked = chunked;
    head.keep_alive = keep_alive_;
    head.http_1_0 = parser_.http_1_0();
    head.date = loop_.date();
    head.request_id = request_.request_id;
    append_response_head(out_, head, response.headers);
}

asio::awaitable<bool> Connection::write(std::string_view bytes) {
    const std::size_t at_once = transport_->write_now(asio::buffer(bytes.data(), bytes.size()));
    loop_.counters.bytes_out.fetch_add(bytes.size(), std::memory_order_relaxed);
    bytes.remove_prefix(at_once);
    const std::int64_t outer_deadline_ms = deadline_ms_;
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, kWriteStepBytes);
        bytes.remove_prefix(piece.size());
        arm(limits().write_timeout);
        const auto [ec, n] =
            co_await transport_->write_all(asio::buffer(piece.data(), piece.size()));
        if (ec || timed_out_) co_return false;
    }
    deadline_ms_ = outer_deadline_ms;
    co_return true;
}

asio::awaitable<bool> Connection::respond(Response& response, bool head_only, RunOn run_on) {
    out_.clear();
    if (response.on_sse) return send_sse(response, head_only, run_on);
    if (response.producer) return send_produced(response, head_only);
    if (!response.file.empty()) return send_file(response, head_only);
    return send_body(response, head_only);
}

asio::awaitable<bool> Connection::send_body(Response& response, bool head_only) {
    const bool no_body = has_no_body(response.status);
    append_head(response, no_body ? std::nullopt : std::optional(response.body.size()),
                /*chunked=*/false);
    if (head_only || no_body) co_return co_await write(out_);
    if (response.body.size() <= kJoinBytes) {
        out_ += response.body;
        co_return co_await write(out_);
    }
    if (!co_await write(out_)) co_return false;
    co_return co_await write(response.body);
}

asio::awaitable<bool> Connection::send_file(Response& response, bool head_only) {
    SentFile file(response.file, response.delete_file_after);
    bool good = false;
    std::function<void()> open = [&file, &good] { good = file.open(); };
    if (co_await on_pool(/*bounded=*/false, std::move(open)) != Ran::kYes || !good) {
        log::error("http.file_unreadable",
                   {{"request_id", request_.request_id}, {"file", response.file}});
        Response failed = Response::error(
            Error{ErrorKind::kInternal, "http.file_unreadable", "The file cannot be read."},
            request_.request_id);
        co_return co_await send_body(failed, head_only);
    }
    append_head(response, file.size(), /*chunked=*/false);
    if (!co_await write(out_)) co_return false;
    std::uint64_t left = head_only || has_no_body(response.status) ? 0 : file.size();
    std::string piece;
    while (left > 0) {
        const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(left, kWriteStepBytes));
        std::function<void()> read = [&] { good = file.read(piece, bytes); };
        if (co_await on_pool(/*bounded=*/false, std::move(read)) != Ran::kYes || !good) {
            co_return false;  // the promised length cannot be kept: cut the connection
        }
        if (!co_await write(piece)) co_return false;
        left -= bytes;
    }
    co_return true;
}

asio::awaitable<bool> Connection::send_produced(Response& response, bool head_only) {
    Result<std::optional<std::string>> chunk = std::optional<std::string>();
    std::function<void()> produce = [&] { chunk = next_chunk(response.producer); };
    const bool chunked = !parser_.http_1_0();
    if (!chunked) keep_alive_ = false;
    bool head_sent = false;
    for (;;) {
        const bool skip = head_only || has_no_body(response.status);
        if (!skip && co_await on_pool(/*bounded=*/false, produce) != Ran::kYes) co_return false;
        if (!chunk) {
            log::error("http.producer_failed",
                       {{"request_id", request_.request_id}, {"error", to_string(chunk.error())}});
            if (head_sent) co_return false;  // no last chunk: the client sees that it is cut
            Response failed = Response::error(chunk.error(), request_.request_id);
            co_return co_await send_body(failed, head_only);
        }
        if (!head_sent) {
            append_head(response, std::nullopt, chunked);
            head_sent = true;
            if (!co_await write(out_)) co_return false;
            if (skip) co_return true;
        }
        if (!*chunk) break;
        if ((*chunk)->empty()) continue;  // an empty chunk would end the body
        const std::string framed = chunked ? chunk_frame(**chunk) : std::move(**chunk);
        if (!co_await write(framed)) co_return false;
    }
    co_return !chunked || co_await write("0\r\n\r\n");
}

// --- Server-Sent Events

void Connection::on_sse_signal() {
    if (sse_ && sse_->overflowed()) {
        loop_.counters.sse_dropped.fetch_add(1, std::memory_order_relaxed);
        kill();
    }
    wake_.cancel();
}

asio::awaitable<bool> Connection::send_sse(Response& response, bool head_only, RunOn run_on) {
    keep_alive_ = false;
    std::atomic<std::size_t>& open = loop_.state.sse_open;
    if (!head_only && open.fetch_add(1) >= limits().max_sse_streams) {
        open.fetch_sub(1);
        const Error error{ErrorKind::kUnavailable,
                          "http.too_many_streams",
                          "Too many event streams are open.",
                          {},
                          "max_sse_streams=" + std::to_string(limits().max_sse_streams)};
        Response failed = Response::error(error, request_.request_id);
        failed.headers.set("Retry-After", "10");
        co_return co_await send_body(failed, head_only);
    }
    response.headers.set("Content-Type", "text/event-stream; charset=utf-8");
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("X-Accel-Buffering", "no");
    append_head(response, std::nullopt, /*chunked=*/false);
    if (head_only) co_return co_await write(out_);
    out_ += "retry: 2000\n\n";

    asio::io_context& io = loop_.io;
    sse_ = std::make_shared<SseStreamImpl>(
        limits().max_sse_queue, limits().max_sse_queue_bytes, [weak = weak_from_this(), &io] {
            asio::post(io, [weak] {
                if (const std::shared_ptr<Connection> self = weak.lock()) self->on_sse_signal();
            });
        });
    error_code ignored;
    transport_->socket().set_option(asio::socket_base::send_buffer_size(kSseSendBuffer), ignored);
    if (co_await write(out_)) {
        std::function<void()> begin = [this, callback = std::move(response.on_sse)] {
            try {
                callback(sse_);
            } catch (const std::exception& e) {
                log::error("http.sse_failed", {{"path", request_.path}, {"what", e.what()}});
                sse_->close();
            }
        };
        if (run_on == RunOn::kInline) {
            begin();
        } else if (co_await on_pool(/*bounded=*/false, begin) != Ran::kYes) {
            sse_->close();
        }
        begin = {};
        response = Response{};
        co_await pump_sse(*sse_);
    }
    sse_->detach();
    open.fetch_sub(1);
    co_return true;
}

asio::awaitable<void> Connection::pump_sse(SseStreamImpl& stream) {
    // An idle stream keeps no buffers: thousands of them are open for hours.
    request_ = Request{};
    in_ = std::string();
    in_begin_ = in_end_ = 0;
    out_ = std::string();
    asio::co_spawn(loop_.io, watch_for_end(sse_), asio::detached);
    if (loop_.state.stopping.load()) stream.close();
    for (;;) {
        const std::string batch = stream.take(kSseStepBytes);
        if (!batch.empty()) {
            if (!co_await write(batch)) co_return;
            continue;
        }
        if (!stream.alive()) co_return;
        wake_.expires_after(limits().sse_heartbeat);
        const auto [ec] = co_await wake_.async_wait(kAwait);
        // An event and not a comment: a browser's script sees it and can tell a dead stream.
        if (!ec && !co_await write("event: ping\ndata: {}\n\n")) co_return;
    }
}

// The client of a stream has nothing more to say: bytes are ignored, the end closes the stream.
asio::awaitable<void> Connection::watch_for_end(std::shared_ptr<SseStreamImpl> stream) {
    const std::shared_ptr<Connection> self = shared_from_this();
    std::array<char, 64> sink{};
    for (;;) {
        const auto [ec, n] = co_await transport_->read_some(asio::buffer(sink));
        if (!ec) continue;
        stream->detach();
        wake_.cancel();
        co_return;
    }
}

}  // namespace saola::net
