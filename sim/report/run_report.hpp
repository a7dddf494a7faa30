#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "sim/report/histogram.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What a run was and did, for report.json, report.html and the terminal; the same for simulation
/// and testnet. Plain data in ordered containers: writing it twice gives the same bytes.
namespace nexus::sim {

struct NodeSummary {
    std::string name;
    std::string kind;  ///< "validator", "sovereign", "contributor", "load".
    std::string region;
    std::optional<double> latitude;
    std::optional<double> longitude;
    std::string behaviour;  ///< "honest", or the Byzantine one.
    /// It votes as it likes, and what it says of itself is not believed: height and view stay 0.
    bool byzantine = false;
    std::uint64_t stake = 0;
    std::uint64_t height = 0;  ///< Finalized at the end.
    std::uint64_t view = 0;
    double busy = 0;  ///< Part of its virtual CPU time in use, 0..1.
    std::uint64_t packets_sent = 0;
    std::uint64_t bytes_sent = 0;
    bool down = false;  ///< At the end.
};

struct SovereignSummary {
    std::string name;
    std::string idea;
    std::string place;
    std::string region;
    std::optional<double> latitude;
    std::optional<double> longitude;
    std::uint64_t id = 0;  ///< 0: not registered.
    std::uint64_t members = 0;
    std::uint64_t missions_open = 0;
    std::uint64_t missions_completed = 0;
    std::uint64_t credentials = 0;
    std::uint64_t assets = 0;
    std::string treasury;  ///< Decimal digits.
};

/// One finalized block, as the first validator committed it.
struct BlockSummary {
    std::uint64_t height = 0;
    std::uint64_t view = 0;
    std::uint32_t proposer = 0;
    std::string id;          ///< Hexadecimal.
    double proposed_s = 0;   ///< Header time.
    double committed_s = 0;  ///< First honest commit.
    double spread_ms = 0;    ///< From the first to the last honest commit.
    std::uint64_t transactions = 0;
    std::uint64_t bytes = 0;
};

struct SecondSummary {
    std::uint64_t second = 0;
    std::uint64_t offered = 0;    ///< Load transactions with their intended start in it.
    std::uint64_t finalized = 0;  ///< Transactions finalized in it.
    std::uint64_t blocks = 0;
};

struct FaultSummary {
    double at_s = 0;
    std::optional<double> until_s;
    std::string kind;
    std::string text;  ///< "crash validator-3".
    /// What this very fault did: packets dropped, doubled, reordered, delayed or sent slowly, nodes
    /// taken down or brought back, events handled slowly, cuts healed. 0: it touched nothing, and
    /// proves nothing.
    std::uint64_t affected = 0;
    std::optional<double> recovery_ms;  ///< From the fault to the next commit anywhere honest.
};

struct InvariantSummary {
    std::string name;
    std::string meaning;
    std::uint64_t checked = 0;
    std::uint64_t violated = 0;
    std::vector<std::string> examples;  ///< The first few, with virtual time and nodes.
};

struct ExpectationSummary {
    std::string text;
    bool held = false;
    /// Nothing: the run has no such value, say a latency without a sample.
    std::optional<double> actual;
};

struct PacketSummary {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
};

struct RunReport {
    std::string scenario;
    std::string scenario_file;
    std::string summary;
    std::uint64_t seed = 0;
    std::string commit;  ///< Of the source, or "unknown".
    std::string build;   ///< "release", "dev", ...
    std::string mode = "simulation";
    std::string protocol;
    std::map<std::string, std::int64_t> parameters;
    std::string matrix;
    std::string calibration;  ///< Which table of virtual costs.
    std::uint32_t validators = 0;
    double virtual_seconds = 0;
    std::string load;  ///< What was offered: "0s=100,10s=400 transfer", "none".
    double load_stop_s = 0;
    double wall_seconds = 0;  ///< The only field, with events_per_second, that varies per run.
    double events_per_second = 0;
    std::uint64_t events = 0;
    Hash digest;
    std::uint64_t blocks_finalized = 0;
    std::uint64_t height = 0;
    std::uint64_t submitted = 0;
    std::uint64_t finalized = 0;
    std::uint64_t rejected = 0;                       ///< Finalized with a rejection receipt.
    std::map<std::string, std::uint64_t> rejections;  ///< Reason to count.
    std::map<std::string, std::uint64_t> transactions_by_kind;  ///< Finalized.
    std::map<std::string, std::uint64_t> rejected_by_kind;      ///< Of these.
    double throughput_tps = 0;    ///< Finalized transactions per virtual second.
    Histogram latency;            ///< Intended start to certificate at the client, nanoseconds.
    Histogram consensus_latency;  ///< Header time to first commit, nanoseconds.
    double longest_commit_gap_ms = 0;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::map<std::string, PacketSummary> packets_by_kind;
    std::map<std::string, std::uint64_t> packets_dropped;  ///< Cause to count.
    std::map<std::string, std::uint64_t> faults_fired;     ///< Kind to count.
    std::map<std::string, std::uint64_t> probes;           ///< What protocols counted.
    std::uint64_t proofs_verified = 0;                     ///< State proofs checked by clients.
    std::uint64_t signatures_computed = 0;
    std::uint64_t signatures_remembered = 0;
    std::vector<NodeSummary> nodes;
    std::vector<SovereignSummary> sovereigns;
    std::vector<BlockSummary> blocks;
    std::vector<SecondSummary> timeline;
    std::vector<FaultSummary> faults;
    std::vector<InvariantSummary> invariants;
    std::vector<ExpectationSummary> expectations;
    std::vector<std::string> expected_violations;
    /// Invariants that had nothing to check although no run shows anything without them.
    std::vector<std::string> unchecked;
    std::string replay;  ///< The one line that runs this again.
    bool passed = false;
};

}  // namespace nexus::sim
