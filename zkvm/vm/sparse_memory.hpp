#pragma once

#include "base/assert.hpp"
#include "zkvm/vm/address_map.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace nexus::zkvm {

/// The data memory: a `Word` for each aligned address below kMemoryEnd, in pages that exist from
/// the first time they are touched on. Words start value-initialised.
template <class Word>
class SparseMemory {
public:
    static constexpr std::uint32_t kPageBytes = 4096;

    /// At most `bytes_max` bytes of the machine's memory, in whole pages, can be touched.
    explicit SparseMemory(std::uint64_t bytes_max)
        : pages_left_(bytes_max / kPageBytes), pages_(kMemoryEnd / kPageBytes) {}

    /// The word at `address`, whose two low bits are ignored; null where its page was never
    /// touched. Pre: address < kMemoryEnd.
    [[nodiscard]] Word* find(std::uint32_t address) const {
        Page* page = pages_[address / kPageBytes].get();
        return page == nullptr ? nullptr : &(*page)[address % kPageBytes / 4];
    }

    /// The same, where the page comes into being if it has to; null if the limit forbids it.
    Word* touch(std::uint32_t address) {
        Word* word = find(address);
        return word == nullptr ? add_page(address) : word;
    }

private:
    using Page = std::array<Word, kPageBytes / 4>;

    Word* add_page(std::uint32_t address) {
        NEXUS_ASSERT(address < kMemoryEnd);
        if (pages_left_ == 0) {
            return nullptr;
        }
        --pages_left_;
        pages_[address / kPageBytes] = std::make_unique<Page>();
        return find(address);
    }

    std::uint64_t pages_left_;
    std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace nexus::zkvm
