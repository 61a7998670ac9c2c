#include "crypto/hash.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/check.h"

namespace saola::crypto {
namespace {

constexpr std::size_t kFileChunkBytes = 256U << 10U;

// OpenSSL 3 looks the algorithm up by name on each call with EVP_sha256(): fetched once it is
// several times cheaper for short inputs. The handle is immutable and lives as long as the process.
const EVP_MD* sha256_algorithm() noexcept {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    SAOLA_CHECK(algorithm != nullptr);
    return algorithm;
}

// OpenSSL treats a null pointer as "not given" even when the length is zero.
const std::uint8_t* data_or_empty(BytesView bytes) noexcept {
    static constexpr std::uint8_t kEmpty = 0;
    return bytes.empty() ? &kEmpty : bytes.data();
}

struct Descriptor {
    int fd;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

}  // namespace

Digest sha256(BytesView data) noexcept {
    Digest out{};
    unsigned int size = 0;
    const int ok = EVP_Digest(data_or_empty(data), data.size(), out.data(), &size,
                              sha256_algorithm(), nullptr);
    SAOLA_CHECK(ok == 1 && size == out.size());
    return out;
}

Digest hmac_sha256(BytesView key, BytesView data) noexcept {
    SAOLA_CHECK(key.size() <= 1U << 20U);  // keys are ours, never input: longer is a bug
    Digest out{};
    unsigned int size = 0;
    const unsigned char* const result =
        HMAC(sha256_algorithm(), data_or_empty(key), static_cast<int>(key.size()),
             data_or_empty(data), data.size(), out.data(), &size);
    SAOLA_CHECK(result != nullptr && size == out.size());
    return out;
}

bool equal_constant_time(BytesView a, BytesView b) noexcept {
    if (a.size() != b.size()) return false;
    return a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<Digest> sha256_file(const std::string& path) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.fd < 0) {
        const int error = errno;
        return fail(error == ENOENT ? ErrorKind::kNotFound : ErrorKind::kStorage,
                    "crypto.file_open", path + " cannot be opened: " + std::strerror(error),
                    "path");
    }
    Sha256 hash;
    std::vector<std::uint8_t> chunk(kFileChunkBytes);
    while (true) {
        const ssize_t got = ::read(file.fd, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return fail(ErrorKind::kStorage, "crypto.file_read",
                        path + " cannot be read: " + std::strerror(errno), "path");
        if (got == 0) return hash.finish();
        hash.update(BytesView(chunk.data(), static_cast<std::size_t>(got)));
    }
}

struct Sha256::State {
    EVP_MD_CTX* context = nullptr;
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    state_->context = EVP_MD_CTX_new();
    SAOLA_CHECK(state_->context != nullptr);
    SAOLA_CHECK(EVP_DigestInit_ex(state_->context, sha256_algorithm(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(BytesView data) noexcept {
    SAOLA_CHECK(state_ != nullptr);  // not after finish()
    SAOLA_CHECK(EVP_DigestUpdate(state_->context, data_or_empty(data), data.size()) == 1);
}

Digest Sha256::finish() noexcept {
    SAOLA_CHECK(state_ != nullptr);  // once
    Digest out{};
    unsigned int size = 0;
    SAOLA_CHECK(EVP_DigestFinal_ex(state_->context, out.data(), &size) == 1 && size == out.size());
    state_.reset();
    return out;
}

}  // namespace saola::crypto
