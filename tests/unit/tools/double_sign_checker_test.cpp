#include "tools/nexus/testnet/double_sign_checker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nexus::tools {
namespace {

using testing::HasSubstr;

Hash block(std::uint8_t number) {
    Hash hash;
    hash.bytes[0] = number;
    return hash;
}

TEST(DoubleSignChecker, TakesTheSameContentFromManyPlaces) {
    DoubleSignChecker checker;
    checker.on_signed(ValidatorIndex{0}, {"notarize, view 1", block(1)}, "a journal");
    checker.on_signed(ValidatorIndex{0}, {"notarize, view 1", block(1)}, "a certificate");
    checker.on_signed(ValidatorIndex{0}, {"notarize, view 2", block(2)}, "a journal");
    checker.on_signed(ValidatorIndex{1}, {"notarize, view 1", block(9)}, "a journal");
    EXPECT_EQ(checker.violated(), 0U);
    EXPECT_EQ(checker.checked(), 4U);
}

TEST(DoubleSignChecker, FindsTwoContentsOfOneMatterAndSaysWhere) {
    DoubleSignChecker checker;
    checker.on_signed(ValidatorIndex{2}, {"notarize, view 1", block(1)}, "a journal");
    checker.on_signed(ValidatorIndex{2}, {"notarize, view 1", block(2)}, "a certificate");
    ASSERT_EQ(checker.violated(), 1U);
    EXPECT_THAT(checker.examples().front(), HasSubstr("validator 2, notarize, view 1"));
    EXPECT_THAT(checker.examples().front(), HasSubstr("a journal"));
    EXPECT_THAT(checker.examples().front(), HasSubstr("a certificate"));
}

}  // namespace
}  // namespace nexus::tools
