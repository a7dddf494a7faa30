#include "tools/nexus/testnet/member_status.hpp"

#include "sim/report/json_writer.hpp"

#include <fmt/format.h>

#include <iterator>

namespace nexus::tools {

std::vector<MemberMetric> metrics_of(const NodeObserver& observer,
                                     const actors::NetworkCounters& network,
                                     const actors::NodeDisk* disk) {
    std::vector<MemberMetric> metrics;
    const auto add = [&metrics](std::string_view name, bool is_counter, const auto& value,
                                std::string_view help) {
        metrics.push_back({.name = name,
                           .help = help,
                           .is_counter = is_counter,
                           .value = static_cast<std::int64_t>(value)});
    };
    const NodeObserver::Counters& did = observer.counters();
    add("height", false, did.height, "Of the last finalized block.");
    add("view", false, did.view, "In which the protocol is.");
    add("leader", false, did.leader, "Index of the validator that leads this view.");
    add("last_commit_ms", false, did.last_commit / 1'000'000, "Scenario time of the last commit.");
    add("mempool_transactions", false, did.pool, "That wait for a block.");
    add("committed_transactions", true, did.committed, "In blocks committed since the start.");
    add("rejected_transactions", true, did.rejected, "Of these, those without effect.");
    add("accepted_transactions", true, did.accepted, "Taken from clients.");
    add("submitted_transactions", true, did.submitted, "Sent as a client.");
    add("finalized_transactions", true, did.finalized, "Of these, proven to be final.");
    add("latency_sum_ms", true, did.latency_sum / 1'000'000,
        "Of these, from the intended start to the proof.");
    add("latency_max_ms", false, did.latency_max / 1'000'000, "The worst of these.");
    add("evidence", true, did.evidence, "Pairs of messages that no honest validator signs both.");
    add("alarms", true, did.alarms, "What must never be.");
    add("lies", true, did.lies, "At which a client caught its gateway.");
    add("peers", false, network.peers, "Authenticated connections.");
    add("strangers", false, network.strangers, "Connections that have not authenticated.");
    add("packets_sent", true, network.packets_sent, "Queued for a peer.");
    add("packets_received", true, network.packets_received, "Handed to the role.");
    add("bytes_sent", true, network.bytes_sent, "Handed to the system, frames included.");
    add("bytes_received", true, network.bytes_received, "Read from the system.");
    add("dropped_unreachable", true, network.dropped_unreachable, "Packets to no connection.");
    add("dropped_full", true, network.dropped_full, "Packets to a full queue.");
    add("dropped_malformed", true, network.dropped_malformed, "Packets that are none.");
    add("links_lost", true, network.links_lost, "Authenticated connections that ended.");
    add("handshakes_failed", true, network.handshakes_failed, "Connections that never began.");
    add("bans", true, network.bans, "Of members that misbehaved.");
    add("refused", true, network.refused, "Connections that were turned away.");
    if (disk != nullptr) {
        add("voting", false, did.may_vote ? 1 : 0, "0: may have voted, before its disk was lost.");
        const actors::DiskCounters counters = disk->counters();
        add("journal_records", true, counters.records, "Made durable.");
        add("journal_batches", true, counters.batches, "Writes that they took.");
        add("blocks_stored", false, counters.blocks, "On disk.");
    }
    return metrics;
}

std::string to_json(const MemberStatus& status) {
    sim::JsonWriter json(sim::JsonWriter::Style::Readable);
    json.open_object();
    json.member("name", status.name);
    json.member("kind", status.kind);
    json.member("now_ms", status.now_ms);
    for (const MemberMetric& metric : status.metrics) {
        json.member(metric.name, metric.value);
    }
    return json.close().take();
}

std::string to_prometheus(const std::vector<MemberStatus>& statuses) {
    std::string text;
    const auto out = std::back_inserter(text);
    if (statuses.empty()) {
        return text;
    }
    // All samples of one metric stand together, as the format asks; members may differ in what
    // they tell, so each metric is looked up by name.
    std::vector<const MemberMetric*> names;
    for (const MemberStatus& status : statuses) {
        if (status.metrics.size() > names.size()) {
            names.clear();
            for (const MemberMetric& metric : status.metrics) {
                names.push_back(&metric);
            }
        }
    }
    for (const MemberMetric* name : names) {
        fmt::format_to(out, "# HELP nexus_{} {}\n# TYPE nexus_{} {}\n", name->name, name->help,
                       name->name, name->is_counter ? "counter" : "gauge");
        for (const MemberStatus& status : statuses) {
            for (const MemberMetric& metric : status.metrics) {
                if (metric.name == name->name) {
                    fmt::format_to(out, "nexus_{}{{member=\"{}\",kind=\"{}\"}} {}\n", metric.name,
                                   status.name, status.kind, metric.value);
                }
            }
        }
    }
    return text;
}

}  // namespace nexus::tools
