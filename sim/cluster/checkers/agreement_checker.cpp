#include "sim/cluster/checkers/agreement_checker.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <vector>

namespace nexus::sim {

std::string time_text(Instant at) {
    return fmt::format("{}.{:03} s", at.nanoseconds / 1'000'000'000,
                       at.nanoseconds / 1'000'000 % 1000);
}

AgreementChecker::AgreementChecker(const Hash& genesis)
    : Checker("agreement", "honest validators commit the same blocks in the same order"),
      chosen_{{.block = genesis, .by = "genesis"}},
      genesis_(genesis) {}

void AgreementChecker::on_commit(const CommitEvent& event) {
    count();
    const consensus::BlockHeader& header = event.block->header;
    const auto at = static_cast<std::size_t>(header.height.value);
    std::vector<Hash>& chain = chains_.try_emplace(event.validator, 1, genesis_).first->second;
    if (at != chain.size()) {
        violation(concat(time_text(event.at), ": ", event.validator_name, " committed height ", at,
                         " after height ", chain.size() - 1));
        return;
    }
    const Hash id = consensus::block_id(header);
    if (header.parent != chain.back()) {
        violation(concat(time_text(event.at), ": ", event.validator_name, " committed block ",
                         short_hex(id.view()), " at height ", at,
                         " whose parent is not its block of height ", at - 1));
    }
    chain.push_back(id);
    if (at == chosen_.size()) {
        chosen_.push_back({.block = id, .by = std::string(event.validator_name)});
    } else if (at < chosen_.size() && chosen_[at].block != id) {
        violation(concat(time_text(event.at), ": at height ", at, " ", chosen_[at].by,
                         " committed block ", short_hex(chosen_[at].block.view()), ", ",
                         event.validator_name, " block ", short_hex(id.view())));
    }
}

/// What it skipped counts as what the others committed.
void AgreementChecker::on_checkpoint(const CheckpointEvent& event) {
    count();
    const auto at = static_cast<std::size_t>(event.block->header.height.value);
    if (at >= chosen_.size() || chosen_[at].block != event.block->id) {
        violation(concat(time_text(event.at), ": ", event.validator_name, " goes on from block ",
                         short_hex(event.block->id.view()), " at height ", at,
                         ", which no validator committed"));
        return;
    }
    std::vector<Hash>& chain = chains_.try_emplace(event.validator, 1, genesis_).first->second;
    while (chain.size() <= at) {
        chain.push_back(chosen_[chain.size()].block);
    }
}

}  // namespace nexus::sim
