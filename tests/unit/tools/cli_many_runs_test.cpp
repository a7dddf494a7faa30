// What is made of runs: sweeps, traces, replays, shrinking.
#include "tests/unit/tools/cli_fixture.hpp"
#include "tools/nexus/sweep.hpp"

#include <absl/status/status.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

TEST_F(Cli, ASweepRunsEverySeedOnce) {
    const Result result =
        nexus({"sim", "sweep", path("tiny.toml"), "--seeds", "3..4", "--jobs", "2", "--json"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out,
                MatchesRegex("\\{\"seed\":3,\"passed\":true,\"digest\":\"[0-9a-f]*\"\\}\n"
                             "\\{\"seed\":4,\"passed\":true,\"digest\":\"[0-9a-f]*\"\\}\n"));
    ASSERT_EQ(run_tiny("run", {"--seed", "3"}).code, 0);
    std::string digest = read(path("run/digest.txt"));
    digest.pop_back();
    EXPECT_THAT(result.out, HasSubstr(digest)) << "a sweep's run is the run of its seed";
}

TEST_F(Cli, AFailedSeedIsToldWithItsReplayLine) {
    write(path("tiny.toml"),
          std::string(kTiny) + "[expect]\nall = [\"finalized_blocks >= 5000\"]\n");
    const Result result = nexus({"sim", "sweep", path("tiny.toml"), "--seeds", "7..7"});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.out, HasSubstr("finalized_blocks >= 5000"));
    EXPECT_THAT(result.out, HasSubstr(" sim run " + path("tiny.toml") + " --seed 7"));
    EXPECT_THAT(result.out, HasSubstr("1 seeds, 0 passed, 1 failed"));
}

TEST_F(Cli, ASweepPrintsNumbersAsTheReportDoes) {
    write(path("tiny.toml"), std::string(kTiny) + "[expect]\nall = [\"throughput_tps > 1e6\"]\n");
    const Result result = nexus({"sim", "sweep", path("tiny.toml"), "--seeds", "7..7"});
    EXPECT_THAT(result.out, HasSubstr("throughput_tps > 1e6 (got 2.333)"))
        << "seven in three seconds, and no more digits than a person reads";
}

TEST(Sweep, EndsAsItsWorstSeed) {
    SeedResult passed;
    passed.passed = true;
    const SeedResult failed;
    SeedResult lacking;
    lacking.status = absl::InvalidArgumentError("no region \"x\"");
    SeedResult broken;
    broken.status = absl::InternalError("oh");
    EXPECT_EQ(exit_code(std::vector<SeedResult>{}), ExitCode::Done);
    EXPECT_EQ(exit_code(std::vector{passed, passed}), ExitCode::Done);
    EXPECT_EQ(exit_code(std::vector{passed, failed, passed}), ExitCode::CheckFailed);
    EXPECT_EQ(exit_code(std::vector{lacking, failed, passed}), ExitCode::InvalidInput);
    EXPECT_EQ(exit_code(std::vector{lacking, broken, failed}), ExitCode::InternalError);
}

TEST_F(Cli, ARangeOfSeedsThatIsNoneIsInvalid) {
    for (const char* seeds :
         {"", "5", "5..", "..5", "5..4", "a..b", "1..2..3", "-1..2", "1..1000001",
          "0..18446744073709551615", "1..99999999999999999999", " 1..2"}) {
        SCOPED_TRACE(seeds);
        expect_invalid(nexus({"sim", "sweep", path("tiny.toml"), std::string("--seeds=") + seeds}),
                       "--seeds");
    }
    EXPECT_EQ(nexus({"sim", "sweep", path("tiny.toml"), "--jobs", "0"}).code, 2);
}

// --- traces --------------------------------------------------------------------------------------

TEST_F(Cli, EqualTracesAreDoneAndDifferentOnesAreNot) {
    ASSERT_EQ(run_tiny("a").code, 0);
    ASSERT_EQ(run_tiny("b").code, 0);
    ASSERT_EQ(run_tiny("c", {"--seed", "9"}).code, 0);
    EXPECT_EQ(nexus({"trace", "diff", path("a"), path("b")}).code, 0);
    EXPECT_EQ(nexus({"trace", "diff", path("a/trace.nxt"), path("b")}).code, 0);
    const Result different = nexus({"trace", "diff", path("a"), path("c")});
    EXPECT_EQ(different.code, 1);
    EXPECT_NE(different.out, "");
    EXPECT_THAT(nexus({"trace", "diff", "--json", path("a"), path("b")}).out,
                AllOf(StartsWith(R"({"equal":true,"headers_equal":true,"events_a":)"),
                      HasSubstr(R"("divergence":null,)"), EndsWith("]}\n")));
    const Result json = nexus({"trace", "diff", "--json", path("a"), path("c")});
    EXPECT_EQ(json.code, 1);
    EXPECT_THAT(json.out, AllOf(StartsWith(R"({"equal":false,)"), HasSubstr(R"("after_a":[")"),
                                EndsWith("]}\n")));
}

TEST_F(Cli, ATraceIsPrintedFiltered) {
    ASSERT_EQ(run_tiny("a").code, 0);
    const Result all = nexus({"trace", "print", path("a")});
    const Result votes =
        nexus({"trace", "print", path("a"), "--kind", "simplex/notarize", "--limit", "3"});
    EXPECT_EQ(all.code, 0);
    EXPECT_EQ(votes.code, 0);
    EXPECT_THAT(all.out, HasSubstr("validator-0"));
    EXPECT_LT(votes.out.size(), all.out.size());
    EXPECT_THAT(votes.out, HasSubstr("3 of "));
}

TEST_F(Cli, ADamagedTraceIsInvalidAndNeverCrashes) {
    ASSERT_EQ(run_tiny("a").code, 0);
    const std::string good = read(path("a/trace.nxt"));
    ASSERT_GT(good.size(), 100U);
    std::vector<std::string> bad = {"",
                                    "x",
                                    good.substr(0, 4),
                                    good.substr(0, good.size() / 2),
                                    good.substr(0, good.size() - 1),
                                    good + "x"};
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{5}, good.size() / 3, good.size() / 2, good.size() - 2}) {
        std::string flipped = good;
        flipped[at] = static_cast<char>(flipped[at] ^ 0x40);
        bad.push_back(std::move(flipped));
    }
    for (std::size_t i = 0; i < bad.size(); ++i) {
        SCOPED_TRACE(i);
        write(path("bad.nxt"), bad[i]);
        const Result print = nexus({"trace", "print", path("bad.nxt")});
        EXPECT_EQ(print.code, 2);
        EXPECT_THAT(print.err, HasSubstr("bad.nxt"));
        EXPECT_EQ(nexus({"trace", "diff", path("a"), path("bad.nxt")}).code, 2);
    }
    expect_invalid(nexus({"trace", "print", path("missing.nxt")}), "missing.nxt");
    expect_invalid(nexus({"trace", "print", folder_}), "trace.nxt");
}

TEST_F(Cli, ATraceIsExportedAsOneObjectALine) {
    ASSERT_EQ(run_tiny("a").code, 0);
    const Result all = nexus({"trace", "export", path("a")});
    EXPECT_EQ(all.code, 0) << all.err;
    EXPECT_THAT(all.out, StartsWith("{\"kind\":\"run\",\"version\":1,\"scenario\":\"tiny\""));
    const std::string digest = read(path("a/digest.txt")).substr(0, 64);
    EXPECT_THAT(all.out, EndsWith("\"digest\":\"" + digest + "\"}\n"));
    EXPECT_EQ(nexus({"trace", "print", "--json", path("a")}).out, all.out);
    const Result votes = nexus({"trace", "export", path("a/trace.nxt"), "--node", "validator-1",
                                "--kind", "simplex/notarize", "--limit", "2"});
    EXPECT_EQ(std::count(votes.out.begin(), votes.out.end(), '\n'), 4);
    EXPECT_EQ(nexus({"trace", "export", path("a"), "--limit", "x"}).code, 2);
    expect_invalid(nexus({"trace", "export", path("missing.nxt")}), "missing.nxt");
}

// --- replay --------------------------------------------------------------------------------------

TEST_F(Cli, AnUntouchedFolderReplays) {
    ASSERT_EQ(run_tiny("a", {"--seed", "77"}).code, 0);
    const std::string report = read(path("a/report.json"));
    const Result result = nexus({"sim", "replay", path("a")});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("same digest"));
    EXPECT_EQ(read(path("a/report.json")), report) << "a replay writes nothing";
}

TEST_F(Cli, AnotherDigestFailsTheReplay) {
    ASSERT_EQ(run_tiny("a").code, 0);
    write(path("a/digest.txt"), std::string(64, 'a') + "\n");
    const Result result = nexus({"sim", "replay", path("a")});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr(std::string(64, 'a')));
}

TEST_F(Cli, AFolderThatIsNoRunIsInvalid) {
    fs::create_directories(path("empty"));
    expect_invalid(nexus({"sim", "replay", path("empty")}), "digest.txt");
    expect_invalid(nexus({"sim", "replay", path("nowhere")}), "nowhere");
    ASSERT_EQ(run_tiny("a").code, 0);
    for (const char* digest : {"", "zz", "abc", "00"}) {
        write(path("a/digest.txt"), digest);
        expect_invalid(nexus({"sim", "replay", path("a")}), "digest.txt");
    }
    fs::remove(path("a/scenario.toml"));
    write(path("a/digest.txt"), std::string(64, 'a'));
    expect_invalid(nexus({"sim", "replay", path("a")}), "scenario.toml");
}

// --- shrink --------------------------------------------------------------------------------------

TEST_F(Cli, AFailedRunShrinksToAScenarioThatFailsAlike) {
    const fs::path forks = repository() / "scenarios/negative/double_votes_beyond_f.toml";
    ASSERT_EQ(nexus({"sim", "run", forks, "--no-trace", "--out", path("fork")}).code, 1);
    const Result result = nexus({"sim", "shrink", path("fork/"), "--attempts", "25"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.err, "") << "progress is for terminals";
    EXPECT_THAT(result.out, HasSubstr("agreement violated"));
    EXPECT_THAT(result.out, HasSubstr("25 attempts"));
    const std::string smaller = path("fork-shrunk/scenario.toml");
    EXPECT_THAT(result.out, HasSubstr("sim run " + smaller + " --seed 1\n"));
    for (const char* file :
         {"scenario.toml", "report.json", "report.html", "trace.nxt", "digest.txt"}) {
        EXPECT_TRUE(fs::exists(folder_ / "fork-shrunk" / file)) << file;
    }
    const Result replay = nexus({"sim", "run", smaller, "--no-trace", "--out", path("again")});
    EXPECT_EQ(replay.code, 1);
    EXPECT_THAT(replay.out, HasSubstr("agreement"));
    EXPECT_EQ(read(path("again/digest.txt")), read(path("fork-shrunk/digest.txt")));
    EXPECT_LT(read(path("fork-shrunk/report.json")).size(), read(path("fork/report.json")).size());
    EXPECT_EQ(nexus({"sim", "replay", path("fork-shrunk")}).code, 1) << "the status of its run";
}

TEST_F(Cli, ShrinkingSaysTheSameAsJson) {
    write(path("tiny.toml"),
          std::string(kTiny) + "[expect]\nall = [\"finalized_blocks >= 5000\"]\n");
    ASSERT_EQ(run_tiny("run").code, 1);
    const Result result =
        nexus({"sim", "shrink", path("run"), "--json", "--out", path("small"), "--attempts", "12"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("\"not_held\": [\n    \"finalized_blocks >= 5000\"\n  ]"));
    EXPECT_THAT(result.out, HasSubstr("\"attempts\": "));
    EXPECT_THAT(result.out, HasSubstr(path("small/scenario.toml")));
}

TEST_F(Cli, WhatDoesNotFailCannotShrink) {
    ASSERT_EQ(run_tiny("run").code, 0);
    expect_invalid(nexus({"sim", "shrink", path("run")}), "expected a run that fails");
    EXPECT_FALSE(fs::exists(path("run-shrunk"))) << "nothing is left behind";
    expect_invalid(nexus({"sim", "shrink", path("nowhere")}), "nowhere");
    expect_invalid(nexus({"sim", "shrink", path("run"), "--out", path("run/")}), "--out");
    EXPECT_EQ(nexus({"sim", "shrink", path("run"), "--attempts", "0"}).code, 2);
}

}  // namespace
}  // namespace nexus::tools
