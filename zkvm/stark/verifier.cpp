#include "zkvm/stark/verifier.hpp"

#include "zkvm/stark/check_heights.hpp"
#include "zkvm/stark/segment_verifier.hpp"
#include "zkvm/stark/statement.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

using Kind = ProofError::Kind;

/// One segment as the head of the proof announces it. There may be many: it is kept small.
struct Announced {
    Heights heights;
    Digest boundary;
};

/// No segment's proof is shorter: its last polynomial alone takes as much.
constexpr std::size_t kSegmentBytesMin = 1024;

template <class C>
class ProofVerifier {
public:
    using F = typename C::F;
    using E = typename C::E;

    ProofVerifier(const Claim& claim, const SecurityProfile& profile, ByteView proof)
        : claim_(claim),
          profile_(profile),
          proof_(Transcript<F, E, typename C::H>("nexus zkvm proof 1"), proof) {}

    Result<VerifiedProof, ProofError> run() {
        VerifiedProof verified{profile_, 0, false, 0};
        if (!read_head(verified) || !read_segments(verified)) {
            return fail(*proof_.error());
        }
        check_strength(verified);
        const E alpha = proof_.challenge("global alpha", profile_.round_grinding);
        const E beta = proof_.challenge("global beta", profile_.round_grinding);
        const BusChallenge<E> global = bus_challenge<F>(alpha, beta);
        E sum = pc_messages<F>(global, kPcCell, key_.entry, kHaltPc, verified.segments);
        for (std::uint32_t s = 1; s <= verified.segments && !proof_.error().has_value(); ++s) {
            ProofReader<C> part(proof_.transcript(), proof_.rest());
            const SegmentLayout layout = layout_of(segments_[s - 1].heights, verified);
            const SegmentStatement<C> statement{&profile_,
                                                &layout,
                                                &claim_,
                                                s,
                                                s == verified.segments,
                                                key_.root,
                                                segments_[s - 1].boundary,
                                                &global};
            sum += SegmentVerifier<C>(statement, part).run();
            if (part.error().has_value()) {
                return fail(*part.error());
            }
            proof_.skip_to(part.rest());
        }
        if (!proof_.error().has_value() && !sum.is_zero()) {
            proof_.fail({Kind::BusUnbalanced, 0, 0, {}});
        }
        if (!proof_.error().has_value() && !proof_.rest().empty()) {
            proof_.fail({Kind::TrailingBytes, 0, proof_.rest().size(), {}});
        }
        if (proof_.error().has_value()) {
            return fail(*proof_.error());
        }
        return verified;
    }

private:
    bool expect(bool holds, Kind kind, std::uint64_t expected, std::uint64_t got) {
        if (!holds) {
            proof_.fail({kind, expected, got, {}});
        }
        return !proof_.error().has_value();
    }

    bool read_head(VerifiedProof& verified) {
        const Bytes magic = proof_.bytes("magic", kProofMagic.size());
        const std::uint32_t version = proof_.number("version");
        const std::uint32_t profile = proof_.number("profile");
        const std::uint32_t flag = proof_.number("zero knowledge");
        know_claim(proof_, claim_);
        verified.zero_knowledge = flag == 1;
        const std::array<std::uint32_t, 4> numbers{
            proof_.number("blowup"), proof_.number("extension"), proof_.number("program rows"),
            proof_.number("image rows")};
        key_.entry = proof_.number("entry");
        key_.root = proof_.digest("fixed");
        if (!expect(std::equal(magic.begin(), magic.end(), kProofMagic.begin()), Kind::BadMagic, 0,
                    0) ||
            !expect(version == kProofVersion, Kind::UnknownVersion, kProofVersion, version) ||
            !expect(profile == profile_.id, Kind::UnknownProfile, profile_.id, profile) ||
            !expect(flag <= 1, Kind::BadFlag, 1, flag)) {
            return false;
        }
        for (const std::uint32_t number : numbers) {
            if (!expect(number <= kLogRowsMax, Kind::BadHeight, kLogRowsMax, number)) {
                return false;
            }
        }
        key_.log_blowup = static_cast<std::uint8_t>(numbers[0]);
        key_.extension_degree = static_cast<std::uint8_t>(numbers[1]);
        key_.program_log_rows = static_cast<std::uint8_t>(numbers[2]);
        key_.image_log_rows = static_cast<std::uint8_t>(numbers[3]);
        return expect(program_id(key_) == claim_.program &&
                          key_.log_blowup == profile_.log_blowup &&
                          key_.extension_degree == profile_.extension_degree,
                      Kind::WrongProgram, 0, 0);
    }

    bool read_segments(VerifiedProof& verified) {
        verified.segments = proof_.number("segments");
        if (!expect(verified.segments >= 1 && verified.segments <= kSegmentsMax,
                    Kind::TooManySegments, kSegmentsMax, verified.segments)) {
            return false;
        }
        const std::size_t least = verified.segments * kSegmentBytesMin;
        if (!expect(proof_.rest().size() >= least, Kind::Truncated, least, proof_.rest().size())) {
            return false;
        }
        for (std::uint32_t s = 1; s <= verified.segments; ++s) {
            Heights heights{};
            const Bytes bytes = proof_.bytes("heights", heights.size());
            const Digest boundary = proof_.digest("boundary");
            if (proof_.error().has_value()) {
                return false;
            }
            std::copy(bytes.begin(), bytes.end(), heights.begin());
            if (auto error = check_heights(heights, key_, s == verified.segments, F::kModulus)) {
                proof_.fail(*std::move(error));
                return false;
            }
            segments_.push_back({heights, boundary});
            strength_.add(layout_of(heights, verified));
        }
        return true;
    }

    [[nodiscard]] SegmentLayout layout_of(const Heights& heights,
                                          const VerifiedProof& verified) const {
        return {heights, C::kDegree, verified.zero_knowledge, key_.log_blowup};
    }

    void check_strength(VerifiedProof& verified) {
        const double log2_modulus = std::log2(static_cast<double>(F::kModulus));
        verified.proven_bits = proven_bits(strength_.soundness(profile_, log2_modulus));
        expect(verified.proven_bits >= profile_.target_bits, Kind::WeakShape,
               static_cast<std::uint64_t>(profile_.target_bits),
               static_cast<std::uint64_t>(std::max(0, verified.proven_bits)));
    }

    const Claim& claim_;
    const SecurityProfile& profile_;
    ProofReader<C> proof_;
    VerifyingKey key_;
    std::vector<Announced> segments_;
    SegmentTotals strength_;
};

/// Where the number of the profile starts: behind magic and version.
constexpr std::size_t kProfileAt = 8;

}  // namespace

std::optional<SecurityProfile> profile_of(ByteView proof) {
    if (proof.size() <= kProfileAt || proof[kProfileAt] == kTestProfile.id) {
        return std::nullopt;
    }
    return profile_by_id(proof[kProfileAt]);
}

Result<VerifiedProof, ProofError> verify(const Claim& claim, ByteView proof,
                                         const VerifierOptions& options) {
    // The profile decides the field of the challenges, so it is looked at before all else; it is
    // read again, and absorbed, with the rest of the head.
    if (proof.size() <= kProfileAt) {
        return fail(ProofError{Kind::Truncated, kProfileAt + 1, proof.size(), {}});
    }
    const std::optional<SecurityProfile> profile = profile_by_id(proof[kProfileAt]);
    if (!profile.has_value() || (profile->id == kTestProfile.id && !options.accept_test_profile)) {
        return fail(ProofError{Kind::UnknownProfile, 0, proof[kProfileAt], {}});
    }
    if (profile->extension_degree == static_cast<int>(Koala5::kDegree)) {
        return ProofVerifier<Koala5>(claim, *profile, proof).run();
    }
    return ProofVerifier<Koala4>(claim, *profile, proof).run();
}

}  // namespace nexus::zkvm
