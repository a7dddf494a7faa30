#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// lb, lbu, lh, lhu, sb, sh: a word of memory is read and, by stores, written back with one or two
/// bytes changed; a register is written (loads) or read (stores).
///
/// The address b + imm is word + offset, word a multiple of 4 below 2^29; halves have offset 0
/// or 2.
struct SubwordTable {
    static constexpr const char* kName = "subword";

    template <class V>
    struct Row {
        V pc, ts, reg, rs1;
        Limbs<V> imm, b, address;
        V is_lb, is_lbu, is_lh, is_lhu, is_sb, is_sh;
        V offset[4];    ///< One of them is 1.
        V byte[4];      ///< Of the word before.
        Limbs<V> word;  ///< After.
        Limbs<V> reg_old, reg_new;
        V stored;         ///< Low byte of the register before.
        V first, second;  ///< The byte at the offset, and the one after it for halves.
        V top;            ///< The byte whose sign a signed load extends, else 0.
        V sign;           ///< Of that byte, 0 for others.
        AccessColumns<V> at1, at2, at3;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const V real = r.is_lb + r.is_lbu + r.is_lh + r.is_lhu + r.is_sb + r.is_sh;
        for (const V& flag : {r.is_lb, r.is_lbu, r.is_lh, r.is_lhu, r.is_sb, r.is_sh}) {
            g.bit("flag", flag);
        }
        g.bit("one operation", real);
        locate(reader, r, real);
        load(reader, r);
        store(reader, r, real);

        const V code = lit(op::kLb) * r.is_lb + lit(op::kLbu) * r.is_lbu + lit(op::kLh) * r.is_lh +
                       lit(op::kLhu) * r.is_lhu + lit(op::kSb) * r.is_sb + lit(op::kSh) * r.is_sh;
        const V offset = r.offset[1] + lit(2) * r.offset[2] + lit(3) * r.offset[3];
        const V cell = r.address.lo - offset + lit(65536) * r.address.hi;
        const Limbs<V> before{r.byte[0] + lit(256) * r.byte[1], r.byte[2] + lit(256) * r.byte[3]};
        g.fetch(real, r.pc, r.pc + lit(4), r.ts, {code, r.reg, r.rs1, lit(0), r.imm.lo, r.imm.hi});
        g.read(real, r.rs1, r.b, r.ts + lit(1), r.at1);
        g.access(real, cell, before, r.word, r.ts + lit(2), r.at2);
        g.access(real, r.reg, r.reg_old, r.reg_new, r.ts + lit(3), r.at3);
        g.bytes(real, r.at1.gap_high, r.at2.gap_high);
        g.bytes(real, r.at3.gap_high, lit(0));
    }

private:
    /// The address, its offset, and the bytes there.
    template <class B>
    static constexpr void locate(B& reader, const Row<typename B::V>& r, typename B::V real) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        for (const V& one : r.offset) {
            g.bit("offset", one);
        }
        reader.zero("one offset", r.offset[0] + r.offset[1] + r.offset[2] + r.offset[3] - real);
        reader.zero("halves are aligned",
                    (r.is_lh + r.is_lhu + r.is_sh) * (r.offset[1] + r.offset[3]));
        g.add("address", r.b, r.imm, r.address);
        const V offset = r.offset[1] + lit(2) * r.offset[2] + lit(3) * r.offset[3];
        g.range(real, 14, reader.inverse_lit(4) * (r.address.lo - offset));
        g.range(real, 13, r.address.hi);
        g.bytes(real, r.byte[0], r.byte[1]);
        g.bytes(real, r.byte[2], r.byte[3]);
        reader.zero("first", r.first - r.offset[0] * r.byte[0] - r.offset[1] * r.byte[1] -
                                 r.offset[2] * r.byte[2] - r.offset[3] * r.byte[3]);
        reader.zero("second", r.second - r.offset[0] * r.byte[1] - r.offset[2] * r.byte[3]);
    }

    template <class B>
    static constexpr void load(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const V is_signed = r.is_lb + r.is_lh;
        const V loads = is_signed + r.is_lbu + r.is_lhu;
        g.bit("sign", r.sign);
        reader.zero("unsigned has no sign", (lit(1) - is_signed) * r.sign);
        reader.zero("top", r.top - r.is_lb * r.first - r.is_lh * r.second);
        g.bytes(is_signed, lit(2) * r.top - lit(256) * r.sign, lit(0));
        reader.zero("loaded byte",
                    (r.is_lb + r.is_lbu) * (r.reg_new.lo - r.first - lit(255 * 256) * r.sign));
        reader.zero("loaded half",
                    (r.is_lh + r.is_lhu) * (r.reg_new.lo - r.first - lit(256) * r.second));
        reader.zero("loaded high", loads * (r.reg_new.hi - lit(65535) * r.sign));
    }

    template <class B>
    static constexpr void store(B& reader, const Row<typename B::V>& r, typename B::V real) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const V stores = r.is_sb + r.is_sh;
        reader.zero("stores keep the register low", stores * (r.reg_new.lo - r.reg_old.lo));
        reader.zero("stores keep the register high", stores * (r.reg_new.hi - r.reg_old.hi));
        g.bytes(real, r.stored, reader.inverse_lit(256) * (r.reg_old.lo - r.stored));

        const V byte_change = r.stored - r.first;
        const V half_change = r.reg_old.lo - r.first - lit(256) * r.second;
        reader.zero("word low", r.word.lo - r.byte[0] - lit(256) * r.byte[1] -
                                    r.is_sb * (r.offset[0] + lit(256) * r.offset[1]) * byte_change -
                                    r.is_sh * r.offset[0] * half_change);
        reader.zero("word high",
                    r.word.hi - r.byte[2] - lit(256) * r.byte[3] -
                        r.is_sb * (r.offset[2] + lit(256) * r.offset[3]) * byte_change -
                        r.is_sh * r.offset[2] * half_change);
    }
};

}  // namespace nexus::zkvm
