#include "graph/state/state_parts.hpp"

#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "graph/state/state_snapshot.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

/// `entries` keys in each tree, values of up to `bytes_max` bytes; the same seed, the same state.
StateSnapshot random_state(std::size_t entries, std::size_t bytes_max, std::uint64_t seed = 1) {
    Prng prng(seed, "state parts");
    StateWrites writes;
    for (std::vector<StateWrite>& tree : writes) {
        for (std::size_t i = 0; i < entries; ++i) {
            std::string key(1, static_cast<char>(i));  // any byte, not only text
            key += std::to_string(i);
            Bytes value(prng.below(bytes_max + 1));
            for (std::uint8_t& byte : value) {
                byte = static_cast<std::uint8_t>(prng.below(256));
            }
            tree.push_back({std::move(key), std::move(value)});
        }
    }
    return StateSnapshot().updated(std::move(writes));
}

StatePartsError error_of(const std::vector<Bytes>& parts, const Hash& root) {
    const auto joined = join_state(parts, root);
    EXPECT_FALSE(joined.has_value());
    return joined ? StatePartsError{} : joined.error();
}

TEST(StateParts, JoinToTheStateTheyWereCutFrom) {
    for (const std::size_t entries : {0U, 1U, 2U, 100U, 3000U}) {
        const StateSnapshot state = random_state(entries, 500);
        const std::vector<Bytes> parts = split_state(state);
        ASSERT_FALSE(parts.empty());
        const auto joined = join_state(parts, state.root());
        ASSERT_TRUE(joined.has_value()) << to_string(joined.error());
        EXPECT_EQ(joined->root(), state.root());
        EXPECT_EQ(split_state(*joined), parts) << "one form for one state";
    }
}

TEST(StateParts, AreOfLimitedSize) {
    const StateSnapshot state = random_state(5000, 500);
    const std::vector<Bytes> parts = split_state(state);
    EXPECT_GT(parts.size(), 5U);
    for (const Bytes& part : parts) {
        EXPECT_LT(part.size(), kStatePartBytes * 5 / 4) << "keys and lengths come on top";
    }
    // What does not fit is not cut.
    StateWrites writes;
    writes[0] = {{"a", Bytes(3)}, {"b", Bytes(2 * kStatePartBytes)}, {"c", Bytes(3)}};
    EXPECT_GE(split_state(StateSnapshot().updated(std::move(writes))).size(), 2U);
}

TEST(StateParts, AnyChangedByteIsRefused) {
    const StateSnapshot state = random_state(4, 10);
    const std::vector<Bytes> parts = split_state(state);
    ASSERT_EQ(parts.size(), 1U);
    for (std::size_t i = 0; i < parts[0].size(); ++i) {
        for (const std::uint8_t mask : {std::uint8_t{0x01}, std::uint8_t{0x80}}) {
            std::vector<Bytes> changed = parts;
            changed[0][i] ^= mask;
            EXPECT_FALSE(join_state(changed, state.root()).has_value()) << i;
        }
    }
}

TEST(StateParts, LeftOutAddedAndRepeatedPartsAreRefused) {
    const StateSnapshot state = random_state(3000, 500);
    std::vector<Bytes> parts = split_state(state);
    ASSERT_GE(parts.size(), 3U);
    std::vector<Bytes> fewer(parts.begin(), parts.end() - 1);
    EXPECT_EQ(error_of(fewer, state.root()), StatePartsError::WrongRoot);
    EXPECT_EQ(error_of({}, state.root()), StatePartsError::WrongRoot);
    std::vector<Bytes> more = parts;
    more.push_back(parts.front());
    EXPECT_EQ(error_of(more, state.root()), StatePartsError::RepeatedKey);
    std::vector<Bytes> foreign = parts;
    foreign.push_back(split_state(random_state(3500, 1, 2)).back());
    EXPECT_NE(error_of(foreign, state.root()), StatePartsError::Undecodable);
    std::vector<Bytes> cut = parts;
    cut.back().pop_back();
    EXPECT_EQ(error_of(cut, state.root()), StatePartsError::Undecodable);
    // The order of parts says nothing.
    std::reverse(parts.begin(), parts.end());
    EXPECT_TRUE(join_state(parts, state.root()).has_value());
}

}  // namespace
}  // namespace nexus::graph
