#include "tools/nexus/testnet/node_observer.hpp"

#include <algorithm>

namespace nexus::tools {

void NodeObserver::on_commit(NodeId /*validator*/, const consensus::BlockPtr& block,
                             const consensus::CertificatePtr& /*certificate*/,
                             const actors::Executed& executed, Instant at) {
    counters_.height = block->header.height.value;
    counters_.last_commit = at.nanoseconds;
    counters_.committed += executed.receipts.size();
    counters_.rejected += static_cast<std::uint64_t>(
        std::count_if(executed.receipts.begin(), executed.receipts.end(),
                      [](const graph::Receipt& receipt) { return receipt.rejection.has_value(); }));
}

void NodeObserver::on_finalized(NodeId /*client*/, const graph::TransactionPtr& /*transaction*/,
                                std::string_view /*rejection*/, Instant intended, Instant at) {
    const std::int64_t latency = (at - intended).nanoseconds;
    ++counters_.finalized;
    counters_.latency_sum += latency;
    std::int64_t max = counters_.latency_max;
    while (latency > max && !counters_.latency_max.compare_exchange_weak(max, latency)) {
    }
}

}  // namespace nexus::tools
