#pragma once

#include "zkvm/hash/digest.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::zkvm {

/// All matrices of one height in a Merkle tree: their rows are hashed as one.
struct MerkleGroup {
    unsigned log_height = 0;
    std::size_t width = 0;  ///< Words of a row, all matrices of the group together; no salt.

    friend bool operator==(const MerkleGroup&, const MerkleGroup&) = default;
};

/// What a Merkle tree commits to, without the content: the verifier knows it beforehand.
/// Invariant: at least one group; heights fall strictly and are at most 2^32.
struct MerkleShape {
    std::vector<MerkleGroup> groups;
    bool salted = false;  ///< Whether four words of salt follow each row.

    friend bool operator==(const MerkleShape&, const MerkleShape&) = default;
};

/// 128 random bits behind the words of a row, which keep its digest from telling anything of them.
using Salt = std::array<std::uint32_t, 4>;

/// The rows of one group that were opened.
template <class F>
struct MerkleRows {
    /// Row by row, `width` words each, in ascending order of the index in the group; an index that
    /// several queries share comes once (`lifted_indices`).
    std::vector<F> words;
    std::vector<Salt> salts;  ///< One a row, or none in an unsalted tree.

    friend bool operator==(const MerkleRows&, const MerkleRows&) = default;
};

/// The opening of a tree at a set of indices of its tallest group. A group of height m is opened at
/// index i mod m for each index i.
template <class F>
struct MerkleOpening {
    std::vector<MerkleRows<F>> groups;  ///< In the order of the shape.
    /// Digests that cannot be computed from rows and other siblings, each once: levels from the
    /// leaves up, in a level by ascending index of the parent.
    std::vector<Digest> siblings;

    friend bool operator==(const MerkleOpening&, const MerkleOpening&) = default;
};

/// The distinct values of i mod 2^log_height, ascending. `indices` may have any order.
std::vector<std::uint64_t> lifted_indices(const std::vector<std::uint64_t>& indices,
                                          unsigned log_height);

/// Why an opening is refused, with what was expected and what came.
struct MerkleError {
    enum class Kind : std::uint8_t {
        BadShape,        ///< no group, or group number got is not below 2^expected rows
        NoIndices,       ///< an opening of nothing, which no root could refuse
        IndexOrder,      ///< indices do not rise strictly: got follows expected
        IndexRange,      ///< an index (got) of this height (expected) or above
        GroupCount,      ///< groups of the opening
        RowWords,        ///< words of all rows of a group
        SaltCount,       ///< salts of a group
        TooFewSiblings,  ///< siblings, at least expected
        SiblingCount,    ///< siblings
        WrongRoot,       ///< the rows are not those committed to
    };
    Kind kind;
    std::uint64_t expected = 0;
    std::uint64_t got = 0;

    friend bool operator==(const MerkleError&, const MerkleError&) = default;
};

/// The name of the enumerator.
std::string_view to_string(MerkleError::Kind kind);
/// The name and both numbers.
std::string to_string(const MerkleError& error);

}  // namespace nexus::zkvm
