#pragma once

#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/trap.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nexus::zkvm {

/// The instructions of a program in the form that is executed and proven, sorted by pc. Words of
/// the text that are no instruction (constants, padding) are left out: to reach one is a trap.
class Code {
public:
    /// Pre: `program` keeps the invariant of Program.
    explicit Code(const Program& program);

    [[nodiscard]] std::uint32_t entry() const { return entry_; }

    /// What `Step::instruction` is an index of.
    [[nodiscard]] std::span<const LoweredInstruction> instructions() const { return lowered_; }

    /// The index of the instruction at `pc`; nothing if there is none, or pc is no multiple of 4.
    [[nodiscard]] std::optional<std::uint32_t> index_of(std::uint32_t pc) const;

    /// The word of text at `pc`; nothing outside the text.
    [[nodiscard]] std::optional<std::uint32_t> word_at(std::uint32_t pc) const;

    /// The trap that fetching at `pc` is. Pre: index_of(pc) is nothing.
    [[nodiscard]] Trap fetch_trap(std::uint32_t pc) const;

private:
    static constexpr std::uint32_t kNone = 0xffff'ffff;

    std::uint32_t entry_;
    std::uint32_t begin_ = 0;           // pc of the first word of text
    std::vector<std::uint32_t> index_;  // by (pc - begin_) / 4: into lowered_, or kNone
    std::vector<LoweredInstruction> lowered_;
    std::vector<TextWord> text_;
};

}  // namespace nexus::zkvm
