#pragma once

#include "base/result.hpp"
#include "zkvm/vm/elf_loader.hpp"
#include "zkvm/vm/elf_view.hpp"
#include "zkvm/vm/program.hpp"

#include <cstdint>
#include <vector>

namespace nexus::zkvm {

inline constexpr std::uint32_t kSymbolNameBytesMax = 4096;
inline constexpr std::uint32_t kSymbolNamesBytesMax = 16U << 20U;

/// Whether a word of the text starts at `address`.
bool is_text(const Program& program, std::uint32_t address);

/// The functions and labels of the text, sorted by address, one an address; none where the file was
/// stripped. Pre: the ELF header is whole. Errors: Truncated, BadHeaderSize, BadSymbolTable.
Result<std::vector<Symbol>, ElfError> read_symbols(const ElfView& file, const Program& program);

}  // namespace nexus::zkvm
