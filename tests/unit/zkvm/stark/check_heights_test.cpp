#include "zkvm/stark/check_heights.hpp"

#include "zkvm/components/lookup/lookup_contents.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/stark/domain.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace nexus::zkvm {
namespace {

constexpr std::size_t kAdd = kTableIndex<AddTable>;
constexpr std::size_t kMul = kTableIndex<MulTable>;

VerifyingKey some_key() {
    VerifyingKey key;
    key.program_log_rows = 14;
    key.image_log_rows = 13;
    return key;
}

/// The tables that there must be in the last segment, and no other.
Heights needed() {
    Heights heights{};
    heights[kTableIndex<ProgramTable>] = 14;
    heights[kTableIndex<ImageTable>] = 13;
    heights[kTableIndex<LookupTable>] =
        static_cast<std::uint8_t>(log_rows_for(LookupRows::kCount, kLogExcludedZk));
    heights[kTableIndex<BoundaryTable>] = kLogRowsMin;
    heights[kTableIndex<ClosingTable>] = kLogRowsMin;
    return heights;
}

/// Tables whose rows say so many messages on the buses of a segment.
std::array<TableInfo, kTableCount> tables_saying(std::size_t add, std::size_t mul) {
    std::array<TableInfo, kTableCount> tables = kTables;
    for (TableInfo& table : tables) {
        table.shape.messages = 0;
    }
    tables[kAdd].shape.messages = add;
    tables[kMul].shape.messages = mul;
    return tables;
}

std::string said(const std::optional<ProofError>& error) {
    return error.has_value() ? to_string(*error) : "fine";
}

TEST(CheckHeights, OfTheTablesThatMustBeThereAreFine) {
    EXPECT_EQ(said(check_heights(needed(), some_key(), true, KoalaBear::kModulus)), "fine");
    EXPECT_NE(said(check_heights(needed(), some_key(), false, KoalaBear::kModulus)), "fine")
        << "only the last segment closes";
    for (std::size_t t = 0; t <= kTableIndex<ClosingTable>; ++t) {
        Heights heights = needed();
        heights[t] = 0;
        const auto error = check_heights(heights, some_key(), true, KoalaBear::kModulus);
        ASSERT_TRUE(error.has_value()) << kTables[t].name;
        EXPECT_EQ(error->kind, ProofError::Kind::BadHeight) << kTables[t].name;
    }
}

/// A multiplicity is a number of messages at most; one of p would count as none.
TEST(CheckHeights, LeaveFewerMessagesThanTheCharacteristic) {
    Heights heights = needed();
    heights[kAdd] = kLogRowsMax;
    heights[kMul] = kLogRowsMin;
    const auto tables = tables_saying(3, 5);
    const std::uint64_t messages = (3U << kLogRowsMax) + (5U << kLogRowsMin);
    EXPECT_EQ(said(check_heights(heights, some_key(), true, messages + 1, tables)), "fine");
    const auto error = check_heights(heights, some_key(), true, messages, tables);
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(*error, (ProofError{ProofError::Kind::TooManyMessages, messages - 1, messages, {}}));

    heights[kMul] = 0;
    EXPECT_EQ(said(check_heights(heights, some_key(), true, messages, tables)), "fine")
        << "a table that is not there says nothing";
}

/// 508 * 2^22 is p - 1: the number of this field, and no word that overflows.
TEST(CheckHeights, KnowTheFieldOfProofs) {
    Heights heights = needed();
    heights[kAdd] = kLogRowsMax;
    const auto verdict = [&](std::size_t messages) {
        return said(check_heights(heights, some_key(), true, KoalaBear::kModulus,
                                  tables_saying(messages, 0)));
    };
    EXPECT_EQ(verdict(508), "fine");
    for (const std::size_t messages : {509U, 1024U, 1U << 20U}) {
        EXPECT_TRUE(verdict(messages).starts_with("TooManyMessages")) << messages;
    }
}

}  // namespace
}  // namespace nexus::zkvm
