#include "crypto/signing.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/check.h"

namespace saola::crypto {
namespace {

constexpr std::string_view kFileHead = "saola-ed25519-seed-v1 ";  // see docs/formats/signing-key.md
constexpr std::size_t kFileBytes = kFileHead.size() + 64 + 1;

void require_sodium() noexcept {
    static const int ready = sodium_init();
    SAOLA_CHECK(ready >= 0);
}

struct Descriptor {
    int fd = -1;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

auto storage_error(const std::string& path, std::string_view what) {
    return fail(ErrorKind::kStorage, "crypto.key_file",
                "the signing key " + path + " cannot be " + std::string(what) + ": " +
                    std::strerror(errno) + "; check the disk and the directory's permissions",
                "path");
}

Status check_file(int fd, const std::string& path) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return storage_error(path, "examined");
    if (!S_ISREG(info.st_mode))
        return fail(ErrorKind::kInvalidArgument, "crypto.key_not_a_file",
                    "the signing key " + path + " is not a regular file", "path");
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail(ErrorKind::kPermissionDenied, "crypto.key_permissions",
                    "the signing key " + path +
                        " can be reached by other users; whoever read it can sign in this "
                        "server's name. Run: chmod 600 " +
                        path + ", or replace the key",
                    "path");
    if (info.st_size != static_cast<off_t>(kFileBytes))
        return fail(ErrorKind::kDataLoss, "crypto.key_damaged",
                    "the signing key " + path + " is damaged (" + std::to_string(info.st_size) +
                        " bytes, expected " + std::to_string(kFileBytes) +
                        "); restore it from a backup",
                    "path");
    return {};
}

Result<SigningKey> read_key(int fd, const std::string& path) {
    SAOLA_TRY_STATUS(check_file(fd, path));
    std::array<char, kFileBytes> text{};
    std::size_t filled = 0;
    while (filled < text.size()) {
        const ssize_t got = ::read(fd, text.data() + filled, text.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return storage_error(path, "read");
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    std::array<std::uint8_t, 32> seed{};
    std::size_t decoded = 0;
    const bool good = filled == text.size() &&
                      std::string_view(text.data(), kFileHead.size()) == kFileHead &&
                      text.back() == '\n' &&
                      sodium_hex2bin(seed.data(), seed.size(), text.data() + kFileHead.size(), 64,
                                     nullptr, &decoded, nullptr) == 0 &&
                      decoded == seed.size();
    sodium_memzero(text.data(), text.size());
    if (!good)
        return fail(ErrorKind::kDataLoss, "crypto.key_damaged",
                    "the signing key " + path + " is damaged; restore it from a backup", "path");
    SigningKey key = SigningKey::from_seed(seed);
    sodium_memzero(seed.data(), seed.size());
    return key;
}

Status write_all(int fd, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t put = ::write(fd, text.data(), text.size());
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return storage_error(path, "written");
        text.remove_prefix(static_cast<std::size_t>(put));
    }
    if (::fsync(fd) != 0) return storage_error(path, "written");
    return {};
}

Status sync_directory(const std::string& dir, const std::string& path) {
    const Descriptor handle{::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (handle.fd < 0 || ::fsync(handle.fd) != 0) return storage_error(path, "made durable");
    return {};
}

// Puts `temporary` at `path` unless something is there already (then kConflict and errno EEXIST).
bool place_without_replacing(const std::string& temporary, const std::string& path) {
    if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS) return false;  // the filesystem lacks the flag
    return ::link(temporary.c_str(), path.c_str()) == 0 && ::unlink(temporary.c_str()) == 0;
}

// Creates the file whole or not at all: a crash leaves at most a temporary file. Two processes that
// start together end with one key, because the second cannot replace the first.
Status create_file(const std::string& path) {
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    const std::string dir = parent.empty() ? "." : parent.string();
    if (::mkdir(dir.c_str(), 0700) == 0) {
        const std::filesystem::path above = parent.parent_path();
        SAOLA_TRY_STATUS(sync_directory(above.empty() ? "." : above.string(), path));
    } else if (errno != EEXIST) {
        return storage_error(path, "created");
    }
    std::array<std::uint8_t, 32> seed{};
    randombytes_buf(seed.data(), seed.size());
    std::array<char, 65> hex{};
    sodium_bin2hex(hex.data(), hex.size(), seed.data(), seed.size());
    std::string text(kFileHead);
    text.append(hex.data(), 64);
    text += '\n';

    std::string temporary = path + ".XXXXXX";
    Status status;
    {
        const Descriptor file{::mkostemp(temporary.data(), O_CLOEXEC)};  // 0600
        status = file.fd < 0 ? storage_error(path, "created") : write_all(file.fd, text, path);
        if (file.fd >= 0 && status && !place_without_replacing(temporary, path) && errno != EEXIST)
            status = storage_error(path, "created");
        if (file.fd >= 0) ::unlink(temporary.c_str());  // gone already after a success
    }
    sodium_memzero(text.data(), text.size());
    sodium_memzero(hex.data(), hex.size());
    sodium_memzero(seed.data(), seed.size());
    SAOLA_TRY_STATUS(status);
    return sync_directory(dir, path);
}

}  // namespace

SigningKey SigningKey::generate() {
    require_sodium();
    SigningKey key;
    SAOLA_CHECK(crypto_sign_keypair(key.public_key_.data(), key.secret_.data()) == 0);
    return key;
}

SigningKey SigningKey::from_seed(const std::array<std::uint8_t, 32>& seed) {
    require_sodium();
    SigningKey key;
    SAOLA_CHECK(crypto_sign_seed_keypair(key.public_key_.data(), key.secret_.data(), seed.data()) ==
                0);
    return key;
}

Result<SigningKey> SigningKey::load_or_create(const std::string& path) {
    require_sodium();
    for (int attempt = 0; attempt < 2; ++attempt) {
        const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
        if (file.fd >= 0) return read_key(file.fd, path);
        if (errno != ENOENT) return storage_error(path, "opened");
        if (attempt == 0) SAOLA_TRY_STATUS(create_file(path));
    }
    return storage_error(path, "opened");
}

SigningKey::SigningKey(SigningKey&& other) noexcept
    : secret_(other.secret_), public_key_(other.public_key_) {
    sodium_memzero(other.secret_.data(), other.secret_.size());
}

SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
    if (this == &other) return *this;
    secret_ = other.secret_;
    public_key_ = other.public_key_;
    sodium_memzero(other.secret_.data(), other.secret_.size());
    return *this;
}

SigningKey::~SigningKey() { sodium_memzero(secret_.data(), secret_.size()); }

Signature SigningKey::sign(BytesView message) const {
    Signature signature{};
    SAOLA_CHECK(crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                                     secret_.data()) == 0);
    return signature;
}

bool verify(const PublicKey& key, BytesView message, const Signature& signature) noexcept {
    require_sodium();
    return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                       key.data()) == 0;
}

}  // namespace saola::crypto
