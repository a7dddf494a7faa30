#include "zkvm/stark/soundness.hpp"

#include <algorithm>
#include <cmath>

namespace nexus::zkvm {
namespace {

/// -log2(numerator / 2^log2_field), with `grinding` bits on top.
double bits_of(double numerator, double log2_field, int grinding) {
    return log2_field - std::log2(numerator) + grinding;
}

}  // namespace

std::vector<SoundnessTerm> soundness_terms(const SoundnessInput& in) {
    const double gamma = (1 - in.rate) / 2;
    const double rows = std::exp2(in.log2_rows);
    const double domain = rows / in.rate;
    std::vector<SoundnessTerm> terms;

    terms.push_back({"query", -in.queries * std::log2(1 - gamma) + in.query_grinding});
    terms.push_back({"batching", bits_of((in.columns - 1) * (gamma * domain + 1), in.log2_field,
                                         in.round_grinding)});
    // The domain after the first fold is the largest that a folding challenge faces.
    const double fold = std::exp2(in.log_fold);
    double worst = 1e9;
    double folded = domain;
    double left = in.log2_rows;
    while (left > in.log_final_degree) {
        const double factor = std::exp2(std::min<double>(in.log_fold, left - in.log_final_degree));
        folded /= factor;
        left -= std::log2(factor);
        worst = std::min(
            worst, bits_of((factor - 1) * (gamma * folded + 1), in.log2_field, in.round_grinding));
    }
    if (worst < 1e9) {
        terms.push_back({"folding by " + std::to_string(static_cast<int>(fold)), worst});
    }
    terms.push_back({"constraints", bits_of(in.constraints, in.log2_field, 0)});
    terms.push_back({"out of domain", bits_of(in.degree * (rows + in.points - 1) + rows - 1,
                                              in.log2_field, in.round_grinding)});
    if (in.log2_messages > 0) {
        terms.push_back({"buses", in.log2_field - in.log2_messages - 1 -
                                      std::log2(in.message_limbs) + in.round_grinding});
    }
    return terms;
}

int proven_bits(const SoundnessInput& input) {
    double least = 1e9;
    for (const SoundnessTerm& term : soundness_terms(input)) {
        least = std::min(least, term.bits);
    }
    // Logarithms of two libraries may differ in the last place: the same proof must be judged
    // alike.
    return static_cast<int>(std::floor(least - 1e-6));
}

}  // namespace nexus::zkvm
