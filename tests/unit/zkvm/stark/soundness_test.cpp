#include "zkvm/stark/soundness.hpp"

#include "zkvm/components/lookup/lookup_contents.hpp"
#include "zkvm/components/tables.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/stark/domain.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/statement.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

const double kLog2Modulus = std::log2(static_cast<double>(KoalaBear::kModulus));

struct Published {
    const char* system;
    double rate;
    int queries;
    int grinding;
    int bits;  ///< Unique-decoding regime.
};

/// Source: reports of ethereum/soundcalc, and for Nexus, stwo and Plonky3 its formulas on the
/// parameters in their repositories. All of these are bound by their queries, so the number is
/// exact for any field of four words and any trace of up to 2^20 rows and 600 columns.
TEST(Soundness, AgreesWithPublishedNumbers) {
    for (const Published& p :
         {Published{"Nexus zkVM 3.x, default", 0.5, 3, 5, 6},
          Published{"stwo, Poseidon benchmark", 0.5, 64, 10, 36},
          Published{"stwo-cairo", 0.5, 70, 26, 55},
          Published{"Plonky3, benchmark", 0.5, 100, 16, 57},
          Published{"RISC Zero, rv32im", 0.25, 50, 0, 33}, Published{"Airbender", 0.5, 87, 28, 64},
          Published{"Pico", 0.5, 84, 16, 50}, Published{"SP1 v6, core", 0.25, 124, 16, 100}}) {
        SoundnessInput input;
        input.log2_field = 4 * 31;
        input.rate = p.rate;
        input.log2_rows = 20;
        input.columns = 600;
        input.constraints = 600;
        input.queries = p.queries;
        input.query_grinding = p.grinding;
        input.round_grinding = 12;
        EXPECT_EQ(proven_bits(input), p.bits) << p.system;
    }
}

struct Terms {
    SecurityProfile profile;
    double log2_rows;
    std::map<std::string, int> bits;
};

/// Source: the table of bits by term, of soundcalc, for 400 columns, 600 constraints, 40 messages
/// of 8 limbs a row, two points a column, eight bits of work a round.
TEST(Soundness, AgreesWithEachPublishedTerm) {
    const auto terms = [](const SecurityProfile& profile, double rows, int query, int batching,
                          int fold, int constraints, int deep, int buses) {
        return Terms{profile,
                     rows,
                     {{"query", query},
                      {"batching", batching},
                      {"folding by 8", fold},
                      {"constraints", constraints},
                      {"out of domain", deep},
                      {"buses", buses}}};
    };
    for (const Terms& expected : {terms(kFastProfile, 18, 100, 106, 115, 114, 111, 104),
                                  terms(kFastProfile, 20, 100, 104, 113, 114, 109, 102),
                                  terms(kFastProfile, 22, 100, 102, 111, 114, 107, 100),
                                  terms(kCompactProfile, 18, 100, 104, 113, 114, 111, 104),
                                  terms(kCompactProfile, 20, 100, 102, 111, 114, 109, 102),
                                  terms(kCompactProfile, 22, 100, 100, 109, 114, 107, 100),
                                  terms(kStrongProfile, 20, 128, 133, 142, 145, 140, 133),
                                  terms(kStrongProfile, 22, 128, 131, 140, 145, 138, 131)}) {
        SoundnessInput input;
        input.log2_field = kLog2Modulus * expected.profile.extension_degree;
        input.rate = expected.profile.rate();
        input.log2_rows = expected.log2_rows;
        input.columns = 400;
        input.constraints = 600;
        input.queries = expected.profile.queries;
        input.query_grinding = expected.profile.query_grinding;
        input.round_grinding = 8;
        input.log2_messages = std::log2(40.0) + expected.log2_rows;
        for (const SoundnessTerm& term : soundness_terms(input)) {
            EXPECT_EQ(static_cast<int>(std::floor(term.bits)), expected.bits.at(term.name))
                << expected.profile.name << ", 2^" << expected.log2_rows << " rows: " << term.name;
        }
    }
}

Heights all_at(unsigned log_rows) {
    Heights heights;
    heights.fill(static_cast<std::uint8_t>(log_rows));
    const unsigned lookup = log_rows_for(LookupRows::kCount, kLogExcludedZk);
    heights[kTableIndex<LookupTable>] = static_cast<std::uint8_t>(lookup);
    return heights;
}

int bits_of(const SecurityProfile& profile, const Heights& heights, bool zero_knowledge,
            std::size_t segments = 1) {
    const SegmentLayout layout(heights, static_cast<std::size_t>(profile.extension_degree),
                               zero_knowledge, static_cast<unsigned>(profile.log_blowup));
    SegmentTotals totals;
    for (std::size_t i = 0; i < segments; ++i) {
        totals.add(layout);
    }
    return proven_bits(totals.soundness(profile, kLog2Modulus));
}

/// What a profile promises it keeps for every proof that its verifier takes: for all tables at the
/// largest height, and for each height alone.
TEST(Soundness, EveryProfileReachesItsTargetAtAllHeights) {
    for (const SecurityProfile& profile : security_profiles()) {
        for (unsigned log_rows = kLogRowsMin; log_rows <= kLogRowsMax; ++log_rows) {
            for (const bool zero_knowledge : {true, false}) {
                EXPECT_GE(bits_of(profile, all_at(log_rows), zero_knowledge), profile.target_bits)
                    << profile.name << ", 2^" << log_rows << " rows";
            }
        }
        for (std::size_t t = 0; t < kTableCount; ++t) {
            Heights heights = all_at(kLogRowsMin);
            heights[t] = kLogRowsMax;
            EXPECT_GE(bits_of(profile, heights, true), profile.target_bits)
                << profile.name << ", " << kTables[t].name;
        }
        EXPECT_GE(bits_of(profile, all_at(20), true, 256), profile.target_bits)
            << "256 segments of 2^20 rows a table";
    }
}

/// The challenges between segments are drawn once, so what they are asked of adds up. As many
/// segments as a proof may have, with the largest boundary, would fall below the target: the
/// verifier refuses such a shape (ProofError WeakShape).
TEST(Soundness, MessagesBetweenSegmentsAddUp) {
    Heights heights = all_at(kLogRowsMin);
    heights[kTableIndex<BoundaryTable>] = kLogRowsMax;
    const double messages =
        std::log2(static_cast<double>(kSegmentsMax)) + kLogRowsMax + 1;  // two a row
    const int expected = static_cast<int>(std::floor(
        4 * kLog2Modulus + kFastProfile.round_grinding - messages - 1 - std::log2(kBusLimbsMax)));
    EXPECT_LT(expected, kFastProfile.target_bits);
    EXPECT_NEAR(bits_of(kFastProfile, heights, true, kSegmentsMax), expected, 1);
    EXPECT_GE(bits_of(kFastProfile, heights, true, 1), kFastProfile.target_bits);
}

/// Fewer of anything that costs soundness is never less sound.
TEST(Soundness, FallsWithEachParameter) {
    SoundnessInput base;
    base.log2_field = 4 * kLog2Modulus;
    base.log2_rows = 20;
    base.columns = 400;
    base.constraints = 600;
    base.queries = 193;
    base.query_grinding = 20;
    base.round_grinding = 12;
    base.log2_messages = 25;
    const auto lowest = [](const SoundnessInput& input) {
        double bits = 1e9;
        for (const SoundnessTerm& term : soundness_terms(input)) {
            bits = std::min(bits, term.bits);
        }
        return bits;
    };
    const double bits = lowest(base);
    SoundnessInput worse = base;
    worse.queries = 192;
    EXPECT_LT(lowest(worse), bits);
    worse = base;
    worse.rate = 0.75;
    EXPECT_LT(lowest(worse), bits);
    worse = base;
    worse.query_grinding = 19;
    EXPECT_LT(lowest(worse), bits);
    worse = base;
    worse.log2_messages = 40;
    EXPECT_LT(lowest(worse), bits);
    worse = base;
    worse.columns = 1e7;
    EXPECT_LT(lowest(worse), bits);
    worse = base;
    worse.log2_field = 3 * kLog2Modulus;
    EXPECT_LT(lowest(worse), bits);
}

TEST(Profile, OfTestsCannotBeChosen) {
    EXPECT_FALSE(profile_by_name("test").has_value());
    for (const SecurityProfile& profile : security_profiles()) {
        EXPECT_NE(profile.id, kTestProfile.id);
        EXPECT_GE(profile.target_bits, 100);
        EXPECT_EQ(profile_by_name(profile.name)->id, profile.id);
        EXPECT_EQ(profile_by_id(profile.id)->name, profile.name);
    }
    EXPECT_EQ(profile_by_id(kTestProfile.id)->target_bits, 0);
    EXPECT_FALSE(profile_by_id(0).has_value());
    EXPECT_FALSE(profile_by_name("").has_value());
}

}  // namespace
}  // namespace nexus::zkvm
