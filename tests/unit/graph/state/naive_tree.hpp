#pragma once

#include "base/bytes.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace nexus::graph::tests {

/// The definition of the state tree's root, as slow as it is plain: no node, no sharing, no
/// history, and a hash of its own.
class NaiveTree {
public:
    std::map<std::string, Bytes> values;

    [[nodiscard]] Hash root() const {
        std::vector<Row> rows;
        for (const auto& [key, value] : values) {
            rows.push_back({hash({key.begin(), key.end()}), hash(value)});
        }
        return root_of(rows, 0);
    }

private:
    struct Row {
        Bytes path;
        Bytes value_hash;
    };

    static Bytes hash(const Bytes& input) {
        Bytes out(32);
        SHA256(input.data(), input.size(), out.data());
        return out;
    }

    static Hash node(std::uint8_t prefix, const Bytes& left, const Bytes& right) {
        Bytes input{prefix};
        input.insert(input.end(), left.begin(), left.end());
        input.insert(input.end(), right.begin(), right.end());
        Hash out;
        const Bytes digest = hash(input);
        std::copy(digest.begin(), digest.end(), out.bytes.begin());
        return out;
    }

    static Hash root_of(const std::vector<Row>& rows, std::size_t depth) {
        if (rows.empty()) {
            return {};
        }
        if (rows.size() == 1) {
            return node(0, rows[0].path, rows[0].value_hash);
        }
        std::vector<Row> left;
        std::vector<Row> right;
        for (const Row& row : rows) {
            const bool goes_right = ((row.path[depth / 8] >> (7 - depth % 8)) & 1) != 0;
            (goes_right ? right : left).push_back(row);
        }
        const Hash a = root_of(left, depth + 1);
        const Hash b = root_of(right, depth + 1);
        // A lone leaf never gets here together with an empty sibling: then rows.size() was 1.
        return node(1, to_bytes(a.view()), to_bytes(b.view()));
    }
};

}  // namespace nexus::graph::tests
