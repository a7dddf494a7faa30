#pragma once

#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/program_key.hpp"
#include "zkvm/stark/soundness.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>

namespace nexus::zkvm {

inline constexpr std::array<std::uint8_t, 4> kProofMagic{'N', 'X', 'Z', 'K'};
inline constexpr std::uint32_t kProofVersion = 1;
inline constexpr std::uint32_t kSegmentsMax = 65535;

/// What both sides know before the first challenge. `stream` is a ProofWriter or a ProofReader.
template <class Stream>
void know_claim(Stream& stream, const Claim& claim) {
    stream.know("program", claim.program.view());
    stream.know("public input", claim.public_input);
    stream.know("public output", claim.public_output);
    stream.know("exit code", claim.exit_code);
}

/// The head of a proof, on the prover's side: format, profile, claim and key.
template <class Stream>
void write_header(Stream& stream, const SecurityProfile& profile, bool zero_knowledge,
                  const Claim& claim, const VerifyingKey& key) {
    stream.bytes("magic", kProofMagic);
    stream.number("version", kProofVersion);
    stream.number("profile", profile.id);
    stream.number("zero knowledge", zero_knowledge ? 1 : 0);
    know_claim(stream, claim);
    stream.number("blowup", key.log_blowup);
    stream.number("extension", key.extension_degree);
    stream.number("program rows", key.program_log_rows);
    stream.number("image rows", key.image_log_rows);
    stream.number("entry", key.entry);
    stream.digest("fixed", key.root);
}

/// What the soundness of a proof with these segments depends on. The challenges of the global bus
/// are shared, so its messages are counted over all segments, the others' by segment.
inline SoundnessInput soundness_of(const SecurityProfile& profile,
                                   std::span<const SegmentLayout> segments, double log2_modulus) {
    SoundnessInput input;
    input.log2_field = log2_modulus * profile.extension_degree;
    input.rate = profile.rate();
    input.queries = profile.queries;
    input.query_grinding = profile.query_grinding;
    input.round_grinding = profile.round_grinding;
    input.points = 3;
    input.message_limbs = static_cast<double>(kBusLimbsMax);
    double messages = 0;
    double global_messages = 0;
    for (const SegmentLayout& segment : segments) {
        input.log2_rows = std::max<double>(input.log2_rows, segment.log_rows_max);
        input.columns = std::max(input.columns, static_cast<double>(segment.opened_count()) + 1);
        input.constraints =
            std::max(input.constraints, static_cast<double>(segment.constraint_count()));
        messages = std::max(messages, segment.log2_messages());
        global_messages += segment.global_messages();
    }
    input.log2_messages = std::max(messages, std::log2(global_messages));
    return input;
}

}  // namespace nexus::zkvm
