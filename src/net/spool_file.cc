#include "net/spool_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace saola::net {
namespace {

constexpr std::string_view kPrefix = "saola-spool-";

tl::unexpected<Error> storage_error(const char* what, int error) {
    return fail(ErrorKind::kStorage, "http.spool_failed",
                std::string("The upload could not be ") + what + ": " +
                    std::generic_category().message(error) + ". Free space and try again.");
}

std::string temporary_dir() {
    std::error_code ec;
    const std::filesystem::path dir = std::filesystem::temp_directory_path(ec);
    return ec ? std::string("/tmp") : dir.string();
}

}  // namespace

SpoolFile::~SpoolFile() { reset(); }

SpoolFile::SpoolFile(SpoolFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::exchange(other.path_, {})) {}

SpoolFile& SpoolFile::operator=(SpoolFile&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = std::exchange(other.fd_, -1);
        path_ = std::exchange(other.path_, {});
    }
    return *this;
}

Status SpoolFile::create(const std::string& dir) {
    reset();
    std::string path =
        (dir.empty() ? temporary_dir() : dir) + "/" + std::string(kPrefix) + "XXXXXX";
    fd_ = mkostemp(path.data(), O_CLOEXEC);
    if (fd_ < 0) return storage_error("stored", errno);
    path_ = std::move(path);
    return {};
}

Status SpoolFile::append(std::string_view data) {
    while (!data.empty()) {
        const ssize_t n = ::write(fd_, data.data(), data.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return storage_error("written", errno);
        data.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

void SpoolFile::reset() noexcept {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(path_.c_str());
    fd_ = -1;
    path_.clear();
}

std::string SpoolFile::release() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    return std::exchange(path_, {});
}

void SpoolFile::clean(const std::string& dir) {
    std::error_code ec;
    for (std::filesystem::directory_iterator it(dir, ec), end; !ec && it != end; it.increment(ec)) {
        if (!it->path().filename().string().starts_with(kPrefix)) continue;
        std::error_code ignored;
        std::filesystem::remove(it->path(), ignored);
    }
}

}  // namespace saola::net
