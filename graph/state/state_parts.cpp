#include "graph/state/state_parts.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/result.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/state/state_tree.hpp"

#include <absl/container/flat_hash_set.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

constexpr std::size_t kEntriesMax = codec::kSequenceMax;

/// One entry: Last of TreeId bounds the tree.
struct Entry {
    TreeId tree = TreeId::Graph;
    Bytes key;
    Bytes value;

    static void describe(auto& codec, auto& self) { codec(self.tree, self.key, self.value); }
};

struct Part {
    std::vector<Entry> entries;

    static void describe(auto& codec, auto& self) { codec.limited(self.entries, kEntriesMax); }
};

Bytes encoded(const Part& part) {
    codec::Encoder encoder(kStatePartBytes);
    encoder(part);
    return encoder.take();
}

}  // namespace

std::vector<Bytes> split_state(const StateSnapshot& state) {
    std::vector<Bytes> parts;
    Part part;
    std::size_t bytes = 0;
    for (std::size_t t = 0; t < kTreeCount; ++t) {
        const auto tree = static_cast<TreeId>(t);
        state.tree(tree).for_each([&](std::string_view key, ByteView value) {
            if (bytes + key.size() + value.size() > kStatePartBytes && !part.entries.empty()) {
                parts.push_back(encoded(part));
                part.entries.clear();
                bytes = 0;
            }
            bytes += key.size() + value.size();
            part.entries.push_back({tree, to_bytes(as_bytes(key)), to_bytes(value)});
        });
    }
    parts.push_back(encoded(part));
    return parts;
}

std::string_view to_string(StatePartsError error) {
    switch (error) {
        case StatePartsError::Undecodable:
            return "Undecodable";
        case StatePartsError::RepeatedKey:
            return "RepeatedKey";
        case StatePartsError::WrongRoot:
            return "WrongRoot";
    }
    return "?";
}

Result<StateSnapshot, StatePartsError> join_state(std::span<const Bytes> parts, const Hash& root) {
    StateWrites writes;
    std::array<absl::flat_hash_set<std::string>, kTreeCount> keys;
    for (const Bytes& bytes : parts) {
        codec::Decoder decoder(bytes);
        Part part;
        decoder(part);
        if (!decoder.finish()) {
            return fail(StatePartsError::Undecodable);
        }
        for (Entry& entry : part.entries) {
            const auto tree = static_cast<std::size_t>(entry.tree);
            std::string key(entry.key.begin(), entry.key.end());
            if (!keys[tree].insert(key).second) {
                return fail(StatePartsError::RepeatedKey);
            }
            writes[tree].push_back({std::move(key), std::move(entry.value)});
        }
    }
    StateSnapshot state = StateSnapshot().updated(std::move(writes));
    if (state.root() != root) {
        return fail(StatePartsError::WrongRoot);
    }
    return state;
}

}  // namespace nexus::graph
