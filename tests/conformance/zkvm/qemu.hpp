#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/wait.h>

namespace nexus::zkvm::tests {

/// Whether there is a qemu-riscv32 to compare with; the build looks for it.
inline bool has_qemu() { return !std::string(NEXUS_QEMU).empty(); }

inline constexpr const char* kNoQemu =
    "no qemu-riscv32: install qemu-user and configure the build again";

/// What a program did in qemu's user mode.
struct QemuRun {
    int exit_code = -1;  ///< -1: it did not exit by itself
    Bytes printed;
};

/// Runs an ELF file that lies on the disk. Pre: has_qemu().
inline QemuRun run_qemu(const std::string& path) {
    const std::string command = std::string(NEXUS_QEMU) + " '" + path + "' 2>/dev/null";
    std::FILE* pipe = popen(command.c_str(), "r");
    NEXUS_ASSERT(pipe != nullptr);
    QemuRun run;
    std::array<std::uint8_t, 4096> piece{};
    for (std::size_t got = 1; got != 0;) {
        got = std::fread(piece.data(), 1, piece.size(), pipe);
        run.printed.insert(run.printed.end(), piece.begin(), piece.begin() + got);
    }
    const int status = pclose(pipe);
    if (WIFEXITED(status) && WEXITSTATUS(status) < 128) {
        run.exit_code = WEXITSTATUS(status);
    }
    return run;
}

/// Writes a file that qemu can be given: it wants the permission to execute.
inline void write_executable(const std::string& path, ByteView bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.close();
    NEXUS_ASSERT(file.good());
    std::filesystem::permissions(path, std::filesystem::perms::owner_exec,
                                 std::filesystem::perm_options::add);
}

}  // namespace nexus::zkvm::tests
