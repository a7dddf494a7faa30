#include "sim/scenario/format.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/unit/sim/scenario/scenario_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace nexus::sim::tests {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> shipped(const std::string& folder) {
    std::vector<fs::path> out;
    const fs::path scenarios = repository() / "scenarios";
    for (const fs::directory_entry& entry : fs::directory_iterator(scenarios / folder)) {
        if (entry.path().extension() == ".toml") {
            out.push_back(entry.path());
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// Each is sound, says what it is for, and stays the same when it is written and read again.
void expect_sound(const std::string& folder) {
    for (const fs::path& path : shipped(folder)) {
        SCOPED_TRACE(path.string());
        const absl::StatusOr<Scenario> read = load_scenario(path.string());
        ASSERT_TRUE(read.ok()) << read.status().message();
        EXPECT_EQ(read->name, path.stem().string()) << "a scenario is named as its file";
        EXPECT_FALSE(read->summary.empty());
        EXPECT_TRUE(text_of(path).starts_with("# ")) << "expected a comment: what must hold";
        EXPECT_FALSE(read->expectations.empty() && read->expected_violations.empty());
        EXPECT_FALSE(explain(*read).empty());

        const std::string written = format_scenario(*read);
        const fs::path again = fs::path(testing::TempDir()) / (read->name + ".toml");
        std::ofstream(again, std::ios::binary) << written;
        const absl::StatusOr<Scenario> reread =
            load_scenario(again.string(), (repository() / "scenarios" / "data").string());
        ASSERT_TRUE(reread.ok()) << reread.status().message();
        EXPECT_EQ(without_places(*reread), without_places(*read));
        fs::remove(again);
    }
}

TEST(ShippedScenarios, OfDemoAreSound) { expect_sound("demo"); }
TEST(ShippedScenarios, OfFastAreSound) { expect_sound("fast"); }
TEST(ShippedScenarios, OfNegativeAreSound) { expect_sound("negative"); }

TEST(ShippedScenarios, AreEnough) {
    EXPECT_GE(shipped("demo").size(), 1U);
    EXPECT_GE(shipped("fast").size(), 12U);
    EXPECT_GE(shipped("negative").size(), 3U);
}

TEST(ShippedScenarios, AreDocumentedAsTheProgramReadsThem) {
    const std::string marker = "<!-- reference -->\n\n";
    const std::string readme = text_of(repository() / "scenarios" / "README.md");
    const std::size_t at = readme.find(marker);
    ASSERT_NE(at, std::string::npos);
    const std::string head = readme.substr(0, at + marker.size());
    const fs::path fresh = fs::path(testing::TempDir()) / "scenarios-README.md";
    std::ofstream(fresh, std::ios::binary) << head << scenario_reference();
    EXPECT_TRUE(readme == head + scenario_reference())
        << "scenarios/README.md is out of date: cp " << fresh.string() << " scenarios/README.md";
}

}  // namespace
}  // namespace nexus::sim::tests
