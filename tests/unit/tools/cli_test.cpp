// Runs and checks of one scenario: what they print, how they end, what they leave.
#include "tests/unit/tools/cli_fixture.hpp"

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

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

TEST_F(Cli, ARunWritesItsFolderAndSaysDone) {
    const Result result = run_tiny("run");
    EXPECT_EQ(result.code, 0) << result.err;
    for (const char* file :
         {"scenario.toml", "report.json", "report.html", "trace.nxt", "digest.txt"}) {
        EXPECT_TRUE(fs::exists(folder_ / "run" / file)) << file;
        EXPECT_GT(fs::file_size(folder_ / "run" / file), 0U) << file;
    }
    EXPECT_THAT(result.out, HasSubstr("report.html"));
    EXPECT_THAT(read(folder_ / "run/digest.txt"), MatchesRegex("[0-9a-f]*\n"));
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(folder_ / "run")) {
        (void)entry;
        ++files;
    }
    EXPECT_EQ(files, 5U) << "no temporary file stays";
}

TEST_F(Cli, JsonGoesToStdoutAndIsTheReport) {
    const Result result = run_tiny("run", {"--json", "--no-trace"});
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.out, read(folder_ / "run/report.json"));
    EXPECT_FALSE(fs::exists(folder_ / "run/trace.nxt"));
}

TEST_F(Cli, TheSameSeedGivesTheSameDigestAndAnotherAnother) {
    ASSERT_EQ(run_tiny("a", {"--seed", "5"}).code, 0);
    ASSERT_EQ(run_tiny("b", {"--seed", "5", "--reencode"}).code, 0);
    ASSERT_EQ(run_tiny("c", {"--seed", "18446744073709551615"}).code, 0);
    EXPECT_EQ(read(path("a/digest.txt")), read(path("b/digest.txt")));
    EXPECT_NE(read(path("a/digest.txt")), read(path("c/digest.txt")));
    EXPECT_THAT(read(path("c/scenario.toml")), HasSubstr("18446744073709551615"));
}

TEST_F(Cli, AFailedExpectationEndsWithOneAndStillWritesTheReport) {
    write(path("tiny.toml"),
          std::string(kTiny) + "[expect]\nall = [\"finalized_blocks >= 5000\"]\n");
    const Result result = run_tiny("run");
    EXPECT_EQ(result.code, 1);
    EXPECT_TRUE(fs::exists(path("run/report.json")));
}

// --- usage ---------------------------------------------------------------------------------------

TEST_F(Cli, HelpAndVersionAreDone) {
    const Result help = nexus({"--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.out, HasSubstr("Exit codes"));
    EXPECT_EQ(nexus({"sim", "run", "--help"}).code, 0);
    const Result version = nexus({"--version"});
    EXPECT_EQ(version.code, 0);
    EXPECT_THAT(version.out, HasSubstr("nexus "));
}

TEST_F(Cli, WrongUsageIsInvalid) {
    const std::vector<std::vector<std::string>> cases = {
        {},
        {"sim"},
        {"sim", "run"},
        {"trace", "diff", "one"},
        {"sim", "walk"},
        {"sim", "run", path("tiny.toml"), "--sed", "4"},
        {"sim", "run", path("tiny.toml"), "extra"},
        {"scenario", "check"},
    };
    for (const auto& words : cases) {
        const Result result = nexus(words);
        EXPECT_EQ(result.code, 2) << testing::PrintToString(words);
        EXPECT_NE(result.err, "") << testing::PrintToString(words);
    }
}

TEST_F(Cli, AnUnknownOptionIsNamed) {
    expect_invalid(run_tiny("run", {"--sed", "4"}), "--sed");
    EXPECT_FALSE(fs::exists(path("run")));
}

TEST_F(Cli, AnUnknownSubcommandIsNamedAsThat) {
    expect_invalid(nexus({"foo"}),
                   "error: unknown subcommand foo, expected one of sim, scenario, trace, zkvm, "
                   "testnet, node, load, calibrate, "
                   "compare\n");
    expect_invalid(nexus({"trace", "foo", "x"}),
                   "error: unknown subcommand foo, expected one of print, export, diff\n");
}

TEST_F(Cli, ASeedThatIsNoneIsInvalid) {
    for (const char* seed :
         {"99999999999999999999", "18446744073709551616", "-1", "", "x", "1.5", "1x"}) {
        SCOPED_TRACE(seed);
        const Result result = run_tiny("run", {std::string("--seed=") + seed});
        EXPECT_EQ(result.code, 2) << "got:\n" << result.err << result.out.substr(0, 300);
        EXPECT_FALSE(fs::exists(path("run/report.json")));
    }
}

// --- scenarios -----------------------------------------------------------------------------------

TEST_F(Cli, AMissingScenarioIsNamedEverywhere) {
    const std::string missing = path("missing.toml");
    expect_invalid(nexus({"sim", "run", missing, "--out", path("run")}), missing);
    expect_invalid(nexus({"sim", "sweep", missing}), missing);
    expect_invalid(nexus({"scenario", "check", missing}), missing);
    EXPECT_FALSE(fs::exists(path("run")));
}

TEST_F(Cli, AMalformedScenarioIsToldWithFileLineAndColumn) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"[scenario\n", ":1:"},
        {"[scenario]\nname = \"x\"\nduration = \"ten\"\n", ":3:12: error: "},
        {"[scenario]\nname = \"x\"\n[protocol]\nname = \"tendermint\"\n", ":4:"},
        {"[scenario]\nname = \"x\"\nunknown_key = 3\n", ":3:"},
        {std::string("\0\xFF\xFE", 3), ":1:"},
    };
    for (const auto& [text, place] : cases) {
        SCOPED_TRACE(text);
        write(path("bad.toml"), text);
        const Result result = nexus({"sim", "run", path("bad.toml"), "--out", path("run")});
        expect_invalid(result, path("bad.toml") + place);
        EXPECT_FALSE(fs::exists(path("run"))) << "nothing is written for a run that cannot be";
        expect_invalid(nexus({"scenario", "check", path("bad.toml")}), path("bad.toml") + place);
    }
}

TEST_F(Cli, AnUnknownProtocolIsNamed) {
    write(path("bad.toml"), std::string(kTiny) + "[protocol]\nname = \"tendermint\"\n");
    expect_invalid(nexus({"sim", "run", path("bad.toml"), "--out", path("run")}), "tendermint");
}

TEST_F(Cli, CheckExplainsFormatsAndListsKeys) {
    const Result check = nexus({"scenario", "check", path("tiny.toml")});
    EXPECT_EQ(check.code, 0);
    EXPECT_NE(check.out, "");
    EXPECT_EQ(nexus({"scenario", "check", "--quiet", path("tiny.toml")}).out,
              path("tiny.toml") + ": ok\n");
    const Result format = nexus({"scenario", "check", "--format", path("tiny.toml")});
    write(path("full.toml"), format.out);
    EXPECT_EQ(nexus({"scenario", "check", "--format", path("full.toml")}).out, format.out)
        << "what is complete stays as it is";
    const Result keys = nexus({"scenario", "check", "--defaults"});
    EXPECT_EQ(keys.code, 0);
    EXPECT_THAT(keys.out, HasSubstr("uniform_delay"));
}

TEST_F(Cli, CheckSaysAsJsonWhatIsWrong) {
    write(path("bad.toml"), "[scenario]\nname = 3\nseed = \"x\"\n");
    const Result result =
        nexus({"scenario", "check", "--json", path("bad.toml"), path("tiny.toml")});
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.err, "") << "it is in the objects";
    EXPECT_THAT(result.out,
                StartsWith(R"({"file":")" + path("bad.toml") + R"(","valid":false,"errors":[")" +
                           path("bad.toml") + ":2:8"));
    EXPECT_THAT(result.out,
                HasSubstr("\n"
                          R"({"file":")" +
                          path("tiny.toml") + R"(","valid":true,"name":"tiny","explanation":")"));
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 2);
}

TEST_F(Cli, NamesThatMeetAreToldBeforeTheRun) {
    write(path("bad.toml"), std::string(kTiny) +
                                "[[sovereign]]\nname = \"A\"\n"
                                "[[population]]\nname = \"load\"\ncount = 1\n"
                                "join_within = \"1s\"\n");
    expect_invalid(nexus({"sim", "run", path("bad.toml"), "--out", path("run")}),
                   path("bad.toml") + ":17:8: error: ");
}

TEST_F(Cli, ARunThatFinalizesNothingFailsUnlessThatIsExpected) {
    const std::string cut = std::string(kTiny) +
                            "[[fault]]\nat = \"0s\"\nkind = \"crash\"\n"
                            "targets = [\"validator-0\", \"validator-1\"]\n[expect]\n"
                            "violations = []\n";
    write(path("tiny.toml"), cut);
    const Result silent = run_tiny("run");
    EXPECT_EQ(silent.code, 1);
    EXPECT_THAT(silent.out, HasSubstr("agreement was never checked"));
    write(path("tiny.toml"), cut + "all = [\"finalized_blocks == 0\"]\n");
    const Result wanted = run_tiny("run");
    EXPECT_THAT(wanted.out, Not(HasSubstr("was never checked")));
}

TEST_F(Cli, AReplayLineCanBeTypedWhateverTheNameOfTheFile) {
    write(path("a b.toml"), std::string(kTiny) + "[expect]\nall = [\"lost > 5\"]\n");
    const Result result = nexus({"sim", "run", path("a b.toml"), "--out", path("run")});
    EXPECT_THAT(result.out, HasSubstr("sim run '" + path("a b.toml") + "' --seed 1\n"));
}

TEST_F(Cli, OneBadFileOfManyMakesTheCheckFail) {
    write(path("bad.toml"), "[scenario\n");
    const Result result =
        nexus({"scenario", "check", "--quiet", path("bad.toml"), path("tiny.toml")});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.out, HasSubstr("tiny.toml: ok"));
}

// --- output folders ------------------------------------------------------------------------------

TEST_F(Cli, AnOutputFolderThatCannotBeIsInvalidBeforeTheRun) {
    write(path("file"), "");
    for (const char* out : {"file", "file/below"}) {
        expect_invalid(run_tiny(out), path(out));
    }
    EXPECT_TRUE(fs::is_regular_file(path("file")));
    EXPECT_EQ(fs::file_size(path("file")), 0U);
}

TEST_F(Cli, AReportThatCannotBeWrittenLeavesNoDigest) {
    fs::create_directories(path("run/report.json/in_the_way"));
    const Result result = run_tiny("run");
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err, "");
    EXPECT_FALSE(fs::exists(path("run/digest.txt"))) << "a folder with a digest is a whole run";
}

TEST_F(Cli, AFolderThatCannotBeWrittenIsToldWithItsReason) {
    // The kernel's own file system takes no files, whoever asks.
    const Result result = nexus({"sim", "run", path("tiny.toml"), "--out", "/proc/nexus"});
    expect_invalid(result, "error: /proc/nexus: expected a folder that can be made, got: ");
    const Result existing = nexus({"sim", "run", path("tiny.toml"), "--out", "/proc"});
    expect_invalid(existing, "error: /proc: expected a folder that can be written, got: ");
    EXPECT_EQ(std::count(existing.err.begin(), existing.err.end(), '\n'), 1) << existing.err;
}

TEST_F(Cli, ANewRunReplacesTheOldOneWholly) {
    ASSERT_EQ(run_tiny("run").code, 0);
    ASSERT_TRUE(fs::exists(path("run/trace.nxt")));
    ASSERT_EQ(run_tiny("run", {"--seed", "9", "--no-trace"}).code, 0);
    EXPECT_FALSE(fs::exists(path("run/trace.nxt"))) << "that was the trace of another run";
    ASSERT_EQ(run_tiny("run").code, 0);
    EXPECT_THAT(nexus({"trace", "export", path("run")}).out,
                HasSubstr(read(path("run/digest.txt")).substr(0, 64)));
}

TEST_F(Cli, ARunThatCannotBeWrittenTakesTheOldDigestAlong) {
    ASSERT_EQ(run_tiny("run").code, 0);
    fs::remove(path("run/report.html"));
    fs::create_directories(path("run/report.html/in_the_way"));
    expect_invalid(run_tiny("run", {"--seed", "9"}), "error: cannot write");
    EXPECT_FALSE(fs::exists(path("run/digest.txt"))) << "what is there is of two runs";
    fs::remove_all(path("run"));
    fs::create_directories(path("run/trace.nxt/in_the_way"));
    expect_invalid(run_tiny("run"), "trace.nxt: expected to write the trace, got: ");
    for (const auto& entry : fs::directory_iterator(path("run"))) {
        EXPECT_EQ(entry.path().filename(), "trace.nxt") << "no half of anything stays";
    }
}

// --- messages ------------------------------------------------------------------------------------

TEST_F(Cli, EveryMessageSaysThatItIsAnError) {
    write(path("bad.toml"), std::string(kTiny) + "[protocol]\nname = \"raft\"\n");
    ASSERT_EQ(run_tiny("a").code, 0);
    std::string trace = read(path("a/trace.nxt"));
    trace[trace.size() / 2] = static_cast<char>(trace[trace.size() / 2] ^ 1);
    write(path("bad.nxt"), trace);
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{"sim", "run", path("none.toml")},
         "error: " + path("none.toml") + ": expected a scenario file (TOML), got no such file\n"},
        {{"sim", "run", folder_},
         "error: " + folder_.string() + ": expected a scenario file (TOML), got a folder"},
        {{"sim", "run", path("bad.toml"), "--out", path("x")},
         path("bad.toml") + ":15:8: error: protocol.name is unknown, expected one of \"simplex\", "
                            "got \"raft\""},
        {{"sim", "run", path("tiny.toml"), "--seed", "18446744073709551616"},
         "error: --seed: expected a whole number from 0 to 2^64-1, got \"18446744073709551616\""},
        {{"sim", "sweep", path("tiny.toml"), "--seeds", "9..1"}, "error: --seeds: expected A..B"},
        {{"sim", "replay", path("none")}, "error: " + path("none/digest.txt") + ": expected"},
        {{"sim", "shrink", path("a")}, "error: " + path("a") + ": expected a run that fails"},
        {{"trace", "print", path("bad.nxt")}, "error: "},
        {{"trace", "print", path("a"), "--from", "1e300"}, "error: --from"},
        {{"trace", "export", path("none.nxt")}, "error: "},
        {{"scenario", "check"}, "error: FILE: expected a scenario file (TOML), got none"},
        {{"walk"},
         "error: unknown subcommand walk, expected one of sim, scenario, trace, zkvm, testnet, "
         "node, load, calibrate, "
         "compare\n"},
        {{"sim", "walk"}, "error: unknown subcommand walk, expected one of run, replay, shrink, "},
        {{"sim", "run", path("tiny.toml"), "more"},
         "error: The following argument was not expected: more\n"},
    };
    for (const auto& [words, message] : cases) {
        SCOPED_TRACE(testing::PrintToString(words));
        const Result result = nexus(words);
        EXPECT_EQ(result.code, 2);
        EXPECT_THAT(result.err, HasSubstr(message));
        EXPECT_EQ(result.err.find("error: "), result.err.rfind("error: ")) << result.err;
    }
}

TEST_F(Cli, ABrokenInvariantThatIsExpectedStillEndsWithOne) {
    const fs::path forks = repository() / "scenarios/negative/double_votes_beyond_f.toml";
    const Result result = nexus({"sim", "run", forks, "--no-trace", "--out", path("fork")});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.out, StartsWith("✗ FAILED as it should  double_votes_beyond_f\n"));
    EXPECT_THAT(result.out, HasSubstr("as the scenario expects: "));
    write(path("tiny.toml"), std::string(kTiny) + "[expect]\nviolations = [\"agreement\"]\n");
    const Result whole = run_tiny("whole");
    EXPECT_EQ(whole.code, 1) << "it was to fork, and did not";
    EXPECT_THAT(whole.out, HasSubstr("agreement held, though the scenario expects it broken"));
}

// --- sweep ---------------------------------------------------------------------------------------

}  // namespace
}  // namespace nexus::tools
