#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/trap.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace nexus::zkvm {

/// What a region of input or output holds: the length in bytes, then the bytes as little-endian
/// words, zero-padded. Pre: bytes.size() <= kIoBytesMax.
std::vector<std::uint32_t> io_words(ByteView bytes);

/// Writes the image and the inputs by `write`, which returns false where memory is at its limit.
/// Errors: InputTooLong, OutOfMemory.
Result<void, Trap> load_memory(const Program& program, const ExecutionInput& input,
                               const std::function<bool(ImageWord)>& write);

/// What the program left in the output region. Errors: OutputTooLong, OutputPadding, at `pc`.
Result<Bytes, Trap> read_output(const std::function<std::uint32_t(std::uint32_t)>& word_at,
                                std::uint32_t pc);

/// The trap that an access of `size` bytes to `address` is, limits aside; nothing if it is legal.
std::optional<TrapKind> access_fault(std::uint32_t address, std::uint32_t size, bool is_store);

}  // namespace nexus::zkvm
