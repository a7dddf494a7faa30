#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// and, or, xor and their immediate forms (the second operand is c + imm, as in AddTable).
///
/// The operands are cut into bytes, of which the odd ones are expressions: b1 = (b_lo - b0) / 2^8.
/// The `and` bus proves that both are bytes, so that the cut is the only one, and gives x & y;
/// or = x + y - (x & y), xor = x + y - 2 (x & y).
struct BitwiseTable {
    static constexpr const char* kName = "bitwise";

    template <class V>
    struct Row {
        V pc, ts, rd, rs1, rs2;
        Limbs<V> imm, b, c, a, old;
        V is_and, is_or, is_xor;
        V b0, b2;   ///< Bytes 0 and 2 of b.
        V c0, c2;   ///< Bytes 0 and 2 of c + imm.
        V both[4];  ///< The bytes of b & (c + imm).
        AccessColumns<V> at1, at2, at3;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const V real = r.is_and + r.is_or + r.is_xor;
        g.bit("is_and", r.is_and);
        g.bit("is_or", r.is_or);
        g.bit("is_xor", r.is_xor);
        g.bit("one operation", real);

        const Limbs<V> c{r.c.lo + r.imm.lo, r.c.hi + r.imm.hi};
        const V shift_down = reader.inverse_lit(256);
        const auto look_up = [&](V x, V y, V both) {
            reader.send(Bus::bitand_bytes, real, std::array<V, 3>{x, y, both});
        };
        look_up(r.b0, r.c0, r.both[0]);
        look_up(shift_down * (r.b.lo - r.b0), shift_down * (c.lo - r.c0), r.both[1]);
        look_up(r.b2, r.c2, r.both[2]);
        look_up(shift_down * (r.b.hi - r.b2), shift_down * (c.hi - r.c2), r.both[3]);

        const V both_lo = r.both[0] + lit(256) * r.both[1];
        const V both_hi = r.both[2] + lit(256) * r.both[3];
        const auto result = [&](V x, V y, V both) {
            return r.is_and * both + (r.is_or + r.is_xor) * (x + y - both) - r.is_xor * both;
        };
        reader.zero("result low", r.a.lo - result(r.b.lo, c.lo, both_lo));
        reader.zero("result high", r.a.hi - result(r.b.hi, c.hi, both_hi));

        const V code = lit(op::kAnd) * r.is_and + lit(op::kOr) * r.is_or + lit(op::kXor) * r.is_xor;
        g.fetch(real, r.pc, r.pc + lit(4), r.ts, {code, r.rd, r.rs1, r.rs2, r.imm.lo, r.imm.hi});
        g.read(real, r.rs1, r.b, r.ts + lit(1), r.at1);
        g.read(real, r.rs2, r.c, r.ts + lit(2), r.at2);
        g.access(real, r.rd, r.old, r.a, r.ts + lit(3), r.at3);
        g.bytes(real, r.at1.gap_high, r.at2.gap_high);
        g.bytes(real, r.at3.gap_high, lit(0));
    }
};

}  // namespace nexus::zkvm
