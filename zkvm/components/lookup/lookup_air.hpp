#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// The values that lookups may have, the same for every program (`lookup_contents.hpp`): a row
/// answers one message of each of its four buses as often as its counts say.
struct LookupTable {
    static constexpr const char* kName = "lookup";

    template <class V>
    struct Row {
        V range_count, bytes_count, and_count, shift_count;
        V noise[4];
    };

    template <class V>
    struct Fixed {
        V bits, value;                 ///< value < 2^bits
        V a, b, both;                  ///< Bytes, both = a & b.
        V direction, t, byte, lo, hi;  ///< See ShiftTable.
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r,
                               const Fixed<typename B::V>& f) {
        using V = typename B::V;
        reader.receive(Bus::range, r.range_count, std::array<V, 2>{f.bits, f.value});
        reader.receive(Bus::bytes, r.bytes_count, std::array<V, 2>{f.a, f.b});
        reader.receive(Bus::bitand_bytes, r.and_count, std::array<V, 3>{f.a, f.b, f.both});
        reader.receive(Bus::shift, r.shift_count,
                       std::array<V, 5>{f.direction, f.t, f.byte, f.lo, f.hi});
    }
};

}  // namespace nexus::zkvm
