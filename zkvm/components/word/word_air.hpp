#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// lw and sw: one value moves from a source cell to a destination cell. For lw the source is the
/// memory word and the destination the register, for sw the other way round.
///
/// The address b + imm modulo 2^32 is a multiple of 4 below 2^29.
struct WordTable {
    static constexpr const char* kName = "word";

    template <class V>
    struct Row {
        V pc, ts, rs1;
        Limbs<V> imm, b, address, value, old;
        V is_load, is_store;
        V source, destination;  ///< Cells.
        AccessColumns<V> at1, at2, at3;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        const V real = r.is_load + r.is_store;
        // With these, is_store is a bit wherever real is 1.
        g.bit("is_load", r.is_load);
        g.bit("one operation", real);
        g.add("address", r.b, r.imm, r.address);
        g.range(real, 14, reader.inverse_lit(4) * r.address.lo);
        g.range(real, 13, r.address.hi);

        const V cell = r.address.lo + lit(65536) * r.address.hi;
        reader.zero("lw reads the address", r.is_load * (r.source - cell));
        reader.zero("sw writes the address", r.is_store * (r.destination - cell));
        const V reg = r.source + r.destination - cell;

        const V code = lit(op::kLw) * r.is_load + lit(op::kSw) * r.is_store;
        g.fetch(real, r.pc, r.pc + lit(4), r.ts, {code, reg, r.rs1, lit(0), r.imm.lo, r.imm.hi});
        g.read(real, r.rs1, r.b, r.ts + lit(1), r.at1);
        g.read(real, r.source, r.value, r.ts + lit(2), r.at2);
        g.access(real, r.destination, r.old, r.value, r.ts + lit(3), r.at3);
        g.bytes(real, r.at1.gap_high, r.at2.gap_high);
        g.bytes(real, r.at3.gap_high, lit(0));
    }
};

}  // namespace nexus::zkvm
