#pragma once

#include "tests/support/zkvm/row_text.hpp"
#include "zkvm/components/closing/closing_air.hpp"
#include "zkvm/components/common/opcodes.hpp"
#include "zkvm/components/tables.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/precompile.hpp"
#include "zkvm/vm/semantics.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace nexus::zkvm::tests {

/// Says from its messages alone whether a row does what the machine does: written from the
/// semantics of the instructions, apart from the constraints. Pre: multiplicities are those of a
/// row that is there once, or of one that is not there.
class RowOracle {
public:
    /// True if no machine says these messages.
    static bool is_wrong(std::size_t table, const RowText& text,
                         std::array<std::uint32_t, 2> parameters) {
        return RowOracle(text).wrong(table, parameters[0]);
    }

private:
    struct Pair {
        std::uint32_t cell = 0, before = 0, after = 0, previous_time = 0, time = 0;
        bool is_whole = true;  // both limbs below 2^16, one cell
    };

    explicit RowOracle(const RowText& text) {
        const FlatMessage* received = nullptr;
        for (const FlatMessage& message : text.messages) {
            if (message.multiplicity.is_zero()) {
                continue;
            }
            if (message.bus == Bus::memory && message.is_receive) {
                received = &message;
            } else if (message.bus == Bus::memory && received != nullptr) {
                pairs_.push_back(pair_of(*received, message));
                received = nullptr;
            } else {
                others_.push_back(&message);
            }
        }
        is_odd_ = received != nullptr;
    }

    static Pair pair_of(const FlatMessage& from, const FlatMessage& to) {
        const auto& a = from.limbs;
        const auto& b = to.limbs;
        Pair pair{a[0], a[1] | a[2] << 16U, b[1] | b[2] << 16U, a[3], b[3], a[0] == b[0]};
        if (a[0] == kPcCell) {
            pair.before = a[1];
            pair.after = b[1];
            pair.is_whole = pair.is_whole && a[2] == 0 && b[2] == 0;
        } else {
            pair.is_whole = pair.is_whole && ((a[1] | a[2] | b[1] | b[2]) >> 16U) == 0;
        }
        return pair;
    }

    const FlatMessage* first(Bus bus) const {
        const auto found = std::find_if(others_.begin(), others_.end(),
                                        [&](const FlatMessage* m) { return m->bus == bus; });
        return found == others_.end() ? nullptr : *found;
    }

    [[nodiscard]] bool wrong(std::size_t table, std::uint32_t segment) const {
        if (table == kTableIndex<ClosingTable>) {
            return closing_is_wrong();
        }
        if (table == kTableIndex<BoundaryTable>) {
            const FlatMessage* stamp = first(Bus::global);
            return stamp != nullptr && stamp->limbs[3] >= segment;
        }
        if (table == kTableIndex<Sha256Table>) {
            return false;  // its rows are judged together: sha256_test.cpp
        }
        const bool is_whole = !is_odd_ && std::all_of(pairs_.begin(), pairs_.end(),
                                                      [](const Pair& p) { return p.is_whole; });
        if (!is_whole) {
            return true;
        }
        if (table == kTableIndex<Copy32Table>) {
            return copy_is_wrong();
        }
        const FlatMessage* program = first(Bus::program);
        if (program == nullptr) {
            return !pairs_.empty() || first(Bus::syscall) != nullptr;
        }
        return instruction_is_wrong(program->limbs);
    }

    [[nodiscard]] bool is_access(std::size_t slot, std::uint32_t cell, std::uint32_t after) const {
        const Pair& pair = pairs_[1 + slot];
        return pair.cell == cell && pair.after == after && pair.previous_time < pair.time;
    }

    /// `limbs`: pc, op, rd, rs1, rs2, imm_lo, imm_hi.
    [[nodiscard]] bool instruction_is_wrong(const std::array<std::uint32_t, 8>& limbs) const {
        const std::uint32_t number = limbs[1];
        const std::uint32_t imm = limbs[5] | limbs[6] << 16U;
        const Pair& pc = pairs_.front();
        std::uint32_t next_pc = limbs[0] + 4;
        bool is_right = pc.cell == kPcCell && pc.before == limbs[0] &&
                        pc.time == pc.previous_time + 4 && times_are_right(number, pc);
        if (!is_right) {
            return true;
        }
        const std::uint32_t b = pairs_[1].before;
        const std::uint32_t c = pairs_.size() > 2 ? pairs_[2].before : 0;
        is_right = is_access(0, limbs[3], b);
        if (number >= op::kBeq && number <= op::kBgeu) {
            is_right = is_right && is_access(1, limbs[4], c);
            if (semantics::is_taken(static_cast<BranchOp>(number - op::kBeq), b, c)) {
                next_pc = (F(limbs[0]) + F(limbs[5])).value();
            }
        } else if (number == op::kJump) {
            is_right = is_right && is_access(1, limbs[2], limbs[0] + 4);
            next_pc = (b + imm) & ~1U;
        } else if (number >= op::kLw && number <= op::kSh) {
            is_right = is_right && memory_is_right(limbs, b + imm);
        } else if (number == op::kEcall) {
            is_right = is_right && limbs[3] == register_cell(kA7) && syscall_is_right(b);
            next_pc = b == kEcallHalt ? kHaltPc : next_pc;
        } else {
            is_right = is_right && is_access(1, limbs[4], c) &&
                       is_access(2, limbs[2], result(number, b, c, imm));
        }
        return !is_right || pc.after != next_pc;
    }

    [[nodiscard]] bool times_are_right(std::uint32_t number, const Pair& pc) const {
        const bool is_branch = number >= op::kBeq && number <= op::kBgeu;
        const std::size_t accesses = number == op::kEcall               ? 1
                                     : is_branch || number == op::kJump ? 2
                                                                        : 3;
        if (pairs_.size() != 1 + accesses) {
            return false;
        }
        for (std::size_t slot = 0; slot < accesses; ++slot) {
            const std::size_t at = number == op::kJump && slot == 1 ? 3 : 1 + slot;
            if (pairs_[1 + slot].time != pc.previous_time + at) {
                return false;
            }
        }
        return true;
    }

    static std::uint32_t result(std::uint32_t number, std::uint32_t b, std::uint32_t c,
                                std::uint32_t imm) {
        const auto op_of = [&](std::uint32_t first) {
            return static_cast<std::uint8_t>(number - first);
        };
        if (number <= op::kSub) {
            return semantics::add(static_cast<AddOp>(op_of(op::kAdd)), b, c + imm);
        }
        if (number <= op::kXor) {
            return semantics::bitwise(static_cast<BitwiseOp>(op_of(op::kAnd)), b, c + imm);
        }
        if (number <= op::kSltu) {
            return semantics::less_than(static_cast<LessThanOp>(op_of(op::kSlt)), b, c + imm);
        }
        if (number <= op::kSra) {
            return semantics::shift(static_cast<ShiftOp>(op_of(op::kSll)), b, c + imm);
        }
        if (number <= op::kMulhu) {
            return semantics::multiply(static_cast<MulOp>(op_of(op::kMul)), b, c);
        }
        return semantics::divide(static_cast<DivOp>(op_of(op::kDiv)), b, c);
    }

    [[nodiscard]] bool memory_is_right(const std::array<std::uint32_t, 8>& limbs,
                                       std::uint32_t address) const {
        const std::uint32_t number = limbs[1];
        const std::uint32_t cell = address & ~3U;
        if (address >= kMemoryEnd) {
            return false;
        }
        const std::uint32_t value = pairs_[2].before;
        if (number == op::kLw) {
            return address == cell && is_access(1, cell, value) && is_access(2, limbs[2], value);
        }
        if (number == op::kSw) {
            return address == cell && is_access(1, limbs[2], value) && is_access(2, cell, value);
        }
        const auto op = static_cast<SubwordOp>(number - op::kLb);
        if (address % semantics::size_of(op) != 0) {
            return false;
        }
        if (semantics::is_store(op)) {
            const std::uint32_t source = pairs_[3].before;
            return is_access(1, cell, semantics::store(op, value, address, source)) &&
                   is_access(2, limbs[2], source);
        }
        return is_access(1, cell, value) &&
               is_access(2, limbs[2], semantics::load(op, value, address));
    }

    [[nodiscard]] bool syscall_is_right(std::uint32_t number) const {
        const FlatMessage* call = first(Bus::syscall);
        if (number >> 16U != 1) {
            return call == nullptr;
        }
        return call != nullptr && call->limbs[0] == (number & 0xffffU) &&
               call->limbs[1] == pairs_.front().previous_time;
    }

    /// Pairs: a0, a1, then word by word the read and the write.
    [[nodiscard]] bool copy_is_wrong() const {
        const FlatMessage* call = first(Bus::syscall);
        if (call == nullptr) {
            return !pairs_.empty();
        }
        if (pairs_.size() != 18 || call->limbs[0] != kPrecompileCopy32) {
            return true;
        }
        const std::uint32_t to = pairs_[0].before;
        const std::uint32_t from = pairs_[1].before;
        bool is_right = (to | from) % 4 == 0 && to < kMemoryEnd && from < kMemoryEnd;
        for (const Pair& pair : pairs_) {
            is_right =
                is_right && pair.time == call->limbs[1] + 2 && pair.previous_time < pair.time;
        }
        is_right = is_right && pairs_[0].after == to && pairs_[0].cell == register_cell(kA0) &&
                   pairs_[1].after == from && pairs_[1].cell == register_cell(kA1);
        for (std::uint32_t i = 0; i < 8; ++i) {
            const Pair& read = pairs_[2 + 2 * i];
            const Pair& write = pairs_[3 + 2 * i];
            is_right = is_right && read.cell == from + 4 * i && read.after == read.before &&
                       write.cell == to + 4 * i && write.after == read.before;
        }
        return !is_right;
    }

    /// A cell's first value is 0, or the image's, or anything in the private input.
    [[nodiscard]] bool closing_is_wrong() const {
        const FlatMessage* gives = nullptr;
        const FlatMessage* takes = nullptr;
        for (const FlatMessage* message : others_) {
            if (message->bus == Bus::global) {
                (message->is_receive ? takes : gives) = message;
            }
        }
        const FlatMessage* image = first(Bus::image);
        const FlatMessage* output = first(Bus::output);
        if (gives == nullptr || takes == nullptr) {
            return !others_.empty() && (image != nullptr || output != nullptr);
        }
        const auto& value = gives->limbs;
        const std::uint32_t cell = value[0];
        bool is_right = cell < kMemoryEnd && takes->limbs[0] == cell && value[3] == 0;
        const bool is_private = cell >= kPrivateInputBegin && cell < kPrivateInputEnd;
        if (image != nullptr) {
            is_right =
                is_right && std::equal(value.begin(), value.begin() + 3, image->limbs.begin());
        } else if (is_private) {
            is_right = is_right && ((value[1] | value[2]) >> 16U) == 0;
        } else {
            is_right = is_right && value[1] == 0 && value[2] == 0;
        }
        if (output != nullptr) {
            is_right = is_right && std::equal(takes->limbs.begin(), takes->limbs.begin() + 3,
                                              output->limbs.begin());
        }
        return !is_right;
    }

    std::vector<Pair> pairs_;  // accesses in the order of the text
    std::vector<const FlatMessage*> others_;
    bool is_odd_ = false;
};

}  // namespace nexus::zkvm::tests
