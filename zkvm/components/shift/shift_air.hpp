#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// sll, srl, sra and their immediate forms (the amount is the low five bits of c + imm).
///
/// The amount is t + 8 B. The `shift` bus cuts each byte x of b into
///   left:  lo = (x << t) & 255,        hi = x >> (8 - t)
///   right: lo = (x << (8 - t)) & 255,  hi = x >> t
/// so byte j of the result is lo[j - B] + hi[j - B - 1], or hi[j + B] + lo[j + B + 1]; the two
/// share no bit. Bytes above the top one are `255 sign`, byte 4 of the row.
struct ShiftTable {
    static constexpr const char* kName = "shift";

    template <class V>
    struct Row {
        V pc, ts, rd, rs1, rs2, imm;
        Limbs<V> c, a, old;
        V left[4], right[4];  ///< One of them is 1: the direction and B.
        V is_sra;
        V sign;  ///< Top bit of b for sra, else 0.
        V t;     ///< 0..7
        V rest;  ///< (c_lo + imm) / 32
        V b[4];
        V lo[5], hi[5];
        AccessColumns<V> at1, at2, at3;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const V is_left = r.left[0] + r.left[1] + r.left[2] + r.left[3];
        const V is_right = r.right[0] + r.right[1] + r.right[2] + r.right[3];
        const V real = is_left + is_right;
        for (int i = 0; i < 4; ++i) {
            g.bit("left", r.left[i]);
            g.bit("right", r.right[i]);
        }
        g.bit("one direction", real);
        g.bit("is_sra", r.is_sra);
        reader.zero("sra is a right shift", r.is_sra * (lit(1) - is_right));

        // The top bit of byte 3. `sign` is u / 255 for a byte u, since the shift bus takes 255 sign
        // for one. So 2 b3 - 256 sign = v for bytes b3 and v says 255 (2 b3 - v) = 256 u: u is 0 or
        // 255, and only one of these makes v a byte.
        reader.zero("no sign but sra", (lit(1) - r.is_sra) * r.sign);
        g.bytes(r.is_sra, lit(2) * r.b[3] - lit(256) * r.sign, lit(0));

        // c_lo + imm < 2^16 and rest < 2^16, so the cut into 32 rest + 8 B + t is over integers.
        const V whole_bytes = r.left[1] + r.right[1] + lit(2) * (r.left[2] + r.right[2]) +
                              lit(3) * (r.left[3] + r.right[3]);
        reader.zero("amount", r.c.lo + r.imm - r.t - lit(8) * whole_bytes - lit(32) * r.rest);
        g.range(real, 16, r.rest);
        for (int i = 0; i < 5; ++i) {
            const V byte = i < 4 ? r.b[i] : lit(255) * r.sign;
            reader.send(Bus::shift, real, std::array<V, 5>{is_right, r.t, byte, r.lo[i], r.hi[i]});
        }
        reader.zero("result low",
                    r.a.lo - result_byte(reader, r, 0) - lit(256) * result_byte(reader, r, 1));
        reader.zero("result high",
                    r.a.hi - result_byte(reader, r, 2) - lit(256) * result_byte(reader, r, 3));

        const V code = lit(op::kSll) * is_left + lit(op::kSrl) * is_right +
                       lit(op::kSra - op::kSrl) * r.is_sra;
        g.fetch(real, r.pc, r.pc + lit(4), r.ts, {code, r.rd, r.rs1, r.rs2, r.imm, lit(0)});
        const Limbs<V> b{r.b[0] + lit(256) * r.b[1], r.b[2] + lit(256) * r.b[3]};
        g.read(real, r.rs1, b, r.ts + lit(1), r.at1);
        g.read(real, r.rs2, r.c, r.ts + lit(2), r.at2);
        g.access(real, r.rd, r.old, r.a, r.ts + lit(3), r.at3);
        g.bytes(real, r.at1.gap_high, r.at2.gap_high);
        g.bytes(real, r.at3.gap_high, lit(0));
    }

private:
    /// Byte j of the result.
    template <class B>
    static constexpr typename B::V result_byte(B& reader, const Row<typename B::V>& r, int j) {
        using V = typename B::V;
        V sum = reader.lit(0);
        for (int whole = 0; whole < 4; ++whole) {
            const int from = j - whole;
            if (from >= 0) {
                sum = sum + r.left[whole] * (from > 0 ? r.lo[from] + r.hi[from - 1] : r.lo[0]);
            }
            const int above = j + whole;
            sum = sum + r.right[whole] *
                            (r.hi[above < 4 ? above : 4] + r.lo[above + 1 < 4 ? above + 1 : 4]);
        }
        return sum;
    }
};

}  // namespace nexus::zkvm
