#include "base/amount.hpp"

#include "base/bytes.hpp"

#include <absl/numeric/int128.h>
#include <gtest/gtest.h>

#include <cstdint>

namespace nexus {
namespace {

Amount units(std::uint64_t n) { return Amount(n); }
const Amount kMost{absl::Uint128Max()};

TEST(Amount, AddsUnlessItOverflows) {
    EXPECT_EQ(units(2).plus(units(3)), units(5));
    EXPECT_EQ(kMost.plus(units(0)), kMost);
    EXPECT_EQ(kMost.plus(units(1)).error(), AmountError::Overflow);
    EXPECT_EQ(units(1).plus(kMost).error(), AmountError::Overflow);
    EXPECT_EQ(kMost.plus(kMost).error(), AmountError::Overflow);
}

TEST(Amount, SubtractsUnlessThereIsTooLittle) {
    EXPECT_EQ(units(5).minus(units(3)), units(2));
    EXPECT_EQ(units(5).minus(units(5)), units(0));
    EXPECT_EQ(units(5).minus(units(6)).error(), AmountError::Insufficient);
    EXPECT_EQ(units(0).minus(kMost).error(), AmountError::Insufficient);
    EXPECT_EQ(kMost.minus(kMost), units(0));
}

TEST(Amount, Compares) {
    EXPECT_LT(units(1), units(2));
    EXPECT_GT(kMost, units(~std::uint64_t{0})) << "the high half counts";
    EXPECT_LE(units(2), units(2));
    EXPECT_TRUE(Amount{}.is_zero());
    EXPECT_FALSE(units(1).is_zero());
}

TEST(Amount, PrintsAllDigits) {
    EXPECT_EQ(to_string(units(0)), "0");
    EXPECT_EQ(to_string(units(1000)), "1000");
    EXPECT_EQ(to_string(kMost), "340282366920938463463374607431768211455");
}

TEST(Hex, ReadsWhatItWrites) {
    EXPECT_EQ(to_hex(Bytes{0x00, 0xab, 0xff}), "00abff");
    EXPECT_EQ(from_hex("00ABff"), (Bytes{0x00, 0xab, 0xff}));
    EXPECT_EQ(from_hex(""), Bytes{});
    EXPECT_EQ(from_hex("abc").error(), HexError::OddLength);
    EXPECT_EQ(from_hex("0g").error(), HexError::NotHexadecimal);
    EXPECT_EQ(from_hex("g0").error(), HexError::NotHexadecimal);
    EXPECT_EQ(short_hex(Bytes{0x12, 0x34}, 3), "123");
    EXPECT_EQ(short_hex(Bytes{0x12}, 8), "12");
}

}  // namespace
}  // namespace nexus
