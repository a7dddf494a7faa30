#pragma once

#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/input.hpp"

#include <vector>

namespace nexus::actors {

/// The beginning of a run of blocks that share one certificate, at the run's end, and that are
/// together longer than a message. Each part is known to be final; the protocol takes the run as a
/// whole, for it commits what a certificate it can keep proves.
///
/// Invariant: consecutive blocks, each the parent of the next. Holds what the chain holds: parts
/// that are not proven final are never added, so that no peer can fill it.
class PendingRun {
public:
    /// Appends a part whose last block is proven to be final, if it goes on where the run, or the
    /// chain, ends. False, and nothing changes, if it does not.
    bool add(const std::vector<consensus::CommittedBlock>& part, const consensus::Block& committed);

    /// Where the next part is to begin: the height of the last block, or `committed` itself.
    [[nodiscard]] Height end(Height committed) const;

    /// What a peer sent, with the run before it if it goes on from there.
    [[nodiscard]] std::vector<consensus::CommittedBlock> joined(
        const std::vector<consensus::CommittedBlock>& blocks) const;

private:
    [[nodiscard]] bool stands_on(Height committed) const {
        return !blocks_.empty() && blocks_.front().block->header.height == committed.next();
    }

    std::vector<consensus::CommittedBlock> blocks_;
};

}  // namespace nexus::actors
