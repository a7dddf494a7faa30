#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// Precompile 1: copies eight aligned words from a1 to a0, in one row. All words are touched at
/// ts + 2, and the two pointers too, so an overlap of source and target would touch a cell twice at
/// one time, which cannot be proven.
struct Copy32Table {
    static constexpr const char* kName = "copy32";
    static constexpr std::uint32_t kNumber = 1;
    static constexpr int kWords = 8;

    template <class V>
    struct Row {
        V ts, real;
        Limbs<V> target, source;  ///< Addresses.
        Limbs<V> value[kWords], old[kWords];
        AccessColumns<V> at_target, at_source;
        AccessColumns<V> at_write[kWords], at_read[kWords];
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        g.bit("real", r.real);
        reader.receive(Bus::syscall, r.real, std::array<V, 2>{lit(kNumber), r.ts});
        g.read(r.real, lit(register_cell(10)), r.target, r.ts + lit(2), r.at_target);
        g.read(r.real, lit(register_cell(11)), r.source, r.ts + lit(2), r.at_source);
        g.bytes(r.real, r.at_target.gap_high, r.at_source.gap_high);
        for (const Limbs<V>& address : {r.target, r.source}) {
            g.range(r.real, 14, reader.inverse_lit(4) * address.lo);
            g.range(r.real, 13, address.hi);
        }
        const V to = r.target.lo + lit(65536) * r.target.hi;
        const V from = r.source.lo + lit(65536) * r.source.hi;
        for (int i = 0; i < kWords; ++i) {
            const V step = lit(static_cast<std::uint32_t>(4 * i));
            g.read(r.real, from + step, r.value[i], r.ts + lit(2), r.at_read[i]);
            g.access(r.real, to + step, r.old[i], r.value[i], r.ts + lit(2), r.at_write[i]);
            g.bytes(r.real, r.at_read[i].gap_high, r.at_write[i].gap_high);
        }
    }
};

}  // namespace nexus::zkvm
