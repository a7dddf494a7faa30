#include "tools/nexus/run_folder.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "sim/report/report_html.hpp"
#include "sim/report/report_json.hpp"
#include "sim/report/run_report.hpp"
#include "sim/report/write.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/scenario.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace nexus::tools {

namespace {

absl::Status remove_old(const std::string& path) {
    std::error_code error;
    std::filesystem::remove(path, error);
    return error ? absl::FailedPreconditionError(concat(
                       path, ": expected a file that can be replaced, got: ", error.message()))
                 : absl::OkStatus();
}

/// The trace of the run, or none: an older one belongs to another run.
absl::Status place_trace(const RunFolder& folder) {
    std::error_code error;
    if (!std::filesystem::exists(folder.trace_partial(), error)) {
        return remove_old(folder.trace());
    }
    std::filesystem::rename(folder.trace_partial(), folder.trace(), error);
    if (!error) {
        return absl::OkStatus();
    }
    std::error_code ignored;
    std::filesystem::remove(folder.trace_partial(), ignored);
    return absl::FailedPreconditionError(
        concat(folder.trace(), ": expected to write the trace, got: ", error.message()));
}

}  // namespace

absl::Status prepare(const RunFolder& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder.path, error);
    if (error) {
        return absl::FailedPreconditionError(
            concat(folder.path, ": expected a folder that can be made, got: ", error.message()));
    }
    const std::string probe = folder.path + "/.writable";
    if (const absl::Status status = sim::write_file_atomically(probe, ""); !status.ok()) {
        return absl::FailedPreconditionError(concat(
            folder.path,
            ": expected a folder that can be written, got: ", std::string(status.message())));
    }
    std::filesystem::remove(probe, error);
    return absl::OkStatus();
}

absl::Status write_results(const RunFolder& folder, const sim::Scenario& scenario,
                           const sim::RunReport& report) {
    if (absl::Status status = remove_old(folder.digest()); !status.ok()) {
        return status;
    }
    if (absl::Status status = place_trace(folder); !status.ok()) {
        return status;
    }
    const std::pair<std::string, std::string> files[] = {
        {folder.scenario(), sim::format_scenario(scenario)},
        {folder.report_json(), sim::to_json(report)},
        {folder.report_html(), sim::to_html(report)},
        {folder.digest(), to_hex(report.digest.view()) + "\n"},
    };
    for (const auto& [path, text] : files) {
        if (absl::Status status = sim::write_file_atomically(path, text); !status.ok()) {
            return status;
        }
    }
    return absl::OkStatus();
}

absl::StatusOr<std::string> read_digest(const RunFolder& folder) {
    std::ifstream file(folder.digest());
    std::string digest;
    if (!file || !(file >> digest)) {
        return absl::NotFoundError(concat(folder.digest(),
                                          ": expected a digest, got no readable file; is ",
                                          folder.path, " the folder of a run?"));
    }
    const auto bytes = from_hex(digest);
    if (!bytes || bytes->size() != Hash::kSize) {
        return absl::InvalidArgumentError(
            concat(folder.digest(), ": expected 64 hexadecimal digits, got \"", digest, "\""));
    }
    return digest;
}

}  // namespace nexus::tools
