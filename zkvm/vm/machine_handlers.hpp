#pragma once

// The functions that execute instructions, one for each operation: part of machine.cpp, apart from
// it for the sake of its size.
#include "zkvm/isa/cells.hpp"
#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/host_io.hpp"
#include "zkvm/vm/machine.hpp"
#include "zkvm/vm/semantics.hpp"
#include "zkvm/vm/trap.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace nexus::zkvm {

inline std::uint32_t* Machine::reach(std::uint32_t address, std::uint32_t size) {
    // One test for both: bits above the memory, and those that misalign. The null page has no page.
    const std::uint32_t forbidden = ~(kMemoryEnd - 1) | (size - 1);
    if ((address & forbidden) == 0) [[likely]] {
        if (std::uint32_t* word = memory_.find(address)) [[likely]] {
            return word;
        }
    }
    return reach_new_page(address, size);
}

struct Machine::Handlers {
    template <AddOp op>
    static const FastOp* add(Machine& m, const FastOp* at) {
        m.registers_[at->rd] =
            semantics::add(op, m.registers_[at->rs1], m.registers_[at->rs2] + at->imm);
        return at + 1;
    }

    template <BitwiseOp op>
    static const FastOp* bitwise(Machine& m, const FastOp* at) {
        m.registers_[at->rd] =
            semantics::bitwise(op, m.registers_[at->rs1], m.registers_[at->rs2] + at->imm);
        return at + 1;
    }

    template <LessThanOp op>
    static const FastOp* less_than(Machine& m, const FastOp* at) {
        m.registers_[at->rd] =
            semantics::less_than(op, m.registers_[at->rs1], m.registers_[at->rs2] + at->imm);
        return at + 1;
    }

    template <ShiftOp op>
    static const FastOp* shift(Machine& m, const FastOp* at) {
        m.registers_[at->rd] =
            semantics::shift(op, m.registers_[at->rs1], m.registers_[at->rs2] + at->imm);
        return at + 1;
    }

    template <MulOp op>
    static const FastOp* multiply(Machine& m, const FastOp* at) {
        m.registers_[at->rd] =
            semantics::multiply(op, m.registers_[at->rs1], m.registers_[at->rs2]);
        return at + 1;
    }

    template <DivOp op>
    static const FastOp* divide(Machine& m, const FastOp* at) {
        m.registers_[at->rd] = semantics::divide(op, m.registers_[at->rs1], m.registers_[at->rs2]);
        return at + 1;
    }

    /// A branch whose target is a word of text: imm is the distance in ops.
    template <BranchOp op>
    static const FastOp* branch_near(Machine& m, const FastOp* at) {
        const bool is_taken = semantics::is_taken(op, m.registers_[at->rs1], m.registers_[at->rs2]);
        return at + (is_taken ? static_cast<std::int32_t>(at->imm) : 1);
    }

    /// A branch out of the text, or into the middle of a word: fine until it is taken.
    template <BranchOp op>
    static const FastOp* branch(Machine& m, const FastOp* at) {
        if (!semantics::is_taken(op, m.registers_[at->rs1], m.registers_[at->rs2])) {
            return at + 1;
        }
        const std::uint32_t pc = m.pc_of(at);
        return go_to(m, pc, pc + at->imm);
    }

    /// jal to a word of text: imm is the distance in ops.
    static const FastOp* jump_near(Machine& m, const FastOp* at) {
        m.registers_[at->rd] = m.pc_of(at) + 4;
        return at + static_cast<std::int32_t>(at->imm);
    }

    static const FastOp* jump(Machine& m, const FastOp* at) {
        const std::uint32_t pc = m.pc_of(at);
        const std::uint32_t target = (m.registers_[at->rs1] + at->imm) & ~1U;
        const FastOp* next = go_to(m, pc, target);
        if (next != nullptr) {
            m.registers_[at->rd] = pc + 4;
        }
        return next;
    }

    static const FastOp* load_word(Machine& m, const FastOp* at) {
        const std::uint32_t address = m.registers_[at->rs1] + at->imm;
        const std::uint32_t* word = m.reach(address, 4);
        if (word == nullptr) [[unlikely]] {
            return access_trap(m, at, address, 4, false);
        }
        m.registers_[at->rd] = *word;
        return at + 1;
    }

    static const FastOp* store_word(Machine& m, const FastOp* at) {
        const std::uint32_t address = m.registers_[at->rs1] + at->imm;
        std::uint32_t* word = m.reach(address, 4);
        if (word == nullptr) [[unlikely]] {
            return access_trap(m, at, address, 4, true);
        }
        *word = m.registers_[at->rd];
        return at + 1;
    }

    template <SubwordOp op>
    static const FastOp* subword(Machine& m, const FastOp* at) {
        const std::uint32_t address = m.registers_[at->rs1] + at->imm;
        std::uint32_t* word = m.reach(address, semantics::size_of(op));
        if (word == nullptr) [[unlikely]] {
            return access_trap(m, at, address, semantics::size_of(op), semantics::is_store(op));
        }
        if constexpr (semantics::is_store(op)) {
            *word = semantics::store(op, *word, address, m.registers_[at->rd]);
        } else {
            m.registers_[at->rd] = semantics::load(op, *word, address);
        }
        return at + 1;
    }

    static const FastOp* ecall(Machine& m, const FastOp* /*at*/) {
        m.is_ecall_ = true;
        return nullptr;
    }

    /// A word of text that is no instruction, a gap in the text, or its end.
    static const FastOp* no_instruction(Machine& m, const FastOp* at) {
        const Trap trap = m.code_->fetch_trap(m.pc_of(at));
        return m.stop(trap.kind, trap.pc, trap.value);
    }

    static const FastOp* outside(Machine& m, const FastOp* /*at*/) {
        return m.stop(TrapKind::FetchOutsideText, m.outside_pc_, m.outside_pc_);
    }

    static const FastOp* go_to(Machine& m, std::uint32_t pc, std::uint32_t target) {
        if (target % 4 != 0) [[unlikely]] {
            return m.stop(TrapKind::MisalignedJump, pc, target);
        }
        return m.op_at(target);
    }

    static const FastOp* access_trap(Machine& m, const FastOp* at, std::uint32_t address,
                                     std::uint32_t size, bool is_store) {
        const auto fault = access_fault(address, size, is_store);
        return m.stop(fault.value_or(TrapKind::OutOfMemory), m.pc_of(at), address);
    }

    static Handler of(const LoweredInstruction& instruction);

    /// The same for a branch or jal whose target is a word of text.
    static Handler of_near(const LoweredInstruction& instruction);
};

}  // namespace nexus::zkvm
