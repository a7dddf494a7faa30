#include "sim/report/write.hpp"

#include <absl/status/status.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

namespace nexus::sim {
namespace {

namespace fs = std::filesystem;

class WriteFile : public ::testing::Test {
protected:
    WriteFile() {
        folder_ = fs::path(::testing::TempDir()) /
                  ("write_test_" + std::to_string(::getpid()) + "_" +
                   ::testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~WriteFile() override {
        fs::permissions(folder_, fs::perms::owner_all);
        fs::remove_all(folder_);
    }

    static std::string content(const fs::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
    }

    fs::path folder_;
};

TEST_F(WriteFile, ReplacesTheFileAndLeavesNoOther) {
    const fs::path path = folder_ / "report.json";
    ASSERT_TRUE(write_file_atomically(path, "first, and longer").ok());
    const std::string binary("second\0\n", 8);
    ASSERT_TRUE(write_file_atomically(path, binary).ok());
    EXPECT_EQ(content(path), binary);
    EXPECT_EQ(files(), 1);
}

TEST_F(WriteFile, NamesAMissingFolder) {
    const auto status = write_file_atomically(folder_ / "none" / "report.json", "x");
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(status.message(), "cannot write report.json into folder " +
                                    (folder_ / "none").string() + ": No such file or directory");
}

TEST_F(WriteFile, NamesAFolderThatIsAFile) {
    ASSERT_TRUE(write_file_atomically(folder_ / "file", "x").ok());
    const auto status = write_file_atomically(folder_ / "file" / "report.json", "x");
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_NE(status.message().find("Not a directory"), std::string::npos) << status;
}

TEST_F(WriteFile, NamesAFolderThatMayNotBeWritten) {
    if (::geteuid() == 0) {
        GTEST_SKIP() << "the superuser may write everywhere";
    }
    fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
    const auto status = write_file_atomically(folder_ / "report.json", "x");
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
    EXPECT_NE(status.message().find("Permission denied"), std::string::npos) << status;
}

TEST_F(WriteFile, LeavesNothingBehindWhenItFails) {
    fs::create_directories(folder_ / "taken" / "inside");
    const auto status = write_file_atomically(folder_ / "taken", "x");
    EXPECT_FALSE(status.ok());
    EXPECT_NE(status.message().find((folder_ / "taken").string()), std::string::npos) << status;
    EXPECT_EQ(files(), 1);
    EXPECT_FALSE(write_file_atomically(folder_ / "", "x").ok());
}

}  // namespace
}  // namespace nexus::sim
