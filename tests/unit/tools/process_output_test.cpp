#include "tools/nexus/testnet/process_output.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

using tests::TemporaryFolder;

/// Runs in a process of its own, whose stderr is the file, and ends with 0 if all is well.
void write_and_rotate(const std::string& path) {
    const std::string kilobyte(1024, 'x');
    if (std::freopen(path.c_str(), "a", stderr) == nullptr) {
        std::_Exit(10);
    }
    std::setvbuf(stderr, nullptr, _IONBF, 0);
    for (std::uintmax_t i = 0; i < 4 * kOutputBytesMax / 1024; ++i) {
        std::fputs(kilobyte.c_str(), stderr);
        rotate_own_output(path);
        if (fs::file_size(path) > kOutputBytesMax + 1024) {
            std::_Exit(11);
        }
    }
    std::fputs("the end", stderr);
    std::_Exit(0);
}

TEST(ProcessOutput, TakesTwoFilesAtMostWhileItIsWritten) {
    const TemporaryFolder folder;
    const std::string path = folder / "output";
    EXPECT_EXIT(write_and_rotate(path), testing::ExitedWithCode(0), "");
    ASSERT_TRUE(fs::exists(path + ".1"));
    EXPECT_LE(fs::file_size(path) + fs::file_size(path + ".1"), 2 * (kOutputBytesMax + 1024));
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_TRUE(text.ends_with("the end")) << "it goes on in the new one";
}

TEST(ProcessOutput, LeavesAFileAloneThatIsNotItsOwn) {
    const TemporaryFolder folder;
    const std::string path = folder / "output";
    std::ofstream(path) << std::string(kOutputBytesMax + 1, 'x');
    rotate_own_output(path);
    EXPECT_FALSE(fs::exists(path + ".1"));
    rotate_output(path);
    EXPECT_TRUE(fs::exists(path + ".1"));
    EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace nexus::tools
