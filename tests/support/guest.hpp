#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "zkvm/vm/elf_loader.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace nexus::zkvm::tests {

/// The bytes of a file that the build made; it has to be there.
inline Bytes read_built_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    NEXUS_ASSERT(file.is_open());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

#ifdef NEXUS_GUESTS_DIR

/// The guest with this name, as the build made it.
inline Program load_guest(const std::string& name) {
    auto program = load_elf(read_built_file(std::string(NEXUS_GUESTS_DIR) + "/" + name + ".elf"));
    NEXUS_ASSERT(program.has_value());
    return *program;
}

/// Runs a guest to its end. A trap is a mistake of ours, so it aborts with its description.
inline ExecutionResult run_guest(const std::string& name, const ExecutionInput& input) {
    const Program program = load_guest(name);
    const auto result = execute(program, input, {.cycles_max = 100'000'000});
    if (!result) {
        std::fprintf(stderr, "%s\n", describe(result.error(), program).c_str());
    }
    NEXUS_ASSERT(result.has_value());
    return *result;
}

#endif

/// Builds an input or reads an output: numbers little-endian, four bytes.
inline Bytes& put_u32(Bytes& bytes, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    return bytes;
}

inline Bytes u32_bytes(std::uint32_t value) {
    Bytes bytes;
    return put_u32(bytes, value);
}

inline std::uint32_t u32_at(ByteView bytes, std::size_t at) {
    NEXUS_ASSERT(at + 4 <= bytes.size());
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
    }
    return value;
}

}  // namespace nexus::zkvm::tests
