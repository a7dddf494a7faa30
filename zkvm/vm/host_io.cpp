#include "zkvm/vm/host_io.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/trap.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

namespace nexus::zkvm {
namespace {

std::uint32_t saturate(std::size_t value) {
    return static_cast<std::uint32_t>(
        std::min<std::size_t>(value, std::numeric_limits<std::uint32_t>::max()));
}

/// Writes words from `address` on. Errors: OutOfMemory.
Result<void, Trap> load_words(std::uint32_t address, const std::vector<std::uint32_t>& words,
                              const Program& program, const std::function<bool(ImageWord)>& write) {
    for (const std::uint32_t value : words) {
        // Memory is zero anyway: a page of zeros is not worth its memory.
        if (value != 0 && !write({address, value})) {
            return fail(Trap{TrapKind::OutOfMemory, program.entry, address});
        }
        address += 4;
    }
    return {};
}

}  // namespace

std::vector<std::uint32_t> io_words(ByteView bytes) {
    NEXUS_ASSERT(bytes.size() <= kIoBytesMax);
    std::vector<std::uint32_t> words(1 + (bytes.size() + 3) / 4);
    words[0] = static_cast<std::uint32_t>(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        words[1 + i / 4] |= static_cast<std::uint32_t>(bytes[i]) << (8 * (i % 4));
    }
    return words;
}

Result<void, Trap> load_memory(const Program& program, const ExecutionInput& input,
                               const std::function<bool(ImageWord)>& write) {
    for (const Bytes* bytes : {&input.public_input, &input.private_input}) {
        if (bytes->size() > kIoBytesMax) {
            return fail(Trap{TrapKind::InputTooLong, program.entry, saturate(bytes->size())});
        }
    }
    for (const ImageWord& word : program.image) {
        if (!write(word)) {
            return fail(Trap{TrapKind::OutOfMemory, program.entry, word.address});
        }
    }
    if (auto done = load_words(kPublicInputBegin, io_words(input.public_input), program, write);
        !done) {
        return done;
    }
    return load_words(kPrivateInputBegin, io_words(input.private_input), program, write);
}

Result<Bytes, Trap> read_output(const std::function<std::uint32_t(std::uint32_t)>& word_at,
                                std::uint32_t pc) {
    const std::uint32_t size = word_at(kOutputBegin);
    if (size > kIoBytesMax) {
        return fail(Trap{TrapKind::OutputTooLong, pc, size});
    }
    Bytes output(size);
    std::uint32_t word = 0;
    for (std::uint32_t i = 0; i < size; ++i) {
        if (i % 4 == 0) {
            word = word_at(kOutputBegin + 4 + i);
        }
        output[i] = static_cast<std::uint8_t>(word >> (8 * (i % 4)));
    }
    // The statement speaks of whole words: it can be checked only if the rest of the last is zero.
    if (size % 4 != 0 && word >> (8 * (size % 4)) != 0) {
        return fail(Trap{TrapKind::OutputPadding, pc, word});
    }
    return output;
}

std::optional<TrapKind> access_fault(std::uint32_t address, std::uint32_t size, bool is_store) {
    if (address % size != 0) {
        return is_store ? TrapKind::MisalignedStore : TrapKind::MisalignedLoad;
    }
    if (address >= kMemoryEnd) {
        return TrapKind::AddressOutOfRange;
    }
    if (address < kNullPageEnd) {
        return TrapKind::NullPage;
    }
    return std::nullopt;
}

}  // namespace nexus::zkvm
