#include "programme/document_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "programme/limits.h"

namespace saola::programme {
namespace {

tl::unexpected<Error> io_error(std::string_view what, const std::string& path) {
    const int code = errno;
    const std::string reason = std::system_category().message(code);
    return fail(code == ENOENT ? ErrorKind::kNotFound : ErrorKind::kStorage,
                code == ENOENT ? "programme.no_file" : "programme.file_io",
                std::string(what) + " " + path + ": " + reason + ".", path);
}

struct Descriptor {
    int fd = -1;
    explicit Descriptor(int value) : fd(value) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

Status write_all(int fd, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return io_error("Cannot write", path);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    if (::fsync(fd) != 0) return io_error("Cannot flush", path);
    return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::uint64_t max_bytes, bool follow_links) {
    const Descriptor file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | (follow_links ? 0 : O_NOFOLLOW)));
    if (file.fd < 0) return io_error("Cannot open", path);
    struct stat info {};
    if (::fstat(file.fd, &info) != 0) return io_error("Cannot read", path);
    if (!S_ISREG(info.st_mode)) {
        return fail(ErrorKind::kInvalidArgument, "programme.not_a_file",
                    path + " is not a regular file.", path);
    }
    if (static_cast<std::uint64_t>(info.st_size) > max_bytes) {
        return fail(ErrorKind::kTooLarge, "programme.file_too_large",
                    path + " is larger than this command reads.", path,
                    "max_file_bytes=" + std::to_string(max_bytes));
    }
    std::string out(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t count = ::read(file.fd, out.data() + done, out.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return io_error("Cannot read", path);
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    out.resize(done);
    return out;
}

Status check_writable(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return fail(ErrorKind::kInvalidArgument, "programme.not_a_file",
                    path + " is a folder; name a file.", path);
    }
    std::string temporary = path + ".tmp-XXXXXX";
    const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (file.fd < 0) return io_error("Cannot create", path);
    ::unlink(temporary.c_str());
    return {};
}

Status write_file(const std::string& path, std::string_view bytes, unsigned mode) {
    std::string temporary = path + ".tmp-XXXXXX";
    const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (file.fd < 0) return io_error("Cannot create", temporary);
    Status written = write_all(file.fd, bytes, temporary);
    if (written && ::fchmod(file.fd, static_cast<mode_t>(mode)) != 0)
        written = io_error("Cannot set the mode of", temporary);
    if (written && ::rename(temporary.c_str(), path.c_str()) != 0)
        written = io_error("Cannot rename to", path);
    if (!written) {
        ::unlink(temporary.c_str());
        return written;
    }
    const std::string parent = std::filesystem::path(path).parent_path().string();
    const Descriptor folder(
        ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.fd < 0 || ::fsync(folder.fd) != 0) return io_error("Cannot flush", parent);
    return {};
}

DocumentStore::DocumentStore(std::string data_dir, const contracts::DocumentReader* reader)
    : dir_(std::move(data_dir) + "/documents"), reader_(reader) {}

std::string DocumentStore::path(const std::string& sha256) const { return dir_ + "/" + sha256; }

bool DocumentStore::holds(const std::string& sha256) const {
    std::error_code error;
    return !sha256.empty() && std::filesystem::is_regular_file(path(sha256), error);
}

std::shared_ptr<const contracts::Document> DocumentStore::cached(const std::string& sha256) const {
    const std::scoped_lock lock(mutex_);
    for (const auto& item : cache_) {
        if (item->sha256 == sha256) return item;
    }
    return nullptr;
}

void DocumentStore::remember(std::shared_ptr<const contracts::Document> document) const {
    const std::scoped_lock lock(mutex_);
    std::erase_if(cache_, [&](const auto& item) { return item->sha256 == document->sha256; });
    cache_.insert(cache_.begin(), std::move(document));
    if (cache_.size() > kMaxCachedDocuments) cache_.resize(kMaxCachedDocuments);
}

Result<std::shared_ptr<const contracts::Document>> DocumentStore::add(
    std::string_view name, std::string_view bytes, const contracts::StopCheck& stopped) {
    if (reader_ == nullptr) {
        return fail(ErrorKind::kUnsupported, "programme.no_reader",
                    "This build has no document reader: build Saola with module lang.");
    }
    SAOLA_TRY(contracts::Document read, reader_->read(name, bytes, stopped));
    if (read.sha256.empty()) {
        const crypto::Digest digest = crypto::sha256(as_bytes(bytes));
        read.sha256 = to_hex(BytesView(digest.data(), digest.size()));
    }
    read.name = std::string(name);
    std::error_code error;
    std::filesystem::create_directories(dir_, error);
    if (error) {
        return fail(ErrorKind::kStorage, "programme.file_io",
                    "Cannot create " + dir_ + ": " + error.message() + ".");
    }
    // Restricted documents are among them: only the account that runs Saola reads them.
    std::filesystem::permissions(dir_, std::filesystem::perms::owner_all, error);
    if (error) {
        return fail(ErrorKind::kStorage, "programme.file_io",
                    "Cannot set the mode of " + dir_ + ": " + error.message() + ".");
    }
    if (!holds(read.sha256)) SAOLA_TRY_STATUS(write_file(path(read.sha256), bytes, 0600));
    if (!holds(read.sha256 + ".txt"))
        SAOLA_TRY_STATUS(write_file(path(read.sha256) + ".txt", read.source_text, 0600));
    auto document = std::make_shared<const contracts::Document>(std::move(read));
    remember(document);
    return document;
}

Result<std::shared_ptr<const contracts::Document>> DocumentStore::load(
    const std::string& sha256, const std::string& name) const {
    if (auto found = cached(sha256)) return found;
    if (reader_ == nullptr || !holds(sha256)) {
        return fail(ErrorKind::kNotFound, "programme.not_held",
                    "The original of this document is not held here; import it to read it.");
    }
    SAOLA_TRY(const std::string bytes,
              read_file(path(sha256), contracts::ReaderLimits{}.max_file_bytes));
    const crypto::Digest digest = crypto::sha256(as_bytes(bytes));
    if (to_hex(BytesView(digest.data(), digest.size())) != sha256) {
        return fail(
            ErrorKind::kDataLoss, "programme.file_damaged",
            "The kept file " + path(sha256) + " no longer has its hash: restore it from a backup.");
    }
    SAOLA_TRY(contracts::Document read, reader_->read(name, bytes));
    read.sha256 = sha256;
    read.name = name;
    auto document = std::make_shared<const contracts::Document>(std::move(read));
    remember(document);
    return document;
}

}  // namespace saola::programme
