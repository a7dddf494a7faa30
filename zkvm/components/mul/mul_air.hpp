#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// mul, mulh, mulhsu, mulhu.
///
/// Schoolbook on bytes gives the unsigned product p of 64 bits. Two byte columns at a time, with
/// carries below 2^12: each side of
///   s0 + 256 s1 = p0 + 2^16 k0,   s2 + 256 s3 + k0 = p1 + 2^16 k1,
///   s4 + 256 s5 + k1 = p2 + 2^16 k2,   s6 + k2 = p3
/// is below 2^28 < |F|, so the equations hold over the integers. A signed operand is
/// b - 2^32 sign(b), so the high half of the signed product is p2, p3 - sign(b) c - sign(c) b.
/// p2 and p3 need no range: the last equation and those of the result bound them, and
/// p2 + 2^16 p3 is the high half whatever the cut.
struct MulTable {
    static constexpr const char* kName = "mul";

    template <class V>
    struct Row {
        V pc, ts, rd, rs1, rs2;
        V is_mul, is_mulh, is_mulhsu, is_mulhu;
        V b[4], c[4];
        V p[4];
        V carry[3];
        V sign_b, sign_c;  ///< 0 for unsigned operands.
        Limbs<V> a, old;
        V wrap_low;   ///< 0..2: a_lo + sign_b c_lo + sign_c b_lo = p2 + 2^16 wrap_low
        V wrap_high;  ///< 0..3
        AccessColumns<V> at1, at2, at3;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const V real = r.is_mul + r.is_mulh + r.is_mulhsu + r.is_mulhu;
        for (const V& flag : {r.is_mul, r.is_mulh, r.is_mulhsu, r.is_mulhu}) {
            g.bit("flag", flag);
        }
        g.bit("one operation", real);
        product(reader, r, real);

        const Limbs<V> b{r.b[0] + lit(256) * r.b[1], r.b[2] + lit(256) * r.b[3]};
        const Limbs<V> c{r.c[0] + lit(256) * r.c[1], r.c[2] + lit(256) * r.c[3]};
        signs(reader, r, b, c);
        // wrap_low and wrap_high are not range-checked by a table: they are roots of these.
        reader.zero("wrap low", r.wrap_low * (r.wrap_low - lit(1)) * (r.wrap_low - lit(2)));
        g.range(real, 12, r.wrap_high);
        const V high = real - r.is_mul;
        reader.zero("mul low", r.is_mul * (r.a.lo - r.p[0]));
        reader.zero("mul high", r.is_mul * (r.a.hi - r.p[1]));
        reader.zero("mulh low", high * (r.a.lo - r.p[2] - lit(65536) * r.wrap_low) +
                                    r.sign_b * c.lo + r.sign_c * b.lo);
        reader.zero("mulh high", high * (r.a.hi + r.wrap_low - r.p[3] - lit(65536) * r.wrap_high) +
                                     r.sign_b * c.hi + r.sign_c * b.hi);
        g.range16(real, r.a);

        const V code = lit(op::kMul) * r.is_mul + lit(op::kMulh) * r.is_mulh +
                       lit(op::kMulhsu) * r.is_mulhsu + lit(op::kMulhu) * r.is_mulhu;
        g.fetch(real, r.pc, r.pc + lit(4), r.ts, {code, r.rd, r.rs1, r.rs2, lit(0), lit(0)});
        g.read(real, r.rs1, b, r.ts + lit(1), r.at1);
        g.read(real, r.rs2, c, r.ts + lit(2), r.at2);
        g.access(real, r.rd, r.old, r.a, r.ts + lit(3), r.at3);
        g.bytes(real, r.at1.gap_high, r.at2.gap_high);
        g.bytes(real, r.at3.gap_high, lit(0));
    }

private:
    template <class B>
    static constexpr void product(B& reader, const Row<typename B::V>& r, typename B::V real) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        g.bytes(real, r.b[0], r.b[1]);
        g.bytes(real, r.b[2], r.b[3]);
        g.bytes(real, r.c[0], r.c[1]);
        g.bytes(real, r.c[2], r.c[3]);
        g.range(real, 16, r.p[0]);
        g.range(real, 16, r.p[1]);
        for (const V& carry : r.carry) {
            g.range(real, 12, carry);
        }
        const auto column = [&](int k) {
            V sum = lit(0);
            for (int i = k < 4 ? 0 : k - 3; i <= k && i < 4; ++i) {
                sum = sum + r.b[i] * r.c[k - i];
            }
            return sum;
        };
        const auto pair = [&](int k) { return column(k) + lit(256) * column(k + 1); };
        reader.zero("product 0", pair(0) - r.p[0] - lit(65536) * r.carry[0]);
        reader.zero("product 1", pair(2) + r.carry[0] - r.p[1] - lit(65536) * r.carry[1]);
        reader.zero("product 2", pair(4) + r.carry[1] - r.p[2] - lit(65536) * r.carry[2]);
        reader.zero("product 3", column(6) + r.carry[2] - r.p[3]);
    }

    template <class B>
    static constexpr void signs(B& reader, const Row<typename B::V>& r,
                                const Limbs<typename B::V>& b, const Limbs<typename B::V>& c) {
        using V = typename B::V;
        Gadgets g{reader};
        const V one = reader.lit(1);
        const V b_is_signed = r.is_mulh + r.is_mulhsu;
        g.sign_of("sign_b", b_is_signed, b.hi, r.sign_b);
        g.sign_of("sign_c", r.is_mulh, c.hi, r.sign_c);
        reader.zero("unsigned has no sign b", (one - b_is_signed) * r.sign_b);
        reader.zero("unsigned has no sign c", (one - r.is_mulh) * r.sign_c);
    }
};

}  // namespace nexus::zkvm
