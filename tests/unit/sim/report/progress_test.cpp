#include "sim/report/progress.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace nexus::sim {
namespace {

TEST(ProgressBar, IsSilentAndAsksForNoTimeWithoutATerminal) {
    int asked = 0;
    std::string out;
    {
        ProgressBar bar(
            "run", false, [&] { return static_cast<double>(++asked); },
            [&](std::string_view text) { out += text; });
        bar.update(0.5, "detail");
    }
    EXPECT_EQ(out, "");
    EXPECT_EQ(asked, 0);
}

TEST(ProgressBar, DrawsAtMostTenTimesASecondAndErasesItself) {
    double now = 100;
    int drawn = 0;
    std::string last;
    const auto write = [&](std::string_view text) {
        ++drawn;
        last = text;
    };
    ProgressBar bar("run", true, [&] { return now; }, write);
    for (int i = 0; i < 1000; ++i) {
        bar.update(i / 1000.0);
        now += 0.001;
    }
    EXPECT_GE(drawn, 9);
    EXPECT_LE(drawn, 11);
    now += 1;
    bar.update(0.5, "81 blocks");
    EXPECT_EQ(last, "\r\x1b[2Krun  ████████████              50 %  eta 2.00 s  81 blocks");
    bar.finish();
    EXPECT_EQ(last, "\r\x1b[2K");
    const int before = drawn;
    bar.update(1);
    bar.finish();
    EXPECT_EQ(drawn, before) << "a finished bar draws nothing";
}

TEST(ProgressBar, TakesPartsOutsideOfZeroToOne) {
    std::string last;
    double now = 0;
    ProgressBar bar(
        "run", true, [&] { return now += 1; }, [&](std::string_view text) { last = text; });
    bar.update(7);
    EXPECT_NE(last.find("100 %"), std::string::npos);
    bar.update(-1);
    EXPECT_NE(last.find("  0 %"), std::string::npos);
}

}  // namespace
}  // namespace nexus::sim
