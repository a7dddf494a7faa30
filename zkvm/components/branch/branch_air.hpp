#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// beq, bne, blt, bge, bltu, bgeu. The comparison is that of LessThanTable; `imm` of the program
/// is the signed offset as a field element.
struct BranchTable {
    static constexpr const char* kName = "branch";

    template <class V>
    struct Row {
        V pc, ts, rs1, rs2, offset;
        Limbs<V> b, c, d;
        V is_eq, is_ne, is_lt, is_ge, is_ltu, is_geu;
        V borrow, less;
        V sign_b, sign_c;  ///< 0 on unsigned rows.
        V equal;
        V inverse;  ///< Of d_lo + d_hi where that is not 0.
        V taken;
        V next_pc;
        AccessColumns<V> at1, at2;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const V real = r.is_eq + r.is_ne + r.is_lt + r.is_ge + r.is_ltu + r.is_geu;
        for (const V& flag : {r.is_eq, r.is_ne, r.is_lt, r.is_ge, r.is_ltu, r.is_geu}) {
            g.bit("flag", flag);
        }
        g.bit("one operation", real);
        compare(reader, r, real);

        const V taken = r.is_eq * r.equal + r.is_ne * (lit(1) - r.equal) +
                        (r.is_lt + r.is_ltu) * r.less + (r.is_ge + r.is_geu) * (lit(1) - r.less);
        reader.zero("taken", r.taken - taken);
        reader.zero("next pc", r.next_pc - r.pc - lit(4) * real - r.taken * (r.offset - lit(4)));

        const V code = lit(op::kBeq) * r.is_eq + lit(op::kBne) * r.is_ne + lit(op::kBlt) * r.is_lt +
                       lit(op::kBge) * r.is_ge + lit(op::kBltu) * r.is_ltu +
                       lit(op::kBgeu) * r.is_geu;
        g.fetch(real, r.pc, r.next_pc, r.ts, {code, lit(0), r.rs1, r.rs2, r.offset, lit(0)});
        g.read(real, r.rs1, r.b, r.ts + lit(1), r.at1);
        g.read(real, r.rs2, r.c, r.ts + lit(2), r.at2);
        g.bytes(real, r.at1.gap_high, r.at2.gap_high);
    }

private:
    template <class B>
    static constexpr void compare(B& reader, const Row<typename B::V>& r, typename B::V real) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const V is_signed = r.is_lt + r.is_ge;
        g.bit("borrow", r.borrow);
        g.bit("less", r.less);
        g.sign_of("sign_b", is_signed, r.b.hi, r.sign_b);
        g.sign_of("sign_c", is_signed, r.c.hi, r.sign_c);
        reader.zero("unsigned has no sign b", (lit(1) - is_signed) * r.sign_b);
        reader.zero("unsigned has no sign c", (lit(1) - is_signed) * r.sign_c);
        reader.zero("low", r.b.lo - r.c.lo + lit(65536) * r.borrow - r.d.lo);
        reader.zero("high", r.b.hi - r.c.hi - r.borrow - lit(65536) * (r.sign_b - r.sign_c) +
                                lit(65536) * r.less - r.d.hi);
        g.range16(real, r.d);
        // Both limbs of d are below 2^16, so their sum is 0 only if both are.
        const V sum = r.d.lo + r.d.hi;
        reader.zero("equal", r.equal * sum);
        reader.zero("not equal", sum * r.inverse - real + r.equal);
    }
};

}  // namespace nexus::zkvm
