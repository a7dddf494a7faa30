#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

namespace elf {

// Names and numbers of the System V ABI, "Object Files", and of the RISC-V ELF psABI.
inline constexpr std::uint32_t kHeaderSize = 52;
inline constexpr std::uint32_t kProgramHeaderSize = 32;
inline constexpr std::uint32_t kSectionHeaderSize = 40;
inline constexpr std::uint32_t kSymbolSize = 16;
inline constexpr std::uint32_t kTypeExecutable = 2;        // ET_EXEC
inline constexpr std::uint32_t kMachineRiscV = 243;        // EM_RISCV
inline constexpr std::uint32_t kSegmentLoad = 1;           // PT_LOAD
inline constexpr std::uint32_t kSegmentDynamic = 2;        // PT_DYNAMIC
inline constexpr std::uint32_t kSegmentInterpreter = 3;    // PT_INTERP
inline constexpr std::uint32_t kFlagExecute = 1;           // PF_X
inline constexpr std::uint32_t kFlagWrite = 2;             // PF_W
inline constexpr std::uint32_t kSectionSymbolTable = 2;    // SHT_SYMTAB
inline constexpr std::uint32_t kSectionStringTable = 3;    // SHT_STRTAB
inline constexpr std::uint32_t kSymbolNoType = 0;          // STT_NOTYPE
inline constexpr std::uint32_t kSymbolFunction = 2;        // STT_FUNC
inline constexpr std::uint32_t kSectionUndefined = 0;      // SHN_UNDEF
inline constexpr std::uint32_t kSectionReserved = 0xff00;  // SHN_LORESERVE

}  // namespace elf

/// The bytes of a file as little-endian numbers.
class ElfView {
public:
    explicit ElfView(ByteView bytes) : bytes_(bytes) {}

    [[nodiscard]] std::uint64_t size() const { return bytes_.size(); }

    [[nodiscard]] bool contains(std::uint64_t offset, std::uint64_t count) const {
        return offset <= bytes_.size() && count <= bytes_.size() - offset;
    }

    /// The number in `count` bytes at `offset`. Pre: contains(offset, count), count <= 4.
    [[nodiscard]] std::uint32_t number(std::uint64_t offset, std::uint32_t count) const {
        NEXUS_ASSERT(count <= 4);
        NEXUS_ASSERT(contains(offset, count));
        std::uint32_t value = 0;
        for (std::uint32_t i = 0; i < count; ++i) {
            value |= static_cast<std::uint32_t>(bytes_[static_cast<std::size_t>(offset) + i])
                     << (8 * i);
        }
        return value;
    }

    /// Pre: contains(offset, count).
    [[nodiscard]] ByteView slice(std::uint64_t offset, std::uint64_t count) const {
        NEXUS_ASSERT(contains(offset, count));
        return bytes_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(count));
    }

private:
    ByteView bytes_;
};

}  // namespace nexus::zkvm
