#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// The instructions of the program, lowered: what rows of instruction tables look up. Preprocessed,
/// hence bound by the program id; its one real column counts how often each was executed.
struct ProgramTable {
    static constexpr const char* kName = "program";

    template <class V>
    struct Row {
        V count;
        V noise[7];
    };

    template <class V>
    struct Fixed {
        V pc, op, rd, rs1, rs2, imm_lo, imm_hi;
    };

    /// Rows beyond the program have pc 0, which no pc token but that of a halted machine holds, and
    /// op 0, which no table claims.
    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r,
                               const Fixed<typename B::V>& f) {
        using V = typename B::V;
        reader.receive(Bus::program, r.count,
                       std::array<V, 7>{f.pc, f.op, f.rd, f.rs1, f.rs2, f.imm_lo, f.imm_hi});
    }
};

}  // namespace nexus::zkvm
