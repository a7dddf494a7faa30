#pragma once

#include "actors/node/duration_counts.hpp"
#include "actors/roles/observer.hpp"
#include "actors/roles/ports.hpp"
#include "tools/nexus/testnet/alarm_log.hpp"
#include "tools/nexus/testnet/member_log.hpp"
#include "tools/nexus/testnet/member_sample.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nexus::tools {

/// One block as one validator committed it.
struct CommitSample {
    std::uint64_t height = 0;
    std::uint64_t view = 0;
    std::uint32_t proposer = 0;
    std::int64_t proposed = 0;   ///< Header time. Nanoseconds of scenario time, as the next.
    std::int64_t committed = 0;  ///< By this validator.
    std::uint64_t transactions = 0;
    std::uint64_t rejected = 0;
    std::uint64_t bytes = 0;
    std::string id;  ///< Hexadecimal.
};

/// One transaction that a client saw finalized.
struct FinalizedSample {
    std::string id;                ///< Hexadecimal.
    std::optional<Height> height;  ///< Of its block; nothing: an older version wrote none down.

    friend bool operator==(const FinalizedSample&, const FinalizedSample&) = default;
};

/// What a node has done, for status, metrics and reports; what an operator should know goes on to
/// the log.
///
/// Threading: roles tell it on their thread, any other thread may ask.
class NodeObserver final : public actors::Observer {
public:
    struct Counters {
        std::atomic<std::uint64_t> height{0}, view{0}, leader{0}, pool{0};
        std::atomic<std::uint64_t> committed{0}, rejected{0}, accepted{0};
        std::atomic<std::uint64_t> offered{0}, submitted{0}, finalized{0};
        std::atomic<std::uint64_t> in_time{0};  ///< Finalized with effect while the load lasted.
        std::atomic<bool> may_vote{false};
        std::atomic<std::uint64_t> evidence{0}, alarms{0}, lies{0};
        std::atomic<std::uint64_t> proofs_checked{0};  ///< State proofs; those that were right.
        /// Intended time of the first transaction; 0 before it. Nanoseconds of scenario time.
        std::atomic<std::int64_t> first_intended{0};
        std::atomic<std::int64_t> last_commit{0};  ///< Nanoseconds of scenario time.
        std::atomic<std::int64_t> latency_sum{0};  ///< Of finalized transactions, nanoseconds.
        std::atomic<std::int64_t> latency_max{0};
    };
    /// `clock` and `log` outlive this. Without a log nothing is told on.
    explicit NodeObserver(const actors::Clock& clock, MemberLog* log = nullptr)
        : clock_(clock), log_(log) {}

    [[nodiscard]] const Counters& counters() const { return counters_; }
    /// Alarms, evidence and lies go to `log` too, under the name of the member, and are counted on
    /// from what it says of earlier lives. `log` outlives this. Before the first of them.
    void keep_alarms(AlarmLog& log, std::string member);
    /// Commits since the last call.
    [[nodiscard]] std::vector<CommitSample> take_commits();
    /// What a client saw finalized since the last call, each with its height.
    [[nodiscard]] std::vector<FinalizedSample> take_finalized();
    /// What this member has measured in this life, but for its network.
    [[nodiscard]] MemberSample sample() const;
    /// The same, with the ages of a load's transactions that are due and not final: those took at
    /// least so long, and without them the slowest would be missing.
    [[nodiscard]] MemberSample sample_in_the_end() const;
    /// Measures one load of this length, from its first transaction on, and not what comes between
    /// `load_prepares` and `load_begun`. Before it starts.
    void measure_load(Duration length) { load_length_ = length; }
    /// What roles and protocols count, by name.
    [[nodiscard]] std::map<std::string, std::uint64_t> probes() const;
    /// From a block's time to its commit here, and what clients wait for finality.
    [[nodiscard]] actors::DurationCounts::Reading commit_latency() const {
        return commit_latency_.read();
    }
    [[nodiscard]] actors::DurationCounts::Reading client_latency() const {
        return client_latency_.read();
    }

    void on_commit(NodeId validator, const consensus::BlockPtr& block,
                   const consensus::CertificatePtr& certificate, const actors::Executed& executed,
                   Instant at) override;
    void on_checkpoint(NodeId validator, const consensus::BlockPtr& block, Instant at) override;
    void on_accepted(NodeId /*validator*/, const graph::TransactionPtr& /*transaction*/) override {
        ++counters_.accepted;
    }
    void on_evidence(NodeId reporter, const consensus::Evidence& evidence) override;
    void on_status(NodeId validator, const consensus::Status& status) override;
    void on_pool(NodeId /*validator*/, std::size_t transactions) override {
        counters_.pool = transactions;
    }
    void on_probe(NodeId node, std::string_view name, std::uint64_t value) override;
    void on_alarm(NodeId validator, std::string_view what) override;
    void on_offered(NodeId client, Instant intended) override;
    void on_submitted(NodeId client, const graph::TransactionPtr& transaction,
                      Instant intended) override;
    /// Right after `on_believed` for its receipt: that names the block.
    void on_finalized(NodeId client, const graph::TransactionPtr& transaction,
                      std::string_view rejection, Instant intended, Instant at) override;
    void on_believed(NodeId client, const consensus::BlockHeader& header,
                     const graph::Receipt& receipt) override;
    /// One that is not valid is a lie, which is told apart.
    void on_proof_checked(NodeId /*client*/, bool valid) override {
        counters_.proofs_checked += valid ? 1 : 0;
    }
    void on_lie(NodeId client, NodeId gateway, std::string_view what) override;

private:
    void keep(std::string_view kind, std::string_view text);

    const actors::Clock& clock_;
    AlarmLog* alarm_log_ = nullptr;  // null: alarms are counted only
    std::string member_;
    MemberLog* const log_;  // may be null
    Counters counters_;
    std::atomic<bool> is_preparing_{false};
    actors::DurationCounts commit_latency_, client_latency_;
    graph::TransactionId believed_;  // the client's latest, on the thread of its role only
    Height believed_height_;         // of the block that holds it
    mutable std::mutex mutex_;       // guards what stands below
    std::map<std::string, std::uint64_t, std::less<>> probes_;
    std::vector<CommitSample> commits_;
    std::vector<FinalizedSample> finalized_;
    MemberSample client_;
    Duration load_length_;                // 0: all is measured
    std::multiset<Instant> outstanding_;  // of load sources, by intended start
};

}  // namespace nexus::tools
