#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace nexus::tests {

/// A folder of this test alone, removed with this.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string path = (std::filesystem::temp_directory_path() / "nexus-test-XXXXXX").string();
        path_ = mkdtemp(path.data()) == nullptr ? std::string() : path;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    [[nodiscard]] std::string operator/(const char* name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace nexus::tests
