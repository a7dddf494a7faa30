#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// The initial content of memory that the program brings with it, a word a row, each sent once: in
/// the last segment, whose parameter(1) is 1; it is 0 in all others. Preprocessed, hence bound by
/// the program id.
struct ImageTable {
    static constexpr const char* kName = "image";

    template <class V>
    struct Row {
        V noise[8];
    };

    template <class V>
    struct Fixed {
        V real, cell, lo, hi;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>&,
                               const Fixed<typename B::V>& f) {
        using V = typename B::V;
        reader.send(Bus::image, f.real * reader.parameter(1), std::array<V, 3>{f.cell, f.lo, f.hi});
    }
};

}  // namespace nexus::zkvm
