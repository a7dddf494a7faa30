#include "sim/env/region_matrix.hpp"

#include "base/time.hpp"
#include "sim/env/measured_matrices.hpp"

#include <absl/status/status.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace nexus::sim {
namespace {

using testing::HasSubstr;

constexpr std::string_view kSmall =
    ",EU (Ireland) eu-west-1,Tokyo\n"
    "EU (Ireland) eu-west-1,0.5,203.43\n"
    "Tokyo,201.123457,3\n";

std::string error_of(std::string_view text) {
    const auto matrix = RegionMatrix::parse(text, "small.csv");
    EXPECT_FALSE(matrix.ok());
    EXPECT_EQ(matrix.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(matrix.status().message());
}

TEST(RegionMatrix, ReadsMillisecondsExactlyAndByDirection) {
    const auto matrix = RegionMatrix::parse(kSmall, "small.csv");
    ASSERT_TRUE(matrix.ok()) << matrix.status();
    EXPECT_EQ(matrix->size(), 2U);
    EXPECT_EQ(matrix->rtt(0, 1).nanoseconds, 203'430'000);
    EXPECT_EQ(matrix->rtt(1, 0).nanoseconds, 201'123'457) << "rows are senders";
    EXPECT_EQ(matrix->one_way(1, 0).nanoseconds, 100'561'728) << "half, rounded down";
    EXPECT_EQ(matrix->rtt(0, 0).nanoseconds, 500'000);
}

TEST(RegionMatrix, FindsByWholeNameAndByLastWord) {
    const auto matrix = RegionMatrix::parse(kSmall, "small.csv");
    ASSERT_TRUE(matrix.ok());
    EXPECT_EQ(matrix->find("EU (Ireland) eu-west-1"), 0U);
    EXPECT_EQ(matrix->find("eu-west-1"), 0U);
    EXPECT_EQ(matrix->find("Tokyo"), 1U);
    EXPECT_EQ(matrix->find("eu-west-2"), std::nullopt);
    EXPECT_EQ(matrix->find(""), std::nullopt);
}

TEST(RegionMatrix, TakesWindowsLineEndsClosingCommasAndNoLastLineEnd) {
    EXPECT_TRUE(RegionMatrix::parse(",A,B,\r\nA,1,2,\r\nB,3,4,", "x").ok());
    EXPECT_FALSE(RegionMatrix::parse(",A,B\nA,1,\nB,3,4", "x").ok()) << "a number is missing";
    EXPECT_TRUE(RegionMatrix::parse(",A\r\nA,1\r\n", "x").ok());
    EXPECT_TRUE(RegionMatrix::parse(",A\nA,1", "x").ok());
}

TEST(RegionMatrix, SaysWhereAndWhatIsWrong) {
    EXPECT_THAT(error_of(""), HasSubstr("small.csv, line 1, column 1"));
    EXPECT_THAT(error_of("x,A\nA,1\n"), HasSubstr("expected an empty cell"));
    EXPECT_THAT(error_of(",A,A\nA,1,1\nA,1,1\n"),
                HasSubstr("column 3: expected a new region name"));
    EXPECT_THAT(error_of(",A,B\nA,1,1\n"), HasSubstr("expected 2 rows"));
    EXPECT_THAT(error_of(",A,B\nB,1,1\nA,1,1\n"),
                HasSubstr("line 2, column 1: expected the region 'A', got 'B'"));
    EXPECT_THAT(error_of(",A,B\nA,1\nB,1,1\n"), HasSubstr("line 2, column 2: expected 3 cells"));
    EXPECT_THAT(error_of(",A,B\nA,1,-1\nB,1,1\n"),
                HasSubstr("line 2, column 3: expected milliseconds"));
    EXPECT_THAT(error_of(",A,B\nA,1,1e3\nB,1,1\n"), HasSubstr("got '1e3'"));
}

TEST(RegionMatrix, RefusesNumbersThatAreNotExactNanoseconds) {
    EXPECT_EQ(parse_milliseconds("1.0000001"), std::nullopt);
    EXPECT_EQ(parse_milliseconds("."), std::nullopt);
    EXPECT_EQ(parse_milliseconds("1."), std::nullopt);
    EXPECT_EQ(parse_milliseconds(".5"), std::nullopt);
    EXPECT_EQ(parse_milliseconds(" 1"), std::nullopt);
    EXPECT_EQ(parse_milliseconds("1000000000"), std::nullopt);
    EXPECT_EQ(parse_milliseconds("999999999.999999"), nanoseconds(999'999'999'999'999));
    EXPECT_EQ(parse_milliseconds("0.000001"), nanoseconds(1));
}

TEST(RegionMatrix, NamesTheFileItCannotOpen) {
    const auto matrix = RegionMatrix::load("/no/such/file.csv");
    ASSERT_FALSE(matrix.ok());
    EXPECT_EQ(matrix.status().code(), absl::StatusCode::kNotFound);
    EXPECT_THAT(std::string(matrix.status().message()), HasSubstr("/no/such/file.csv"));
}

TEST(RegionMatrix, HoldsTheMeasuredData) {
    const auto aws = RegionMatrix::parse(measured_matrix("aws").value_or(""), "aws");
    ASSERT_TRUE(aws.ok()) << aws.status();
    EXPECT_EQ(aws->size(), 21U);
    ASSERT_TRUE(aws->find("af-south-1"));
    ASSERT_TRUE(aws->find("ap-east-1"));
    EXPECT_EQ(aws->rtt(*aws->find("af-south-1"), *aws->find("ap-east-1")).nanoseconds, 302'560'000);
    EXPECT_EQ(aws->rtt(*aws->find("ap-east-1"), *aws->find("af-south-1")).nanoseconds, 283'190'000);

    const auto cities = RegionMatrix::parse(measured_matrix("cities").value_or(""), "cities");
    ASSERT_TRUE(cities.ok()) << cities.status();
    EXPECT_EQ(cities->size(), 217U);
    EXPECT_TRUE(cities->find("Tokyo"));
}

}  // namespace
}  // namespace nexus::sim
