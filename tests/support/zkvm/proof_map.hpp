#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "zkvm/components/tables.hpp"
#include "zkvm/fri/fold.hpp"
#include "zkvm/stark/challenges.hpp"
#include "zkvm/stark/config.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/proof_stream.hpp"
#include "zkvm/stark/prover.hpp"
#include "zkvm/stark/segment_verifier.hpp"
#include "zkvm/stark/statement.hpp"
#include "zkvm/stark/witness.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::zkvm::tests {

/// The segments of a proof: their shapes, and where the head and each of them ends, found by
/// verifying it.
struct SegmentPlaces {
    std::vector<SegmentLayout> layouts;
    std::vector<std::size_t> ends;  ///< Of the head, then of each segment.
};

/// Pre: the proof is valid for the claim.
template <class C>
SegmentPlaces segment_places_over(const Claim& claim, const SecurityProfile& profile,
                                  ByteView proof) {
    using F = typename C::F;
    using E = typename C::E;
    ProofReader<C> reader(Transcript<F, E, typename C::H>("nexus zkvm proof 1"), proof);
    reader.bytes("magic", kProofMagic.size());
    reader.number("version");
    reader.number("profile");
    const bool zero_knowledge = reader.number("zero knowledge") == 1;
    know_claim(reader, claim);
    for (const char* name : {"blowup", "extension", "program rows", "image rows", "entry"}) {
        reader.number(name);
    }
    const Digest fixed = reader.digest("fixed");
    const std::uint32_t segments = reader.number("segments");
    SegmentPlaces places;
    std::vector<Digest> boundaries;
    for (std::uint32_t s = 0; s < segments; ++s) {
        Heights heights{};
        const Bytes bytes = reader.bytes("heights", heights.size());
        std::copy(bytes.begin(), bytes.end(), heights.begin());
        places.layouts.emplace_back(heights, C::kDegree, zero_knowledge,
                                    static_cast<unsigned>(profile.log_blowup));
        boundaries.push_back(reader.digest("boundary"));
    }
    const E alpha = reader.challenge("global alpha", profile.round_grinding);
    const E beta = reader.challenge("global beta", profile.round_grinding);
    const auto global = bus_challenge<F>(alpha, beta);
    places.ends.push_back(proof.size() - reader.rest().size());
    for (std::uint32_t s = 1; s <= segments; ++s) {
        ProofReader<C> part(reader.transcript(), reader.rest());
        const SegmentStatement<C> statement{
            &profile, &places.layouts[s - 1], &claim, s, s == segments,
            fixed,    boundaries[s - 1],      &global};
        SegmentVerifier<C>(statement, part).run();
        NEXUS_ASSERT(!part.error().has_value());
        reader.skip_to(part.rest());
        places.ends.push_back(proof.size() - reader.rest().size());
    }
    return places;
}

/// The profile that a proof names: behind magic and version.
inline SecurityProfile named_profile(ByteView proof) {
    const auto profile = profile_by_id(proof[8]);
    NEXUS_ASSERT(profile.has_value());
    return *profile;
}

inline SegmentPlaces segment_places(const Claim& claim, ByteView proof) {
    const SecurityProfile profile = named_profile(proof);
    return profile.extension_degree == 5 ? segment_places_over<Koala5>(claim, profile, proof)
                                         : segment_places_over<Koala4>(claim, profile, proof);
}

/// Where things are in a proof: written from the description of the format, so that a test can
/// change one thing.
class ProofMap {
public:
    /// Names of regions of the second segment end with " 2", and so on.
    struct Region {
        std::string name;
        std::size_t begin = 0;
        std::size_t size = 0;
    };

    /// Pre: the proof is valid for the claim.
    ProofMap(const Claim& claim, ByteView proof)
        : profile_(named_profile(proof)), places_(segment_places(claim, proof)) {
        for (const char* number : {"magic", "version", "profile", "zero knowledge", "blowup",
                                   "extension", "program rows", "image rows", "entry"}) {
            add(number, 4);
        }
        add("fixed", 32);
        add("segments", 4);
        for (std::size_t s = 0; s < places_.layouts.size(); ++s) {
            set_segment(s);
            add("heights", kTableCount);
            add("boundary", 32);
        }
        set_segment(0);
        add_nonce("global alpha", profile_.round_grinding);
        add_nonce("global beta", profile_.round_grinding);
        for (std::size_t s = 0; s < places_.layouts.size(); ++s) {
            NEXUS_ASSERT(end_ == places_.ends[s]);
            set_segment(s);
            add_segment(places_.layouts[s]);
            add("openings", places_.ends[s + 1] - end_);
        }
    }
    explicit ProofMap(const ProvenExecution& proven) : ProofMap(proven.claim, proven.proof) {}

    [[nodiscard]] const std::vector<Region>& regions() const { return regions_; }
    [[nodiscard]] const Region& at(const std::string& name) const {
        const auto found = std::find_if(regions_.begin(), regions_.end(),
                                        [&](const Region& region) { return region.name == name; });
        NEXUS_ASSERT(found != regions_.end());
        return *found;
    }
    /// Of the first segment.
    [[nodiscard]] const SegmentLayout& layout() const { return places_.layouts.front(); }

private:
    void set_segment(std::size_t index) {
        suffix_ = index == 0 ? "" : " " + std::to_string(index + 1);
    }
    void add(const std::string& name, std::size_t size) {
        regions_.push_back({name + suffix_, end_, size});
        end_ += size;
    }
    void add_nonce(const std::string& challenge, int grinding) {
        if (grinding > 0) {
            add("nonce of " + challenge, 8);
        }
    }

    void add_segment(const SegmentLayout& layout) {
        const std::vector<Part>& sums = layout.parts(Tree::sums);
        const auto globals =
            static_cast<std::size_t>(std::count_if(sums.begin(), sums.end(), [](const Part& part) {
                return kTables[part.table].is_global;
            }));
        const auto element = 4 * static_cast<std::size_t>(profile_.extension_degree);
        const int grinding = profile_.round_grinding;
        add("main", 32);
        add_nonce("bus alpha", grinding);
        add_nonce("bus beta", grinding);
        add("sums", 32);
        add("totals", element * sums.size());
        add("global totals", element * globals);
        add_nonce("constraints", grinding);
        add("quotient", 32);
        add_nonce("out of domain", grinding);
        add("opened", element * layout.opened_count());
        add_nonce("batch", grinding);
        const FoldPlan plan(layout.log_rows_max, SecurityProfile::kLogFinalDegree,
                            SecurityProfile::kLogFold);
        unsigned log_size = layout.log_rows_max;
        for (std::size_t i = 0; i < plan.log_folds.size(); ++i) {
            add("fri layer " + std::to_string(i), 32);
            add_nonce("fri fold " + std::to_string(i), grinding);
            log_size -= plan.log_folds[i];
        }
        add("final polynomial", element << log_size);
        add_nonce("queries", profile_.query_grinding);
    }

    SecurityProfile profile_;
    SegmentPlaces places_;
    std::vector<Region> regions_;
    std::string suffix_;  // of the segment at hand
    std::size_t end_ = 0;
};

}  // namespace nexus::zkvm::tests
