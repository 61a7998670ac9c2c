#include "net/beast/request_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <utility>

namespace saola::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

Refusal refusal_of(int status, std::string_view code, std::string message, std::string limit = {}) {
    const ErrorKind kind = limit.empty() ? ErrorKind::kInvalidArgument : ErrorKind::kTooLarge;
    return Refusal{status,
                   Error{kind, std::string(code), std::move(message), {}, std::move(limit)}};
}

std::optional<Method> method_of(http::verb verb) {
    switch (verb) {
        case http::verb::get: return Method::kGet;
        case http::verb::head: return Method::kHead;
        case http::verb::post: return Method::kPost;
        case http::verb::put: return Method::kPut;
        case http::verb::patch: return Method::kPatch;
        case http::verb::delete_: return Method::kDelete;
        case http::verb::options: return Method::kOptions;
        default: return std::nullopt;
    }
}

// One message. Beast calls the on_*_impl functions while it parses.
class Message final : public http::basic_parser<true> {
public:
    Message(Request& request, std::size_t max_header_bytes, std::size_t max_target_bytes)
        : request_(request),
          max_header_bytes_(max_header_bytes),
          max_target_bytes_(max_target_bytes) {
        header_limit(static_cast<std::uint32_t>(max_header_bytes));
        body_limit(boost::none);  // the connection knows the route's limit
    }

    void refuse(int status, std::string_view code, std::string message, std::string limit = {}) {
        if (!refusal) refusal = refusal_of(status, code, std::move(message), std::move(limit));
    }

    void refuse_header_size(std::size_t bytes) {
        if (!saw_request_line && bytes > max_target_bytes_) {
            refuse_target_size();
            return;
        }
        refuse(431, "http.header_too_large", "The request header is too large.",
               "max_header_bytes=" + std::to_string(max_header_bytes_));
    }

    void refuse_target_size() {
        refuse(414, "http.target_too_long", "The request target is too long.",
               "max_target_bytes=" + std::to_string(max_target_bytes_));
    }

    void refuse_grammar(const beast::error_code& ec, std::size_t bytes) {
        if (ec == http::error::header_limit) {
            refuse_header_size(bytes);
        } else if (ec == http::error::bad_version) {
            refuse(505, "http.bad_version", "Only HTTP/1.0 and HTTP/1.1 are served.");
        } else {
            refuse(400, "http.bad_request", "The request is malformed: " + ec.message() + ".");
        }
    }

    // What Beast allows and two servers in a row could read differently.
    void check_framing() {
        if (transfer_encodings_ > 0) {
            if (content_lengths_ > 0 || version < 11) {
                refuse(400, "http.bad_framing", "Transfer-Encoding conflicts with the request.");
            } else if (transfer_encodings_ > 1 || !chunked()) {
                refuse(501, "http.bad_transfer_encoding",
                       "The only transfer coding accepted is one 'chunked'.");
            }
        }
        if (content_lengths_ > 1 || comma_in_length_) {
            refuse(400, "http.bad_framing", "Content-Length is given more than once.");
        }
        if (version >= 11 ? hosts_ != 1 : hosts_ > 1) {
            refuse(400, "http.bad_host", "A request needs exactly one Host header.");
        }
        if (bad_expect_) {
            refuse(417, "http.bad_expect", "The only expectation accepted is '100-continue'.");
        }
    }

    std::optional<Refusal> refusal;
    std::size_t head_bytes = 0;
    std::uint64_t body_bytes = 0;
    int version = 11;
    bool saw_request_line = false;
    bool known_method = false;
    bool expects_continue = false;

private:
    void on_request_impl(http::verb verb, beast::string_view, beast::string_view target,
                         int http_version, beast::error_code& ec) override {
        saw_request_line = true;
        version = http_version;
        if (target.size() > max_target_bytes_) {
            refuse_target_size();
            ec = http::error::bad_target;
            return;
        }
        const std::optional<Method> method = method_of(verb);
        known_method = method.has_value();
        request_.method = method.value_or(Method::kGet);
        request_.target.assign(target.data(), target.size());
    }

    void on_response_impl(int, beast::string_view, int, beast::error_code& ec) override {
        ec = http::error::bad_method;  // never called for requests
    }

    void on_field_impl(http::field name, beast::string_view name_text, beast::string_view value,
                       beast::error_code&) override {
        if (head_complete_) return;  // trailers of a chunked body are dropped
        switch (name) {
            case http::field::content_length:
                ++content_lengths_;
                comma_in_length_ = comma_in_length_ || value.find(',') != beast::string_view::npos;
                break;
            case http::field::transfer_encoding: ++transfer_encodings_; break;
            case http::field::host: ++hosts_; break;
            case http::field::expect:
                expects_continue = beast::iequals(value, "100-continue");
                bad_expect_ = !expects_continue;
                break;
            default: break;
        }
        request_.headers.add(view(name_text), view(value));
    }

    void on_header_impl(beast::error_code&) override {
        head_complete_ = true;
        check_framing();
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}

    std::size_t on_body_impl(beast::string_view body, beast::error_code&) override {
        request_.body.append(body.data(), body.size());
        body_bytes += body.size();
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body,
                                   beast::error_code& ec) override {
        return on_body_impl(body, ec);
    }

    void on_finish_impl(beast::error_code&) override {}

    Request& request_;
    const std::size_t max_header_bytes_;
    const std::size_t max_target_bytes_;
    int content_lengths_ = 0;
    int transfer_encodings_ = 0;
    int hosts_ = 0;
    bool comma_in_length_ = false;
    bool bad_expect_ = false;
    bool head_complete_ = false;
};

}  // namespace

struct RequestParser::Impl {
    std::size_t max_header_bytes;
    std::size_t max_target_bytes;
    std::optional<Message> message;

    std::size_t put_head(std::string_view bytes);
    std::size_t put_body(std::string_view bytes);
};

// Returns after the head even when body bytes follow (eager is off).
std::size_t RequestParser::Impl::put_head(std::string_view bytes) {
    Message& m = *message;
    std::size_t used = 0;
    while (!m.is_header_done() && used < bytes.size()) {
        beast::error_code ec;
        const std::string_view rest = bytes.substr(used);
        const std::size_t n = m.put(boost::asio::const_buffer(rest.data(), rest.size()), ec);
        used += n;
        m.head_bytes += n;
        if (!ec) continue;
        const std::size_t pending = m.head_bytes + (bytes.size() - used);
        if (ec != http::error::need_more) {
            m.refuse_grammar(ec, pending);
        } else if (pending > max_header_bytes) {
            m.refuse_header_size(pending);
        }
        break;
    }
    if (!m.refusal && m.head_bytes > max_header_bytes) m.refuse_header_size(m.head_bytes);
    return used;
}

std::size_t RequestParser::Impl::put_body(std::string_view bytes) {
    // Beast 1.81 asserts that it sees 5 bytes when it reads a last chunk again. No chunked body
    // ends in fewer ("0 CRLF CRLF"), so holding them back never waits for bytes that will not come.
    constexpr std::size_t kLastChunkBytes = 5;
    Message& m = *message;
    std::size_t used = 0;
    while (!m.is_done() && used < bytes.size()) {
        beast::error_code ec;
        const std::string_view rest = bytes.substr(used);
        if (m.chunked() && rest.front() == '0' && rest.size() < kLastChunkBytes) break;
        const std::size_t n = m.put(boost::asio::const_buffer(rest.data(), rest.size()), ec);
        used += n;
        if (ec == http::error::need_more) break;
        if (ec) {
            m.refuse_grammar(ec, used);
            break;
        }
    }
    return used;
}

RequestParser::RequestParser(std::size_t max_header_bytes, std::size_t max_target_bytes)
    : impl_(std::make_unique<Impl>(Impl{max_header_bytes, max_target_bytes, {}})) {}

RequestParser::~RequestParser() = default;

void RequestParser::start(Request& request) {
    impl_->message.emplace(request, impl_->max_header_bytes, impl_->max_target_bytes);
}

std::size_t RequestParser::put(std::string_view bytes) {
    if (impl_->message->refusal) return 0;
    return head_done() ? impl_->put_body(bytes) : impl_->put_head(bytes);
}

const std::optional<Refusal>& RequestParser::refusal() const { return impl_->message->refusal; }
bool RequestParser::head_done() const { return impl_->message->is_header_done(); }
bool RequestParser::done() const { return impl_->message->is_done(); }
bool RequestParser::keep_alive() const { return impl_->message->keep_alive(); }
bool RequestParser::http_1_0() const { return impl_->message->version < 11; }
bool RequestParser::expects_continue() const {
    return impl_->message->expects_continue && !http_1_0();
}
bool RequestParser::has_method() const { return impl_->message->known_method; }
std::uint64_t RequestParser::body_bytes() const { return impl_->message->body_bytes; }

std::optional<std::uint64_t> RequestParser::content_length() const {
    const auto length = impl_->message->content_length();
    return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

}  // namespace saola::net
