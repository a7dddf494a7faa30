#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// div, divu, rem, remu, on absolute values: B = |b|, C = |c|, Q = |q|, R = |r| with
///   Q C + R = B over the integers,  R < C,  q = +-Q,  r = +-R, r of the sign of b.
/// -2^31 / -1 needs no case of its own: B = Q = 2^31, and 2^31 is the answer modulo 2^32.
/// Division by zero: q = 2^32 - 1 and r = b by constraint; product and R < C do not apply.
struct DivTable {
    static constexpr const char* kName = "div";

    template <class V>
    struct Row {
        V pc, ts, rd, rs1, rs2;
        V is_div, is_divu, is_rem, is_remu;
        Limbs<V> b, c, q, r;
        V sign_b, sign_c;  ///< 0 on unsigned rows.
        V sign_q;          ///< Of the quotient; 0 if c = 0.
        Limbs<V> abs_b;
        V abs_c[4];  ///< Bytes.
        V abs_q[4];  ///< Bytes.
        Limbs<V> abs_r;
        V c_is_zero;
        V carry;         ///< Of the low half of the product.
        V borrow;        ///< Of the low limb of C - R - 1.
        Limbs<V> slack;  ///< C - R - 1
        Limbs<V> a, old;
        AccessColumns<V> at1, at2, at3;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const V real = r.is_div + r.is_divu + r.is_rem + r.is_remu;
        for (const V& flag : {r.is_div, r.is_divu, r.is_rem, r.is_remu}) {
            g.bit("flag", flag);
        }
        g.bit("one operation", real);
        signs(reader, r, real);
        quotient(reader, r, real);
        by_zero(reader, r);

        const V quotients = r.is_div + r.is_divu;
        const V remainders = r.is_rem + r.is_remu;
        reader.zero("result low", r.a.lo - quotients * r.q.lo - remainders * r.r.lo);
        reader.zero("result high", r.a.hi - quotients * r.q.hi - remainders * r.r.hi);

        const V code = lit(op::kDiv) * r.is_div + lit(op::kDivu) * r.is_divu +
                       lit(op::kRem) * r.is_rem + lit(op::kRemu) * r.is_remu;
        g.fetch(real, r.pc, r.pc + lit(4), r.ts, {code, r.rd, r.rs1, r.rs2, lit(0), lit(0)});
        g.read(real, r.rs1, r.b, r.ts + lit(1), r.at1);
        g.read(real, r.rs2, r.c, r.ts + lit(2), r.at2);
        g.access(real, r.rd, r.old, r.a, r.ts + lit(3), r.at3);
        g.bytes(real, r.at1.gap_high, r.at2.gap_high);
        g.bytes(real, r.at3.gap_high, lit(0));
    }

private:
    template <class B>
    static constexpr void signs(B& reader, const Row<typename B::V>& r, typename B::V real) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const V is_signed = r.is_div + r.is_rem;
        g.sign_of("sign_b", is_signed, r.b.hi, r.sign_b);
        g.sign_of("sign_c", is_signed, r.c.hi, r.sign_c);
        reader.zero("unsigned has no sign b", (lit(1) - is_signed) * r.sign_b);
        reader.zero("unsigned has no sign c", (lit(1) - is_signed) * r.sign_c);
        reader.zero("sign of the quotient",
                    r.sign_q - (r.sign_b + r.sign_c - lit(2) * r.sign_b * r.sign_c) *
                                   (lit(1) - r.c_is_zero));

        const Limbs<V> abs_c{r.abs_c[0] + lit(256) * r.abs_c[1],
                             r.abs_c[2] + lit(256) * r.abs_c[3]};
        const Limbs<V> abs_q{r.abs_q[0] + lit(256) * r.abs_q[1],
                             r.abs_q[2] + lit(256) * r.abs_q[3]};
        // |b| needs no range: its limbs are those of b, or such that |b| = 2^32 - b.
        g.negate_if("|b|", real, r.sign_b, r.b, r.abs_b);
        g.negate_if("|c|", real, r.sign_c, r.c, abs_c);
        g.negate_if("|q|", real, r.sign_q, r.q, abs_q);
        g.negate_if("|r|", real, r.sign_b, r.r, r.abs_r);
        g.bytes(real, r.abs_c[0], r.abs_c[1]);
        g.bytes(real, r.abs_c[2], r.abs_c[3]);
        g.bytes(real, r.abs_q[0], r.abs_q[1]);
        g.bytes(real, r.abs_q[2], r.abs_q[3]);
        g.range16(real, r.q);
        g.range16(real, r.r);
        g.range16(real, r.abs_r);
    }

    /// Q C + R = B and R < C, unless c = 0. All sums are below 2^28, so they hold over the
    /// integers; products above 2^32 are sums of non-negative terms that must all be 0.
    template <class B>
    static constexpr void quotient(B& reader, const Row<typename B::V>& r, typename B::V real) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const auto column = [&](int k) {
            V sum = lit(0);
            for (int i = k < 4 ? 0 : k - 3; i <= k && i < 4; ++i) {
                sum = sum + r.abs_q[i] * r.abs_c[k - i];
            }
            return sum;
        };
        const V divides = real - r.c_is_zero;
        reader.zero("product low", divides * (column(0) + lit(256) * column(1) + r.abs_r.lo -
                                              r.abs_b.lo - lit(65536) * r.carry));
        reader.zero("product high", divides * (column(2) + lit(256) * column(3) + r.abs_r.hi +
                                               r.carry - r.abs_b.hi));
        reader.zero("product overflow", divides * (column(4) + column(5) + column(6)));
        g.range(real, 12, r.carry);

        g.bit("borrow", r.borrow);
        reader.zero("slack low", divides * (r.abs_c[0] + lit(256) * r.abs_c[1] - r.abs_r.lo -
                                            lit(1) + lit(65536) * r.borrow - r.slack.lo));
        reader.zero("slack high", divides * (r.abs_c[2] + lit(256) * r.abs_c[3] - r.abs_r.hi -
                                             r.borrow - r.slack.hi));
        g.range16(real, r.slack);
    }

    template <class B>
    static constexpr void by_zero(B& reader, const Row<typename B::V>& r) {
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        // Only a divisor of 0 may say that it is 0; and it must, since no R is below it.
        reader.zero("zero", r.c_is_zero * (r.c.lo + r.c.hi));
        reader.zero("q of zero low", r.c_is_zero * (r.q.lo - lit(65535)));
        reader.zero("q of zero high", r.c_is_zero * (r.q.hi - lit(65535)));
        reader.zero("r of zero low", r.c_is_zero * (r.r.lo - r.b.lo));
        reader.zero("r of zero high", r.c_is_zero * (r.r.hi - r.b.hi));
    }
};

}  // namespace nexus::zkvm
