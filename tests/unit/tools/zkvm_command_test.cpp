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

TEST_F(ZkvmCommand, ProvesAndVerifies) {
    const std::string proof = path("fibonacci.proof");
    const Result made = zkvm({"prove", "fibonacci", "--public", "0x0a000000", "--out", proof});
    EXPECT_EQ(made.code, 0) << made.err;
    EXPECT_THAT(made.out, HasSubstr("100 bits (unique decoding, proven), profile fast, zero"));
    EXPECT_THAT(made.out, HasSubstr("4 bytes, 0x37000000"));

    const Result verified = zkvm({"verify", "fibonacci", proof, "--public", "0x0a000000",
                                  "--output", "0x37000000", "--require-zk"});
    EXPECT_EQ(verified.code, 0) << verified.err;
    EXPECT_THAT(verified.out, HasSubstr("VERIFIED"));
    EXPECT_THAT(verified.out, HasSubstr("output     4 bytes, 0x37000000\n"));
    const Result id = zkvm({"id", "fibonacci"});
    EXPECT_THAT(id.out, MatchesRegex("0x[0-9a-f]+\n"));
    const std::string program = id.out.substr(0, id.out.size() - 1);
    EXPECT_EQ(zkvm({"verify", program, proof, "--as-stated"}).code, 0);
    EXPECT_THAT(zkvm({"verify", program, proof, "--as-stated", "--json"}).out,
                HasSubstr("\"proven_bits\": 100"));

    // Proofs of something else are refused with exit code 1, and say why.
    const auto refused = [&](std::vector<std::string> words, const std::string& reason) {
        words.insert(words.begin(), "verify");
        words.emplace_back("--as-stated");
        const Result result = zkvm(words);
        EXPECT_EQ(result.code, 1) << result.out << result.err;
        EXPECT_THAT(result.out, HasSubstr("REFUSED"));
        EXPECT_THAT(result.out, HasSubstr(reason));
    };
    refused({"sort", proof}, "another program");
    refused({"0x" + std::string(64, '0'), proof}, "another program");
    refused({program, proof, "--public", "0x0b000000"}, "another public input");
    refused({program, proof, "--public", ""}, "another public input");
    refused({program, proof, "--output", "0x38000000"}, "another output");
    refused({program, proof, "--exit-code", "1"}, "another exit code");
    refused({program, proof, "--min-bits", "101"}, "expected 101 proven bits, got 100");
    std::string bytes = read("fibonacci.proof");
    bytes[bytes.size() / 2] ^= 1;
    write("changed.proof", bytes);
    refused({program, path("changed.proof")}, "changed.proof");
    write("cut.proof", read("fibonacci.proof").substr(0, 60'000));
    refused({program, path("cut.proof")}, "Truncated");

    // What is no proof file, or no program, is no answer at all.
    write("text.proof", "no proof");
    expect_invalid(zkvm({"verify", program, path("text.proof")}), "NoProofFile");
    expect_invalid(zkvm({"verify", program, path("nothing.proof")}), "nothing.proof");
    expect_invalid(zkvm({"verify", program, proof}), "--as-stated");
    expect_invalid(zkvm({"verify", program, proof, "--public", "0x0a000000"}), "--output");
    expect_invalid(zkvm({"verify", "0x12", proof}), "64 hexadecimal digits");
    expect_invalid(zkvm({"verify", "fibonaci", proof}), "fibonacci");
}

TEST_F(ZkvmCommand, ProvesWhatAFailingGuestDid) {
    const std::string proof = path("sum.proof");
    const Result made = zkvm({"prove", "fibonacci", "--out", proof, "--no-zk", "--json"});
    EXPECT_EQ(made.code, 1) << "its exit code is 2";
    EXPECT_THAT(made.out, HasSubstr("\"zero_knowledge\": false"));
    EXPECT_THAT(made.out, HasSubstr("\"exit_code\": 2"));
    EXPECT_EQ(zkvm({"verify", "fibonacci", proof, "--as-stated"}).code, 1)
        << "exit code 0 is what one expects";
    EXPECT_EQ(zkvm({"verify", "fibonacci", proof, "--exit-code", "2", "--as-stated"}).code, 0);
    EXPECT_THAT(
        zkvm({"verify", "fibonacci", proof, "--exit-code", "2", "--as-stated", "--require-zk"}).out,
        HasSubstr("without zero knowledge"));
}

TEST_F(ZkvmCommand, DoesNotProveWhatItCannot) {
    const auto prove = [](std::vector<std::string> words) {
        words.insert(words.begin(), {"prove", "fibonacci", "--public", "0xffffffff"});
        return zkvm(words);
    };
    expect_invalid(prove({"--profile", "test"}), "fast, compact, strong");
    expect_invalid(prove({"--log-segment", "30"}), "--log-segment");
    const Result endless = prove({"--cycles", "1000", "--out", path("endless.proof")});
    EXPECT_EQ(endless.code, 1);
    EXPECT_THAT(endless.err, HasSubstr("OutOfCycles"));
    EXPECT_FALSE(fs::exists(path("endless.proof")));
    const Result nowhere =
        zkvm({"prove", "fibonacci", "--public", "0x0a000000", "--out", path("no/folder/x.proof")});
    EXPECT_EQ(nowhere.code, 2);
    EXPECT_THAT(nowhere.err, HasSubstr("no/folder"));
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
