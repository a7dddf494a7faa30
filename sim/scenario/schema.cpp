#include "sim/scenario/schema.hpp"

#include "consensus/api/protocol.hpp"
#include "consensus/registry/registry.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim::input {
namespace {

constexpr std::int64_t kMicrosecond = 1'000;
constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;
constexpr std::uint64_t kDay = 24 * kHour;
constexpr std::uint64_t kNameBytes = 64;  // the ledger's limits of names, titles and lists
constexpr std::uint64_t kTitleBytes = 128;
constexpr std::uint64_t kListItems = 32;
constexpr std::uint64_t kAmountMax = 1'000'000'000'000'000'000;

Rule text(std::int64_t min, std::uint64_t max) {
    return {.type = Type::Text, .min = min, .max = max};
}

Rule choice(std::vector<std::string> choices) {
    return {.type = Type::Choice, .choices = std::move(choices)};
}

/// Names that go to the ledger.
Rule names() {
    return {.type = Type::Texts,
            .max = kListItems,
            .item_bytes_max = kNameBytes,
            .unique = true,
            .plain = true};
}

Rule integer(std::int64_t min, std::uint64_t max) {
    return {.type = Type::Integer, .min = min, .max = max};
}

Rule share() { return {.type = Type::Share, .max = 1'000'000}; }

Rule bandwidth() { return {.type = Type::Bandwidth, .min = 1'000, .max = 1'000'000'000'000}; }

Rule duration(std::int64_t min, std::uint64_t max) {
    return {.type = Type::Duration, .min = min, .max = max};
}

Rule amount() { return {.type = Type::Amount, .max = kAmountMax}; }

Rule required(Rule rule) {
    rule.required = true;
    return rule;
}

Rule in_words(Rule rule, std::string fallback) {
    rule.fallback = std::move(fallback);
    return rule;
}

/// What an agent does with its community: keys of [sovereigns] and [[sovereign]] alike.
std::vector<Field> rule_fields(SovereignSpec& s) {
    return {
        {"governance", &s.governance, choice({"council", "direct", "steward", "liquid"}),
         "how it decides"},
        {"admits", &s.admits, choice({"all", "skilled", "none"}),
         "whose applications it accepts; skilled: who has one of its skills"},
        {"skills", &s.skills, names(), "what it looks for"},
        {"stack", &s.stack, names(), "layers that it adopts"},
        {"treasury", &s.treasury, amount(), "deposited by the agent after registering"},
        {"missions", &s.missions, integer(0, 1'000), "how many it opens"},
        {"mission_interval", &s.mission_interval, duration(kMillisecond, kDay),
         "from one mission to the next"},
        {"mission_slots", &s.mission_slots, integer(1, 1'000), "contributors of one mission"},
        {"mission_reward", &s.mission_reward, amount(), "paid for each slot"},
    };
}

}  // namespace

std::vector<Field> scenario_fields(Scenario& s) {
    return {
        {"name", &s.name, in_words(text(1, kNameBytes), "the file's name"), "in reports"},
        {"summary",
         &s.summary,
         {.type = Type::Text, .max = 1'000, .one_line = false},
         "what it shows"},
        {"duration", &s.duration, duration(kMillisecond, kDay),
         "virtual time with load and faults"},
        {"grace", &s.grace, duration(0, kDay),
         "virtual time after that, without either, to finish what is under way"},
        {"seed", &s.seed, integer(0, std::numeric_limits<std::uint64_t>::max()),
         "of every random choice; above 2^63 as a text of digits"},
    };
}

std::vector<Field> network_fields(NetworkSpec& s) {
    return {
        {"latency", &s.matrix, choice({"aws", "cities", "uniform"}),
         "round-trip matrix: 21 cloud regions, 217 cities, or one delay for all"},
        {"uniform_delay", &s.uniform_delay, duration(0, 10 * kSecond),
         "one way; only with latency = \"uniform\""},
        {"jitter", &s.jitter, share(), "mean of the exponential extra delay, part of the delay"},
        {"loss", &s.loss, share(), "packets that vanish"},
        {"duplicate", &s.duplicate, share(), "packets that arrive twice"},
        {"reorder", &s.reorder, share(), "packets that may overtake others of their link"},
        {"bandwidth", &s.bandwidth_bps, bandwidth(), "of each validator's link up"},
        {"ties", &s.seeded_ties, choice({"fifo", "seeded"}),
         "order of events of one instant: as sent, or drawn from the seed"},
    };
}

std::vector<Field> validator_fields(ValidatorSpec& s) {
    return {
        {"count", &s.count, integer(1, 1'000), "validator-0, validator-1 ..."},
        {"regions", &s.regions,
         in_words({.type = Type::Texts, .min = 1, .max = 1'000}, "all of the matrix"),
         "where they stand, dealt in turn"},
        {"stake", &s.stakes,
         in_words({.type = Type::Stakes, .min = 1, .max = std::numeric_limits<std::int64_t>::max()},
                  "100"),
         "voting power: one number for all, or one each"},
        {"cores", &s.cores, integer(1, 1'024), "of each virtual machine"},
        {"fsync", &s.fsync, duration(0, 10 * kSecond), "until an append is durable"},
    };
}

std::vector<Field> protocol_fields(Scenario& s) {
    std::vector<std::string> names;
    for (const consensus::Engine* engine : consensus::engines()) {
        names.emplace_back(engine->name());
    }
    std::vector<Field> fields = {
        {"name", &s.protocol, choice(std::move(names)), "consensus protocol"}};
    const consensus::Engine* engine = consensus::find_engine(s.protocol);
    if (engine == nullptr) {
        return fields;
    }
    for (const consensus::ParameterSpec& spec : engine->parameters()) {
        const auto entry = s.parameters.try_emplace(std::string(spec.name), spec.fallback).first;
        fields.push_back({std::string(spec.name), &entry->second,
                          integer(spec.min, static_cast<std::uint64_t>(spec.max)),
                          std::string(spec.meaning)});
    }
    return fields;
}

std::vector<Field> block_fields(BlockSpec& s) {
    return {
        {"transactions_max", &s.transactions_max, integer(1, 65'536), "transactions of a block"},
        {"bytes_max",
         &s.bytes_max,
         {.type = Type::Size, .min = 1'000, .max = 64'000'000},
         "bytes of a block"},
        {"interval", &s.interval, duration(0, kMinute),
         "a leader waits no longer for a fuller block"},
        {"gossip_interval", &s.gossip_interval, duration(kMillisecond, kMinute),
         "client transactions are passed on this often"},
        {"mempool_transactions_max", &s.mempool_transactions_max, integer(1, 10'000'000),
         "transactions that wait at one validator"},
        {"checkpoint_blocks", &s.checkpoint_blocks, integer(0, 1'000'000),
         "after so many blocks the state is stored; 0: never"},
        {"blocks_kept", &s.blocks_kept, integer(1, 100'000'000),
         "of the blocks up to the stored state, so many stay"},
    };
}

std::vector<Field> machine_fields(MachineSpec& s) {
    constexpr std::uint64_t kCostMax = 1'000 * kSecond;  // a second
    const auto cost = [&s](std::string key, actors::Work work, std::string meaning) -> Field {
        return {std::move(key), &s.costs.works[static_cast<std::size_t>(work)].picoseconds,
                integer(0, kCostMax), std::move(meaning)};
    };
    using actors::Work;
    return {
        {"name", &s.costs.name, text(1, kNameBytes), "in reports"},
        {"shared_cores", &s.shared_cores, integer(0, 1'024),
         "all nodes share so many cores; 0: each node is a machine of its own"},
        {"fsync", &s.fsync, in_words(duration(0, 10 * kSecond), "the validators'"),
         "until an append is durable"},
        {"checks", &s.costs.works[static_cast<std::size_t>(Work::VerifySignature)].parallel,
         choice({"sequential", "parallel"}), "of signatures: on one core of a node, or on all"},
        cost("verify_ps", Work::VerifySignature, "one signature check, picoseconds of one core"),
        cost("sign_ps", Work::Sign, "one signature"),
        cost("execute_ps", Work::ExecuteTransaction, "one transaction executed"),
        cost("hash_byte_ps", Work::HashByte, "one hashed byte"),
        cost("prove_ps", Work::ServeProof, "one state proof made"),
        cost("store_ps", Work::StoreBlock, "one finalized block stored"),
        {"packet_ps", &s.costs.packet_picoseconds, integer(0, kCostMax), "one packet handled"},
        {"packet_byte_ps", &s.costs.packet_byte_picoseconds, integer(0, kCostMax),
         "one byte of a packet handled"},
        {"event_ps", &s.costs.event_picoseconds, integer(0, kCostMax),
         "any other event: a timer, a completed append"},
    };
}

std::vector<Field> chain_fields(ChainSpec& s) {
    return {
        {"id", &s.id, integer(0, std::numeric_limits<std::uint64_t>::max()),
         "separates networks; above 2^63 as a text of digits"},
        {"fee", &s.fee, amount(), "of every transaction"},
        {"account_balance", &s.account_balance, amount(), "of every client's account at genesis"},
    };
}

std::vector<Field> sovereigns_fields(SovereignsSection& s) {
    std::vector<Field> fields = {
        {"from", &s.from, in_words(text(1, 4'096), "none"),
         "CSV file of communities, relative to the scenario"},
        {"take", &s.take, in_words(integer(1, 10'000), "all"), "the first so many of the file"},
        {"regions", &s.regions, in_words({.type = Type::Texts, .max = 1'000}, "those of the file"),
         "where they stand, dealt in turn"},
    };
    for (Field& field : rule_fields(s.defaults)) {
        fields.push_back(std::move(field));
    }
    return fields;
}

std::vector<Field> sovereign_fields(SovereignSpec& s) {
    std::vector<Field> fields = {
        {"name", &s.name, required(text(1, kNameBytes)),
         "of the file: changes that community; any other: adds one"},
        {"idea", &s.idea, text(0, kTitleBytes), "what it is organized around"},
        {"place", &s.place, text(1, kTitleBytes), "where it is"},
        {"latitude",
         &s.latitude_udeg,
         {.type = Type::Degrees, .min = -90'000'000, .max = 90'000'000},
         "north is positive"},
        {"longitude",
         &s.longitude_udeg,
         {.type = Type::Degrees, .min = -180'000'000, .max = 180'000'000},
         "east is positive"},
        {"region", &s.region, in_words(text(1, kNameBytes), "the validators', in turn"),
         "where its agent runs"},
    };
    for (Field& field : rule_fields(s)) {
        field.rule.fallback = "as in [sovereigns]";
        fields.push_back(std::move(field));
    }
    return fields;
}

std::vector<Field> population_fields(PopulationSpec& s) {
    return {
        {"name", &s.name, required(text(1, kNameBytes)), "in reports"},
        {"count", &s.count, required(integer(1, 100'000)), "how many contributors"},
        {"sovereigns", &s.sovereigns, in_words({.type = Type::Texts, .unique = true}, "all"),
         "communities they apply to, dealt in turn"},
        {"skills", &s.skills, names(), "each contributor has one of them, drawn"},
        {"kind", &s.kind, choice({"person", "organization"}), "what they are"},
        {"join_within", &s.join_within, duration(0, kDay),
         "they appear at random times up to this"},
        {"think", &s.think, duration(kMillisecond, kDay), "mean pause before an action"},
        {"work", &s.work, duration(kMillisecond, kDay), "mean time on a mission"},
        {"patience", &s.patience, duration(kMillisecond, kDay),
         "sends a transaction again, elsewhere, after this"},
    };
}

std::vector<Field> load_fields(LoadSpec& s) {
    return {
        {"steps", &s.steps, in_words({.type = Type::Steps, .max = 1'000'000}, "none"),
         "from each time on, so many transactions a second"},
        {"sources", &s.sources, integer(1, 1'000), "clients that share the rate"},
        {"accounts", &s.accounts, integer(2, 10'000), "accounts of each source, used in turn"},
        {"stop", &s.stop, in_words(duration(0, kDay), "the duration"),
         "no transaction starts at or after this"},
        {"mix", &s.mix,
         in_words({.type = Type::Mix, .min = 1, .max = 1'000'000, .choices = load_kind_names()},
                  "transfers"),
         "what is sent: kinds of transactions and their weights"},
        {"transaction_bytes", &s.transaction_bytes, integer(0, kTransferBytesMax),
         "a memo makes each transfer so long, from 200 on; 0: none has a memo"},
    };
}

std::vector<Field> fault_fields(FaultEntry& s) {
    return {
        {"at", &s.spec.at, required(duration(0, kDay)), "when it happens"},
        {"kind", &s.spec.kind, required(choice(fault_kind_names())), "what happens"},
        {"targets", &s.spec.targets,
         in_words({.type = Type::Texts, .min = 1, .unique = true}, "none"), "whom it hits"},
        {"target", &s.target, in_words(text(1, 128), "none"), "short for targets with one name"},
        {"groups", &s.spec.groups, in_words({.type = Type::Groups, .min = 2, .max = 100}, "none"),
         "sides of a partition; whoever is not named joins the first"},
        {"from", &s.spec.from,
         in_words({.type = Type::Texts, .min = 1, .unique = true}, "everybody"),
         "only packets that these send; instead of targets"},
        {"to", &s.spec.to, in_words({.type = Type::Texts, .min = 1, .unique = true}, "everybody"),
         "only packets to these; instead of targets"},
        {"rate", &s.spec.rate, in_words(share(), "none"), "part of the packets"},
        {"factor", &s.spec.factor, in_words(integer(1, 100'000), "none"),
         "times slower; 1 ends it"},
        {"delay", &s.spec.delay, in_words(duration(0, kHour), "none"), "extra delay, one way"},
        {"bandwidth", &s.spec.bandwidth_bps, in_words(bandwidth(), "none"),
         "of each target's link up; without targets, of each link alone"},
        {"lasts", &s.spec.lasts, in_words(duration(kMicrosecond, kDay), "to the end"),
         "after this its reverse happens"},
    };
}

std::vector<Field> byzantine_fields(ByzantineSpec& s) {
    return {
        {"validators", &s.validators,
         required({.type = Type::Indexes, .min = 1, .max = 1'000, .unique = true}),
         "their numbers, from 0"},
        {"behaviour", &s.behaviour, required(choice(behaviour_names())), "what they do"},
        {"delay", &s.delay, in_words(duration(kMicrosecond, kHour), "none"),
         "of all they send; delayer only"},
    };
}

std::vector<Field> expect_fields(Scenario& s) {
    return {
        {"all",
         &s.expectations,
         {.type = Type::Expectations, .max = 1'000},
         "each must hold of the report"},
        {"violations",
         &s.expected_violations,
         {.type = Type::Texts, .max = 100, .choices = invariant_names(), .unique = true},
         "invariants that must be found broken; no other may be"},
    };
}

const std::vector<Section>& sections() {
    static const std::vector<Section> kSections = {
        {"scenario", false, "What it is and how long it runs."},
        {"network", false, "The packets' world."},
        {"validators", false, "Who agrees on the chain."},
        {"protocol", false, "How they agree; beside `name` the parameters of that protocol."},
        {"blocks", false, "How a validator fills blocks."},
        {"machine", false,
         "What computing costs, in picoseconds of one core; `nexus calibrate` writes one."},
        {"chain", false, "The chain and its genesis."},
        {"sovereigns", false, "Communities from a file, and what all communities have in common."},
        {"sovereign", true, "One community, or changes to one of the file."},
        {"population", true, "A number of like-minded contributors."},
        {"load", false, "Open-loop transfers: each starts at its intended time, come what may."},
        {"fault", true, "Something that goes wrong at a time."},
        {"byzantine", true, "Validators that do not follow the protocol."},
        {"expect", false, "What must hold in the end."},
    };
    return kSections;
}

const std::vector<NamedFaultKey>& fault_keys() {
    static const std::vector<NamedFaultKey> kKeys = {
        {"targets", kTargetsKey}, {"groups", kGroupsKey},       {"from", kFromKey},
        {"to", kToKey},           {"rate", kRateKey},           {"factor", kFactorKey},
        {"delay", kDelayKey},     {"bandwidth", kBandwidthKey}, {"lasts", kLastsKey},
    };
    return kKeys;
}

FaultRule fault_rule(FaultKind kind) {
    switch (kind) {
        case FaultKind::Crash:
        case FaultKind::Wipe:
            return {kTargetsKey, kLastsKey};
        case FaultKind::Restart:
            return {kTargetsKey, 0};
        case FaultKind::Partition:
            return {kGroupsKey, kLastsKey};
        case FaultKind::Block:
            return {kTargetsKey, kLastsKey};
        case FaultKind::Heal:
            return {0, 0};
        case FaultKind::Slow:
            return {kTargetsKey | kFactorKey, kLastsKey};
        case FaultKind::Loss:
        case FaultKind::Duplicate:
        case FaultKind::Reorder:
            return {kRateKey, kTargetsKey | kFromKey | kToKey | kLastsKey};
        case FaultKind::Delay:
            return {kDelayKey, kTargetsKey | kFromKey | kToKey | kLastsKey};
        case FaultKind::Bandwidth:
            return {kBandwidthKey, kTargetsKey | kFromKey | kToKey | kLastsKey};
    }
    return {};
}

std::vector<std::string_view> foreign_keys(const FaultSpec& fault) {
    const FaultRule rule = fault_rule(fault.kind);
    std::vector<std::string_view> out = {"target"};
    for (const auto& [name, key] : fault_keys()) {
        const bool absent = (key == kTargetsKey && fault.targets.empty()) ||
                            (key == kFromKey && fault.from.empty()) ||
                            (key == kToKey && fault.to.empty());
        if (((rule.needs | rule.may) & key) == 0 || absent) {
            out.push_back(name);
        }
    }
    return out;
}

}  // namespace nexus::sim::input
