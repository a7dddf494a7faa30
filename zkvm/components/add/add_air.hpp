#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// add, sub, addi, and what is lowered to them: lui, auipc, fence.
///
/// The second operand is `c + imm`: register forms have imm = 0, immediate forms read x0, so that
/// no flag is needed to choose.
///
///  constraint  degree  why it is needed
///  real, sub   2       bits
///  carry       2       bits; with the two equations, a = b + c + imm or b - c modulo 2^32
///  low, high   2       the equations of the limbs
struct AddTable {
    static constexpr const char* kName = "add";

    template <class V>
    struct Row {
        V pc, ts, rd, rs1, rs2;
        Limbs<V> imm, b, c, a, old;
        V real;
        V is_sub;
        V carry_low, carry_high;
        AccessColumns<V> at1, at2, at3;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        g.bit("real", r.real);
        g.bit("is_sub", r.is_sub);
        g.bit("carry_low", r.carry_low);
        g.bit("carry_high", r.carry_high);

        // add: b + imm + c = a + 2^16 k;  sub: a + c = b + 2^16 k, where imm = 0.
        const V sign = lit(1) - lit(2) * r.is_sub;
        reader.zero("low", r.c.lo + (r.b.lo + r.imm.lo - r.a.lo) * sign - lit(65536) * r.carry_low);
        reader.zero("high", r.c.hi + (r.b.hi + r.imm.hi - r.a.hi) * sign + r.carry_low -
                                lit(65536) * r.carry_high);
        g.range16(r.real, r.a);

        const V code = lit(op::kAdd) * r.real + lit(op::kSub - op::kAdd) * r.is_sub;
        g.fetch(r.real, r.pc, r.pc + lit(4), r.ts, {code, r.rd, r.rs1, r.rs2, r.imm.lo, r.imm.hi});
        g.read(r.real, r.rs1, r.b, r.ts + lit(1), r.at1);
        g.read(r.real, r.rs2, r.c, r.ts + lit(2), r.at2);
        g.access(r.real, r.rd, r.old, r.a, r.ts + lit(3), r.at3);
        g.bytes(r.real, r.at1.gap_high, r.at2.gap_high);
        g.bytes(r.real, r.at3.gap_high, lit(0));
    }
};

}  // namespace nexus::zkvm
