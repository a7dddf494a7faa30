#include "sim/cluster/recorder.hpp"

#include "actors/roles/execution.hpp"
#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/protocol.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/receipt.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/transaction.hpp"
#include "sim/cluster/checkers/checker.hpp"
#include "sim/report/run_report.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace nexus::sim {
namespace {

double as_seconds(Instant at) { return static_cast<double>(at.nanoseconds) * 1e-9; }
double as_milliseconds(Duration span) { return static_cast<double>(span.nanoseconds) * 1e-6; }

std::uint64_t as_count(Duration span) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(span.nanoseconds, 0));
}

}  // namespace

SecondSummary& Recorder::second(Instant at) {
    const auto index = static_cast<std::size_t>(at.nanoseconds / 1'000'000'000);
    while (timeline_.size() <= index) {
        timeline_.push_back(
            {.second = timeline_.size(), .offered = 0, .finalized = 0, .blocks = 0});
    }
    return timeline_[index];
}

void Recorder::on_commit(NodeId validator, const consensus::BlockPtr& block,
                         const consensus::CertificatePtr& certificate,
                         const actors::Executed& executed, Instant at) {
    if (!is_honest(validator)) {
        return;
    }
    const auto height = static_cast<std::size_t>(block->header.height.value);
    const bool is_first = height == blocks_.size() + 1;
    if (is_first) {
        BlockTimes times{.summary = {}, .header_time = block->header.time, .first = at, .last = at};
        times.summary.height = height;
        times.summary.view = block->header.view.value;
        times.summary.proposer = block->header.proposer.value;
        times.summary.id = to_hex(block->id.view());
        times.summary.transactions = executed.transactions.size();
        times.summary.bytes = block->payload->bytes.size();
        blocks_.push_back(std::move(times));
        consensus_latency_.record(as_count(at - block->header.time));
        second(at).blocks += 1;
        second(at).finalized += executed.transactions.size();
        for (std::size_t i = 0; i < executed.transactions.size(); ++i) {
            const std::string kind(graph::kind_of(executed.transactions[i]->content().body));
            kinds_[kind] += 1;
            if (executed.receipts[i].rejection) {
                rejections_[std::string(to_string(*executed.receipts[i].rejection))] += 1;
                rejected_kinds_[kind] += 1;
                ++rejected_;
            }
        }
        finalized_ += executed.transactions.size();
        last_state_ = executed.state;
    } else if (height >= 1 && height <= blocks_.size()) {
        blocks_[height - 1].last = std::max(blocks_[height - 1].last, at);
    }
    const CommitEvent event{.validator = validator,
                            .validator_name = nodes_.at(validator.value).name,
                            .block = block,
                            .certificate = certificate,
                            .executed = &executed,
                            .at = at,
                            .is_first = is_first};
    for (const auto& checker : checkers_) {
        checker->on_commit(event);
    }
}

void Recorder::on_checkpoint(NodeId validator, const consensus::BlockPtr& block, Instant at) {
    if (!is_honest(validator)) {
        return;
    }
    const CheckpointEvent event{.validator = validator,
                                .validator_name = nodes_.at(validator.value).name,
                                .block = block.get(),
                                .at = at};
    for (const auto& checker : checkers_) {
        checker->on_checkpoint(event);
    }
}

void Recorder::on_wipe(NodeId validator) {
    if (is_honest(validator)) {
        for (const auto& checker : checkers_) {
            checker->on_wipe(validator);
        }
    }
}

void Recorder::on_accepted(NodeId validator, const graph::TransactionPtr& transaction) {
    if (is_honest(validator)) {
        for (const auto& checker : checkers_) {
            checker->on_accepted(transaction, now_());
        }
    }
}

void Recorder::on_evidence(NodeId reporter, const consensus::Evidence& evidence) {
    if (is_honest(reporter)) {
        ++probes_[concat("evidence: ", evidence.offence)];
    }
}

void Recorder::on_status(NodeId validator, const consensus::Status& status) {
    if (!is_honest(validator)) {
        return;
    }
    statuses_[validator] = status;
    if (status.view >= newest_.view) {
        newest_ = status;
    }
}

void Recorder::on_probe(NodeId node, std::string_view name, std::uint64_t value) {
    if (!is_honest(node)) {
        return;
    }
    (void)value;  // says which view or height; the report counts how often
    if (const auto found = probes_.find(name); found != probes_.end()) {
        ++found->second;
    } else {
        probes_.emplace(name, 1);
    }
}

void Recorder::on_alarm(NodeId node, std::string_view what) {
    if (!is_honest(node)) {
        return;
    }
    const AlarmEvent event{
        .validator_name = nodes_.at(node.value).name, .what = what, .at = now_()};
    for (const auto& checker : checkers_) {
        checker->on_alarm(event);
    }
}

void Recorder::on_submitted(NodeId client, const graph::TransactionPtr& transaction,
                            Instant intended) {
    (void)client;
    ++submitted_;
    second(intended).offered += 1;
    for (const auto& checker : checkers_) {
        checker->on_submitted(transaction);
    }
}

void Recorder::on_signed_again(NodeId client, const graph::TransactionPtr& transaction) {
    (void)client;
    for (const auto& checker : checkers_) {
        checker->on_submitted(transaction);
    }
}

void Recorder::on_finalized(NodeId client, const graph::TransactionPtr& transaction,
                            std::string_view rejection, Instant intended, Instant at) {
    (void)client;
    (void)transaction;
    (void)rejection;
    latency_.record(as_count(at - intended));
}

void Recorder::on_believed(NodeId client, const consensus::BlockHeader& header,
                           const graph::Receipt& receipt) {
    const BeliefEvent event{.client_name = nodes_.at(client.value).name,
                            .header = &header,
                            .receipt = &receipt,
                            .at = now_()};
    for (const auto& checker : checkers_) {
        checker->on_believed(event);
    }
}

void Recorder::on_proof_checked(NodeId client, bool valid) {
    (void)client;
    if (!valid) {
        return;  // a lie, which is told apart
    }
    ++proofs_valid_;
    for (const auto& checker : checkers_) {
        checker->on_proof_checked();
    }
}

void Recorder::on_lie(NodeId client, NodeId gateway, std::string_view what) {
    ++probes_[concat("lie: ", what)];
    const LieEvent event{.client_name = nodes_.at(client.value).name,
                         .gateway_name = nodes_.at(gateway.value).name,
                         .is_gateway_honest = is_honest(gateway),
                         .what = what,
                         .at = now_()};
    for (const auto& checker : checkers_) {
        checker->on_lie(event);
    }
}

void Recorder::finish() {
    for (const auto& checker : checkers_) {
        checker->on_end(now_());
    }
}

consensus::Status Recorder::status(NodeId validator) const {
    const auto found = statuses_.find(validator);
    return found == statuses_.end() ? consensus::Status{} : found->second;
}

std::optional<Instant> Recorder::commit_after(Instant at) const {
    const auto found = std::find_if(blocks_.begin(), blocks_.end(),
                                    [at](const BlockTimes& block) { return block.first >= at; });
    return found == blocks_.end() ? std::nullopt : std::optional(found->first);
}

void Recorder::fill_blocks(RunReport& report, Instant end) const {
    Instant previous;
    Duration longest;
    for (const BlockTimes& block : blocks_) {
        BlockSummary summary = block.summary;
        summary.proposed_s = as_seconds(block.header_time);
        summary.committed_s = as_seconds(block.first);
        summary.spread_ms = as_milliseconds(block.last - block.first);
        report.blocks.push_back(std::move(summary));
        longest = std::max(longest, block.first - previous);
        previous = block.first;
    }
    longest = std::max(longest, end - previous);
    report.longest_commit_gap_ms = as_milliseconds(longest);
    report.blocks_finalized = blocks_.size();
    report.height = blocks_.size();
}

void Recorder::fill(RunReport& report, Instant end) const {
    fill_blocks(report, end);
    report.submitted = submitted_;
    report.finalized = finalized_;
    report.rejected = rejected_;
    report.rejections = rejections_;
    report.transactions_by_kind = kinds_;
    report.rejected_by_kind = rejected_kinds_;
    report.latency = latency_;
    report.consensus_latency = consensus_latency_;
    report.timeline = timeline_;
    report.probes = {probes_.begin(), probes_.end()};
    report.proofs_verified = proofs_valid_;
    report.throughput_tps =
        end.nanoseconds == 0 ? 0 : static_cast<double>(finalized_) / as_seconds(end);
    for (const auto& checker : checkers_) {
        report.invariants.push_back({.name = std::string(checker->name()),
                                     .meaning = std::string(checker->meaning()),
                                     .checked = checker->checked(),
                                     .violated = checker->violated(),
                                     .examples = checker->examples()});
    }
}

}  // namespace nexus::sim
