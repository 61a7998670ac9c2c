#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "net/multipart.h"

namespace saola::net {
namespace {

tl::unexpected<Error> unreadable(int error) {
    return fail(
        ErrorKind::kStorage, "http.spool_failed",
        "The uploaded file cannot be read back: " + std::generic_category().message(error) + ".");
}

}  // namespace

Result<BodyView> BodyView::open(const Request& request) {
    BodyView view;
    if (request.body_file.empty()) {
        view.text_ = request.body;
        return view;
    }
    const int fd = ::open(request.body_file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return unreadable(errno);
    struct stat info {};
    void* data = MAP_FAILED;
    int error = ::fstat(fd, &info) == 0 ? 0 : errno;
    if (error == 0 && info.st_size > 0) {
        data =
            ::mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
        if (data == MAP_FAILED) error = errno;
    }
    ::close(fd);
    if (error != 0) return unreadable(error);
    if (data == MAP_FAILED) return view;  // an empty file
    view.text_ = {static_cast<const char*>(data), static_cast<std::size_t>(info.st_size)};
    view.mapped_ = true;
    return view;
}

BodyView::~BodyView() { unmap(); }

BodyView::BodyView(BodyView&& other) noexcept
    : text_(std::exchange(other.text_, {})), mapped_(std::exchange(other.mapped_, false)) {}

BodyView& BodyView::operator=(BodyView&& other) noexcept {
    if (this != &other) {
        unmap();
        text_ = std::exchange(other.text_, {});
        mapped_ = std::exchange(other.mapped_, false);
    }
    return *this;
}

void BodyView::unmap() noexcept {
    if (mapped_) ::munmap(const_cast<char*>(text_.data()), text_.size());
    mapped_ = false;
}

}  // namespace saola::net
