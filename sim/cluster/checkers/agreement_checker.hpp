#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <absl/container/btree_map.h>

#include <string>
#include <vector>

namespace nexus::sim {

/// Agreement: at each height all honest validators commit the same block, each commits heights one
/// after the other, and each block names the one below as its parent.
class AgreementChecker final : public Checker {
public:
    explicit AgreementChecker(const Hash& genesis);
    void on_base(const BaseEvent& event) override;
    void on_commit(const CommitEvent& event) override;
    void on_checkpoint(const CheckpointEvent& event) override;
    void on_wipe(NodeId validator) override { chains_.erase(validator); }

private:
    struct Chosen {
        Hash block;
        std::string by;
    };
    /// The place of a height above or at the first in the lists below.
    [[nodiscard]] std::size_t index_of(Height height) const {
        return static_cast<std::size_t>(height.value - first_.value);
    }

    Height first_;                                       // of the genesis, or where we began
    Hash first_block_;                                   // its block
    std::vector<Chosen> chosen_;                         // by height, from the first on
    absl::btree_map<NodeId, std::vector<Hash>> chains_;  // as each validator has it; likewise
};

}  // namespace nexus::sim
