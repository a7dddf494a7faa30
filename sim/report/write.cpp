#include "sim/report/write.hpp"

#include <absl/status/status.h>
#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace nexus::sim {
namespace {

namespace fs = std::filesystem;

absl::Status failure(std::string_view what, const fs::path& path, int error) {
    const std::string message = fmt::format("cannot {} {}: {}", what, path.string(),
                                            std::generic_category().message(error));
    switch (error) {
        case ENOENT:
        case ENOTDIR:
            return absl::NotFoundError(message);
        case EACCES:
        case EPERM:
        case EROFS:
            return absl::PermissionDeniedError(message);
        default:
            return absl::UnavailableError(message);
    }
}

/// 0, or the errno of the first step that failed. The file is closed in either case.
int write_and_close(std::FILE* file, std::string_view text) {
    errno = 0;
    const bool written =
        std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
    const int error = written ? 0 : errno;
    if (std::fclose(file) != 0 && written) {
        return errno;
    }
    return written || error != 0 ? error : EIO;
}

}  // namespace

absl::Status write_file_atomically(const fs::path& path, std::string_view text) {
    if (!path.has_filename()) {
        return failure("write a file at", path, EISDIR);
    }
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) {
        const int reason = fs::exists(folder, ignored) ? ENOTDIR : ENOENT;
        return failure(fmt::format("write {} into folder", path.filename().string()), folder,
                       reason);
    }
    const fs::path partial = folder / fmt::format(".{}.partial", path.filename().string());
    std::FILE* file = std::fopen(partial.c_str(), "wb");
    if (file == nullptr) {
        return failure(fmt::format("write {} into folder", path.filename().string()), folder,
                       errno);
    }
    if (const int error = write_and_close(file, text); error != 0) {
        fs::remove(partial, ignored);
        return failure("write", path, error);
    }
    if (std::rename(partial.c_str(), path.c_str()) != 0) {
        const int error = errno;
        fs::remove(partial, ignored);
        return failure("write", path, error);
    }
    return absl::OkStatus();
}

}  // namespace nexus::sim
