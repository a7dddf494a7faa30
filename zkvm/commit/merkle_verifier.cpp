#include "zkvm/commit/merkle_verifier.hpp"

#include "base/concat.hpp"
#include "base/result.hpp"
#include "zkvm/commit/merkle_shape.hpp"
#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/hash/blake3.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/merkle_sha256.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

using Kind = MerkleError::Kind;
using Checked = Result<void, MerkleError>;

constexpr unsigned kLogHeightMax = 32;
constexpr std::size_t kSaltWords = std::tuple_size_v<Salt>;

Checked refuse(Kind kind, std::uint64_t expected, std::uint64_t got) {
    return fail(MerkleError{kind, expected, got});
}

/// A digest of one level, with its place.
struct Known {
    std::uint64_t index;
    Digest digest;
};

Checked check_shape(const MerkleShape& shape) {
    if (shape.groups.empty()) {
        return refuse(Kind::BadShape, 1, 0);
    }
    unsigned limit = kLogHeightMax + 1;
    for (std::size_t i = 0; i < shape.groups.size(); ++i) {
        if (shape.groups[i].log_height >= limit) {
            return refuse(Kind::BadShape, limit, i);
        }
        limit = shape.groups[i].log_height;
    }
    return {};
}

Checked check_indices(const std::vector<std::uint64_t>& indices, std::uint64_t height) {
    if (indices.empty()) {
        return refuse(Kind::NoIndices, 1, 0);
    }
    for (std::size_t i = 0; i < indices.size(); ++i) {
        if (i > 0 && indices[i] <= indices[i - 1]) {
            return refuse(Kind::IndexOrder, indices[i - 1], indices[i]);
        }
        if (indices[i] >= height) {
            return refuse(Kind::IndexRange, height, indices[i]);
        }
    }
    return {};
}

/// A product of what a stranger names, cut off: no vector has so many items.
std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    std::uint64_t result = 0;
    return __builtin_mul_overflow(a, b, &result) ? std::numeric_limits<std::uint64_t>::max()
                                                 : result;
}

template <class F>
Checked check_rows(const MerkleGroup& group, bool salted, std::size_t count,
                   const MerkleRows<F>& rows) {
    if (const std::uint64_t words = product(group.width, count); rows.words.size() != words) {
        return refuse(Kind::RowWords, words, rows.words.size());
    }
    if (const std::size_t salts = salted ? count : 0; rows.salts.size() != salts) {
        return refuse(Kind::SaltCount, salts, rows.salts.size());
    }
    return {};
}

/// Digests of the rows of one group, whose sizes are right.
template <class F, class H>
std::vector<Digest> row_digests(std::size_t width, std::size_t count, const MerkleRows<F>& rows) {
    std::vector<Digest> digests;
    digests.reserve(count);
    std::vector<std::uint32_t> words;
    for (std::size_t i = 0; i < count; ++i) {
        words.clear();
        for (std::size_t j = 0; j < width; ++j) {
            words.push_back(rows.words[i * width + j].word());
        }
        if (!rows.salts.empty()) {
            words.insert(words.end(), rows.salts[i].begin(), rows.salts[i].end());
        }
        digests.push_back(H::leaf(words));
    }
    return digests;
}

/// Climbs from a level to its parents, taking siblings from the opening in order.
template <class H>
class Climber {
public:
    explicit Climber(const std::vector<Digest>& siblings) : siblings_(siblings) {}

    /// `level` is sorted by index, all below 2 * half.
    Checked climb(std::vector<Known>& level, std::uint64_t half) {
        const auto middle = std::partition_point(
            level.begin(), level.end(), [&](const Known& known) { return known.index < half; });
        std::vector<Known> parents;
        parents.reserve(level.size());
        auto left = level.begin();
        auto right = middle;
        while (left != middle || right != level.end()) {
            const bool has_left =
                left != middle && (right == level.end() || left->index <= right->index - half);
            const bool has_right =
                right != level.end() && (left == middle || right->index - half <= left->index);
            if (!(has_left && has_right) && used_ == siblings_.size()) {
                return refuse(Kind::TooFewSiblings, used_ + 1, siblings_.size());
            }
            const std::uint64_t index = has_left ? left->index : right->index - half;
            const Digest& a = has_left ? (left++)->digest : siblings_[used_++];
            const Digest& b = has_right ? (right++)->digest : siblings_[used_++];
            parents.push_back({index, H::node(a, b)});
        }
        level = std::move(parents);
        return {};
    }

    [[nodiscard]] std::size_t used() const { return used_; }

private:
    const std::vector<Digest>& siblings_;
    std::size_t used_ = 0;
};

template <class F>
Checked check_sizes(const MerkleShape& shape, const std::vector<std::uint64_t>& indices,
                    const MerkleOpening<F>& opening) {
    if (Checked shaped = check_shape(shape); !shaped) {
        return shaped;
    }
    const std::uint64_t height = std::uint64_t{1} << shape.groups.front().log_height;
    if (Checked in_order = check_indices(indices, height); !in_order) {
        return in_order;
    }
    if (opening.groups.size() != shape.groups.size()) {
        return refuse(Kind::GroupCount, shape.groups.size(), opening.groups.size());
    }
    for (std::size_t i = 0; i < shape.groups.size(); ++i) {
        const std::size_t count = lifted_indices(indices, shape.groups[i].log_height).size();
        const auto& rows = opening.groups[i];
        if (Checked sized = check_rows(shape.groups[i], shape.salted, count, rows); !sized) {
            return sized;
        }
    }
    return {};
}

}  // namespace

template <class F, class H>
Checked verify_opening(const Digest& root, const MerkleShape& shape,
                       const std::vector<std::uint64_t>& indices, const MerkleOpening<F>& opening) {
    if (Checked sized = check_sizes(shape, indices, opening); !sized) {
        return sized;
    }
    std::vector<Known> level;
    Climber<H> climber(opening.siblings);
    std::size_t group = 0;
    for (unsigned log = shape.groups.front().log_height + 1; log-- > 0;) {
        if (group > 0) {
            if (Checked climbed = climber.climb(level, std::uint64_t{1} << log); !climbed) {
                return climbed;
            }
        }
        if (group < shape.groups.size() && shape.groups[group].log_height == log) {
            const std::vector<std::uint64_t> places = lifted_indices(indices, log);
            const std::vector<Digest> digests =
                row_digests<F, H>(shape.groups[group].width, places.size(), opening.groups[group]);
            for (std::size_t i = 0; i < places.size(); ++i) {
                if (group == 0) {
                    level.push_back({places[i], digests[i]});
                } else {
                    level[i].digest = H::node(level[i].digest, digests[i]);
                }
            }
            ++group;
        }
    }
    if (climber.used() != opening.siblings.size()) {
        return refuse(Kind::SiblingCount, climber.used(), opening.siblings.size());
    }
    return level.front().digest == root ? Checked() : refuse(Kind::WrongRoot, 0, 0);
}

std::vector<std::uint64_t> lifted_indices(const std::vector<std::uint64_t>& indices,
                                          unsigned log_height) {
    std::vector<std::uint64_t> lifted = indices;
    for (std::uint64_t& index : lifted) {
        index &= (std::uint64_t{1} << log_height) - 1;
    }
    std::sort(lifted.begin(), lifted.end());
    lifted.erase(std::unique(lifted.begin(), lifted.end()), lifted.end());
    return lifted;
}

std::string_view to_string(MerkleError::Kind kind) {
    switch (kind) {
        case Kind::BadShape:
            return "BadShape";
        case Kind::NoIndices:
            return "NoIndices";
        case Kind::IndexOrder:
            return "IndexOrder";
        case Kind::IndexRange:
            return "IndexRange";
        case Kind::GroupCount:
            return "GroupCount";
        case Kind::RowWords:
            return "RowWords";
        case Kind::SaltCount:
            return "SaltCount";
        case Kind::TooFewSiblings:
            return "TooFewSiblings";
        case Kind::SiblingCount:
            return "SiblingCount";
        case Kind::WrongRoot:
            return "WrongRoot";
    }
    return "?";
}

std::string to_string(const MerkleError& error) {
    return concat(to_string(error.kind), ": expected ", error.expected, ", got ", error.got);
}

#define NEXUS_INSTANTIATE(F, H)                                              \
    template Checked verify_opening<F, H>(const Digest&, const MerkleShape&, \
                                          const std::vector<std::uint64_t>&, \
                                          const MerkleOpening<F>&);

NEXUS_INSTANTIATE(KoalaBear, Blake3)
NEXUS_INSTANTIATE(KoalaBear, MerkleSha256)
NEXUS_INSTANTIATE(BabyBear, Blake3)
NEXUS_INSTANTIATE(BabyBear, MerkleSha256)

}  // namespace nexus::zkvm
