#include "tools/nexus/guest_file.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "zkvm/vm/elf_loader.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

/// Where the build puts guests: beside the folder of this program.
fs::path guests_folder() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    return error ? fs::path("guests") : program.parent_path().parent_path() / "guests";
}

absl::Status io_error(const std::string& path) {
    const int code = errno;
    const std::string text = concat(path, ": ", std::strerror(code));
    return code == ENOENT ? absl::NotFoundError(text) : absl::PermissionDeniedError(text);
}

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// The first `size_max` bytes of a file.
absl::StatusOr<Bytes> read_file(const std::string& path, std::size_t size_max) {
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (file == nullptr) {
        return io_error(path);
    }
    Bytes bytes;
    while (bytes.size() < size_max) {
        Bytes piece(std::min<std::size_t>(size_max - bytes.size(), 65'536));
        const std::size_t got = std::fread(piece.data(), 1, piece.size(), file.get());
        bytes.insert(bytes.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
        if (got == 0) {
            break;
        }
    }
    if (std::ferror(file.get()) != 0) {
        return io_error(path);
    }
    return bytes;
}

constexpr std::size_t kFileBytesMax = std::size_t{1} << 30U;

/// "fibonacci, sort": the guests there are.
std::string built_guests() {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(guests_folder(), error)) {
        if (entry.path().extension() == ".elf") {
            names.push_back(entry.path().stem());
        }
    }
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text.empty() ? "none" : text;
}

}  // namespace

absl::StatusOr<GuestFile> load_guest(const std::string& guest) {
    GuestFile file{.path = guest, .program = {}};
    std::error_code error;
    if (guest.find('/') == std::string::npos && !fs::is_regular_file(guest, error)) {
        file.path = guests_folder() / (guest + ".elf");
        if (!fs::is_regular_file(file.path, error)) {
            return absl::NotFoundError(
                concat("no file and no guest is called \"", guest, "\"; guests: ", built_guests()));
        }
    }
    const absl::StatusOr<Bytes> bytes = read_input_file(file.path);
    if (!bytes.ok()) {
        return bytes.status();
    }
    auto program = zkvm::load_elf(*bytes);
    if (!program) {
        return absl::InvalidArgumentError(concat(file.path, ": ", zkvm::describe(program.error())));
    }
    file.program = std::move(*program);
    return file;
}

absl::StatusOr<Bytes> read_input_file(const std::string& path) {
    absl::StatusOr<Bytes> bytes = read_file(path, kFileBytesMax + 1);
    if (bytes.ok() && bytes->size() > kFileBytesMax) {
        return absl::InvalidArgumentError(
            concat(path, ": expected at most ", kFileBytesMax, " bytes, got more"));
    }
    return bytes;
}

absl::StatusOr<Bytes> read_input(const std::string& option, const std::string& text) {
    if (text.empty()) {
        return Bytes();
    }
    if (!text.starts_with("0x")) {
        absl::StatusOr<Bytes> bytes = read_input_file(text);
        if (!bytes.ok()) {
            return absl::Status(bytes.status().code(),
                                concat(option, ": ", std::string(bytes.status().message()),
                                       "; bytes are written as 0x..."));
        }
        return bytes;
    }
    auto bytes = from_hex(std::string_view(text).substr(2));
    if (!bytes) {
        return absl::InvalidArgumentError(concat(
            option, ": expected two hexadecimal digits a byte behind 0x, got \"", text, "\""));
    }
    return std::move(*bytes);
}

absl::StatusOr<std::vector<std::string>> find_elf_files(const std::string& folder) {
    std::error_code error;
    std::vector<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
        if (!entry.is_regular_file(error)) {
            continue;
        }
        const absl::StatusOr<Bytes> start = read_file(entry.path(), 4);
        if (start.ok() && *start == Bytes{0x7f, 'E', 'L', 'F'}) {
            paths.push_back(entry.path());
        }
    }
    if (error) {
        return absl::NotFoundError(concat(folder, ": ", error.message()));
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace nexus::tools
