#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// slt, sltu, slti, sltiu (the second operand is c + imm, as in AddTable).
///
/// b - c = d - 2^32 less with d of 32 bits; signed values are b - 2^32 sign(b), c - 2^32 sign(c).
struct LessThanTable {
    static constexpr const char* kName = "less_than";

    template <class V>
    struct Row {
        V pc, ts, rd, rs1, rs2;
        Limbs<V> imm, b, c, old, d;
        V real;
        V is_signed;
        V borrow, less;
        V sign_b, sign_c;  ///< 0 on unsigned rows.
        AccessColumns<V> at1, at2, at3;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const Limbs<V> c{r.c.lo + r.imm.lo, r.c.hi + r.imm.hi};
        g.bit("real", r.real);
        g.bit("is_signed", r.is_signed);
        g.bit("borrow", r.borrow);
        g.bit("less", r.less);
        g.sign_of("sign_b", r.is_signed, r.b.hi, r.sign_b);
        g.sign_of("sign_c", r.is_signed, c.hi, r.sign_c);
        reader.zero("unsigned has no sign b", (lit(1) - r.is_signed) * r.sign_b);
        reader.zero("unsigned has no sign c", (lit(1) - r.is_signed) * r.sign_c);

        reader.zero("low", r.b.lo - c.lo + lit(65536) * r.borrow - r.d.lo);
        reader.zero("high", r.b.hi - c.hi - r.borrow - lit(65536) * (r.sign_b - r.sign_c) +
                                lit(65536) * r.less - r.d.hi);
        g.range16(r.real, r.d);

        const V code = lit(op::kSltu) * r.real - lit(op::kSltu - op::kSlt) * r.is_signed;
        g.fetch(r.real, r.pc, r.pc + lit(4), r.ts, {code, r.rd, r.rs1, r.rs2, r.imm.lo, r.imm.hi});
        g.read(r.real, r.rs1, r.b, r.ts + lit(1), r.at1);
        g.read(r.real, r.rs2, r.c, r.ts + lit(2), r.at2);
        g.access(r.real, r.rd, r.old, Limbs<V>{r.less, lit(0)}, r.ts + lit(3), r.at3);
        g.bytes(r.real, r.at1.gap_high, r.at2.gap_high);
        g.bytes(r.real, r.at3.gap_high, lit(0));
    }
};

}  // namespace nexus::zkvm
