#pragma once

#include "base/time.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/nexus/testnet/session.hpp"
#include "tools/nexus/testnet/slowdown.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nexus::tools {

/// Errors: InvalidArgument, with file:line, for a fault that only a simulator can make.
absl::Status check_faults(const sim::Scenario& scenario);

/// Makes a scenario's faults happen to the processes of a testnet: crashes are SIGKILL, wipes
/// remove the data after it, restarts start the process again, slow ones are stopped and continued
/// by turns, and those of the network are in a file that all processes obey, with the simulator's
/// own model of the network. What holds while several are in force is as there.
class FaultSchedule {
public:
    /// Pre: check_faults held. `session` outlives this.
    explicit FaultSchedule(const Session& session);

    /// Does what is due. Errors: those of processes and files.
    absl::Status advance(Instant now);
    /// Ends every fault but crashes. Errors: those of files.
    absl::Status heal_all(Instant now);

    /// What happened. Pre: heal_all was called. Recovery is from a fault to the next block of the
    /// report.
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
        std::vector<std::string> processes;   // that it holds down, or slow
        std::optional<std::uint64_t> number;  // of one of the network, in its file
        std::uint64_t hit = 0;  // processes taken down or brought back, cuts healed, stops
    };

    absl::Status begin(std::size_t fault, Instant now);
    absl::Status end(std::size_t fault, Instant now);
    absl::Status crash(const sim::FaultSpec& fault, Record& record);
    absl::Status restart(Record& record, const std::vector<std::string>& processes, Instant now);
    absl::Status end_crash(std::size_t fault);
    void begin_slowness(std::size_t fault, const std::vector<std::string>& processes, Instant now);
    /// Those in force that slow a process, each more than all that began before it.
    [[nodiscard]] std::vector<std::size_t> rising_slowness(const std::string& process) const;
    void credit_slowness();
    void refresh_slowness(const std::vector<std::string>& processes);
    absl::Status begin_on_network(const sim::FaultSpec& fault, Record& record);
    /// Ends those of the network of which `ends` is true; how many.
    template <class Ends>
    absl::StatusOr<std::uint64_t> end_on_network(const Ends& ends, Instant now);
    /// In force: begun and not ended.
    [[nodiscard]] bool is_in_force(std::size_t fault) const;
    [[nodiscard]] std::vector<std::string> processes_of(const sim::FaultSpec& fault) const;
    /// Whoever leads now stands in the place of "leader".
    [[nodiscard]] std::vector<std::string> with_leader(std::vector<std::string> names) const;

    const Session& session_;
    std::vector<Event> events_;  // by rising time
    std::size_t next_ = 0;
    std::vector<Record> records_;                 // by fault
    std::map<std::string, std::uint64_t> stops_;  // of processes, that were credited to faults
    Slowdown slowdown_;
};

}  // namespace nexus::tools
