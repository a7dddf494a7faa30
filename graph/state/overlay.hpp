#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "graph/state/state_snapshot.hpp"

#include <absl/container/btree_map.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::graph {

/// A place in the state that holds a `Value`: the tree and the logical key.
template <class Value>
struct StateKey {
    TreeId tree = TreeId::Graph;
    std::string key;

    friend bool operator==(const StateKey&, const StateKey&) = default;
};

/// The value at a place, or nothing.
template <class Value>
std::optional<Value> read(const StateSnapshot& state, const StateKey<Value>& at) {
    const auto bytes = state.tree(at.tree).find(at.key);
    if (!bytes) {
        return std::nullopt;
    }
    auto value = codec::decode<Value>(*bytes);
    NEXUS_ASSERT(value.has_value());  // only encodings are ever written
    return std::move(*value);
}

/// The writes of one block over the state of its parent. A transaction that fails midway is undone
/// with `roll_back`.
class Overlay {
public:
    explicit Overlay(StateSnapshot base) : base_(std::move(base)) {}

    [[nodiscard]] const StateSnapshot& base() const { return base_; }

    /// The value that the block sees at this place now.
    template <class Value>
    [[nodiscard]] std::optional<Value> get(const StateKey<Value>& at) const {
        const std::optional<ByteView> bytes = find(at.tree, at.key);
        if (!bytes) {
            return std::nullopt;
        }
        auto value = codec::decode<Value>(*bytes);
        NEXUS_ASSERT(value.has_value());  // only encodings are ever written
        return std::move(*value);
    }
    template <class Value>
    [[nodiscard]] bool contains(const StateKey<Value>& at) const {
        return find(at.tree, at.key).has_value();
    }
    template <class Value>
    void put(const StateKey<Value>& at, const Value& value) {
        write(at.tree, at.key, codec::encode(value));
    }
    template <class Value>
    void erase(const StateKey<Value>& at) {
        write(at.tree, at.key, std::nullopt);
    }

    /// From here on `roll_back` undoes.
    void mark() { undo_.clear(); }
    /// Undoes all writes since the last `mark`.
    void roll_back();

    /// The parent's state with all writes.
    [[nodiscard]] StateSnapshot commit() &&;

private:
    using Slot = std::optional<Bytes>;
    struct Undo {
        TreeId tree;
        std::string key;
        std::optional<Slot> before;  ///< Nothing: the key had not been written.
    };

    [[nodiscard]] std::optional<ByteView> find(TreeId tree, const std::string& key) const;
    void write(TreeId tree, const std::string& key, Slot value);

    StateSnapshot base_;
    std::array<absl::btree_map<std::string, Slot>, kTreeCount> writes_;
    std::vector<Undo> undo_;
};

}  // namespace nexus::graph
