#pragma once

#include "base/hash.hpp"
#include "base/prng.hpp"
#include "sim/report/run_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// A made-up report of the size and shape of a real run, for tests of what is written from it.
namespace nexus::sim {

inline constexpr std::array<std::string_view, 8> kSyntheticRegions = {
    "us-east-1",      "us-west-1",      "eu-central-1", "eu-west-1",
    "ap-southeast-1", "ap-northeast-1", "sa-east-1",    "af-south-1"};

struct SyntheticSovereign {
    std::string_view name;
    std::string_view idea;
    std::string_view place;
    std::optional<double> latitude;
    std::optional<double> longitude;
    std::string_view region;
};

// clang-format off
inline const std::array<SyntheticSovereign, 24> kSyntheticSovereigns = {{
    {"Afropolitan", "pan-African digital nation", "distributed", {}, {}, "eu-west-1"},
    {"BowTiedJungle", "pseudonymous community around crypto", "distributed", {}, {}, "us-east-1"},
    {"build_republic", "protocol for startup cities", "distributed", {}, {}, "us-west-1"},
    {"Cabin", "network of places for remote creators",
     "Texas, United States", 30.27, -98.41, "us-east-2"},
    {"City of Telosa", "city whose citizens share in the land value",
     "United States", {}, {}, "us-west-2"},
    {"CityDAO", "blockchain-governed land", "Wyoming, United States", 44.53, -109.06, "us-west-2"},
    {"Cohere", "member-owned co-living and co-working", "distributed", {}, {}, "us-west-1"},
    {"Culdesac", "car-free neighbourhood",
     "Tempe, Arizona, United States", 33.41, -111.91, "us-west-1"},
    {"Figment", "club in virtual worlds", "distributed", {}, {}, "us-east-1"},
    {"Game B", "rethinking society after social networks", "distributed", {}, {}, "us-east-1"},
    {"Itana", "remote-work city in a free zone", "Lekki, Lagos, Nigeria", 6.45, 3.98, "eu-west-1"},
    {"Jur", "digital-economy jurisdiction", "Zug, Switzerland", 47.17, 8.52, "eu-central-1"},
    {"Kift", "vanlife community", "California, United States", 37.77, -122.42, "us-west-1"},
    {"Kong", "bridging physical goods and chains", "distributed", {}, {}, "us-west-1"},
    {"Nation3", "web3 solarpunk society", "distributed", {}, {}, "eu-central-1"},
    {"Oceanix", "floating city", "Busan, South Korea", 35.10, 129.04, "ap-northeast-2"},
    {"Plumia", "borderless society for digital nomads", "distributed", {}, {}, "us-west-1"},
    {"Porta Norte", "walkable new town", "Panama City, Panama", 9.09, -79.39, "us-east-1"},
    {"Praxis", "new city", "distributed (Mediterranean planned)", {}, {}, "eu-south-1"},
    {"Proof of Humanity", "democracy by social verification", "distributed", {}, {}, "sa-east-1"},
    {"Próspera", "startup city", "Roatán, Honduras", 16.33, -86.52, "us-east-1"},
    {"RNS.ID", "digital residency backed by Palau",
     "Ngerulmud, Palau", 7.50, 134.62, "ap-southeast-1"},
    {"Satoshi Island", "crypto community", "Vanuatu", -15.74, 167.21, "ap-southeast-2"},
    {"W3ST", "solarpunk society", "distributed", {}, {}, "eu-central-1"},
}};
// clang-format on

inline bool synthetic_outage(double second) {
    return (second >= 18 && second < 19.6) || (second >= 34 && second < 38.2);
}

inline void add_synthetic_blocks(RunReport& report, Prng& prng) {
    double at = 0.4;
    std::uint64_t view = 0;
    while (at < report.virtual_seconds - 0.6) {
        ++view;
        const bool is_crashed = view % report.validators == 3 && at > 18 && at < 30;
        if (synthetic_outage(at) || is_crashed) {
            at += 0.9;
            continue;
        }
        BlockSummary block;
        block.height = report.blocks.size() + 1;
        block.view = view;
        block.proposer = static_cast<std::uint32_t>(view % report.validators);
        block.id = to_hex(sha256(as_bytes(std::to_string(view))).view());
        block.proposed_s = at;
        block.committed_s = at + 0.18 + static_cast<double>(prng.below(120)) / 1e3;
        block.spread_ms = 40 + static_cast<double>(prng.below(90));
        block.transactions = at < 60 ? 20 + prng.below(60) : prng.below(8);
        block.bytes = 900 + 210 * block.transactions;
        report.blocks.push_back(block);
        at += 0.22 + static_cast<double>(prng.below(60)) / 1e3;
        const auto latency =
            static_cast<std::uint64_t>((block.committed_s - block.proposed_s) * 1e9);
        report.consensus_latency.record(latency);
        for (std::uint64_t i = 0; i < block.transactions; ++i) {
            const auto queued = static_cast<std::uint64_t>(
                prng.exponential(milliseconds(i % 9 == 0 ? 900 : 160)).nanoseconds);
            report.latency.record(latency + 60'000'000 + queued);
        }
    }
    report.blocks_finalized = report.blocks.size();
    report.height = report.blocks.size();
}

inline void add_synthetic_timeline(RunReport& report, Prng& prng) {
    for (std::uint64_t second = 0; second < 80; ++second) {
        SecondSummary summary;
        summary.second = second;
        summary.offered = second >= 60 ? 0 : (second >= 40 && second < 50 ? 400 : 180);
        report.timeline.push_back(summary);
    }
    for (const BlockSummary& block : report.blocks) {
        auto& second = report.timeline[static_cast<std::size_t>(block.committed_s)];
        ++second.blocks;
        second.finalized += block.transactions;
    }
    for (const SecondSummary& second : report.timeline) {
        report.submitted += second.offered + prng.below(3);
        report.finalized += second.finalized;
    }
    report.submitted = std::max(report.submitted, report.finalized);
    report.throughput_tps = static_cast<double>(report.finalized) / report.virtual_seconds;
}

inline void add_synthetic_nodes(RunReport& report, Prng& prng, std::size_t contributors) {
    const auto add = [&](std::string name, std::string_view kind, std::string_view region) {
        NodeSummary node;
        node.name = std::move(name);
        node.kind = kind;
        node.region = region;
        node.behaviour = "honest";
        node.height = report.height;
        node.view = report.blocks.back().view;
        node.busy = static_cast<double>(prng.below(kind == "validator" ? 600 : 90)) / 1000;
        node.packets_sent = 200 + prng.below(kind == "validator" ? 60'000 : 900);
        node.bytes_sent = node.packets_sent * (300 + prng.below(900));
        report.nodes.push_back(node);
    };
    for (std::size_t i = 0; i < report.validators; ++i) {
        add(fmt::format("validator-{}", i), "validator",
            kSyntheticRegions[i % kSyntheticRegions.size()]);
        report.nodes.back().stake = i == 0 ? 400 : 100 + 20 * (i % 5);
    }
    report.nodes[3].down = true;
    report.nodes[3].height -= 40;
    report.nodes[11].behaviour = "twins";
    for (const SyntheticSovereign& sovereign : kSyntheticSovereigns) {
        add(std::string(sovereign.name), "sovereign", sovereign.region);
    }
    for (std::size_t i = 0; i < 4; ++i) {
        add(fmt::format("load-{}", i), "load", kSyntheticRegions[i]);
    }
    for (std::size_t i = 0; i < contributors; ++i) {
        add(fmt::format("contributor-{}", i), "contributor",
            kSyntheticRegions[prng.below(kSyntheticRegions.size())]);
    }
}

inline void add_synthetic_sovereigns(RunReport& report, Prng& prng) {
    for (const SyntheticSovereign& source : kSyntheticSovereigns) {
        SovereignSummary sovereign;
        sovereign.name = source.name;
        sovereign.idea = source.idea;
        sovereign.place = source.place;
        sovereign.region = source.region;
        sovereign.latitude = source.latitude;
        sovereign.longitude = source.longitude;
        sovereign.id = source.name == "Kong" ? 0 : report.sovereigns.size() + 1;
        if (sovereign.id != 0) {
            sovereign.members = 2 + prng.below(30);
            sovereign.missions_open = prng.below(3);
            sovereign.missions_completed = prng.below(9);
            sovereign.credentials = sovereign.missions_completed * 3;
            sovereign.assets = prng.below(4);
            sovereign.treasury = std::to_string(90'000 + prng.below(20'000));
        } else {
            sovereign.treasury = "0";
        }
        report.sovereigns.push_back(sovereign);
    }
}

inline void add_synthetic_faults(RunReport& report) {
    report.faults = {
        {12.0, 16.0, "slow", "slow validator-5 8 times", 812, 240.5},
        {18.0, 30.0, "crash", "crash validator-3", 1, 1612.25},
        {34.0, 38.0, "partition", "partition validators 0-7 | 8-15", 18'204, 4231.0},
        {44.0, 48.0, "loss", "lose 5 % of all packets", 3'120, 310.0},
        {46.0, 48.5, "delay", "delay sa-east-1 by 300 ms", 940, 190.0},
        {60.0, std::nullopt, "heal", "heal all", 1, 120.0},
    };
    report.faults_fired = {{"crash", 1}, {"delay", 1},     {"heal", 1},
                           {"loss", 1},  {"partition", 1}, {"slow", 1}};
}

inline void add_synthetic_checks(RunReport& report) {
    report.invariants = {
        {"agreement",
         "No two honest validators finalize different blocks at one height",
         4'992,
         0,
         {}},
        {"validity", "Every finalized block follows the rules of the ledger", 4'992, 0, {}},
        {"certificate",
         "Every finalized block has a certificate of more than two thirds",
         4'992,
         0,
         {}},
        {"total-supply", "Transfers make no money and lose none", 312, 0, {}},
        {"light-client", "Every proof that a client gets is accepted", 22'104, 0, {}},
        {"liveness", "With all faults healed a block is finalized within the grace time", 1, 0, {}},
        {"exactly-once", "No transaction takes effect twice", 11'231, 0, {}},
    };
    report.expectations = {
        {"latency_p99_ms < 6000", true, 5'120.25},
        {"finalized_ratio >= 0.99", true, 0.9971},
        {"longest_commit_gap_ms < 5000", true, 4'231},
        {"sovereigns_registered >= 23", true, 23},
        {"evidence >= 1", true, 4},
    };
}

/// 16 validators, 24 sovereigns, six faults, 80 virtual seconds.
inline RunReport synthetic_report(std::size_t contributors = 300) {
    RunReport report;
    Prng prng(7, "synthetic report");
    report.scenario = "network-states";
    report.scenario_file = "scenarios/network-states.toml";
    report.summary =
        "24 startup societies on 16 validators in 8 regions: they recruit, set missions and pay, "
        "while a crash, a partition and lossy links get in their way.";
    report.seed = 18'446'744'073'709'551'557ULL;
    report.commit = "4f0a7c19e2b35d68a1c0";
    report.build = "release";
    report.protocol = "simplex";
    report.parameters = {
        {"leader_timeout_ms", 900}, {"nullify_retry_ms", 450}, {"view_window", 64}};
    report.matrix = "aws";
    report.calibration = "cpu-2024";
    report.validators = 16;
    report.virtual_seconds = 80;
    report.load = "0s=100,20s=400 transfer";
    report.load_stop_s = 60;
    report.wall_seconds = 6.41;
    report.events = 4'812'331;
    report.events_per_second = 750'754;
    report.digest = sha256(as_bytes("synthetic"));
    add_synthetic_blocks(report, prng);
    add_synthetic_timeline(report, prng);
    add_synthetic_nodes(report, prng, contributors);
    add_synthetic_sovereigns(report, prng);
    add_synthetic_faults(report);
    add_synthetic_checks(report);
    report.rejected = 41;
    report.rejections = {{"insufficient-balance", 29}, {"mission-full", 12}};
    report.transactions_by_kind = {{"accept", 310},           {"apply", 402},
                                   {"issue-credential", 214}, {"open-mission", 96},
                                   {"register", 23},          {"transfer", 9'811}};
    report.longest_commit_gap_ms = 4'231;
    report.messages = 1'204'118;
    report.bytes = 702'113'908;
    report.packets_by_kind = {
        {"block", {5'120, 301'227'100}},   {"certificate", {9'120, 22'018'400}},
        {"gossip", {41'200, 288'110'008}}, {"proof", {22'104, 61'204'000}},
        {"submit", {11'272, 4'101'200}},   {"vote", {1'115'302, 25'453'200}}};
    report.packets_dropped = {{"down", 8'123}, {"loss", 3'120}, {"partition", 18'204}};
    report.probes = {{"simplex.evidence", 4},
                     {"simplex.nullified_views", 19},
                     {"simplex.views", report.blocks.back().view}};
    report.proofs_verified = 22'104;
    report.signatures_computed = 391'204;
    report.signatures_remembered = 5'712'003;
    report.replay = "nexus sim run scenarios/network-states.toml --seed 18446744073709551557";
    report.passed = true;
    return report;
}

/// The same run with an invariant violated and two expectations not held.
inline RunReport failing_report() {
    RunReport report = synthetic_report(20);
    report.passed = false;
    report.scenario = "twins-below-quorum";
    report.invariants[0].violated = 2;
    report.invariants[0].examples = {
        "12.412 s: validator-1 finalized 9c01aa at height 44, validator-6 finalized 07ffb2",
        "12.655 s: validator-2 finalized 9c01ab at height 45, validator-6 finalized 07ffb3"};
    report.invariants[5].checked = 0;
    report.expectations[0] = {"latency_p99_ms < 2500", false, 5'120.25};
    report.expectations[3] = {"sovereigns_registered >= 24", false, 23};
    report.faults[2].recovery_ms.reset();
    return report;
}

}  // namespace nexus::sim
