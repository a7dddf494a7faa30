#include "tools/nexus/testnet/node_observer.hpp"

#include "base/assert.hpp"
#include "base/concat.hpp"
#include "graph/transaction/body.hpp"

#include <algorithm>
#include <utility>

namespace nexus::tools {
namespace {

std::uint64_t second_of(Instant at) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(at.nanoseconds, 0) / 1'000'000'000);
}

}  // namespace

std::vector<CommitSample> NodeObserver::take_commits() {
    const std::lock_guard lock(mutex_);
    return std::exchange(commits_, {});
}

std::vector<FinalizedSample> NodeObserver::take_finalized() {
    const std::lock_guard lock(mutex_);
    return std::exchange(finalized_, {});
}

MemberSample NodeObserver::sample() const {
    const std::lock_guard lock(mutex_);
    MemberSample sample = client_;
    sample.probes = {probes_.begin(), probes_.end()};
    sample.counts["proofs_checked"] = counters_.proofs_checked;
    return sample;
}

MemberSample NodeObserver::sample_in_the_end() const {
    MemberSample sample = this->sample();
    const std::lock_guard lock(mutex_);
    for (const Instant intended : outstanding_) {
        sample.latency.record(static_cast<std::uint64_t>(
            std::max<std::int64_t>((clock_.now() - intended).nanoseconds, 0)));
    }
    return sample;
}

void NodeObserver::on_commit(NodeId /*validator*/, const consensus::BlockPtr& block,
                             const consensus::CertificatePtr& /*certificate*/,
                             const actors::Executed& executed, Instant at) {
    const auto rejected = static_cast<std::uint64_t>(
        std::count_if(executed.receipts.begin(), executed.receipts.end(),
                      [](const graph::Receipt& receipt) { return receipt.rejection.has_value(); }));
    counters_.height = block->header.height.value;
    counters_.last_commit = at.nanoseconds;
    commit_latency_.record(at - block->header.time);
    counters_.committed += executed.receipts.size();
    counters_.rejected += rejected;
    CommitSample sample{.height = block->header.height.value,
                        .view = block->header.view.value,
                        .proposer = block->header.proposer.value,
                        .proposed = block->header.time.nanoseconds,
                        .committed = at.nanoseconds,
                        .transactions = executed.receipts.size(),
                        .rejected = rejected,
                        .bytes = block->payload->bytes.size(),
                        .id = to_hex(block->id.view())};
    const std::lock_guard lock(mutex_);
    commits_.push_back(std::move(sample));
}

void NodeObserver::keep_alarms(AlarmLog& log, std::string member) {
    alarm_log_ = &log;
    member_ = std::move(member);
    counters_.alarms = log.count(member_, "alarm");
    counters_.evidence = log.count(member_, "evidence");
    counters_.lies = log.count(member_, "lie");
}

void NodeObserver::keep(std::string_view kind, std::string_view text) {
    if (alarm_log_ == nullptr) {
        return;
    }
    if (const absl::Status status = alarm_log_->record(member_, kind, text); !status.ok()) {
        std::fprintf(stderr, "error: %s\n", std::string(status.message()).c_str());
    }
}

void NodeObserver::on_checkpoint(NodeId /*validator*/, const consensus::BlockPtr& block,
                                 Instant at) {
    counters_.height = block->header.height.value;
    counters_.last_commit = at.nanoseconds;
    if (log_ != nullptr) {
        log_->on_state_installed(block->header.height);
    }
}

void NodeObserver::on_status(NodeId /*validator*/, const consensus::Status& status) {
    counters_.view = status.view.value;
    counters_.leader = status.leader.value;
    counters_.may_vote = status.may_vote;
    if (log_ != nullptr) {
        log_->on_status(status);
    }
}

void NodeObserver::on_evidence(NodeId /*reporter*/, const consensus::Evidence& evidence) {
    ++counters_.evidence;
    keep("evidence", evidence_text(evidence.offence, evidence.culprit.value));
    if (log_ != nullptr) {
        log_->on_evidence(evidence);
    }
}

void NodeObserver::on_alarm(NodeId /*validator*/, std::string_view what) {
    ++counters_.alarms;
    keep("alarm", what);
    if (log_ != nullptr) {
        log_->on_alarm(what);
    }
}

void NodeObserver::on_lie(NodeId /*client*/, NodeId gateway, std::string_view what) {
    ++counters_.lies;
    keep("lie", lie_text(gateway.value, what));
    if (log_ != nullptr) {
        log_->on_lie(gateway, what);
    }
}

std::map<std::string, std::uint64_t> NodeObserver::probes() const {
    const std::lock_guard lock(mutex_);
    return {probes_.begin(), probes_.end()};
}

void NodeObserver::on_probe(NodeId /*node*/, std::string_view name, std::uint64_t value) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = probes_.find(name);
        ++(found != probes_.end() ? found : probes_.emplace(name, 0).first)->second;
    }
    if (log_ != nullptr) {
        log_->on_probe(name, value);
    }
    if (name == "load_prepares") {
        is_preparing_ = true;
    } else if (name == "load_begun") {
        is_preparing_ = false;
        counters_.first_intended = static_cast<std::int64_t>(value);
        if (load_length_ > Duration{}) {
            const std::lock_guard lock(mutex_);
            client_ = MemberSample{};
        }
    }
}

void NodeObserver::on_offered(NodeId /*client*/, Instant intended) {
    std::int64_t none = 0;
    counters_.first_intended.compare_exchange_strong(none, intended.nanoseconds);
    ++counters_.offered;
    const std::lock_guard lock(mutex_);
    outstanding_.insert(intended);
    client_.lateness.record(static_cast<std::uint64_t>(
        std::max<std::int64_t>((clock_.now() - intended).nanoseconds, 0)));
    ++client_.offered[second_of(intended)];
}

void NodeObserver::on_submitted(NodeId /*client*/, const graph::TransactionPtr& /*transaction*/,
                                Instant intended) {
    std::int64_t none = 0;
    if (!is_preparing_) {
        counters_.first_intended.compare_exchange_strong(none, intended.nanoseconds);
    }
    counters_.submitted += is_preparing_ ? 0 : 1;
    const std::lock_guard lock(mutex_);
    ++client_.submitted[second_of(intended)];
}

void NodeObserver::on_believed(NodeId /*client*/, const consensus::BlockHeader& header,
                               const graph::Receipt& receipt) {
    believed_ = receipt.transaction;
    believed_height_ = header.height;
}

void NodeObserver::on_finalized(NodeId /*client*/, const graph::TransactionPtr& transaction,
                                std::string_view rejection, Instant intended, Instant at) {
    NEXUS_ASSERT(transaction->id() == believed_);
    const std::int64_t latency = std::max<std::int64_t>((at - intended).nanoseconds, 0);
    counters_.finalized += is_preparing_ ? 0 : 1;
    const Instant begun{counters_.first_intended};
    if (!is_preparing_ && rejection.empty() && at - begun < load_length_) {
        ++counters_.in_time;
    }
    counters_.latency_sum += latency;
    client_latency_.record(Duration{latency});
    std::int64_t max = counters_.latency_max;
    while (latency > max && !counters_.latency_max.compare_exchange_weak(max, latency)) {
    }
    const std::lock_guard lock(mutex_);
    if (const auto found = outstanding_.find(intended); found != outstanding_.end()) {
        outstanding_.erase(found);
    }
    finalized_.push_back({.id = to_hex(transaction->id().view()), .height = believed_height_});
    client_.latency.record(static_cast<std::uint64_t>(latency));
    ++client_.finalized[second_of(at)];
    const std::string kind(graph::kind_of(transaction->content().body));
    ++client_.kinds[kind];
    if (!rejection.empty()) {
        ++client_.rejections[std::string(rejection)];
        ++client_.rejected_kinds[kind];
    }
}

}  // namespace nexus::tools
