#pragma once

#include "base/time.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/nexus/testnet/session.hpp"

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nexus::tools {

/// Errors: InvalidArgument, with file:line, for a fault that only a simulator can make.
absl::Status check_faults(const sim::Scenario& scenario);

/// Makes a scenario's faults happen to the processes of a testnet: crashes are SIGKILL, wipes
/// remove the data after it, restarts start the process again, cuts are files that the processes
/// obey.
class FaultSchedule {
public:
    /// Pre: check_faults held. `session` outlives this.
    explicit FaultSchedule(const Session& session);

    /// Does what is due. Errors: those of processes and files.
    absl::Status advance(Instant now);
    /// Ends every cut. Errors: those of files.
    absl::Status heal(Instant now);

    /// What happened. Recovery is from a fault to the next block of the report.
    void fill(sim::RunReport& report) const;

private:
    enum class Act : std::uint8_t { Begin, End };
    struct Event {
        Duration at;
        std::size_t fault = 0;
        Act act = Act::Begin;
    };
    struct Record {
        std::optional<Instant> began, ended;
        std::vector<std::string> processes;  // that it hit
    };

    absl::Status begin(const sim::FaultSpec& fault, Record& record);
    absl::Status crash(const sim::FaultSpec& fault, Record& record);
    absl::Status end(const sim::FaultSpec& fault, const Record& record);
    [[nodiscard]] std::vector<std::string> processes_of(const sim::FaultSpec& fault) const;
    [[nodiscard]] std::vector<std::string> sides_of(const sim::FaultSpec& fault) const;

    const Session& session_;
    std::vector<Event> events_;  // by rising time
    std::size_t next_ = 0;
    std::vector<Record> records_;  // by fault
};

}  // namespace nexus::tools
