#include "tools/nexus/testnet/measured_report.hpp"

#include "graph/ledger/ledger_view.hpp"
#include "graph/transaction/ids.hpp"
#include "sim/cluster/sovereign_summaries.hpp"
#include "sim/report/region_places.hpp"
#include "sim/scenario/names.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/testnet/alarm_log.hpp"
#include "tools/nexus/testnet/measurements.hpp"
#include "tools/nexus/testnet/process_table.hpp"
#include "tools/nexus/testnet/status.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

std::uint64_t count_of(const MemberSample& sample, const std::string& name) {
    const auto found = sample.counts.find(name);
    return found == sample.counts.end() ? 0 : found->second;
}

/// One block as all validators committed it.
struct BlockTimes {
    CommitSample sample;
    std::int64_t first = 0;
    std::int64_t last = 0;
};

double milliseconds_of(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) * 1e-6; }

struct Blocks {
    std::map<std::uint64_t, BlockTimes> by_height;  ///< Those first committed in the window.
    std::map<std::string, std::uint64_t> heights;   ///< Of each validator at the end of it.
};

absl::StatusOr<Blocks> blocks_in(const TestnetLayout& layout, const NetworkFile& network,
                                 const ReportWindow& window) {
    Blocks result;
    std::map<std::uint64_t, BlockTimes>& blocks = result.by_height;
    for (const auto& [name, place] : network.members) {
        const auto commits = read_commits(layout.member(place.process, name));
        if (!commits.ok()) {
            return commits.status();
        }
        for (const CommitSample& commit : *commits) {
            BlockTimes& block = blocks[commit.height];
            if (block.first == 0 || commit.committed < block.first) {
                block.sample = commit;
                block.first = commit.committed;
            }
            block.last = std::max(block.last, commit.committed);
            if (commit.committed < window.until.nanoseconds) {
                std::uint64_t& height = result.heights[name];
                height = std::max(height, commit.height);
            }
        }
    }
    std::erase_if(blocks, [&](const auto& entry) {
        return entry.second.first < window.from.nanoseconds ||
               entry.second.first >= window.until.nanoseconds;
    });
    return result;
}

class Writer {
public:
    Writer(const sim::Society& society, const ReportWindow& window)
        : society_(society), window_(window) {
        const sim::Scenario& scenario = society.scenario();
        sim::RunReport& report = result.report;
        report.scenario = scenario.name;
        report.scenario_file = scenario.file;
        report.summary = scenario.summary;
        report.seed = scenario.seed;
        report.commit = build_commit();
        report.build = build_name();
        report.mode = "testnet";
        report.protocol = scenario.protocol;
        report.parameters = {scenario.parameters.begin(), scenario.parameters.end()};
        report.validators = scenario.validators.count;
        report.virtual_seconds = seconds_;
        report.wall_seconds = seconds_;
        report.load = sim::describe(scenario.load);
        report.load_stop_s = static_cast<double>(scenario.load.stop.nanoseconds) * 1e-9;
        report.timeline.resize(static_cast<std::size_t>(seconds_) + 1);
        for (std::size_t i = 0; i < report.timeline.size(); ++i) {
            report.timeline[i].second = i;
        }
    }

    void add_blocks(const std::map<std::uint64_t, BlockTimes>& blocks) {
        sim::RunReport& report = result.report;
        std::int64_t previous = window_.from.nanoseconds;
        std::int64_t longest = 0;
        for (const auto& [height, block] : blocks) {
            const CommitSample& sample = block.sample;
            report.blocks.push_back({.height = height,
                                     .view = sample.view,
                                     .proposer = sample.proposer,
                                     .id = sample.id,
                                     .proposed_s = offset(sample.proposed),
                                     .committed_s = offset(block.first),
                                     .spread_ms = milliseconds_of(block.last - block.first),
                                     .transactions = sample.transactions,
                                     .bytes = sample.bytes});
            report.consensus_latency.record(static_cast<std::uint64_t>(
                std::max<std::int64_t>(block.first - sample.proposed, 0)));
            report.finalized += sample.transactions;
            report.rejected += sample.rejected;
            if (sim::SecondSummary* second = second_of(block.first)) {
                ++second->blocks;
                second->finalized += sample.transactions;
            }
            longest = std::max(longest, block.first - previous);
            previous = block.first;
            report.height = height;
        }
        longest = std::max(longest, window_.until.nanoseconds - previous);
        report.longest_commit_gap_ms = milliseconds_of(longest);
        report.blocks_finalized = blocks.size();
        report.throughput_tps = seconds_ > 0 ? static_cast<double>(report.finalized) / seconds_ : 0;
    }

    /// Blocks hold what all clients have sent, so that all of it counts; of a client that the
    /// window is not about, what it has sent since the second in which the window began.
    void add_submitted(const std::string& client, const MemberSample& sample, bool is_about_it) {
        std::uint64_t& submitted = result.submitted[client];
        for (const auto& [at, count] : sample.submitted) {
            submitted += (is_about_it || is_after_begin(at)) && is_before_end(at) ? count : 0;
        }
        result.report.submitted += submitted;
    }

    void add_client(const MemberSample& sample) {
        sim::RunReport& report = result.report;
        report.latency.merge(sample.latency);
        result.lateness.merge(sample.lateness);
        // Only a load says what is due before it is sent.
        for (const auto& [at, count] : sample.offered.empty() ? sample.submitted : sample.offered) {
            if (sim::SecondSummary* second =
                    second_of(static_cast<std::int64_t>(at) * 1'000'000'000)) {
                second->offered += count;
            }
        }
        for (const auto& [kind, count] : sample.kinds) {
            report.transactions_by_kind[kind] += count;
        }
        for (const auto& [kind, count] : sample.rejected_kinds) {
            report.rejected_by_kind[kind] += count;
        }
        for (const auto& [reason, count] : sample.rejections) {
            report.rejections[reason] += count;
        }
    }

    /// What a member is and counted in all its lives. `height`: of its last block in the window, if
    /// it is known.
    void add_member(const sim::Member& member, const std::string& status, bool is_down,
                    std::optional<std::uint64_t> height, const MemberSample& sample) {
        sim::RunReport& report = result.report;
        sim::NodeSummary node;
        node.name = member.name;
        node.kind = member.kind;
        node.region = member.region;
        if (const auto place = sim::place_of(member.region)) {
            node.latitude = place->latitude;
            node.longitude = place->longitude;
        }
        node.behaviour = member.behaviour;
        node.stake = member.stake;
        node.height = height.value_or(status_number(status, "height"));
        node.view = status_number(status, "view");
        node.packets_sent = count_of(sample, "packets_sent");
        node.bytes_sent = count_of(sample, "bytes_sent");
        node.down = is_down;
        report.messages += node.packets_sent;
        report.bytes += node.bytes_sent;
        constexpr std::string_view kDropped = "dropped_";
        for (const auto& [name, count] : sample.counts) {
            if (name.starts_with(kDropped) && count > 0) {
                report.packets_dropped[name.substr(kDropped.size())] += count;
            }
        }
        for (const char* name : {"bans", "links_lost"}) {
            if (const std::uint64_t count = count_of(sample, name); count > 0) {
                report.probes[name] += count;
            }
        }
        report.proofs_verified += count_of(sample, "proofs_checked");
        for (const auto& [probe, count] : sample.probes) {
            report.probes[probe] += count;
        }
        report.nodes.push_back(std::move(node));
    }

    /// What members of a process have seen that must not be, in all its lives.
    void add_alarms(const std::vector<Alarm>& alarms) {
        for (const Alarm& alarm : alarms) {
            result.report.probes[probe_of(alarm)] += alarm.count;
        }
    }

    MeasuredReport result;

private:
    [[nodiscard]] double offset(std::int64_t at) const {
        return static_cast<double>(at - window_.from.nanoseconds) * 1e-9;
    }
    [[nodiscard]] bool is_after_begin(std::uint64_t second) const {
        return static_cast<std::int64_t>(second + 1) * 1'000'000'000 > window_.from.nanoseconds;
    }
    [[nodiscard]] bool is_before_end(std::uint64_t second) const {
        return static_cast<std::int64_t>(second) * 1'000'000'000 < window_.until.nanoseconds;
    }
    sim::SecondSummary* second_of(std::int64_t at) {
        const double from = offset(at);
        const auto index = static_cast<std::size_t>(std::max(from, 0.0));
        return from >= -1 && index < result.report.timeline.size() ? &result.report.timeline[index]
                                                                   : nullptr;
    }

    const sim::Society& society_;
    const ReportWindow& window_;
    double seconds_ = static_cast<double>((window_.until - window_.from).nanoseconds) * 1e-9;
};

}  // namespace

std::set<std::string> processes_down(const TestnetLayout& layout, const NetworkFile& network) {
    std::set<std::string> down;
    for (const auto& [process, members] : network.processes()) {
        if (!living(layout, process).has_value()) {
            down.insert(process);
        }
    }
    return down;
}

absl::StatusOr<MeasuredReport> measured_report(const TestnetLayout& layout,
                                               const NetworkFile& network,
                                               const sim::Society& society,
                                               const ReportWindow& window) {
    Writer writer(society, window);
    const auto blocks = blocks_in(layout, network, window);
    if (!blocks.ok()) {
        return blocks.status();
    }
    writer.add_blocks(blocks->by_height);
    for (const sim::Member& member : society.members()) {
        const auto place = network.members.find(member.name);
        if (place == network.members.end()) {
            continue;
        }
        const std::string& process = place->second.process;
        const std::string folder = layout.member(process, member.name);
        const auto sample = read_member_sample(folder);
        if (!sample.ok()) {
            return sample.status();
        }
        const bool is_about_it = window.clients.empty() || window.clients == process;
        if (is_about_it) {
            writer.add_client(*sample);
        }
        writer.add_submitted(member.name, *sample, is_about_it);
        const auto height = blocks->heights.find(member.name);
        writer.add_member(
            member, read_text(folder + "/status.json").value_or(""), window.down.contains(process),
            height == blocks->heights.end() ? std::nullopt : std::optional(height->second),
            *sample);
    }
    for (const auto& [process, members] : network.processes()) {
        const auto alarms = read_alarms(layout.alarms(process));
        if (!alarms.ok()) {
            return alarms.status();
        }
        writer.add_alarms(*alarms);
    }
    return std::move(writer.result);
}

void add_chain_state(MeasuredReport& measured, const sim::Society& society,
                     const graph::StateSnapshot& state) {
    measured.report.sovereigns = sim::sovereign_summaries(society.scenario(), state);
    const graph::LedgerView view(state);
    std::map<std::string, std::uint64_t> in_blocks;
    const auto add = [&](const std::string& client, const std::string& account) {
        const graph::AccountId id = graph::account_of(society.public_key_of(account));
        in_blocks[client] += view.account(id).nonce.value;
    };
    std::size_t source = 0;
    for (const sim::Member& member : society.members()) {
        if (member.kind == "load") {
            for (std::uint32_t i = 0; i < society.scenario().load.accounts; ++i) {
                add(member.name, sim::Society::load_account(source, i));
            }
            ++source;
        } else if (member.kind != "validator") {
            add(member.name, member.name);
        }
    }
    for (auto& [client, submitted] : measured.submitted) {
        const std::uint64_t unknown = in_blocks[client] - std::min(in_blocks[client], submitted);
        submitted += unknown;
        measured.report.submitted += unknown;
    }
}

}  // namespace nexus::tools
