#include "actors/roles/pending_runs.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace nexus::actors {
namespace {

using Blocks = std::vector<consensus::CommittedBlock>;

/// Whether these are consecutive, and the first stands on `parent`.
bool is_chain(const consensus::Block& parent, const Blocks& blocks) {
    const consensus::Block* below = &parent;
    return std::all_of(blocks.begin(), blocks.end(), [&](const consensus::CommittedBlock& each) {
        const consensus::Block& block = *each.block;
        const bool links =
            block.header.parent == below->id && block.header.height == below->header.height.next();
        below = &block;
        return links;
    });
}

std::size_t bytes_of(const Blocks& blocks) {
    std::size_t bytes = 0;
    for (const consensus::CommittedBlock& each : blocks) {
        bytes += sizeof(consensus::Block) + each.block->payload->bytes.size();
    }
    return bytes;
}

}  // namespace

bool PendingRuns::add(NodeId peer, const Blocks& part, const consensus::FinalityProof& proof,
                      const consensus::Block& committed) {
    NEXUS_ASSERT(!part.empty() && proof.certificate != nullptr);
    NEXUS_ASSERT(std::all_of(part.begin(), part.end(),
                             [](const auto& each) { return each.certificate == nullptr; }));
    const std::size_t bytes = bytes_of(part);
    const auto found = runs_.find(peer);
    if (found == runs_.end()) {
        if (runs_.size() == kRunsMax || bytes > kBytesMax || !is_chain(committed, part)) {
            return false;
        }
        runs_.emplace(peer, Run{.blocks = part, .goal = proof.certificate->block, .bytes = bytes});
        return true;
    }
    Run& run = found->second;
    if (run.goal != proof.certificate->block || run.bytes + bytes > kBytesMax ||
        !is_chain(*run.blocks.back().block, part)) {
        return false;
    }
    run.blocks.insert(run.blocks.end(), part.begin(), part.end());
    run.bytes += bytes;
    return true;
}

Height PendingRuns::end(NodeId peer, Height committed) const {
    const auto found = runs_.find(peer);
    return found == runs_.end()
               ? committed
               : std::max(committed, found->second.blocks.back().block->header.height);
}

Blocks PendingRuns::joined(NodeId peer, const Blocks& blocks) const {
    const auto found = runs_.find(peer);
    if (found == runs_.end() || blocks.empty()) {
        return blocks;
    }
    const Blocks& run = found->second.blocks;
    const auto below = std::find_if(run.begin(), run.end(), [&](const auto& each) {
        return each.block->id == blocks.front().block->header.parent;
    });
    if (below == run.end()) {
        return blocks;
    }
    Blocks all(run.begin(), below + 1);
    all.insert(all.end(), blocks.begin(), blocks.end());
    return all;
}

void PendingRuns::committed(Height height) {
    std::erase_if(runs_, [height](const auto& entry) {
        return entry.second.blocks.front().block->header.height <= height;
    });
}

}  // namespace nexus::actors
