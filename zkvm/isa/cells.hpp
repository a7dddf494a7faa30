#pragma once

#include <cstdint>

namespace nexus::zkvm {

// The one address space of memory cells: registers, the pc and RAM, kept apart by alignment. A cell
// holds 32 bits.

/// The cell of register r. Pre: r < 32.
constexpr std::uint32_t register_cell(std::uint32_t number) { return 4 * number + 1; }

/// The cell of x0.
inline constexpr std::uint32_t kZeroCell = register_cell(0);

/// Where writes to x0 go: nobody reads it, so x0 is never written and stays 0.
inline constexpr std::uint32_t kSinkCell = register_cell(32);

/// Registers and sink.
inline constexpr std::uint32_t kRegisterCellCount = 33;

/// Above all memory, so that `closing`, whose cells are below 2^29, cannot hold it: its first and
/// its last token are the verifier's alone.
inline constexpr std::uint32_t kPcCell = 0x2000'0002;

/// No cell: marks an access that does not happen.
inline constexpr std::uint32_t kNoCell = 0xffff'ffff;

/// Whether the cell is a word of RAM, whose address it then is.
constexpr bool is_ram_cell(std::uint32_t cell) { return cell % 4 == 0; }

/// Registers with a role in the calling convention.
inline constexpr std::uint32_t kReturnAddress = 1;  // ra
inline constexpr std::uint32_t kA0 = 10;
inline constexpr std::uint32_t kA1 = 11;
inline constexpr std::uint32_t kA2 = 12;
inline constexpr std::uint32_t kA7 = 17;

}  // namespace nexus::zkvm
