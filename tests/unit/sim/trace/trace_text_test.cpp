#include "sim/trace/trace_text.hpp"

#include "base/time.hpp"
#include "tests/unit/sim/trace/trace_fixture.hpp"

#include <absl/status/status.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TraceText : public TraceTest {
protected:
    std::vector<std::string> print(const std::string& file, const TraceFilter& filter) {
        std::vector<std::string> lines;
        const auto summary =
            print_trace(file, filter, [&](std::string_view line) { lines.emplace_back(line); });
        EXPECT_TRUE(summary.ok()) << summary.status();
        if (summary.ok()) {
            EXPECT_EQ(summary->shown + 1, lines.size());
        }
        return lines;
    }
};

TEST_F(TraceText, PrintsOneLineAnEvent) {
    EXPECT_THAT(
        print(write("a", 3), {}),
        ElementsAre("scenario fast/example, seed 7, commit abc123",
                    "       0       0.000000000  alpha#1              timer   tick 0",
                    "       1       0.000100000  beta#1               packet  simplex/notarize  "
                    "from gamma  101 B  5feceb66ffc8",
                    "       2       0.000200000  gamma#1              packet  simplex/notarize  "
                    "from alpha  102 B  5feceb66ffc8"));
}

TEST_F(TraceText, FiltersByNodeKindTimeAndCount) {
    const std::string file = write("a", 30);
    EXPECT_EQ(print(file, {.node = "gamma"}).size(), 21U) << "receiver of 10, source of 10";
    EXPECT_EQ(print(file, {.kind = "timer"}).size(), 11U);
    EXPECT_EQ(print(file, {.kind = "tick"}).size(), 11U);
    EXPECT_EQ(print(file, {.kind = "simplex"}).size(), 21U);
    EXPECT_EQ(print(file, {.kind = "simplex/notarize"}).size(), 21U);
    EXPECT_EQ(print(file, {.kind = "nothing"}).size(), 1U);
    EXPECT_EQ(
        print(file, {.from = Instant{} + microseconds(1000), .to = Instant{} + microseconds(1200)})
            .size(),
        4U);
    EXPECT_EQ(print(file, {.limit = 5}).size(), 6U);
}

TEST_F(TraceText, PrintReportsADamagedFile) {
    std::ofstream(path("bad")) << "not a trace";
    const auto summary = print_trace(path("bad"), {}, [](std::string_view) {});
    EXPECT_EQ(summary.status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(TraceText, EqualTracesHaveNoDifference) {
    const auto diff = diff_traces(write("a", 50), write("b", 50));
    ASSERT_TRUE(diff.ok()) << diff.status();
    EXPECT_TRUE(diff->equal());
    EXPECT_EQ(diff->text(), "50 events, all equal\n");
}

TEST_F(TraceText, FindsTheFirstDivergenceWithContext) {
    const auto diff = diff_traces(write("a", 50), write("b", 50, 20), 3);
    ASSERT_TRUE(diff.ok()) << diff.status();
    EXPECT_FALSE(diff->equal());
    EXPECT_TRUE(diff->headers_equal);
    EXPECT_FALSE(diff->only_length);
    EXPECT_EQ(diff->divergence, 20U);
    ASSERT_EQ(diff->before.size(), 3U);
    EXPECT_THAT(diff->before.back(), HasSubstr("      19  "));
    ASSERT_EQ(diff->after_a.size(), 3U);
    EXPECT_THAT(diff->after_a.front(), HasSubstr("120 B"));
    EXPECT_THAT(diff->after_b.front(), HasSubstr("1120 B"));
    EXPECT_THAT(diff->text(), HasSubstr("first divergence at event 20 (50 events against 50)"));
}

TEST_F(TraceText, SaysThatOnlyTheLengthDiffers) {
    const auto diff = diff_traces(write("a", 50), write("b", 40));
    ASSERT_TRUE(diff.ok()) << diff.status();
    EXPECT_TRUE(diff->only_length);
    EXPECT_EQ(diff->divergence, 40U);
    EXPECT_TRUE(diff->after_b.empty());
    EXPECT_EQ(diff->after_a.size(), 5U);
    EXPECT_THAT(diff->text(),
                HasSubstr("the first 40 events are equal; then only A goes on: 50 against 40"));
}

TEST_F(TraceText, SaysThatHeadersDiffer) {
    const auto diff =
        diff_traces(write("a", 5), write("b", 5, ~std::uint32_t{0}, {"other", 8, "def"}));
    ASSERT_TRUE(diff.ok()) << diff.status();
    EXPECT_FALSE(diff->equal());
    EXPECT_FALSE(diff->divergence);
    EXPECT_THAT(diff->text(), HasSubstr("headers differ"));
    EXPECT_THAT(diff->text(), HasSubstr("> scenario other, seed 8, commit def"));
}

TEST_F(TraceText, FormatsTimeInSeconds) {
    EXPECT_EQ(format_time(Instant{12'000'000'345}), "12.000000345");
    EXPECT_EQ(format_time(Instant{}), "0.000000000");
}

}  // namespace
}  // namespace nexus::sim
