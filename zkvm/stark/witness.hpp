#pragma once

#include "zkvm/commit/arena.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <array>
#include <span>
#include <vector>

namespace nexus::zkvm {

class WitnessForger;

/// The columns of all tables of a segment over their rows, and how tall they are.
template <class F>
struct Witness {
    Heights heights{};
    std::array<Matrix<F>, kTableCount> columns;  ///< Empty where the table is not there.
};

/// What a segment's tables are made of. `closing` is empty but in the last segment.
struct SegmentInput {
    const Program* program = nullptr;
    const Code* code = nullptr;
    const SegmentRecord* record = nullptr;
    std::span<const ClosingCell> closing;
    std::size_t public_input_words = 0;  ///< With the word of the length.
    std::size_t output_words = 0;
    bool is_last = false;
    bool zero_knowledge = true;
    WitnessForger* forger = nullptr;  ///< Of soundness tests.
};

/// The heights that the tables of a segment need. Preprocessed tables: those of `fixed`.
Heights segment_heights(const SegmentInput& input, const Heights& fixed);

/// Fills boundary and closing. `noise`: master stream of the proof, or null.
template <class F>
void fill_boundary(Witness<F>& witness, Arena& arena, const SegmentInput& input,
                   const MaskRng* noise);

/// Fills all other tables. Pre: fill_boundary was called on this witness.
template <class F>
void fill_tables(Witness<F>& witness, Arena& arena, const SegmentInput& input,
                 const MaskRng* noise);

}  // namespace nexus::zkvm
