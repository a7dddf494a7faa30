#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// jal and jalr. `jal` is lowered to a jump to x0 + absolute target; the program's slot of rs2 is
/// the low limb of the return address pc + 4.
///
/// The target is b + imm modulo 2^32 without its bit 0. It is a pc below 2^29 and a multiple of 4,
/// so that lo + 2^16 hi does not wrap in the field.
struct JumpTable {
    static constexpr const char* kName = "jump";

    template <class V>
    struct Row {
        V pc, ts, rd, rs1, link_lo;
        Limbs<V> imm, b, target, old;
        V real;
        V bit0;
        AccessColumns<V> at1, at3;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        g.bit("real", r.real);
        g.bit("bit0", r.bit0);
        g.add("target", r.b, r.imm, r.target);
        // (target_lo - bit0) / 4 below 2^14 bounds target_lo itself by 2^16.
        g.range(r.real, 14, reader.inverse_lit(4) * (r.target.lo - r.bit0));
        g.range(r.real, 13, r.target.hi);

        const V next_pc = r.target.lo - r.bit0 + lit(65536) * r.target.hi;
        g.fetch(r.real, r.pc, next_pc, r.ts,
                {lit(op::kJump), r.rd, r.rs1, r.link_lo, r.imm.lo, r.imm.hi});
        const V link_hi = reader.inverse_lit(65536) * (r.pc + lit(4) - r.link_lo);
        g.read(r.real, r.rs1, r.b, r.ts + lit(1), r.at1);
        g.access(r.real, r.rd, r.old, Limbs<V>{r.link_lo, link_hi}, r.ts + lit(3), r.at3);
        g.bytes(r.real, r.at1.gap_high, r.at3.gap_high);
    }
};

}  // namespace nexus::zkvm
