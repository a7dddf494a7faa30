#pragma once

#include "zkvm/components/add/add_air.hpp"
#include "zkvm/components/common/trace.hpp"

namespace nexus::zkvm {

/// The row of an executed add or sub.
template <class F>
AddTable::Row<F> add_row(const Executed& e) {
    AddTable::Row<F> row{};
    fill_registers<F>(row, e);
    const bool is_sub = e.instruction.op == static_cast<std::uint8_t>(AddOp::Sub);
    const std::uint32_t b = e.step.access[0].after;
    const std::uint32_t c = e.step.access[1].after;
    const std::uint32_t a = e.step.access[2].after;
    const std::uint32_t imm = e.instruction.imm;
    row.imm = limbs_of<F>(imm);
    row.b = limbs_of<F>(b);
    row.c = limbs_of<F>(c);
    row.a = limbs_of<F>(a);
    row.real = F(1);
    row.is_sub = F(is_sub ? 1 : 0);
    const std::uint32_t x = is_sub ? a : b + imm;  // x + c = y + 2^32 carry; imm or c is 0
    const std::uint32_t low = (x & 0xffffU) + (c & 0xffffU);
    const bool imm_carry = !is_sub && (b & 0xffffU) + (imm & 0xffffU) > 0xffffU;
    row.carry_low = F(low >> 16U | (imm_carry ? 1U : 0U));
    const std::uint64_t whole = is_sub ? std::uint64_t{a} + c : std::uint64_t{b} + c + imm;
    row.carry_high = F(static_cast<std::uint32_t>(whole >> 32U));
    return row;
}

}  // namespace nexus::zkvm
