#include "sim/env/measured_matrices.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace nexus::sim {
namespace {

namespace fs = std::filesystem;

/// Errors: NotFound, Unavailable, with what is there instead of a file; without the path.
absl::StatusOr<std::string> read_file(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) {
        return absl::NotFoundError("no such file");
    }
    if (fs::is_directory(path, error)) {
        return absl::NotFoundError("a folder");
    }
    std::ifstream stream(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (!stream) {
        return absl::UnavailableError("a file that cannot be read");
    }
    return text;
}

/// The same, with the path behind what is there.
absl::StatusOr<std::string> read_named(const fs::path& path) {
    absl::StatusOr<std::string> text = read_file(path);
    if (!text.ok()) {
        return absl::Status(
            text.status().code(),
            fmt::format("{} {}", std::string(text.status().message()), path.string()));
    }
    return text;
}

/// Reads below the folder of a scenario, or above it where the path says so.
class DiskResolver final : public Resolver {
public:
    DiskResolver(fs::path folder, fs::path matrix_folder)
        : folder_(std::move(folder)), matrix_folder_(std::move(matrix_folder)) {}

    [[nodiscard]] absl::StatusOr<std::string> read(std::string_view path) const override {
        return read_named((folder_ / path).lexically_normal());
    }

    [[nodiscard]] absl::StatusOr<std::string> read_matrix(std::string_view file) const override {
        if (!matrix_folder_.empty()) {
            return read_named(matrix_folder_ / file);
        }
        const std::string_view name = file == "wan-rtt-aws.csv" ? "aws" : "cities";
        return std::string(*measured_matrix(name));
    }

private:
    fs::path folder_;
    fs::path matrix_folder_;
};

}  // namespace

absl::StatusOr<Scenario> load_scenario(const std::string& path, const std::string& matrix_folder) {
    const absl::StatusOr<std::string> text = read_file(path);
    if (!text.ok()) {
        return absl::Status(text.status().code(),
                            fmt::format("{}: expected a scenario file (TOML), got {}", path,
                                        std::string(text.status().message())));
    }
    const DiskResolver resolver(fs::path(path).parent_path(), matrix_folder);
    return parse_scenario(*text, path, resolver);
}

absl::StatusOr<MachineSpec> load_machine(const std::string& path) {
    auto scenario = load_scenario(path);
    if (!scenario.ok()) {
        return scenario.status();
    }
    auto bare = parse_scenario(format_machine(scenario->machine), path, DiskResolver({}, {}));
    if (!bare.ok()) {
        return bare.status();
    }
    if (*bare != *scenario) {
        return absl::InvalidArgumentError(fmt::format(
            "{}: expected nothing but a section [machine], as `nexus calibrate` writes it", path));
    }
    return scenario->machine;
}

absl::StatusOr<Scenario> recheck_scenario(const Scenario& scenario) {
    return parse_scenario(format_scenario(scenario), scenario.file, DiskResolver({}, {}));
}

}  // namespace nexus::sim
