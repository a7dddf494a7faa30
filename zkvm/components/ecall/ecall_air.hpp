#pragma once

#include "zkvm/components/common/gadgets.hpp"

namespace nexus::zkvm {

/// ecall: reads a7. 93 halts: the pc token becomes the halt value, which the verifier takes and no
/// row can. Numbers with a high limb of 1 call a precompile over the `syscall` bus; others do
/// nothing. Both tests have an inverse as witness, so that neither outcome can be chosen: a flag is
/// 0 where its number does not match, and `real` where it does.
struct EcallTable {
    static constexpr const char* kName = "ecall";

    template <class V>
    struct Row {
        V pc, ts, next_pc;
        Limbs<V> number;
        V real;
        V is_halt;
        V inverse_lo, inverse_hi;  ///< (number_lo - 93) x + number_hi y = 1 where it does not halt.
        V is_precompile;
        V inverse_precompile;  ///< Of number_hi - 1.
        AccessColumns<V> at1;
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        const auto lit = [&](std::uint32_t v) { return reader.lit(v); };
        g.bit("real", r.real);
        reader.zero("halt low", r.is_halt * (r.number.lo - lit(kHaltNumber)));
        reader.zero("halt high", r.is_halt * r.number.hi);
        reader.zero("no halt", (r.number.lo - lit(kHaltNumber)) * r.inverse_lo +
                                   r.number.hi * r.inverse_hi - r.real + r.is_halt);
        reader.zero("precompile", r.is_precompile * (r.number.hi - lit(1)));
        reader.zero("no precompile",
                    (r.number.hi - lit(1)) * r.inverse_precompile - r.real + r.is_precompile);
        reader.zero("next pc",
                    r.next_pc - (r.real - r.is_halt) * (r.pc + lit(4)) - lit(kHaltPc) * r.is_halt);

        g.fetch(r.real, r.pc, r.next_pc, r.ts,
                {lit(op::kEcall), lit(0), lit(kNumberCell), lit(0), lit(0), lit(0)});
        g.read(r.real, lit(kNumberCell), r.number, r.ts + lit(1), r.at1);
        g.bytes(r.real, r.at1.gap_high, lit(0));
        reader.send(Bus::syscall, r.is_precompile, std::array<V, 2>{r.number.lo, r.ts});
    }

    static constexpr std::uint32_t kHaltNumber = 93;
    static constexpr std::uint32_t kNumberCell = register_cell(17);  ///< a7
};

}  // namespace nexus::zkvm
