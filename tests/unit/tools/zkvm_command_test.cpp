// `nexus zkvm`, in this process, on the guests that were built beside it.
#include "tools/nexus/cli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::MatchesRegex;

class ZkvmCommand : public testing::Test {
protected:
    struct Result {
        int code = 0;
        std::string out;
        std::string err;
    };

    ZkvmCommand() {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::path(testing::TempDir()) / (std::string("nexus_zkvm_") + test->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~ZkvmCommand() override { fs::remove_all(folder_); }

    [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

    void write(const std::string& name, std::string_view text) const {
        std::ofstream(path(name), std::ios::binary) << text;
    }

    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream stream(path(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    }

    static Result zkvm(std::vector<std::string> words) {
        words.insert(words.begin(), {"nexus", "zkvm"});
        std::vector<const char*> argv;
        for (const std::string& word : words) {
            argv.push_back(word.c_str());
        }
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        Result result;
        result.code = run_cli(static_cast<int>(argv.size()), argv.data());
        result.out = testing::internal::GetCapturedStdout();
        result.err = testing::internal::GetCapturedStderr();
        return result;
    }

    /// Expects exit code 2, these words on stderr, and nothing on stdout.
    static void expect_invalid(const Result& result, const std::string& text) {
        EXPECT_EQ(result.code, 2) << result.err;
        EXPECT_THAT(result.err, HasSubstr(text));
        EXPECT_EQ(result.out, "") << "what is piped on must stay empty";
    }

    fs::path folder_;
};

TEST_F(ZkvmCommand, RunsAGuestByName) {
    const Result result = zkvm({"run", "fibonacci", "--public", "0x0a000000"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("4 bytes, 0x37000000"));
    EXPECT_THAT(result.out, HasSubstr("exit code  0\n"));
}

TEST_F(ZkvmCommand, PrintsJson) {
    const Result result = zkvm({"run", "fibonacci", "--public", "0x0a000000", "--json"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("\"output\": \"0x37000000\""));
    EXPECT_THAT(result.out, HasSubstr("\"exit_code\": 0"));
    EXPECT_EQ(result.out.front(), '{');
    EXPECT_EQ(result.out.back(), '\n');
}

TEST_F(ZkvmCommand, ReadsInputsFromFiles) {
    write("message", "abc");
    const Result result = zkvm({"run", "sha256", "--private", path("message")});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("0xba7816bf8f01cfea414140de5dae2223"));
}

TEST_F(ZkvmCommand, EndsWithOneIfTheGuestFails) {
    const Result malformed = zkvm({"run", "fibonacci"});
    EXPECT_EQ(malformed.code, 1) << "its exit code is 2";
    EXPECT_THAT(malformed.out, HasSubstr("exit code  2\n"));
    const Result endless = zkvm({"run", "fibonacci", "--public", "0xffffffff", "--cycles", "1000"});
    EXPECT_EQ(endless.code, 1);
    EXPECT_EQ(endless.out, "");
    EXPECT_THAT(endless.err, HasSubstr("OutOfCycles"));
    EXPECT_THAT(endless.err, HasSubstr("after 1 000 cycles"));
    const Result json =
        zkvm({"run", "fibonacci", "--public", "0xffffffff", "--cycles", "1000", "--json"});
    EXPECT_EQ(json.code, 1);
    EXPECT_THAT(json.out, HasSubstr("\"kind\": \"OutOfCycles\""));
}

TEST_F(ZkvmCommand, NamesTheGuestsThereAre) {
    expect_invalid(zkvm({"run", "fibonaci"}), "fibonacci");
    expect_invalid(zkvm({"run", path("nowhere.elf")}), "nowhere.elf");
    expect_invalid(zkvm({"run", path("")}), path(""));
}

TEST_F(ZkvmCommand, RefusesAFileThatIsNoGuest) {
    write("text.elf", "this is no program, though it is long enough to have the header of one");
    expect_invalid(zkvm({"run", path("text.elf")}), "NotElf");
}

TEST_F(ZkvmCommand, RefusesInputsItCannotRead) {
    expect_invalid(zkvm({"run", "fibonacci", "--public", "0x0"}), "--public");
    expect_invalid(zkvm({"run", "fibonacci", "--private", "0xzz"}), "--private");
    expect_invalid(zkvm({"run", "fibonacci", "--public", path("nothing")}), "--public");
    expect_invalid(zkvm({"run", "fibonacci", "--memory", "0"}), "--memory");
    EXPECT_EQ(zkvm({"run"}).code, 2);
    EXPECT_EQ(zkvm({}).code, 2);
}

TEST_F(ZkvmCommand, ProfilesAGuest) {
    write("message", std::string(5000, 'x'));
    const Result result = zkvm(
        {"profile", "sha256", "--private", path("message"), "--folded", path("stacks.folded")});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("function\n"));
    EXPECT_THAT(result.out, HasSubstr("nexus::guest::Sha256::"));
    EXPECT_THAT(result.out, HasSubstr("bitwise\n"));
    EXPECT_THAT(read("stacks.folded"), HasSubstr("_start;main"));
    EXPECT_THAT(read("stacks.folded"), MatchesRegex("([^\n]+ [0-9]+\n)+"));
    const Result json = zkvm({"profile", "sha256", "--private", path("message"), "--json"});
    EXPECT_THAT(json.out, HasSubstr("\"families\": {"));
    expect_invalid(
        zkvm({"profile", "fibonacci", "--public", "0x0a000000", "--folded", path("no/folder")}),
        "no/folder");
}

TEST_F(ZkvmCommand, ChecksAFolderOfPrograms) {
    const fs::path guests =
        fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "guests";
    fs::copy_file(guests / "sort.elf", path("sort.elf"));
    write("notes.txt", "not a program");
    const Result passed = zkvm({"conformance", path("")});
    EXPECT_EQ(passed.code, 0) << passed.out << passed.err;
    EXPECT_EQ(passed.out, "1 passed, 0 failed\n");
    fs::copy_file(guests / "fibonacci.elf", path("fibonacci.elf"));
    const Result failed = zkvm({"conformance", path("")});
    EXPECT_EQ(failed.code, 1);
    EXPECT_EQ(failed.out, "FAILED fibonacci.elf: exit code 2\n1 passed, 1 failed\n");
    EXPECT_THAT(zkvm({"conformance", path(""), "--json"}).out, HasSubstr("\"failed\": 1"));
    expect_invalid(zkvm({"conformance", path("nowhere")}), "nowhere");
    fs::create_directories(folder_ / "empty");
    expect_invalid(zkvm({"conformance", path("empty")}), "no ELF file");
}

}  // namespace
}  // namespace nexus::tools
