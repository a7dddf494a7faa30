// That the prover puts on what it commits to every mask that ADR 0010 speaks of, and draws each
// anew: read back from its own columns and salts, all of them. Without a mask a proof is as valid
// as with it, so nothing else notices.
#include "base/concat.hpp"
#include "tests/support/zkvm/chi_square.hpp"
#include "tests/support/zkvm/committed_segment.hpp"
#include "tests/support/zkvm/kitchen_sink.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)
using Column = CommittedSegment::Column;

/// The random numbers that hide a segment, by what they hide.
using Masks = std::map<std::string, std::vector<std::uint32_t>>;

constexpr std::array kNames{"fixed", "boundary", "main", "sums", "quotient"};

const char* name_of(Tree tree) { return kNames[static_cast<std::size_t>(tree)]; }

std::vector<std::uint32_t> numbers_of(std::span<const F> elements) {
    std::vector<std::uint32_t> numbers;
    for (const F& element : elements) {
        numbers.push_back(element.value());
    }
    return numbers;
}

/// Columns of the trees that are masked on E, and row 1 of those that hold noise.
void add_masks_of_tables(const CommittedSegment& segment, Masks& masks) {
    for (const Tree tree : {Tree::boundary, Tree::main, Tree::sums}) {
        for (std::size_t p = 0; p < segment.layout().parts(tree).size(); ++p) {
            const std::size_t table = segment.layout().parts(tree)[p].table;
            const Rows rows = segment.layout().rows(table);
            const std::string where = concat(name_of(tree), ", ", kTables[table].name);
            const std::vector<Column>& columns = segment.columns(tree, p);
            for (std::size_t c = 0; c < columns.size(); ++c) {
                masks[concat("mask of ", where, ", column ", c)] =
                    numbers_of(CommittedSegment::mask_of(columns[c], rows));
            }
            const std::size_t sides =
                tree == Tree::sums ? 0 : kTables[table].noise_columns / kNoiseColumns;
            for (std::size_t side = 0; side < sides; ++side) {
                std::vector<F> noise;
                for (std::size_t j = 0; j < kNoiseColumns; ++j) {
                    noise.push_back(
                        CommittedSegment::noise_cell(columns[side * kNoiseColumns + j], rows));
                }
                masks[concat(side == 0 ? "noise of " : "global noise of ", where)] =
                    numbers_of(noise);
            }
        }
    }
}

Masks masks_of(const CommittedSegment& segment) {
    Masks masks;
    add_masks_of_tables(segment, masks);
    const std::vector<Column>& quotient = segment.columns(Tree::quotient, 0);
    const std::size_t degree = Scripted::kDegree;
    const std::size_t h = Rows{segment.layout().log_rows_max, kLogExcludedZk}.masked();
    for (std::size_t d = 0; d < degree; ++d) {
        // Q_0 has no coefficients from N - h on: what stands there is b.
        masks[concat("mask of the quotient, coefficient ", d)] =
            numbers_of(std::span<const F>(quotient[d]).last(h));
        masks[concat("mask of FRI, coefficient ", d)] = numbers_of(quotient[2 * degree + d]);
    }
    for (const Tree tree : {Tree::boundary, Tree::main, Tree::sums, Tree::quotient}) {
        masks[concat("salts of ", name_of(tree))] = segment.salts(tree);
    }
    return masks;
}

bool is_salt(const std::string& name) { return name.starts_with("salts"); }

class ProverMasks : public testing::Test {
protected:
    static const ExecutionWitness& execution() {
        static const ExecutionWitness kExecution(KitchenSink::program(), KitchenSink::input(),
                                                 {.segment_steps = 2500});
        return kExecution;
    }
    static Masks masks(std::uint32_t segment, std::uint8_t seed) {
        static const ProgramKey<Scripted> kKey(execution().program(), execution().code(),
                                               kTestProfile);
        return masks_of(CommittedSegment(execution(), kKey, segment, MaskRng::Seed{seed}));
    }
};

/// Each mask on its own, and the noise of all tables together, of which there is little.
TEST_F(ProverMasks, AreUniform) {
    const Masks all = masks(execution().segments(), 1);
    std::vector<std::uint32_t> noise;
    for (const auto& [name, numbers] : all) {
        if (name.find("noise") != std::string::npos) {
            noise.insert(noise.end(), numbers.begin(), numbers.end());
            continue;
        }
        const std::uint64_t bound = is_salt(name) ? std::uint64_t{1} << 32U : F::kModulus;
        ASSERT_GE(numbers.size(), 1024U) << name;
        EXPECT_LT(chi_square(numbers, bound), kChiSquareMaxOfMany) << name;
    }
    EXPECT_GE(noise.size(), kNoiseColumns * 12) << "of each table, and between segments of two";
    EXPECT_LT(chi_square(noise, F::kModulus), kChiSquareMax) << "noise";
}

/// No mask serves twice: not under another seed, not in another segment, not for another column.
/// Eight numbers of F decide, of which two uniform masks have not even one in common.
TEST_F(ProverMasks, AreDrawnAnewForEachUse) {
    ASSERT_GE(execution().segments(), 2U);
    std::map<std::uint64_t, std::string> seen;  // by two numbers in a row
    const auto add = [&](const std::string& where, const Masks& some) {
        for (const auto& [name, numbers] : some) {
            for (std::size_t i = 0; i + 2 <= kNoiseColumns; i += 2) {
                EXPECT_NE(numbers[i], 0U) << name << where;
                const std::uint64_t pair = numbers[i] | std::uint64_t{numbers[i + 1]} << 32U;
                const auto [at, is_new] = seen.try_emplace(pair, name + where);
                EXPECT_TRUE(is_new) << name << where << " is " << at->second;
            }
        }
    };
    add(", segment 1, seed 1", masks(1, 1));
    add(", segment 2, seed 1", masks(2, 1));
    add(", segment 2, seed 2", masks(2, 2));
}

/// A salt hides one leaf.
TEST_F(ProverMasks, OfTwoLeavesAreDifferentSalts) {
    const Masks all = masks(1, 1);
    for (const auto& [name, numbers] : all) {
        if (!is_salt(name)) {
            continue;
        }
        std::vector<std::pair<std::uint64_t, std::uint64_t>> salts;
        for (std::size_t i = 0; i < numbers.size(); i += 4) {
            salts.emplace_back(numbers[i] | std::uint64_t{numbers[i + 1]} << 32U,
                               numbers[i + 2] | std::uint64_t{numbers[i + 3]} << 32U);
        }
        std::sort(salts.begin(), salts.end());
        EXPECT_EQ(std::adjacent_find(salts.begin(), salts.end()), salts.end()) << name;
    }
}

}  // namespace
}  // namespace nexus::zkvm
