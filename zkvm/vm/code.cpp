#include "zkvm/vm/code.hpp"

#include "base/assert.hpp"
#include "zkvm/isa/instruction.hpp"
#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/trap.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace nexus::zkvm {

Code::Code(const Program& program) : entry_(program.entry), text_(program.text) {
    if (text_.empty()) {
        return;
    }
    begin_ = text_.front().pc;
    index_.assign((text_.back().pc - begin_) / 4 + 1, kNone);
    for (const TextWord& word : text_) {
        NEXUS_ASSERT(word.pc % 4 == 0);
        if (const auto instruction = decode(word.word)) {
            index_[(word.pc - begin_) / 4] = static_cast<std::uint32_t>(lowered_.size());
            lowered_.push_back(lower(*instruction, word.pc));
        }
    }
}

std::optional<std::uint32_t> Code::index_of(std::uint32_t pc) const {
    const std::size_t position = (pc - begin_) / 4;
    if (pc % 4 != 0 || position >= index_.size() || index_[position] == kNone) {
        return std::nullopt;
    }
    return index_[position];
}

std::optional<std::uint32_t> Code::word_at(std::uint32_t pc) const {
    const auto found =
        std::lower_bound(text_.begin(), text_.end(), pc,
                         [](const TextWord& word, std::uint32_t value) { return word.pc < value; });
    if (found == text_.end() || found->pc != pc) {
        return std::nullopt;
    }
    return found->word;
}

Trap Code::fetch_trap(std::uint32_t pc) const {
    NEXUS_ASSERT(!index_of(pc));
    if (const auto word = word_at(pc)) {
        return {TrapKind::IllegalInstruction, pc, *word};
    }
    return {TrapKind::FetchOutsideText, pc, pc};
}

}  // namespace nexus::zkvm
