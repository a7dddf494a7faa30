#include "sim/scenario/quantity.hpp"

#include "base/prng.hpp"
#include "base/time.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/support/seed.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace nexus::sim::input {
namespace {

TEST(Quantity, ReadsDurationsExactly) {
    EXPECT_EQ(parse_duration("250ms"), milliseconds(250));
    EXPECT_EQ(parse_duration("1.5s"), milliseconds(1'500));
    EXPECT_EQ(parse_duration("0.000000001s"), nanoseconds(1));
    EXPECT_EQ(parse_duration("2m"), seconds(120));
    EXPECT_EQ(parse_duration("1h"), seconds(3'600));
    EXPECT_EQ(parse_duration("0ns"), nanoseconds(0));
    EXPECT_EQ(parse_duration("9223372036854775807ns"),
              nanoseconds(std::numeric_limits<std::int64_t>::max()));
}

TEST(Quantity, RefusesWhatIsNoDuration) {
    for (const char* text : {"", "s", "5", "-5s", "+5s", " 5s", "5 s", "5S", ".5s", "5.s", "1e3s",
                             "0.5ns", "9223372036854775808ns", "999999999999999999999s", "3000000h",
                             "0.0000000000000001h", "5sec"}) {
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
    }
}

TEST(Quantity, ReadsSharesExactly) {
    EXPECT_EQ(parse_share("0.1%"), 1'000U);
    EXPECT_EQ(parse_share("5%"), 50'000U);
    EXPECT_EQ(parse_share("0.0001%"), 1U);
    EXPECT_EQ(parse_share("7ppm"), 7U);
    EXPECT_EQ(parse_share("0.00001%"), std::nullopt) << "a tenth of a millionth";
    EXPECT_EQ(parse_share("1000000000%"), std::nullopt);
    EXPECT_EQ(parse_share("0.1"), std::nullopt);
}

TEST(Quantity, ReadsBandwidthsAndSizes) {
    EXPECT_EQ(parse_bandwidth("2.5Gbps"), 2'500'000'000U);
    EXPECT_EQ(parse_bandwidth("256kbps"), 256'000U);
    EXPECT_EQ(parse_bandwidth("0.5bps"), std::nullopt);
    EXPECT_EQ(parse_size("1MB"), 1'000'000U);
    EXPECT_EQ(parse_size("1.5KiB"), 1'536U);
    EXPECT_EQ(parse_size("1mb"), std::nullopt);
}

TEST(Quantity, ReadsWholeNumbers) {
    EXPECT_EQ(parse_whole("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(parse_whole("18446744073709551616"), std::nullopt);
    EXPECT_EQ(parse_whole("1.0"), std::nullopt);
    EXPECT_EQ(parse_whole(""), std::nullopt);
}

TEST(Quantity, ReadsDegrees) {
    EXPECT_EQ(parse_degrees("30.27"), 30'270'000);
    EXPECT_EQ(parse_degrees("-98.41"), -98'410'000);
    EXPECT_EQ(parse_degrees("0"), 0);
    EXPECT_EQ(parse_degrees("0.0000001"), std::nullopt);
    EXPECT_EQ(parse_degrees("north"), std::nullopt);
    EXPECT_EQ(parse_degrees("-"), std::nullopt);
    EXPECT_EQ(parse_degrees("5000"), std::nullopt);
}

TEST(Quantity, IsWrittenInTheLargestUnitThatFits) {
    EXPECT_EQ(format_duration(milliseconds(1'500)), "1500ms");
    EXPECT_EQ(format_duration(seconds(120)), "120s");
    EXPECT_EQ(format_duration({}), "0s");
    EXPECT_EQ(format_share(1'000), "0.1%");
    EXPECT_EQ(format_share(0), "0%");
    EXPECT_EQ(format_share(1), "0.0001%");
    EXPECT_EQ(format_bandwidth(256'000), "256kbps");
    EXPECT_EQ(format_size(1'024), "1024B");
    EXPECT_EQ(format_degrees(-98'410'000), "-98.41");
    EXPECT_EQ(format_degrees(7'000'000), "7.0");
    EXPECT_EQ(format_degrees(-1), "-0.000001");
}

TEST(Quantity, IsReadBackAsItWasWritten) {
    const std::uint64_t seed = nexus::tests::seed_from_environment(20);
    SCOPED_TRACE(nexus::tests::replay_line(seed, "Quantity"));
    Prng random(seed, "quantities");
    for (int i = 0; i < 2'000; ++i) {
        const std::uint64_t value = random.next() >> random.below(63);
        const auto half = static_cast<std::int64_t>(value / 2);
        const auto share = static_cast<Ppm>(random.below(1'000'001));
        const auto degrees = static_cast<std::int32_t>(random.between(-180'000'000, 180'000'000));
        EXPECT_EQ(parse_duration(format_duration(nanoseconds(half))), nanoseconds(half));
        EXPECT_EQ(parse_share(format_share(share)), share);
        EXPECT_EQ(parse_bandwidth(format_bandwidth(value)), value);
        EXPECT_EQ(parse_size(format_size(value)), value);
        EXPECT_EQ(parse_degrees(format_degrees(degrees)), degrees);
    }
}

}  // namespace
}  // namespace nexus::sim::input
