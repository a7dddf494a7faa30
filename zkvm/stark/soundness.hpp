#pragma once

#include <string>
#include <vector>

namespace nexus::zkvm {

/// What the soundness error of a STARK over FRI depends on. All of it is public.
struct SoundnessInput {
    double log2_field = 0;   ///< Of the field that challenges come from.
    double rate = 0.5;       ///< rho
    double log2_rows = 0;    ///< k, of the largest table.
    double columns = 0;      ///< N: (column, point) pairs batched into one codeword.
    double constraints = 0;  ///< Powers of the constraint challenge.
    double degree = 3;       ///< d, of the constraints.
    double points = 2;       ///< c, at which a column is opened, at most.
    int queries = 0;         ///< q
    int query_grinding = 0;
    int round_grinding = 0;  ///< Before LogUp, DEEP, batching and each folding challenge.
    int log_fold = 3;
    int log_final_degree = 6;
    /// Fractions in all sums of the buses, over all segments that share challenges; each has
    /// `message_limbs` limbs.
    double log2_messages = 0;
    double message_limbs = 8;
};

/// One way a prover without a witness may get through, and how many bits stand against it.
struct SoundnessTerm {
    std::string name;
    double bits = 0;
};

/// The terms in the unique-decoding regime: proven, no conjecture.
///
/// Source: formulas and grouping of ethereum/soundcalc (proximity gaps for unique decoding:
/// Ben-Sasson et al., ePrint 2020/654, theorem 4.1; DEEP-ALI: ePrint 2021/582; LogUp: ePrint
/// 2022/1530), listed in stark/README.md.
[[nodiscard]] std::vector<SoundnessTerm> soundness_terms(const SoundnessInput& input);

/// The smallest term, rounded down to a whole bit.
[[nodiscard]] int proven_bits(const SoundnessInput& input);

}  // namespace nexus::zkvm
