#include "sim/cluster/checkers/light_client_checker.hpp"

#include "base/concat.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/receipt.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

bool by_transaction(const graph::Receipt& a, const graph::Receipt& b) {
    return a.transaction < b.transaction;
}

}  // namespace

LightClientChecker::LightClientChecker()
    : Checker("light_clients",
              "clients believe what is committed, and nothing of what a gateway makes up") {}

void LightClientChecker::on_commit(const CommitEvent& event) {
    committed_ = std::max(committed_, event.block->header.height);
    auto [entry, is_new] = receipts_.try_emplace(event.block->id);
    if (!is_new) {
        return;
    }
    entry->second = event.executed->receipts;
    std::sort(entry->second.begin(), entry->second.end(), by_transaction);
    if (const auto found = open_.find(event.block->id); found != open_.end()) {
        for (const Belief& belief : found->second) {
            judge(belief, entry->second);
        }
        open_.erase(found);
    }
}

void LightClientChecker::on_believed(const BeliefEvent& event) {
    count();
    if (*event.header != last_header_) {
        last_header_ = *event.header;
        last_id_ = consensus::block_id(last_header_);
    }
    Belief belief{.client = std::string(event.client_name),
                  .height = event.header->height,
                  .receipt = *event.receipt,
                  .at = event.at};
    if (const auto found = receipts_.find(last_id_); found != receipts_.end()) {
        judge(belief, found->second);
    } else {
        open_[last_id_].push_back(std::move(belief));
    }
}

void LightClientChecker::judge(const Belief& belief, const std::vector<graph::Receipt>& truth) {
    const auto found = std::lower_bound(truth.begin(), truth.end(), belief.receipt, by_transaction);
    const bool is_there = found != truth.end() && found->transaction == belief.receipt.transaction;
    if (!is_there || *found != belief.receipt) {
        violation(concat(
            time_text(belief.at), ": ", belief.client, " believes of transaction ",
            short_hex(belief.receipt.transaction.view()), " at height ", belief.height.value,
            is_there ? ", that it ended otherwise than it did" : ", which is not in the block"));
    }
}

void LightClientChecker::on_lie(const LieEvent& event) {
    count();
    if (event.is_gateway_honest) {
        violation(concat(time_text(event.at), ": ", event.client_name, " refuses what ",
                         event.gateway_name, ", who is honest, says: ", event.what));
    }
}

void LightClientChecker::on_end(Instant /*at*/) {
    for (const auto& [block, beliefs] : open_) {
        const Belief& first = beliefs.front();
        if (first.height <= committed_) {  // above it, the commit may be under way
            violation(concat(time_text(first.at), ": ", first.client, " believes in block ",
                             short_hex(block.view()), " at height ", first.height.value,
                             ", which no honest validator committed"));
        }
    }
}

}  // namespace nexus::sim
