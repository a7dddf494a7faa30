#include "tools/nexus/testnet/measured_report.hpp"

#include "sim/report/region_places.hpp"
#include "sim/scenario/names.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/testnet/measurements.hpp"
#include "tools/nexus/testnet/process_table.hpp"
#include "tools/nexus/testnet/status.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

/// One block as all validators committed it.
struct BlockTimes {
    CommitSample sample;
    std::int64_t first = 0;
    std::int64_t last = 0;
};

double milliseconds_of(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) * 1e-6; }

/// The blocks that were first committed in the window, by height.
absl::StatusOr<std::map<std::uint64_t, BlockTimes>> blocks_in(const TestnetLayout& layout,
                                                              const NetworkFile& network,
                                                              const ReportWindow& window) {
    std::map<std::uint64_t, BlockTimes> blocks;
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
        }
    }
    std::erase_if(blocks, [&](const auto& entry) {
        return entry.second.first < window.from.nanoseconds ||
               entry.second.first >= window.until.nanoseconds;
    });
    return blocks;
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

    void add_client(const ClientSample& sample) {
        sim::RunReport& report = result.report;
        report.latency.merge(sample.latency);
        result.lateness.merge(sample.lateness);
        report.submitted += sample.submitted;
        for (const auto& [at, count] : sample.offered) {
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

    void add_member(const sim::Member& member, const std::string& status, bool is_down) {
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
        node.height = status_number(status, "height");
        node.view = status_number(status, "view");
        node.packets_sent = status_number(status, "packets_sent");
        node.bytes_sent = status_number(status, "bytes_sent");
        node.down = is_down;
        report.messages += node.packets_sent;
        report.bytes += node.bytes_sent;
        for (const char* cause : {"dropped_unreachable", "dropped_full", "dropped_malformed",
                                  "dropped_unsent", "dropped_shaped", "dropped_held"}) {
            if (const std::uint64_t count = status_number(status, cause); count > 0) {
                report.packets_dropped[std::string(cause).substr(8)] += count;
            }
        }
        for (const char* probe : {"evidence", "alarms", "lies", "bans", "links_lost"}) {
            if (const std::uint64_t count = status_number(status, probe); count > 0) {
                report.probes[probe] += count;
            }
        }
        report.nodes.push_back(std::move(node));
    }

    MeasuredReport result;

private:
    [[nodiscard]] double offset(std::int64_t at) const {
        return static_cast<double>(at - window_.from.nanoseconds) * 1e-9;
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

absl::StatusOr<MeasuredReport> measured_report(const TestnetLayout& layout,
                                               const NetworkFile& network,
                                               const sim::Society& society,
                                               const ReportWindow& window) {
    Writer writer(society, window);
    const auto blocks = blocks_in(layout, network, window);
    if (!blocks.ok()) {
        return blocks.status();
    }
    writer.add_blocks(*blocks);
    for (const sim::Member& member : society.members()) {
        const auto place = network.members.find(member.name);
        if (place == network.members.end()) {
            continue;
        }
        const std::string& process = place->second.process;
        const std::string folder = layout.member(process, member.name);
        if (member.kind != "validator" && (window.clients.empty() || window.clients == process)) {
            const auto sample = read_client_sample(folder);
            if (!sample.ok()) {
                return sample.status();
            }
            writer.add_client(*sample);
        }
        writer.add_member(member, read_text(folder + "/status.json").value_or(""),
                          !living(layout, process).has_value());
    }
    return std::move(writer.result);
}

}  // namespace nexus::tools
