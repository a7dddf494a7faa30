#include "tools/nexus/testnet/member_status.hpp"

#include "base/concat.hpp"
#include "sim/report/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace nexus::tools {

namespace {

/// Adds metrics one by one.
class Adder {
public:
    explicit Adder(std::vector<MemberMetric>& metrics) : metrics_(metrics) {}
    void operator()(std::string_view name, bool is_counter, const auto& value,
                    std::string_view help) const {
        metrics_.push_back({.name = name,
                            .help = help,
                            .is_counter = is_counter,
                            .value = static_cast<std::int64_t>(value)});
    }

private:
    std::vector<MemberMetric>& metrics_;
};

void add_work(const NodeObserver::Counters& did, Adder add) {
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
    add("proofs_checked", true, did.proofs_checked, "State proofs that were right.");
    add("lies", true, did.lies, "At which a client caught its gateway.");
}

void add_network(const actors::NetworkCounters& network, Adder add) {
    add("peers", false, network.peers, "Authenticated connections.");
    add("strangers", false, network.strangers, "Connections that have not authenticated.");
    add("packets_sent", true, network.packets_sent, "Queued for a peer.");
    add("packets_received", true, network.packets_received, "Handed to the role.");
    add("bytes_sent", true, network.bytes_sent, "Handed to the system, frames included.");
    add("bytes_received", true, network.bytes_received, "Read from the system.");
    add("dropped_unreachable", true, network.dropped_unreachable, "Packets to no connection.");
    add("dropped_full", true, network.dropped_full, "Packets to a full queue.");
    add("dropped_too_long", true, network.dropped_too_long, "Packets that no message holds.");
    add("dropped_unsent", true, network.dropped_unsent,
        "Of those sent, packets that waited in a link that ended or never came.");
    add("pauses", true, network.pauses, "Times that a peer was not read.");
    add("dropped_malformed", true, network.dropped_malformed, "Packets that are none.");
    add("packets_shaped", true, network.packets_shaped, "Sent through a network made worse.");
    add("dropped_shaped", true, network.dropped_shaped, "Of these, lost by it.");
    add("dropped_held", true, network.dropped_held, "Of these, too many to hold back.");
    add("bytes_held", false, network.bytes_held, "That wait for their time to leave.");
    add("links_lost", true, network.links_lost, "Authenticated connections that ended.");
    add("handshakes_failed", true, network.handshakes_failed, "Connections that never began.");
    add("let_go", true, network.let_go, "Peers that held too much of our memory.");
    add("bans", true, network.bans, "Of members that misbehaved.");
    add("refused", true, network.refused, "Connections that were turned away.");
    add("outbox", false, network.outbox, "Packets that wait for the network's actor.");
    add("send_queue_bytes", false, network.bytes_queued, "For sockets that do not take them yet.");
}

void add_disk(const actors::DiskCounters& counters, bool may_vote, Adder add) {
    add("voting", false, may_vote ? 1 : 0, "0: may have voted, before its disk was lost.");
    add("journal_records", true, counters.records, "Made durable.");
    add("journal_batches", true, counters.batches, "Writes that they took, each with an fsync.");
    add("journal_bytes", true, counters.bytes, "Of these records.");
    add("journal_waiting", false, counters.waiting, "Records that are not durable yet.");
    add("blocks_stored", false, counters.blocks, "Finalized blocks that are kept.");
    add("checkpoints", true, counters.checkpoints, "States stored.");
    add("checkpoint_height", false, counters.checkpoint_height, "Of the last of these.");
    add("checkpoint_bytes", false, counters.checkpoint_bytes,
        "Of what the last one since the start had changed.");
    add("state_versions", false, counters.versions, "Checkpoints that are kept.");
}

/// Counts at or below each bound, as Prometheus wants them; the last is of all.
std::vector<std::uint64_t> cumulative(const actors::DurationCounts::Reading& reading) {
    std::vector<std::uint64_t> sums;
    std::uint64_t sum = 0;
    for (const std::uint64_t count : reading.counts) {
        sum += count;
        sums.push_back(sum);
    }
    return sums;
}

/// "0.0003" of 300.
std::string seconds_text(std::int64_t microseconds) {
    return fmt::format("{}", static_cast<double>(microseconds) / 1e6);
}

void write_histograms(std::string& text, const std::vector<MemberStatus>& statuses,
                      const MemberHistogram& named) {
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "# HELP nexus_{0}_seconds {1}\n# TYPE nexus_{0}_seconds histogram\n",
                   named.name, named.help);
    for (const MemberStatus& status : statuses) {
        for (const MemberHistogram& histogram : status.histograms) {
            if (histogram.name != named.name) {
                continue;
            }
            const std::string labels =
                fmt::format("member=\"{}\",kind=\"{}\"", status.name, status.kind);
            const std::vector<std::uint64_t> sums = cumulative(histogram.reading);
            const auto& bounds = actors::DurationCounts::kBoundsMicroseconds;
            for (std::size_t i = 0; i < sums.size(); ++i) {
                fmt::format_to(out, "nexus_{}_seconds_bucket{{{},le=\"{}\"}} {}\n", named.name,
                               labels, i < bounds.size() ? seconds_text(bounds[i]) : "+Inf",
                               sums[i]);
            }
            fmt::format_to(
                out, "nexus_{0}_seconds_sum{{{1}}} {2}\nnexus_{0}_seconds_count{{{1}}} {3}\n",
                named.name, labels, seconds_text(histogram.reading.sum_microseconds), sums.back());
        }
    }
}

void write_probes(std::string& text, const std::vector<MemberStatus>& statuses) {
    text += "# HELP nexus_probes What roles and protocols count.\n# TYPE nexus_probes counter\n";
    for (const MemberStatus& status : statuses) {
        for (const auto& [name, count] : status.probes) {
            fmt::format_to(std::back_inserter(text),
                           "nexus_probes{{member=\"{}\",kind=\"{}\",probe=\"{}\"}} {}\n",
                           status.name, status.kind, name, count);
        }
    }
}

}  // namespace

void read_numbers(const MemberSources& sources, MemberStatus& status) {
    const Adder add(status.metrics);
    add_work(sources.observer.counters(), add);
    add_network(sources.network, add);
    add("role_mailbox", false, sources.role.waiting(), "Messages that wait for the role.");
    add("role_mailbox_max", false, sources.role.waiting_max(), "The most that ever did.");
    status.histograms = {
        {"handling", "Time of the role in a handler.", sources.role.handling()},
        {"commit_latency", "From a block's time to its commit.", sources.observer.commit_latency()},
        {"client_latency", "From the intended start to the proof of finality.",
         sources.observer.client_latency()}};
    if (sources.disk != nullptr) {
        const actors::DiskCounters counters = sources.disk->counters();
        add_disk(counters, sources.observer.counters().may_vote, add);
        status.histograms.push_back(
            {"journal_write", "A batch of records, with its fsync.", counters.journal_writes});
        status.histograms.push_back(
            {"block_write", "A finalized block, with its fsync.", counters.block_writes});
        status.histograms.push_back(
            {"checkpoint_write", "A state, with its fsync.", counters.checkpoint_writes});
    }
    status.probes = sources.observer.probes();
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
    for (const MemberHistogram& histogram : status.histograms) {
        json.member(concat(histogram.name, "_count"), cumulative(histogram.reading).back());
        json.member(concat(histogram.name, "_sum_us"), histogram.reading.sum_microseconds);
    }
    json.key("probes").open_object();
    for (const auto& [name, count] : status.probes) {
        json.member(name, count);
    }
    json.close();
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
    const auto most = std::max_element(statuses.begin(), statuses.end(),
                                       [](const MemberStatus& one, const MemberStatus& other) {
                                           return one.histograms.size() < other.histograms.size();
                                       });
    for (const MemberHistogram& histogram : most->histograms) {
        write_histograms(text, statuses, histogram);
    }
    if (std::any_of(statuses.begin(), statuses.end(),
                    [](const MemberStatus& status) { return !status.probes.empty(); })) {
        write_probes(text, statuses);
    }
    return text;
}

}  // namespace nexus::tools
