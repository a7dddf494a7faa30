#include "graph/state/state_tree.hpp"

#include "base/bytes.hpp"
#include "graph/state/proof.hpp"
#include "graph/state/proof_verifier.hpp"
#include "graph/state/state_snapshot.hpp"
#include "tests/property/graph/seeded.hpp"
#include "tests/unit/graph/state/naive_tree.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <rapidcheck.h>
#include <string>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

using tests::NaiveTree;

/// A key of a small alphabet and what to do with it: 0 erases.
using Step = std::pair<std::uint8_t, std::uint8_t>;

StateWrite write_of(const Step& step) {
    const std::string key = "key " + std::to_string(step.first % 64);
    return {key, step.second % 4 == 0 ? std::nullopt : std::optional(Bytes{step.second})};
}

/// The steps as one batch: the last write to a key counts.
std::vector<StateWrite> batch_of(const std::vector<Step>& steps) {
    std::map<std::string, std::optional<Bytes>> last;
    for (const Step& step : steps) {
        const StateWrite write = write_of(step);
        last[write.key] = write.value;
    }
    std::vector<StateWrite> writes;
    for (const auto& [key, value] : last) {
        writes.push_back({key, value});
    }
    return writes;
}

NaiveTree naive_of(const std::vector<Step>& steps) {
    NaiveTree naive;
    for (const StateWrite& write : batch_of(steps)) {
        if (write.value) {
            naive.values[write.key] = *write.value;
        }
    }
    return naive;
}

TEST(StateTreeProperty, EqualsTheDefinitionHoweverItIsBuilt) {
    EXPECT_TRUE(tests::check("any batches give the root of the definition",
                             [](const std::vector<Step>& steps, std::uint8_t batch_size) {
                                 StateTree one_by_one;
                                 StateTree in_batches;
                                 std::vector<Step> batch;
                                 for (const Step& step : steps) {
                                     one_by_one = one_by_one.updated({write_of(step)});
                                     batch.push_back(step);
                                     if (batch.size() > batch_size % 16U) {
                                         in_batches = in_batches.updated(batch_of(batch));
                                         batch.clear();
                                     }
                                 }
                                 in_batches = in_batches.updated(batch_of(batch));
                                 const NaiveTree naive = naive_of(steps);
                                 RC_ASSERT(one_by_one.root() == naive.root());
                                 RC_ASSERT(in_batches.root() == naive.root());
                                 RC_ASSERT(StateTree().updated(batch_of(steps)).root() ==
                                           naive.root());
                                 RC_ASSERT(one_by_one.size() == naive.values.size());
                             }));
}

TEST(StateTreeProperty, ProvesWhatIsThereAndWhatIsNot) {
    EXPECT_TRUE(tests::check(
        "each key has exactly one of the two proofs", [](const std::vector<Step>& steps) {
            const StateSnapshot state = StateSnapshot().updated({batch_of(steps), {}});
            const NaiveTree naive = naive_of(steps);
            for (std::uint8_t i = 0; i < 64; ++i) {
                const std::string key = write_of({i, 1}).key;
                const StateProof proof = state.prove(TreeId::Graph, key);
                const auto held = naive.values.find(key);
                const bool is_there = held != naive.values.end();
                const Bytes value = is_there ? held->second : Bytes{1};
                RC_ASSERT(
                    is_there ==
                    verify_present(state.root(), "graph", as_bytes(key), value, proof).has_value());
                RC_ASSERT(!is_there ==
                          verify_absent(state.root(), "graph", as_bytes(key), proof).has_value());
                RC_ASSERT(
                    !verify_present(state.root(), "graph", as_bytes(key), Bytes{9, 9}, proof));
            }
        }));
}

// The siblings of a key stay while only that key changes, so its stale proof does show the new
// value; what it must not show any more is the old one.
TEST(StateTreeProperty, AStaleProofShowsNothingOld) {
    EXPECT_TRUE(tests::check(
        "what was true before a change is not proven after it",
        [](const std::vector<Step>& steps, const Step& change) {
            const StateSnapshot before = StateSnapshot().updated({batch_of(steps), {}});
            const StateSnapshot after =
                before.updated({std::vector<StateWrite>{write_of(change)}, {}});
            RC_PRE(before.root() != after.root());
            const std::string key = write_of(change).key;
            const StateProof stale = before.prove(TreeId::Graph, key);
            const auto old = before.tree(TreeId::Graph).find(key);
            RC_ASSERT(!(old && verify_present(after.root(), "graph", as_bytes(key), *old, stale)));
            RC_ASSERT(old || !verify_absent(after.root(), "graph", as_bytes(key), stale));
        }));
}

}  // namespace
}  // namespace nexus::graph
