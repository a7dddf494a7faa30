#include "zkvm/vm/semantics.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace nexus::zkvm::semantics {
namespace {

constexpr std::uint32_t kMin = 0x8000'0000;  // -2^31
constexpr std::uint32_t kOnes = 0xffff'ffff;

TEST(Semantics, DividesByZeroAndOverflowsAsTheManualSays) {
    EXPECT_EQ(divide(DivOp::Div, 7, 0), kOnes);
    EXPECT_EQ(divide(DivOp::Divu, 7, 0), kOnes);
    EXPECT_EQ(divide(DivOp::Rem, 7, 0), 7U);
    EXPECT_EQ(divide(DivOp::Remu, 7, 0), 7U);
    EXPECT_EQ(divide(DivOp::Div, kMin, kOnes), kMin);
    EXPECT_EQ(divide(DivOp::Rem, kMin, kOnes), 0U);
    EXPECT_EQ(divide(DivOp::Divu, kMin, kOnes), 0U);
    EXPECT_EQ(divide(DivOp::Remu, kMin, kOnes), kMin);
}

TEST(Semantics, RoundsTowardsZero) {
    EXPECT_EQ(as_signed(divide(DivOp::Div, static_cast<std::uint32_t>(-7), 2)), -3);
    EXPECT_EQ(as_signed(divide(DivOp::Rem, static_cast<std::uint32_t>(-7), 2)), -1);
    EXPECT_EQ(as_signed(divide(DivOp::Div, 7, static_cast<std::uint32_t>(-2))), -3);
    EXPECT_EQ(as_signed(divide(DivOp::Rem, 7, static_cast<std::uint32_t>(-2))), 1);
}

TEST(Semantics, MultipliesHighHalves) {
    EXPECT_EQ(multiply(MulOp::Mul, kOnes, kOnes), 1U);
    EXPECT_EQ(multiply(MulOp::Mulh, kOnes, kOnes), 0U) << "-1 times -1";
    EXPECT_EQ(multiply(MulOp::Mulh, kMin, kMin), 0x4000'0000U);
    EXPECT_EQ(multiply(MulOp::Mulhsu, kOnes, kOnes), kOnes) << "-1 times 2^32 - 1";
    EXPECT_EQ(multiply(MulOp::Mulhsu, kMin, kOnes), kMin);
    EXPECT_EQ(multiply(MulOp::Mulhu, kOnes, kOnes), 0xffff'fffeU);
}

TEST(Semantics, ShiftsByFiveBits) {
    EXPECT_EQ(shift(ShiftOp::Left, 3, 33), 6U);
    EXPECT_EQ(shift(ShiftOp::RightLogical, kMin, 31), 1U);
    EXPECT_EQ(shift(ShiftOp::RightArithmetic, kMin, 31), kOnes);
    EXPECT_EQ(shift(ShiftOp::RightArithmetic, kMin, 32), kMin);
}

TEST(Semantics, ComparesWithAndWithoutSign) {
    EXPECT_EQ(less_than(LessThanOp::Signed, kMin, 0), 1U);
    EXPECT_EQ(less_than(LessThanOp::Unsigned, kMin, 0), 0U);
    EXPECT_TRUE(is_taken(BranchOp::Blt, kOnes, 0));
    EXPECT_FALSE(is_taken(BranchOp::Bltu, kOnes, 0));
    EXPECT_TRUE(is_taken(BranchOp::Bge, 5, 5));
    EXPECT_TRUE(is_taken(BranchOp::Bgeu, 5, 5));
}

TEST(Semantics, LoadsAndStoresPartsOfAWord) {
    constexpr std::uint32_t kWord = 0x8899'7f01;
    EXPECT_EQ(load(SubwordOp::Lb, kWord, 3), 0xffff'ff88U);
    EXPECT_EQ(load(SubwordOp::Lbu, kWord, 3), 0x88U);
    EXPECT_EQ(load(SubwordOp::Lb, kWord, 1), 0x7fU);
    EXPECT_EQ(load(SubwordOp::Lh, kWord, 2), 0xffff'8899U);
    EXPECT_EQ(load(SubwordOp::Lhu, kWord, 2), 0x8899U);
    EXPECT_EQ(load(SubwordOp::Lh, kWord, 0), 0x7f01U);
    EXPECT_EQ(store(SubwordOp::Sb, kWord, 1, 0xabcd), 0x8899'cd01U);
    EXPECT_EQ(store(SubwordOp::Sh, kWord, 2, 0x1234'abcd), 0xabcd'7f01U);
}

}  // namespace
}  // namespace nexus::zkvm::semantics
