#pragma once

#include "actors/roles/ports.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace nexus::sim {

/// What one unit of a kind of work costs on one core of the reference machine.
struct WorkCost {
    std::int64_t picoseconds = 0;  ///< One SHA-256 byte costs less than a nanosecond.
    bool parallel = false;         ///< Divided by the cores of the node.

    friend bool operator==(const WorkCost&, const WorkCost&) = default;
};

/// The cost table of the virtual CPUs. A report prints the name, so that a figure says what machine
/// it stands for.
struct Calibration {
    static constexpr std::size_t kWorks = static_cast<std::size_t>(actors::Work::Last) + 1;

    std::string name = "free";  ///< e.g. "epyc-2core-release"
    std::array<WorkCost, kWorks> works{};
    /// Fixed cost of handling one packet: wake-up, decoding, dispatch.
    std::int64_t packet_picoseconds = 0;
    /// Cost of one byte of a packet on the CPU; the time on the wire is the network's.
    std::int64_t packet_byte_picoseconds = 0;
    /// Fixed cost of any other event: timer, completed append, message inside the node.
    std::int64_t event_picoseconds = 0;

    [[nodiscard]] const WorkCost& cost(actors::Work work) const {
        return works[static_cast<std::size_t>(work)];
    }
    void set(actors::Work work, std::int64_t picoseconds, bool parallel = false) {
        works[static_cast<std::size_t>(work)] = {picoseconds, parallel};
    }

    /// Computing takes no time: protocol tests, where only the network delays.
    static Calibration free() { return {}; }
    /// Round figures of one core of a current x86-64 server, for runs whose scenario names no
    /// measured table: 55 us a signature check (parallel), 20 us a signature, 3 us a transaction,
    /// 0.6 ns a hashed byte, 10 us a proof, 300 us a stored block, 1.5 us a packet, 0.2 ns a
    /// received byte.
    static Calibration reference();

    friend bool operator==(const Calibration&, const Calibration&) = default;
};

}  // namespace nexus::sim
