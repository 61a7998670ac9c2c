#include "lang/document/pdf.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdlib>

#include "lang/document/pdf_words.h"

namespace saola::lang {
namespace {

constexpr rlim_t kMemoryBytes = 1536UL << 20U;  // address space of the helper
constexpr std::size_t kOutputFactor = 12;       // bytes of frames per byte of text, at most
constexpr std::size_t kBlock = 1U << 16U;
constexpr std::int64_t kStopLookMs = 100;  // how often to ask whether the caller gave up

class Fd {
public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { reset(); }
    [[nodiscard]] int get() const { return fd_; }
    void reset(int fd = -1) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = fd;
    }

private:
    int fd_;
};

tl::unexpected<Error> failed(const std::string& what) {
    return fail(ErrorKind::kUnavailable, "document.pdf_helper",
                "The PDF reader could not be run: " + what + ".");
}

std::string helper_path(const ReaderOptions& options) {
    if (!options.pdf_helper.empty()) return options.pdf_helper;
    if (const char* set = std::getenv("SAOLA_PDF_HELPER"); set != nullptr && *set != '\0')
        return set;
    std::array<char, PATH_MAX> path{};
    const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
    if (size <= 0) return {};
    const std::string self(path.data(), static_cast<std::size_t>(size));
    return self.substr(0, self.find_last_of('/') + 1) + "saola-pdf";
}

// Between fork and exec: only async-signal-safe calls. What the helper gets: its three streams, no
// environment, little memory, no files to write, no children, a bounded time.
[[noreturn]] void run_child(const char* path, int in, int out, rlim_t seconds) {
    const auto limit = [](__rlimit_resource kind, rlim_t value) {
        const rlimit both{value, value};
        return ::setrlimit(kind, &both) == 0;
    };
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || null < 0 || ::dup2(null, 2) < 0) ::_exit(126);
    (void)::syscall(SYS_close_range, 3U, ~0U, 0U);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_CPU, seconds) || !limit(RLIMIT_FSIZE, 0))
        ::_exit(126);
    if (!limit(RLIMIT_NOFILE, 64) || !limit(RLIMIT_AS, kMemoryBytes)) ::_exit(126);
    char* const argv[] = {const_cast<char*>("saola-pdf"), nullptr};
    char* const env[] = {nullptr};
    ::execve(path, argv, env);
    ::_exit(127);
}

class Child {
public:
    explicit Child(pid_t pid) : pid_(pid) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            (void)wait();
        }
    }
    int wait() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return status;
    }

private:
    pid_t pid_;
};

// Feeds the bytes and collects the answer at the same time, so that neither pipe can block forever.
Result<std::string> talk(Fd& to, Fd& from, std::string_view bytes,
                         const contracts::ReaderLimits& limits,
                         const contracts::StopCheck& stopped) {
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(limits.max_time_ms);
    const std::size_t most = limits.max_text_bytes * kOutputFactor;
    std::string out;
    std::string block(kBlock, '\0');
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                              deadline - std::chrono::steady_clock::now())
                              .count();
        if (left <= 0) {
            return fail(ErrorKind::kCancelled, "document.pdf_timeout",
                        "Reading the PDF took too long.", {},
                        "max_time_ms=" + std::to_string(limits.max_time_ms));
        }
        if (stopped && stopped())
            return fail(ErrorKind::kCancelled, "document.cancelled",
                        "Reading the document was cancelled.");
        std::array<pollfd, 2> polled{{{from.get(), POLLIN, 0}, {to.get(), POLLOUT, 0}}};
        const int ready = ::poll(polled.data(), to.get() >= 0 ? 2 : 1,
                                 static_cast<int>(std::min<std::int64_t>(left, kStopLookMs)));
        if (ready < 0 && errno != EINTR) return failed("poll failed");
        if (ready <= 0) continue;
        if (to.get() >= 0 && (polled[1].revents & (POLLOUT | POLLERR | POLLHUP)) != 0) {
            const ssize_t sent = ::write(to.get(), bytes.data(), std::min(bytes.size(), kBlock));
            if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
            if (bytes.empty() || (sent < 0 && errno != EAGAIN && errno != EINTR)) to.reset();
        }
        if ((polled[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
        const ssize_t got = ::read(from.get(), block.data(), block.size());
        if (got == 0) return out;
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return failed("its answer could not be read");
        if (got > 0) out.append(block, 0, static_cast<std::size_t>(got));
        if (out.size() > most) {
            return fail(ErrorKind::kTooLarge, "document.text_too_large",
                        "The document holds too much text.", {},
                        "max_text_bytes=" + std::to_string(limits.max_text_bytes));
        }
    }
}

// Writing to a helper that died must not kill this process: SIGPIPE is blocked on this thread while
// it talks, and taken back if it came.
class NoPipeSignal {
public:
    NoPipeSignal() {
        ::sigemptyset(&pipe_);
        ::sigaddset(&pipe_, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    NoPipeSignal(const NoPipeSignal&) = delete;
    NoPipeSignal& operator=(const NoPipeSignal&) = delete;
    ~NoPipeSignal() {
        const timespec now{0, 0};
        while (::sigismember(&before_, SIGPIPE) == 0 &&
               ::sigtimedwait(&pipe_, nullptr, &now) == SIGPIPE) {
        }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t pipe_{};
    sigset_t before_{};
};

Result<std::string> run_helper(const std::string& path, std::string_view bytes,
                               const contracts::ReaderLimits& limits,
                               const contracts::StopCheck& stopped) {
    if (path.empty() || ::access(path.c_str(), X_OK) != 0) {
        return fail(ErrorKind::kUnsupported, "document.no_pdf_helper",
                    "PDF files need the program saola-pdf beside saola, which is not installed. "
                    "Use DOCX or text, or set SAOLA_PDF_HELPER.");
    }
    const NoPipeSignal guard;
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0) return failed("no pipe");
    Fd in_read(in[0]);
    Fd in_write(in[1]);
    if (::pipe2(out.data(), O_CLOEXEC) != 0) return failed("no pipe");
    Fd out_read(out[0]);
    Fd out_write(out[1]);
    ::fcntl(in_write.get(), F_SETFL, O_NONBLOCK);
    const pid_t pid = ::fork();
    if (pid < 0) return failed("no process");
    if (pid == 0)
        run_child(path.c_str(), in_read.get(), out_write.get(),
                  static_cast<rlim_t>(limits.max_time_ms / 1000 + 1));
    Child child(pid);
    in_read.reset();
    out_write.reset();
    SAOLA_TRY(std::string frames, talk(in_write, out_read, bytes, limits, stopped));
    const int status = child.wait();
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return frames;
    if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)) {
        return fail(ErrorKind::kCancelled, "document.pdf_timeout", "Reading the PDF took too long.",
                    {}, "max_time_ms=" + std::to_string(limits.max_time_ms));
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) >= 126)
        return failed("the program does not start");
    return fail(ErrorKind::kInvalidArgument, "document.damaged",
                "The PDF file is damaged: reading it failed.");
}

}  // namespace

Result<Extracted> extract_pdf(std::string_view bytes, const ReaderOptions& options,
                              const contracts::StopCheck& stopped) {
    SAOLA_TRY(const std::string frames,
              run_helper(helper_path(options), bytes, options.limits, stopped));
    SAOLA_TRY(const std::vector<PdfPage> pages, parse_pdf_words(frames, options.limits));
    return compose_pdf(pages, options.limits);
}

}  // namespace saola::lang
