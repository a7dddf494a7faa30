#include "tools/nexus/testnet/file_lock.hpp"

#include "base/concat.hpp"
#include "tools/nexus/host.hpp"
#include "tools/nexus/testnet/process_table.hpp"
#include "tools/nexus/testnet/processes.hpp"

#include <absl/status/status.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nexus::tools {
namespace {

/// Whoever asks for the holder of a lock has it shared for a moment: that is not to be taken for
/// one who holds it.
constexpr double kAskingSeconds = 0.1;
constexpr int kRetryMs = 5;
/// What the kernel may take to end a process that was killed.
constexpr double kLastSeconds = 5;

/// True if the path still leads to the open file.
bool is_at(int file, const std::string& path) {
    struct stat open{};
    struct stat named{};
    return fstat(file, &open) == 0 && stat(path.c_str(), &named) == 0 &&
           open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

LockHolder read_holder(const std::string& path) {
    const std::string text = read_text(path).value_or("");
    LockHolder holder;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), holder.pid);
    const auto at = static_cast<std::size_t>(end - text.data());
    if (error == std::errc() && at < text.size()) {
        holder.purpose = text.substr(at + 1, text.find('\n') - at - 1);
    }
    return holder;
}

absl::Status cannot_open(const std::string& path, int error) {
    const std::string message = concat(path, ": cannot be locked: ", std::strerror(error));
    return error == ENOENT || error == ENOTDIR ? absl::NotFoundError(message)
                                               : absl::PermissionDeniedError(message);
}

}  // namespace

std::string to_string(const LockHolder& holder) {
    return concat("process ", holder.pid, " (", holder.purpose, ")");
}

absl::StatusOr<FileLock> FileLock::take(const std::string& path, std::string_view purpose,
                                        double patience_s) {
    const double end = wall_seconds() + std::max(patience_s, kAskingSeconds);
    for (;;) {
        // Processes that are started must not inherit it: they would hold it for their whole life.
        FileLock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
        if (lock.file_ < 0) {
            return cannot_open(path, errno);
        }
        if (flock(lock.file_, LOCK_EX | LOCK_NB) == 0) {
            if (!is_at(lock.file_, path)) {
                continue;
            }
            const std::string text = concat(getpid(), " ", purpose, "\n");
            if (ftruncate(lock.file_, 0) != 0 || pwrite(lock.file_, text.data(), text.size(), 0) !=
                                                     static_cast<ssize_t>(text.size())) {
                return cannot_open(path, errno);
            }
            return lock;
        }
        if (wall_seconds() > end) {
            return absl::FailedPreconditionError(
                concat(path, ": expected that nobody else is at work here, got ",
                       to_string(read_holder(path))));
        }
        sleep_ms(kRetryMs);
    }
}

std::optional<LockHolder> FileLock::holder(const std::string& path) {
    const FileLock lock(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (lock.file_ < 0 || flock(lock.file_, LOCK_SH | LOCK_NB) == 0) {
        return std::nullopt;
    }
    return read_holder(path);
}

std::optional<LockHolder> FileLock::last_holder(const std::string& path) {
    const LockHolder holder = read_holder(path);
    return holder.pid > 0 ? std::optional(holder) : std::nullopt;
}

bool FileLock::end_holder(const std::string& path, double patience_s) {
    const double begin = wall_seconds();
    pid_t read = 0;
    pid_t told = 0;
    for (auto held = holder(path);
         held.has_value() && wall_seconds() < begin + patience_s + kLastSeconds;
         held = holder(path)) {
        // Read twice: a new holder takes the lock a moment before it writes down who it is.
        const bool is_sure = held->pid > 0 && held->pid == std::exchange(read, held->pid);
        if (is_sure && held->pid != told) {
            kill(held->pid, SIGCONT);
            kill(held->pid, SIGTERM);
            told = held->pid;
        } else if (is_sure && wall_seconds() > begin + patience_s) {
            kill(held->pid, SIGKILL);
        }
        sleep_ms(kRetryMs);
    }
    return told > 0;
}

FileLock::~FileLock() {
    if (file_ >= 0) {
        close(file_);
    }
}

}  // namespace nexus::tools
