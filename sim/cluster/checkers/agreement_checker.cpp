#include "sim/cluster/checkers/agreement_checker.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::sim {

std::string time_text(Instant at) {
    return fmt::format("{}.{:03} s", at.nanoseconds / 1'000'000'000,
                       at.nanoseconds / 1'000'000 % 1000);
}

AgreementChecker::AgreementChecker(const Hash& genesis)
    : Checker("agreement", "honest validators commit the same blocks in the same order"),
      first_block_(genesis),
      chosen_{{.block = genesis, .by = "genesis"}} {}

void AgreementChecker::on_base(const BaseEvent& event) {
    first_ = event.block->header.height;
    first_block_ = consensus::block_id(event.block->header);
    chosen_ = {{.block = first_block_, .by = "a checkpoint"}};
}

void AgreementChecker::on_commit(const CommitEvent& event) {
    count();
    const consensus::BlockHeader& header = event.block->header;
    std::vector<Hash>& chain = chains_.try_emplace(event.validator, 1, first_block_).first->second;
    const std::uint64_t below = first_.value + chain.size() - 1;
    if (header.height.value != below + 1) {
        violation(concat(time_text(event.at), ": ", event.validator_name, " committed height ",
                         header.height.value, " after height ", below));
        return;
    }
    const std::size_t at = index_of(header.height);
    const Hash id = consensus::block_id(header);
    if (header.parent != chain.back()) {
        violation(concat(time_text(event.at), ": ", event.validator_name, " committed block ",
                         short_hex(id.view()), " at height ", header.height.value,
                         " whose parent is not its block of height ", below));
    }
    chain.push_back(id);
    if (at == chosen_.size()) {
        chosen_.push_back({.block = id, .by = std::string(event.validator_name)});
    } else if (at < chosen_.size() && chosen_[at].block != id) {
        violation(concat(time_text(event.at), ": at height ", header.height.value, " ",
                         chosen_[at].by, " committed block ", short_hex(chosen_[at].block.view()),
                         ", ", event.validator_name, " block ", short_hex(id.view())));
    }
}

/// What it skipped counts as what the others committed.
void AgreementChecker::on_checkpoint(const CheckpointEvent& event) {
    count();
    const Height height = event.block->header.height;
    const bool is_known = height >= first_ && index_of(height) < chosen_.size();
    if (!is_known || chosen_[index_of(height)].block != event.block->id) {
        violation(concat(time_text(event.at), ": ", event.validator_name, " goes on from block ",
                         short_hex(event.block->id.view()), " at height ", height.value,
                         ", which no validator committed"));
        return;
    }
    std::vector<Hash>& chain = chains_.try_emplace(event.validator, 1, first_block_).first->second;
    while (chain.size() <= index_of(height)) {
        chain.push_back(chosen_[chain.size()].block);
    }
}

}  // namespace nexus::sim
