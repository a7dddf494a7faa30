#pragma once

#include "actors/roles/observer.hpp"

#include <atomic>
#include <cstdint>
#include <cstdio>

namespace nexus::tools {

/// What a node has done, in numbers that any thread may read.
class NodeObserver final : public actors::Observer {
public:
    struct Counters {
        std::atomic<std::uint64_t> height{0}, view{0}, leader{0};
        std::atomic<std::uint64_t> committed{0}, rejected{0}, accepted{0};
        std::atomic<std::uint64_t> submitted{0}, finalized{0};
        std::atomic<std::uint64_t> evidence{0}, alarms{0}, lies{0};
        std::atomic<std::int64_t> last_commit{0};  ///< Nanoseconds of scenario time.
        std::atomic<std::int64_t> latency_sum{0};  ///< Of finalized transactions, nanoseconds.
        std::atomic<std::int64_t> latency_max{0};
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }

    void on_commit(NodeId /*validator*/, const consensus::BlockPtr& block,
                   const consensus::CertificatePtr& /*certificate*/,
                   const actors::Executed& executed, Instant at) override;
    void on_accepted(NodeId /*validator*/, const graph::TransactionPtr& /*transaction*/) override {
        ++counters_.accepted;
    }
    void on_evidence(NodeId /*reporter*/, const consensus::Evidence& /*evidence*/) override {
        ++counters_.evidence;
    }
    void on_status(NodeId /*validator*/, const consensus::Status& status) override {
        counters_.view = status.view.value;
        counters_.leader = status.leader.value;
    }
    void on_probe(NodeId /*node*/, std::string_view /*name*/, std::uint64_t /*value*/) override {}
    void on_alarm(NodeId validator, std::string_view what) override {
        ++counters_.alarms;
        std::fprintf(stderr, "alarm: node %u: %.*s\n", validator.value,
                     static_cast<int>(what.size()), what.data());
    }
    void on_submitted(NodeId /*client*/, const graph::TransactionPtr& /*transaction*/,
                      Instant /*intended*/) override {
        ++counters_.submitted;
    }
    void on_finalized(NodeId /*client*/, const graph::TransactionPtr& /*transaction*/,
                      std::string_view rejection, Instant intended, Instant at) override;
    void on_believed(NodeId /*client*/, const consensus::BlockHeader& /*header*/,
                     const graph::Receipt& /*receipt*/) override {}
    void on_proof_checked(NodeId /*client*/, bool /*valid*/) override {}
    void on_lie(NodeId /*client*/, NodeId /*gateway*/, std::string_view /*what*/) override {
        ++counters_.lies;
    }

private:
    Counters counters_;
};

}  // namespace nexus::tools
