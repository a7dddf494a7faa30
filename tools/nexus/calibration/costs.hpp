#pragma once

#include "sim/scenario/scenario.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <string>

namespace nexus::tools {

/// Costs of one unit of work, in picoseconds of one core, as the median of several rounds.
///
/// What computes is measured by the time of its thread, what sleeps (the disk) by the wall clock;
/// the network by the processor time of the whole process, since its cost is spread over threads.
struct MeasuredCosts {
    std::int64_t verify = 0, sign = 0;  ///< Ed25519, of a transaction's id.
    std::int64_t hash_byte = 0;         ///< SHA-256.
    std::int64_t execute = 0;           ///< A transfer: pool, execution, commit; not its signature.
    std::int64_t prove = 0;             ///< One account among ten thousand.
    std::int64_t store = 0;             ///< One block of 256 transfers, until it is durable.
    std::int64_t append = 0;            ///< A small record of the journal, until it is durable.
    std::int64_t packet = 0, packet_byte = 0;  ///< Sent by one node and received by another.
    std::int64_t event = 0;                    ///< A timer of a role.
};

MeasuredCosts measure_computing(const std::function<void(const char*)>& progress);

/// `folder` is made, filled and removed; the disk below it is measured.
/// Errors: those of the disk.
absl::Status measure_disk(const std::string& folder, MeasuredCosts& costs);

/// Two nodes of this process that talk over the loopback interface. Errors: Unavailable when they
/// do not reach one another.
absl::Status measure_network(MeasuredCosts& costs);

/// The machine of these costs on which all nodes of a testnet live together.
sim::MachineSpec machine_of(const MeasuredCosts& costs, std::string name, std::uint32_t cores);

}  // namespace nexus::tools
