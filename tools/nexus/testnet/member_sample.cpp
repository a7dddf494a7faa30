#include "tools/nexus/testnet/member_sample.hpp"

namespace nexus::tools {
namespace {

template <class Counts>
void add_all(Counts& sums, const Counts& others) {
    for (const auto& [key, count] : others) {
        sums[key] += count;
    }
}

}  // namespace

void MemberSample::add(const MemberSample& other) {
    latency.merge(other.latency);
    lateness.merge(other.lateness);
    add_all(offered, other.offered);
    add_all(submitted, other.submitted);
    add_all(finalized, other.finalized);
    add_all(kinds, other.kinds);
    add_all(rejected_kinds, other.rejected_kinds);
    add_all(rejections, other.rejections);
    add_all(probes, other.probes);
    add_all(counts, other.counts);
}

CountsByName counts_of(const actors::NetworkCounters& network) {
    return {{"packets_sent", network.packets_sent},
            {"bytes_sent", network.bytes_sent},
            {"dropped_unreachable", network.dropped_unreachable},
            {"dropped_full", network.dropped_full},
            {"dropped_too_long", network.dropped_too_long},
            {"dropped_malformed", network.dropped_malformed},
            {"dropped_unsent", network.dropped_unsent},
            {"dropped_shaped", network.dropped_shaped},
            {"dropped_held", network.dropped_held},
            {"links_lost", network.links_lost},
            {"bans", network.bans}};
}

}  // namespace nexus::tools
