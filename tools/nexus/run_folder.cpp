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

namespace nexus::tools {

absl::Status prepare(const RunFolder& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder.path, error);
    if (error) {
        return absl::FailedPreconditionError(
            concat("cannot make the output folder ", folder.path, ": ", error.message()));
    }
    const std::string probe = folder.path + "/.writable";
    if (absl::Status status = sim::write_file_atomically(probe, ""); !status.ok()) {
        return status;
    }
    std::filesystem::remove(probe, error);
    return absl::OkStatus();
}

absl::Status write_results(const RunFolder& folder, const sim::Scenario& scenario,
                           const sim::RunReport& report) {
    if (absl::Status status =
            sim::write_file_atomically(folder.scenario(), sim::format_scenario(scenario));
        !status.ok()) {
        return status;
    }
    if (absl::Status status =
            sim::write_file_atomically(folder.report_json(), sim::to_json(report));
        !status.ok()) {
        return status;
    }
    if (absl::Status status =
            sim::write_file_atomically(folder.report_html(), sim::to_html(report));
        !status.ok()) {
        return status;
    }
    return sim::write_file_atomically(folder.digest(), to_hex(report.digest.view()) + "\n");
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
