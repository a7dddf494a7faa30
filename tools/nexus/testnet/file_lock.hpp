#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>

namespace nexus::tools {

/// Who holds a lock, as its file says.
struct LockHolder {
    pid_t pid = 0;
    std::string purpose;  ///< "nexus load".
};

/// "process 4711 (nexus load)".
std::string to_string(const LockHolder& holder);

/// A file that one process at a time holds (flock). The lock ends with its holder, however that
/// ends, so none is ever left behind. The file stays, and names the last holder.
///
/// Threading: excludes other holders in the same process too.
class FileLock {
public:
    /// Takes the lock of the file `path`, which is made if need be, and writes down who holds it
    /// and for what. Waits at most `patience_s` for whoever holds it now. Whoever removes the
    /// file's folder meanwhile takes the lock along: then it is asked for anew.
    /// Errors: FailedPrecondition, with its holder; NotFound if there is no such folder;
    /// PermissionDenied.
    static absl::StatusOr<FileLock> take(const std::string& path, std::string_view purpose,
                                         double patience_s);
    /// Whoever holds the lock now; nobody if there is no such file.
    static std::optional<LockHolder> holder(const std::string& path);
    /// Whoever took the lock last, and may be gone; nobody if the file does not say.
    static std::optional<LockHolder> last_holder(const std::string& path);
    /// Ends whoever holds the lock, with SIGTERM, and with SIGKILL if that takes longer than
    /// `patience_s`, and waits for it. False if nobody held it.
    static bool end_holder(const std::string& path, double patience_s);

    FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    FileLock& operator=(FileLock&& other) noexcept {
        std::swap(file_, other.file_);
        return *this;
    }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

private:
    explicit FileLock(int file) : file_(file) {}

    int file_ = -1;
};

}  // namespace nexus::tools
