#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "store/sql.h"

namespace saola::store {
namespace {

auto storage_error(const std::string& path) {
    return fail(ErrorKind::kStorage, "store.lock_file",
                path + " cannot be used: " + std::strerror(errno) +
                    "; check the directory's owner, permissions and free space",
                "data_dir");
}

std::string read_holder(int fd) {
    std::array<char, 32> text{};
    const ssize_t got = ::pread(fd, text.data(), text.size() - 1, 0);
    std::string out(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    while (!out.empty() && out.back() == '\n') out.pop_back();
    if (out.empty() || out.find_first_not_of("0123456789") != std::string::npos) return {};
    return out;
}

}  // namespace

Result<DirectoryLock> DirectoryLock::acquire(const std::string& dir) {
    if (::mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) return storage_error(dir);
    const std::string path = dir + "/lock";
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return storage_error(path);
    DirectoryLock lock(fd);  // closes fd on the error paths
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return storage_error(path);
        const std::string holder = read_holder(fd);
        return fail(ErrorKind::kConflict, "store.directory_in_use",
                    "the data directory " + dir + " is in use by " +
                        (holder.empty() ? "another process" : "process " + holder) +
                        "; stop it first, or choose another directory with --data-dir",
                    "data_dir");
    }
    // The text only helps people: the lock itself is the kernel's, and a full disk is no reason not
    // to start.
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) < 0) return lock;
    return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
    if (this == &other) return *this;
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
    return *this;
}

DirectoryLock::~DirectoryLock() {
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace saola::store
