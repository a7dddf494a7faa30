#pragma once

#include "base/assert.hpp"
#include "tests/support/zkvm/div_rows.hpp"
#include "tests/support/zkvm/execution_witness.hpp"
#include "zkvm/components/mul/mul_trace.hpp"
#include "zkvm/components/shift/shift_trace.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm::tests {

/// A wrong row that breaks one rule of its table.
struct HandmadeRow {
    std::string rule;  ///< As ConstraintSearch::names says it.
    std::vector<F> cells;
};

/// Rows that no search comes upon, since many of their cells hang together: what a prover would
/// write if a rule were missing. Many live on 2^16 having an inverse of 17 bits: 2^16 * 32512 = -1,
/// so that a limb that is wrong by 1 makes the next one wrong by 32512 and nothing else.
class HandmadeRows {
public:
    /// Pre: the execution has rows of all instructions.
    explicit HandmadeRows(const ExecutionWitness& execution) : e_(execution) {}

    [[nodiscard]] std::vector<HandmadeRow> of(std::size_t table) {
        rows_.clear();
        if (table == kTableIndex<DivTable>) {
            remainders();
            divisors();
            bytes_of_divisions();
        } else if (table == kTableIndex<MulTable>) {
            bytes_of_products();
        } else if (table == kTableIndex<ShiftTable>) {
            shifts();
        }
        return std::move(rows_);
    }

private:
    /// Adds the row at a place where the program has such an instruction: `is_like` says of an
    /// honest row whether it is one.
    template <class T, class IsLike>
    void add(const std::string& rule, typename T::template Row<F> row, const IsLike& is_like) {
        constexpr std::size_t kTable = kTableIndex<T>;
        const Rows rows = e_.rows(1, kTable);
        for (std::size_t i = 0; i < rows.active(); ++i) {
            const std::vector<F> cells = e_.cells(1, kTable, rows.active_row(i));
            typename T::template Row<F> like;
            std::copy(cells.begin(), cells.end(), columns_of<F>(like));
            if (!is_like(like)) {
                continue;
            }
            row.pc = like.pc;
            row.ts = like.ts;
            row.rd = like.rd;
            row.rs1 = like.rs1;
            row.rs2 = like.rs2;
            row.old = like.old;
            row.at1 = like.at1;
            row.at2 = like.at2;
            row.at3 = like.at3;
            const F* const first = columns_of<const F>(row);
            rows_.push_back({rule, {first, first + kColumns<T>}});
            return;
        }
        NEXUS_ASSERT(false);
    }

    void add_div(const std::string& rule, const DivTable::Row<F>& row) {
        add<DivTable>(rule, row, [&](const auto& like) {
            return like.is_div == row.is_div && like.is_divu == row.is_divu &&
                   like.is_rem == row.is_rem && like.is_remu == row.is_remu;
        });
    }

    static Limbs<F> negative(std::uint32_t limb_lo, std::uint32_t limb_hi) {
        return {-F(limb_lo), -F(limb_hi)};
    }

    /// Remainders that are not below the divisor, or below 0.
    void remainders() {
        // 7 * 2^16 / 2^16 = 6, remainder 2^16.
        const DivClaim late{.abs_c = 0x1'0000, .abs_q = 6, .abs_r = 0x1'0000};
        DivTable::Row<F> row = claimed_div(DivOp::Divu, 0x7'0000, 0x1'0000, late);
        row.borrow = F(1);
        row.slack = {F(65535), -F(1)};
        add_div("range #10", row);
        row.borrow = F(65536).inverse();
        row.slack = {F(), F(32512)};
        add_div("borrow", row);
        // 7 / 3 = 1, remainder 4.
        row = claimed_div(DivOp::Remu, 7, 3, {.abs_c = 3, .abs_q = 1, .abs_r = 4});
        row.borrow = F();
        row.slack = {};
        add_div("slack low", row);
        // -7 / 2 = -4, remainder 1: |r| = -1.
        row = claimed_div(
            DivOp::Div, 0U - 7, 2,
            {.abs_c = 2, .abs_q = 4, .abs_r = 0xffff'ffff, .sign_q = true, .sign_r = true});
        row.abs_r = {-F(1), F()};
        row.carry = F();
        row.borrow = F();
        row.slack = {F(2), F()};
        add_div("range #6", row);
        row = claimed_div(
            DivOp::Div, 0U - 0x7'0000, 0x2'0000,
            {.abs_c = 0x2'0000, .abs_q = 4, .abs_r = 0xffff'0000, .sign_q = true, .sign_r = true});
        row.abs_r = {F(), -F(1)};
        row.carry = F();
        row.borrow = F(1);
        row.slack = {F(65535), F(2)};
        add_div("range #7", row);
        // A carry of 1 / 2^16 adds 1 to the low limb of the remainder and 32512 to the other.
        row = claimed_div(DivOp::Remu, 0x1000, 0xffff'0000,
                          {.abs_c = 0xffff'0000, .abs_q = 0, .abs_r = 0x7f00'1001});
        row.carry = F(65536).inverse();
        add_div("range #8", row);
    }

    /// |c| = 0x7e00'0001 for c = 0x8000'0001: the limbs add up to 2 and 65024 = -2 / 2^16.
    void divisors() {
        const DivTable::Row<F> row =
            claimed_div(DivOp::Div, 0x7e00'0001, 0x8000'0001,
                        {.abs_c = 0x7e00'0001, .abs_q = 1, .abs_r = 0, .sign_q = true});
        add_div("|c| #0", row);
    }

    /// Numbers below 256 that are no bytes cut a limb otherwise: by `by` more in the high one.
    static void recut(F& low, F& high, F by) {
        low -= F(256) * by;
        high += by;
    }

    /// Q C + R = B modulo p, where Q C is above 2^32.
    void bytes_of_divisions() {
        constexpr std::uint64_t kC = 0xff'ffff;
        constexpr std::uint64_t kQ = 0xffff;
        const auto b = static_cast<std::uint32_t>(kQ * kC % F::kModulus) + 5;
        DivTable::Row<F> row =
            claimed_div(DivOp::Divu, b, kC, {.abs_c = kC, .abs_q = kQ, .abs_r = 5});
        // The carry is made 0 by the cut: 2^16 * 255 of its multiples leave the low sum.
        const F low = row.abs_q[0] * row.abs_c[0] +
                      F(256) * (row.abs_q[0] * row.abs_c[1] + row.abs_q[1] * row.abs_c[0]);
        const F by = (low + row.abs_r.lo - row.abs_b.lo) * (F(65536) * F(255)).inverse();
        row.carry = F();
        DivTable::Row<F> other = row;
        recut(other.abs_c[0], other.abs_c[1], by);
        add_div("bytes #0", other);
        other = row;
        recut(other.abs_q[0], other.abs_q[1], by);
        add_div("bytes #2", other);
        // 65535 * 32513 = p + 33022.
        row = claimed_div(DivOp::Divu, (33030U << 16U) + 3, 32513U << 16U,
                          {.abs_c = 32513U << 16U, .abs_q = 65535, .abs_r = (8U << 16U) + 3});
        row.carry = F();
        recut(row.abs_c[2], row.abs_c[3], -row.abs_c[3]);
        add_div("bytes #1", row);
    }

    /// The product with p_i too small by 1, and p_(i+1) by 32512.
    void bytes_of_products() {
        const auto product = [](std::uint32_t b, std::uint32_t c) {
            return mul_row<F>(AluStep(Family::Mul, 0, b, c, b * c).executed());
        };
        const auto is_mul = [](const auto& like) { return like.is_mul == F(1); };
        // p2 has no range: it may fall below 0.
        const auto lower = [](MulTable::Row<F>& row, int i) {
            row.p[i] -= F(1);
            row.p[i + 1] -= F(32512);
            row.a = {row.p[0], row.p[1]};
            return (F(65536) * F(3)).inverse();  // 3: byte 1 of the other operand
        };
        MulTable::Row<F> row = product(0xf1f2'f3f5, 0x3f1);
        recut(row.b[0], row.b[1], lower(row, 0));
        add<MulTable>("bytes #0", row, is_mul);
        row = product(0x3f1, 0xf1f2'f3f5);
        recut(row.c[0], row.c[1], lower(row, 0));
        add<MulTable>("bytes #2", row, is_mul);
        row = product(0xf1f2'f3f5, 0x3f1);
        recut(row.b[2], row.b[3], lower(row, 1));
        add<MulTable>("bytes #1", row, is_mul);
        row = product(0x3f1, 0xf1f2'f3f5);
        recut(row.c[2], row.c[3], lower(row, 1));
        add<MulTable>("bytes #3", row, is_mul);
    }

    /// Shifts by 3 bytes that claim those by 1 and by 2, less that by none.
    void shifts() {
        for (const bool is_left : {true, false}) {
            const ShiftOp op = is_left ? ShiftOp::Left : ShiftOp::RightLogical;
            constexpr std::uint32_t kValue = 0x0102'0304;
            ShiftTable::Row<F> row =
                shift_row<F>(AluStep(Family::Shift, static_cast<std::uint8_t>(op), kValue, 24,
                                     semantics::shift(op, kValue, 24))
                                 .executed());
            F* const claims = is_left ? row.left : row.right;
            claims[0] = -F(1);
            claims[1] = claims[2] = F(1);
            claims[3] = F();
            const auto limbs = [&](std::uint32_t amount) {
                return limbs_of<F>(semantics::shift(op, kValue, amount));
            };
            row.a.lo = limbs(8).lo + limbs(16).lo - limbs(0).lo;
            row.a.hi = limbs(8).hi + limbs(16).hi - limbs(0).hi;
            add<ShiftTable>(is_left ? "left #0" : "right #0", row, [&](const auto& like) {
                const F* const flags = is_left ? like.left : like.right;
                return flags[0] + flags[1] + flags[2] + flags[3] == F(1) && like.is_sra == F() &&
                       like.imm == F() && like.rs2 != F(kZeroCell);
            });
        }
    }

    const ExecutionWitness& e_;
    std::vector<HandmadeRow> rows_;
};

}  // namespace nexus::zkvm::tests
