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
#include "zkvm/stark/segment_verifier.hpp"
#include "zkvm/stark/statement.hpp"
#include "zkvm/stark/witness.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::zkvm::tests {

/// Where things are in a proof of the test profile, which has no nonces: written from the
/// description of the format, so that a test can change one thing.
class ProofMap {
public:
    struct Region {
        std::string name;
        std::size_t begin = 0;
        std::size_t size = 0;
    };

    /// Pre: the proof is valid and has one segment.
    explicit ProofMap(ByteView proof) {
        for (const char* number : {"magic", "version", "profile", "zero knowledge", "blowup",
                                   "extension", "program rows", "image rows", "entry"}) {
            add(number, 4);
        }
        add("fixed", 32);
        add("segments", 4);
        heights_at_ = end_;
        add("heights", kTableCount);
        add("boundary", 32);
        Heights heights{};
        std::copy_n(proof.begin() + static_cast<std::ptrdiff_t>(heights_at_), heights.size(),
                    heights.begin());
        const bool zero_knowledge = proof[at("zero knowledge").begin] == 1;
        layout_.emplace_back(heights, Koala4::kDegree, zero_knowledge,
                             static_cast<unsigned>(kTestProfile.log_blowup));
        add_segment(layout());
        add("openings", proof.size() - end_);
    }

    [[nodiscard]] const std::vector<Region>& regions() const { return regions_; }
    [[nodiscard]] const Region& at(const std::string& name) const {
        const auto found = std::find_if(regions_.begin(), regions_.end(),
                                        [&](const Region& region) { return region.name == name; });
        NEXUS_ASSERT(found != regions_.end());
        return *found;
    }
    [[nodiscard]] const SegmentLayout& layout() const { return layout_.front(); }

private:
    static constexpr std::size_t kElement = 4 * Koala4::kDegree;

    void add(const std::string& name, std::size_t size) {
        regions_.push_back({name, end_, size});
        end_ += size;
    }

    void add_segment(const SegmentLayout& layout) {
        const std::vector<Part>& sums = layout.parts(Tree::sums);
        const auto globals =
            static_cast<std::size_t>(std::count_if(sums.begin(), sums.end(), [](const Part& part) {
                return kTables[part.table].is_global;
            }));
        add("main", 32);
        add("sums", 32);
        add("totals", kElement * sums.size());
        add("global totals", kElement * globals);
        add("quotient", 32);
        add("opened", kElement * layout.opened_count());
        const FoldPlan plan(layout.log_rows_max, SecurityProfile::kLogFinalDegree,
                            SecurityProfile::kLogFold);
        unsigned log_size = layout.log_rows_max;
        for (std::size_t i = 0; i < plan.log_folds.size(); ++i) {
            add("fri layer " + std::to_string(i), 32);
            log_size -= plan.log_folds[i];
        }
        add("final polynomial", kElement << log_size);
    }

    std::vector<Region> regions_;
    std::vector<SegmentLayout> layout_;  // one
    std::size_t end_ = 0;
    std::size_t heights_at_ = 0;
};

/// Where each segment of a proof of the test profile ends, found by verifying it.
/// Pre: the proof is valid for the claim.
inline std::vector<std::size_t> segment_ends(const Claim& claim, const VerifyingKey& key,
                                             ByteView proof) {
    using C = Koala4;
    using F = C::F;
    ProofReader<C> reader(Transcript<F, C::E, C::H>("nexus zkvm proof 1"), proof);
    reader.bytes("magic", kProofMagic.size());
    reader.number("version");
    reader.number("profile");
    const bool zero_knowledge = reader.number("zero knowledge") == 1;
    know_claim(reader, claim);
    for (const char* name : {"blowup", "extension", "program rows", "image rows", "entry"}) {
        reader.number(name);
    }
    reader.digest("fixed");
    const std::uint32_t segments = reader.number("segments");
    std::vector<SegmentLayout> layouts;
    std::vector<Digest> boundaries;
    for (std::uint32_t s = 0; s < segments; ++s) {
        Heights heights{};
        const Bytes bytes = reader.bytes("heights", heights.size());
        std::copy(bytes.begin(), bytes.end(), heights.begin());
        layouts.emplace_back(heights, C::kDegree, zero_knowledge, key.log_blowup);
        boundaries.push_back(reader.digest("boundary"));
    }
    const C::E alpha = reader.challenge("global alpha", 0);
    const C::E beta = reader.challenge("global beta", 0);
    const auto global = bus_challenge<F>(alpha, beta);
    std::vector<std::size_t> ends{proof.size() - reader.rest().size()};
    for (std::uint32_t s = 1; s <= segments; ++s) {
        ProofReader<C> part(reader.transcript(), reader.rest());
        const SegmentStatement<C> statement{
            &kTestProfile, &layouts[s - 1],   &claim, s, s == segments,
            key.root,      boundaries[s - 1], &global};
        SegmentVerifier<C>(statement, part).run();
        NEXUS_ASSERT(!part.error().has_value());
        reader.skip_to(part.rest());
        ends.push_back(proof.size() - reader.rest().size());
    }
    return ends;
}

}  // namespace nexus::zkvm::tests
