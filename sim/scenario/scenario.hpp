#pragma once

#include "base/amount.hpp"
#include "base/time.hpp"
#include "consensus/api/protocol.hpp"
#include "sim/env/calibration.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// A scenario file, read and checked: what the world is like, who lives in it, what goes wrong in
/// it and what must hold in the end. Plain data: sim/scenario/parser fills it, sim/cluster runs it.
namespace nexus::sim {

/// Parts per million. Units: 1'000'000 is always.
using Ppm = std::uint32_t;

/// The packets' world. Regions name rows of the matrix.
struct NetworkSpec {
    std::string matrix = "aws";                 ///< "aws", "cities" or "uniform".
    Duration uniform_delay = milliseconds(50);  ///< One way, with matrix "uniform".
    Ppm jitter = 50'000;  ///< Mean of the exponential extra delay, as a part of the delay.
    Ppm loss = 0;
    Ppm duplicate = 0;
    Ppm reorder = 0;  ///< Packets that may overtake others of the same link.
    std::uint64_t bandwidth_bps = 1'000'000'000;  ///< Of each validator's link up.
    bool seeded_ties = true;  ///< Events of one instant in seeded order; else in send order.

    friend bool operator==(const NetworkSpec&, const NetworkSpec&) = default;
};

/// Validators validator-0 .. validator-(count-1).
struct ValidatorSpec {
    std::uint32_t count = 4;
    std::vector<std::string> regions;   ///< Dealt in turn; never empty.
    std::vector<std::uint64_t> stakes;  ///< One a validator.
    std::uint32_t cores = 4;
    Duration fsync = microseconds(500);

    friend bool operator==(const ValidatorSpec&, const ValidatorSpec&) = default;
};

/// How a validator fills blocks, and how many it keeps.
struct BlockSpec {
    std::uint32_t transactions_max = 2'000;
    std::uint32_t bytes_max = 1'000'000;
    Duration interval = milliseconds(250);  ///< A leader waits no longer for a fuller block.
    Duration gossip_interval =
        milliseconds(100);  ///< Client transactions are passed on this often.
    std::uint32_t mempool_transactions_max = 100'000;
    std::uint32_t checkpoint_blocks = 1'024;  ///< Between stored states; 0: none is stored.
    std::uint32_t blocks_kept = 16'384;       ///< Up to the checkpoint.

    friend bool operator==(const BlockSpec&, const BlockSpec&) = default;
};

/// The machines that nodes run on.
struct MachineSpec {
    Calibration costs = Calibration::reference();
    /// All nodes are processes of one machine with so many cores. 0: each is a machine of its own.
    std::uint32_t shared_cores = 0;
    std::optional<Duration> fsync;  ///< Until an append is durable; instead of the validators'.

    friend bool operator==(const MachineSpec&, const MachineSpec&) = default;
};

struct ChainSpec {
    std::uint64_t id = 1;
    Amount fee;  ///< Flat, of every transaction; goes to the commons treasury.
    Amount account_balance = Amount(1'000'000);  ///< At genesis, of every client's account.

    friend bool operator==(const ChainSpec&, const ChainSpec&) = default;
};

/// One community and the rules its agent follows.
struct SovereignSpec {
    std::string name;
    std::string idea;                           ///< Organizing idea; may be empty.
    std::string place;                          ///< "distributed" or a place.
    std::optional<std::int32_t> latitude_udeg;  ///< Millionths of a degree.
    std::optional<std::int32_t> longitude_udeg;
    std::string region;
    std::string governance = "council";  ///< council, direct, steward, liquid.
    std::string admits = "all";          ///< all, skilled (profile lists one of `skills`), none.
    std::vector<std::string> skills;     ///< What it looks for.
    std::vector<std::string> stack;      ///< Layers it adopts.
    Amount treasury = Amount(100'000);   ///< Deposited by the agent after registering.
    std::uint32_t missions = 4;          ///< It opens this many, one every `mission_interval`.
    Duration mission_interval = seconds(8);
    std::uint32_t mission_slots = 3;
    Amount mission_reward = Amount(500);

    friend bool operator==(const SovereignSpec&, const SovereignSpec&) = default;
};

/// A number of like-minded contributors.
struct PopulationSpec {
    std::string name;
    std::uint32_t count = 0;
    std::vector<std::string> sovereigns;  ///< Names; members are dealt in turn. Empty: all.
    std::vector<std::string> skills;      ///< Each member has one of them, drawn.
    std::string kind = "person";          ///< person, organization.
    Duration join_within = seconds(20);   ///< Members appear at random times up to this.
    Duration think = seconds(2);          ///< Mean pause before an action.
    Duration work = seconds(5);           ///< Mean time on a mission.
    Duration patience = seconds(10);      ///< Sends a transaction again, elsewhere, after this.

    friend bool operator==(const PopulationSpec&, const PopulationSpec&) = default;
};

/// One step of the open-loop load: from `at` on, `rate` transactions a second.
struct LoadStep {
    Duration at;
    std::uint32_t rate = 0;

    friend bool operator==(const LoadStep&, const LoadStep&) = default;
};

/// One kind of transaction of the load: `weight` of the sum of all weights.
struct LoadShare {
    std::string kind;
    std::uint32_t weight = 1;

    friend bool operator==(const LoadShare&, const LoadShare&) = default;
};

/// Open-loop transactions: each starts at its intended time, whether or not earlier ones are done.
struct LoadSpec {
    std::vector<LoadStep> steps;  ///< Rising in time; empty: no load.
    std::uint32_t sources = 4;    ///< Clients that share the rate, dealt over validators' regions.
    std::uint32_t accounts = 64;  ///< Accounts of each source, used in turn.
    Duration stop;                ///< No transaction starts at or after this.
    std::vector<LoadShare> mix;   ///< What is sent; empty: transfers.
    std::uint32_t transaction_bytes = 0;  ///< Of each transfer; 0: as short as it is.

    friend bool operator==(const LoadSpec&, const LoadSpec&) = default;
};

enum class FaultKind : std::uint8_t {
    Crash,      ///< targets lose their volatile state
    Restart,    ///< crashed targets come back from their journal, if they have one left
    Partition,  ///< groups cannot reach one another
    Block,      ///< packets from targets[0] to targets[1..] vanish, not the other way
    Heal,       ///< every partition and block ends
    Slow,       ///< targets compute `factor` times slower; 1 ends it
    Loss,       ///< packets are lost with `rate`, on all links or some
    Duplicate,  ///< as Loss: packets arrive twice
    Reorder,    ///< as Loss: packets may overtake others of their link
    Delay,      ///< `delay` more, one way, on all links or some; as Loss
    Bandwidth,  ///< targets' links up get `bandwidth_bps`; without targets each link, as Loss
    Wipe,       ///< as Crash, of validators, and what is on the disk is lost too
    Last = Wipe,
};

/// True for what takes its targets down, until a restart.
constexpr bool is_crash(FaultKind kind) {
    return kind == FaultKind::Crash || kind == FaultKind::Wipe;
}

/// Something that goes wrong at a time. With `lasts`, its reverse is scheduled too.
struct FaultSpec {
    Duration at;
    FaultKind kind = FaultKind::Crash;
    std::vector<std::string> targets;  ///< Node names, or "leader" (resolved when it fires).
    std::vector<std::vector<std::string>> groups;  ///< Partition only; unnamed nodes join group 0.
    /// Loss, Duplicate, Reorder, Delay, Bandwidth: only packets from one of these to one of those;
    /// an empty side is everybody. With `targets` instead, all links of those, both ways; with
    /// neither, all links.
    std::vector<std::string> from;
    std::vector<std::string> to;
    Ppm rate = 0;
    std::uint32_t factor = 1;
    Duration delay;
    std::uint64_t bandwidth_bps = 0;
    std::optional<Duration> lasts;
    std::size_t line = 0;  ///< Where the file says so.

    friend bool operator==(const FaultSpec&, const FaultSpec&) = default;
};

enum class Behaviour : std::uint8_t {
    Twins,         ///< runs twice under one key, each half talking to its own part of the network
    Silent,        ///< receives, never sends
    DoubleVoter,   ///< as Twins, and all DoubleVoters share the two halves: they collude
    Delayer,       ///< sends everything `delay` late
    LyingGateway,  ///< votes honestly; forges what it tells clients
    Last = LyingGateway,
};

struct ByzantineSpec {
    std::vector<std::uint32_t> validators;
    Behaviour behaviour = Behaviour::Silent;
    Duration delay;
    std::size_t line = 0;

    friend bool operator==(const ByzantineSpec&, const ByzantineSpec&) = default;
};

enum class Comparison : std::uint8_t {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    GreaterEqual,
    Greater,
    Last = Greater
};

/// `metric comparison value`, for example "latency_p99_ms < 2500". The metrics are those of
/// sim/report/metrics.hpp.
struct Expectation {
    std::string text;
    std::string metric;
    Comparison comparison = Comparison::GreaterEqual;
    double value = 0;
    std::size_t line = 0;

    friend bool operator==(const Expectation&, const Expectation&) = default;
};

struct Scenario {
    std::string name;
    std::string summary;
    std::string file;  ///< As given by the user.
    std::uint64_t seed = 1;
    Duration duration = seconds(60);
    Duration grace =
        seconds(20);  ///< After `duration` faults end and load stops; what is under way finishes.
    NetworkSpec network;
    ValidatorSpec validators;
    BlockSpec blocks;
    MachineSpec machine;
    ChainSpec chain;
    std::string protocol = "simplex";
    consensus::Parameters parameters;  ///< Of the protocol, complete.
    std::vector<SovereignSpec> sovereigns;
    std::vector<PopulationSpec> populations;
    LoadSpec load;
    std::vector<FaultSpec> faults;
    std::vector<ByzantineSpec> byzantine;
    std::vector<Expectation> expectations;
    std::vector<std::string> expected_violations;  ///< Invariants that must be found broken.

    friend bool operator==(const Scenario&, const Scenario&) = default;
};

}  // namespace nexus::sim
