#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// All cells of the execution but the pc, each once: gives the token of its initial value and takes
/// the last one. Stands in the last segment.
///
/// Initial values are 0; or come from the `image` bus; or are free, range-checked, for cells of the
/// private input (a cell that claimed both would be 0, and the image has none there). Cells rise
/// strictly from real row to real row: padding rows repeat the cell before them. A cell is
/// range-checked as such, not only its distance to the one before: both are below 2^29, so that
/// their difference does not wrap around the field (2^29 + 2^29 < |F|).
struct ClosingTable {
    static constexpr const char* kName = "closing";
    static constexpr bool kGlobal = true;
    static constexpr bool kChain = true;

    template <class V>
    struct Row {
        Limbs<V> first, last;
        V stamp;  ///< The segment that touched it last; 0 for none.
        V real, is_image, is_private, is_output;
        Limbs<V> gap;  ///< cell - cell before - 1
        V noise[5];
        V cell, cell_high;  ///< Not among the columns of the noise, whose row 1 is random.
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        g.bit("real", r.real);
        g.bit("is_image", r.is_image);
        g.bit("is_private", r.is_private);
        g.bit("is_output", r.is_output);
        const V given = r.is_image + r.is_private;
        reader.zero("kinds are of real rows", (given + r.is_output) * (r.real - lit(1)));
        reader.zero("zero low", (lit(1) - given) * r.first.lo);
        reader.zero("zero high", (lit(1) - given) * r.first.hi);

        g.range(r.real, 16, r.cell - lit(65536) * r.cell_high);
        g.range(r.real, 13, r.cell_high);
        // 512 values of cell_high are the private input: 0x1400_0000 up to 0x1600_0000.
        g.range(r.is_private, 12, lit(8) * (r.cell_high - lit(kPrivateHigh)));
        g.range16(r.is_private, r.first);

        reader.send(Bus::global, r.real, std::array<V, 4>{r.cell, r.first.lo, r.first.hi, lit(0)});
        reader.receive(Bus::global, r.real,
                       std::array<V, 4>{r.cell, r.last.lo, r.last.hi, r.stamp});
        reader.receive(Bus::image, r.is_image, std::array<V, 3>{r.cell, r.first.lo, r.first.hi});
        reader.send(Bus::output, r.is_output, std::array<V, 3>{r.cell, r.last.lo, r.last.hi});
        g.range(r.real, 13, r.gap.hi);
        g.range(r.real, 16, r.gap.lo);
    }

    template <class B>
    static constexpr void chain(B& reader, const Row<typename B::V>& r,
                                const Row<typename B::V>& before) {
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        reader.zero("cells rise",
                    r.real * (r.cell - before.cell - lit(1) - r.gap.lo - lit(65536) * r.gap.hi));
        reader.zero("padding repeats", (lit(1) - r.real) * (r.cell - before.cell));
    }

    static constexpr std::uint32_t kPrivateHigh = 0x1400;
};

}  // namespace nexus::zkvm
