#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <ctime>
#include <utility>

#include "net/beast/transport.h"
#include "net/http_server.h"

namespace saola::net {
namespace {

using boost::system::error_code;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

class TlsTransport final : public Transport {
public:
    TlsTransport(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
        : context_(std::move(context)), stream_(std::move(socket), *context_) {}

    asio::awaitable<error_code> handshake() override {
        const auto [ec] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
        co_return ec;
    }
    asio::awaitable<IoResult> read_some(asio::mutable_buffer to) override {
        return stream_.async_read_some(to, kAwait);
    }
    asio::awaitable<IoResult> write_all(asio::const_buffer from) override {
        return asio::async_write(stream_, from, kAwait);
    }
    std::size_t write_now(asio::const_buffer) override { return 0; }
    asio::awaitable<void> end_write() override {
        // Waits for the peer's close_notify too; the caller has set a deadline.
        co_await stream_.async_shutdown(kAwait);
        error_code ignored;
        stream_.next_layer().shutdown(asio::socket_base::shutdown_send, ignored);
    }
    asio::ip::tcp::socket& socket() override { return stream_.next_layer(); }
    bool tls() const override { return true; }

private:
    std::shared_ptr<asio::ssl::context> context_;  // outlives the stream made from it
    asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

class TlsContextImpl final : public TlsContext {
public:
    explicit TlsContextImpl(std::shared_ptr<asio::ssl::context> context)
        : context_(std::move(context)) {}
    std::unique_ptr<Transport> wrap(asio::ip::tcp::socket socket) override {
        return std::make_unique<TlsTransport>(std::move(socket), context_);
    }

private:
    std::shared_ptr<asio::ssl::context> context_;
};

int select_http_1_1(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
    static constexpr unsigned char kProtocols[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, kProtocols, sizeof(kProtocols) - 1, offered,
                              offered_size) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

tl::unexpected<Error> bad_tls(const std::string& what, const std::string& file,
                              const error_code& ec) {
    return fail(ErrorKind::kInvalidArgument, "net.bad_certificate",
                what + " '" + file + "' cannot be used: " + ec.message() + ".", "certificate_file");
}

Result<std::shared_ptr<asio::ssl::context>> load_context(const std::string& certificate_file,
                                                         const std::string& private_key_file) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(
        native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // idle streams keep no record buffers
    SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");  // TLS 1.2; 1.3 has its own
    SSL_CTX_set_alpn_select_cb(native, select_http_1_1, nullptr);
    error_code ec;
    context->use_certificate_chain_file(certificate_file, ec);
    if (ec) return bad_tls("The certificate file", certificate_file, ec);
    context->use_private_key_file(private_key_file, asio::ssl::context::pem, ec);
    if (ec) return bad_tls("The private key file", private_key_file, ec);
    if (SSL_CTX_check_private_key(native) != 1) {
        return fail(ErrorKind::kInvalidArgument, "net.bad_certificate",
                    "The private key does not belong to the certificate.", "private_key_file");
    }
    return context;
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::load(const std::string& certificate_file,
                                                     const std::string& private_key_file) {
    SAOLA_TRY(auto context, load_context(certificate_file, private_key_file));
    return std::make_shared<TlsContextImpl>(std::move(context));
}

Result<std::int64_t> HttpServer::check_certificate(const std::string& certificate_file,
                                                   const std::string& private_key_file) {
    SAOLA_TRY(const auto context, load_context(certificate_file, private_key_file));
    const X509* const certificate = SSL_CTX_get0_certificate(context->native_handle());
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1)
        return fail(ErrorKind::kInvalidArgument, "net.bad_certificate",
                    "The certificate does not say when it ends.", "certificate_file");
    return std::int64_t{::timegm(&end)} * 1'000'000'000;
}

}  // namespace saola::net
