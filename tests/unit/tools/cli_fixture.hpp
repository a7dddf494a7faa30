#pragma once

#include "tools/nexus/cli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

/// The whole command line, in this process: what it prints, how it ends, what it leaves on the
/// disk.
namespace nexus::tools {

namespace fs = std::filesystem;

inline constexpr std::string_view kTiny = R"([scenario]
name = "tiny"
duration = "2s"
grace = "1s"
[network]
latency = "uniform"
uniform_delay = "10ms"
[validators]
count = 4
[load]
steps = {0s = 3}
sources = 1
accounts = 2
)";

inline std::string read(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

inline void write(const fs::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

/// The root of the source: the nearest folder above that holds scenarios/README.md.
inline fs::path repository() {
    for (fs::path folder = fs::current_path(); folder != folder.parent_path();
         folder = folder.parent_path()) {
        if (fs::exists(folder / "scenarios/README.md")) {
            return folder;
        }
    }
    return {};
}

/// A folder of its own for each test, and the program.
class Cli : public testing::Test {
protected:
    struct Result {
        int code = 0;
        std::string out;
        std::string err;
    };

    Cli() {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::path(testing::TempDir()) / (std::string("nexus_cli_") + test->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        write(path("tiny.toml"), kTiny);
    }
    ~Cli() override { fs::remove_all(folder_); }

    [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

    static Result nexus(std::vector<std::string> words) {
        words.insert(words.begin(), "nexus");
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
    [[nodiscard]] Result run_tiny(const std::string& out,
                                  std::vector<std::string> more = {}) const {
        std::vector<std::string> words = {"sim", "run", path("tiny.toml"), "--out", path(out)};
        words.insert(words.end(), more.begin(), more.end());
        return nexus(words);
    }
    /// Expects exit code 2, these words on stderr, and nothing on stdout.
    static void expect_invalid(const Result& result, const std::string& text) {
        EXPECT_EQ(result.code, 2) << result.err;
        EXPECT_THAT(result.err, testing::HasSubstr(text));
        EXPECT_EQ(result.out, "") << "what is piped on must stay empty";
    }

    fs::path folder_;
};

}  // namespace nexus::tools
