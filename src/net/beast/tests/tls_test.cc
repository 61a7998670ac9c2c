// TLS with certificates made here: hand-shake, protocol floor, reload, streams, bad files.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <thread>

#include "net/tests/client.h"

namespace saola::net::test {
namespace {

using namespace std::chrono_literals;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

void write_certificate(const std::string& certificate_file, const std::string& key_file,
                       const char* common_name) {
    const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> cert(X509_new(), &X509_free);
    X509_set_version(cert.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3600);
    X509_set_pubkey(cert.get(), key.get());
    X509_NAME* name = X509_get_subject_name(cert.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
    X509_set_issuer_name(cert.get(), name);
    ASSERT_GT(X509_sign(cert.get(), key.get(), EVP_sha256()), 0);
    FILE* out = std::fopen(certificate_file.c_str(), "w");
    PEM_write_X509(out, cert.get());
    std::fclose(out);
    out = std::fopen(key_file.c_str(), "w");
    PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
}

class TlsClient {
public:
    TlsClient(std::uint16_t port, int max_version)
        : context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free) {
        SSL_CTX_set_max_proto_version(context_.get(), max_version);
        SSL_CTX_set_security_level(context_.get(), 0);  // or the client itself refuses old versions
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval five_seconds{5, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &five_seconds, sizeof(five_seconds));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ =
            ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_fd(ssl_.get(), fd_);
        connected_ = connected_ && SSL_connect(ssl_.get()) == 1;
    }
    ~TlsClient() {
        ssl_.reset();
        ::close(fd_);
    }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }
    [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }
    [[nodiscard]] std::string server_name() const {
        const std::unique_ptr<X509, decltype(&X509_free)> cert(
            SSL_get1_peer_certificate(ssl_.get()), &X509_free);
        char name[64] = {};
        X509_NAME_get_text_by_NID(X509_get_subject_name(cert.get()), NID_commonName, name,
                                  sizeof(name));
        return name;
    }
    bool send(const std::string& text) {
        return SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) ==
               static_cast<int>(text.size());
    }
    bool read_until(std::string_view text) {
        while (seen.find(text) == std::string::npos) {
            char chunk[16384];
            const int n = SSL_read(ssl_.get(), chunk, sizeof(chunk));
            if (n <= 0) return false;
            seen.append(chunk, static_cast<std::size_t>(n));
        }
        return true;
    }

    std::string seen;

private:
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
    int fd_ = -1;
    bool connected_ = false;
};

class TlsTest : public ServerTest {
protected:
    void SetUp() override {
        ServerTest::SetUp();
        dir_ = std::filesystem::temp_directory_path() / ("saola-tls-" + std::to_string(::getpid()));
        std::filesystem::create_directories(dir_);
        options.certificate_file = (dir_ / "cert.pem").string();
        options.private_key_file = (dir_ / "key.pem").string();
        write_certificate(options.certificate_file, options.private_key_file, "first");
    }
    void TearDown() override {
        ServerTest::TearDown();
        std::filesystem::remove_all(dir_);
    }
    std::filesystem::path dir_;
};

TEST_F(TlsTest, ServesOverTls12And13ButNotBelow) {
    std::atomic<bool> saw_tls{false};
    observer = [&](const Request& request, const Response&, std::int64_t) {
        saw_tls = request.tls;
    };
    start();
    for (const auto& [max, name] :
         {std::pair{TLS1_3_VERSION, "TLSv1.3"}, {TLS1_2_VERSION, "TLSv1.2"}}) {
        TlsClient client(port(), max);
        ASSERT_TRUE(client.connected());
        EXPECT_EQ(client.version(), name);
        for (int i = 0; i < 2; ++i) {
            client.seen.clear();
            ASSERT_TRUE(client.send(get_request("/hello")));
            ASSERT_TRUE(client.read_until("\r\n\r\nhello"));
        }
    }
    EXPECT_TRUE(saw_tls);
    EXPECT_FALSE(TlsClient(port(), TLS1_1_VERSION).connected());
}

TEST_F(TlsTest, LargeBodiesBothWays) {
    options.limits.max_body_bytes = 8U << 20U;
    options.limits.spool_body_bytes = 8U << 20U;
    start();
    TlsClient client(port(), TLS1_3_VERSION);
    ASSERT_TRUE(client.connected());
    const std::string body(3'000'000, 'b');
    ASSERT_TRUE(
        client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3000000\r\n\r\n" + body));
    EXPECT_TRUE(client.read_until("POST 3000000 " + body));
}

TEST_F(TlsTest, StreamsEvents) {
    std::mutex mutex;
    std::shared_ptr<SseStream> stream;
    routes.add(Method::kGet, "/events", RunOn::kInline, [&](const Request&) {
        Response response;
        response.on_sse = [&](const std::shared_ptr<SseStream>& opened) {
            const std::lock_guard lock(mutex);
            stream = opened;
        };
        return response;
    });
    start();
    {
        TlsClient client(port(), TLS1_3_VERSION);
        ASSERT_TRUE(client.send(get_request("/events")));
        ASSERT_TRUE(client.read_until("retry: 2000"));
        ASSERT_TRUE(eventually([&] {
            const std::lock_guard lock(mutex);
            return stream != nullptr;
        }));
        EXPECT_TRUE(stream->push({"tick", "{}", "1"}));
        ASSERT_TRUE(client.read_until("event: tick\ndata: {}\n\n"));
    }
    EXPECT_TRUE(eventually([&] { return !stream->alive(); }));
}

TEST_F(TlsTest, PlainTextAndSilentClientsAreCut) {
    options.limits.header_timeout = 200ms;
    start();
    Client plain(port());
    ASSERT_TRUE(plain.send(get_request("/hello")));
    EXPECT_TRUE(plain.ends_within(2s));
    EXPECT_EQ(plain.seen().find("200"), std::string::npos);
    Client silent(port());
    EXPECT_TRUE(silent.ends_within(2s));
    TlsClient good(port(), TLS1_3_VERSION);
    ASSERT_TRUE(good.send(get_request("/hello")));
    EXPECT_TRUE(good.read_until("hello"));
}

TEST_F(TlsTest, CertificateIsReloadedOnDemand) {
    start();
    EXPECT_EQ(TlsClient(port(), TLS1_3_VERSION).server_name(), "first");
    write_certificate(options.certificate_file, options.private_key_file, "second");
    EXPECT_EQ(TlsClient(port(), TLS1_3_VERSION).server_name(), "first");
    ASSERT_TRUE(server->reload_certificate());
    EXPECT_EQ(TlsClient(port(), TLS1_3_VERSION).server_name(), "second");
    std::ofstream(options.certificate_file) << "not a certificate";
    const Status bad = server->reload_certificate();
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, "net.bad_certificate");
    EXPECT_EQ(TlsClient(port(), TLS1_3_VERSION).server_name(), "second");  // the old pair stays
}

TEST_F(TlsTest, BadFilesAreRefusedAtStart) {
    const std::string good_key = options.private_key_file;
    const auto code = [this] {
        const auto started = HttpServer::start(options, routes);
        return started ? std::string("started") : started.error().code;
    };
    options.private_key_file.clear();
    EXPECT_EQ(code(), "net.bad_certificate");
    options.private_key_file = (dir_ / "missing.pem").string();
    EXPECT_EQ(code(), "net.bad_certificate");
    const std::string other_key = (dir_ / "other-key.pem").string();
    write_certificate((dir_ / "other.pem").string(), other_key, "other");
    options.private_key_file = other_key;
    EXPECT_EQ(code(), "net.bad_certificate");
    options.private_key_file = good_key;
    EXPECT_EQ(code(), "started");
}

}  // namespace
}  // namespace saola::net::test
