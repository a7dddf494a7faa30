#include "tools/nexus/testnet/process_output.hpp"

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace nexus::tools {
namespace {

bool is_file(int handle, const std::string& path) {
    struct stat open{};
    struct stat named{};
    return fstat(handle, &open) == 0 && stat(path.c_str(), &named) == 0 &&
           open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

}  // namespace

void rotate_output(const std::string& path) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (!error && size > kOutputBytesMax) {
        std::filesystem::rename(path, path + ".1", error);
    }
}

void rotate_own_output(const std::string& path) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error || size <= kOutputBytesMax) {
        return;
    }
    const bool is_output = is_file(STDOUT_FILENO, path);
    const bool is_error = is_file(STDERR_FILENO, path);
    if (!is_output && !is_error) {
        return;
    }
    rotate_output(path);
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) {
        return;
    }
    if (is_output) {
        (void)dup2(file, STDOUT_FILENO);
    }
    if (is_error) {
        (void)dup2(file, STDERR_FILENO);
    }
    close(file);
}

}  // namespace nexus::tools
