#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// What a segment takes over from earlier ones and leaves to later ones: a row for each cell that
/// it touches, the pc among them. Values need no range check: they come from rows that checked
/// them. parameter(0) is the number of the segment.
struct BoundaryTable {
    static constexpr const char* kName = "boundary";
    static constexpr bool kGlobal = true;

    template <class V>
    struct Row {
        V cell;
        Limbs<V> first, last;
        V last_time;
        V stamp;  ///< The segment that left the cell; 0 for its initial value.
        V real;
        V noise[8];
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const V segment = reader.parameter(0);
        g.bit("real", r.real);
        reader.receive(Bus::global, r.real,
                       std::array<V, 4>{r.cell, r.first.lo, r.first.hi, r.stamp});
        reader.send(Bus::global, r.real, std::array<V, 4>{r.cell, r.last.lo, r.last.hi, segment});
        g.range(r.real, 16, segment - r.stamp - reader.lit(1));
        reader.send(Bus::memory, r.real,
                    std::array<V, 4>{r.cell, r.first.lo, r.first.hi, reader.lit(0)});
        reader.receive(Bus::memory, r.real,
                       std::array<V, 4>{r.cell, r.last.lo, r.last.hi, r.last_time});
    }
};

}  // namespace nexus::zkvm
