#pragma once

#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/soundness.hpp"
#include "zkvm/stark/verifying_key.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

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

/// What the soundness of a proof depends on, segment by segment. The challenges of the global bus
/// are shared, so its messages are counted over all segments, the others' by segment.
class SegmentTotals {
public:
    void add(const SegmentLayout& segment) {
        log2_rows_ = std::max<double>(log2_rows_, segment.log_rows_max);
        columns_ = std::max(columns_, static_cast<double>(segment.opened_count()) + 1);
        constraints_ = std::max(constraints_, static_cast<double>(segment.constraint_count()));
        log2_messages_ = std::max(log2_messages_, segment.log2_messages());
        global_messages_ += segment.global_messages();
    }

    /// Pre: a segment was added.
    [[nodiscard]] SoundnessInput soundness(const SecurityProfile& profile,
                                           double log2_modulus) const {
        SoundnessInput input;
        input.log2_field = log2_modulus * profile.extension_degree;
        input.rate = profile.rate();
        input.queries = profile.queries;
        input.query_grinding = profile.query_grinding;
        input.round_grinding = profile.round_grinding;
        input.points = 3;
        input.message_limbs = static_cast<double>(kBusLimbsMax);
        input.log2_rows = log2_rows_;
        input.columns = columns_;
        input.constraints = constraints_;
        input.log2_messages = std::max(log2_messages_, std::log2(global_messages_));
        return input;
    }

private:
    double log2_rows_ = 0, columns_ = 0, constraints_ = 0;
    double log2_messages_ = 0, global_messages_ = 0;
};

}  // namespace nexus::zkvm
