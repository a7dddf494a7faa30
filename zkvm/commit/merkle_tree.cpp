#include "zkvm/commit/merkle_tree.hpp"

#include "base/assert.hpp"
#include "zkvm/commit/arena.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/commit/merkle_shape.hpp"
#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/hash/blake3.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/merkle_hash.hpp"
#include "zkvm/hash/merkle_sha256.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/poly/domain.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nexus::zkvm {
namespace {

constexpr std::size_t kLeafGrain = 1024;  // rows that one task hashes
constexpr std::size_t kNodeGrain = 4096;  // nodes that one task hashes
constexpr std::size_t kSaltGrain = std::size_t{1} << 14U;

DigestColumns allocate_digests(Arena& arena, std::size_t count) {
    const Matrix<std::uint32_t> words = allocate_matrix<std::uint32_t>(arena, count, kDigestWords);
    return {words.data(), words.stride()};
}

/// Each piece of each column draws from a stream of its own, so that pieces can run in parallel.
Matrix<std::uint32_t> draw_salts(const MaskRng& rng, unsigned log_height, Arena& arena) {
    const std::size_t height = std::size_t{1} << log_height;
    const Matrix<std::uint32_t> salts =
        allocate_matrix<std::uint32_t>(arena, height, std::tuple_size_v<Salt>);
    const MaskRng of_height = rng.stream("salt", log_height);
    parallel_for(0, height, kSaltGrain, [&](std::size_t first, std::size_t last) {
        MaskRng piece = of_height.stream("rows", first);
        for (std::size_t i = 0; i < salts.width(); ++i) {
            piece.fill_words(salts.column(i).subspan(first, last - first));
        }
    });
    return salts;
}

}  // namespace

template <class F, class H>
MerkleTree<F, H>::MerkleTree(std::span<const Matrix<const F>> matrices, const MaskRng* salts,
                             Arena& arena) {
    NEXUS_ASSERT(!matrices.empty());
    std::size_t tallest = 0;
    for (const Matrix<const F>& matrix : matrices) {
        tallest = std::max(tallest, matrix.height());
    }
    shape_.salted = salts != nullptr;
    for (unsigned log = log2_exact(tallest) + 1; log-- > 0;) {
        Group group;
        std::size_t width = 0;
        for (const Matrix<const F>& matrix : matrices) {
            if (log2_exact(matrix.height()) == log) {
                group.matrices.push_back(matrix);
                width += matrix.width();
            }
        }
        if (!group.matrices.empty()) {
            if (salts != nullptr) {
                group.salts = draw_salts(*salts, log, arena);
            }
            groups_.push_back(std::move(group));
            shape_.groups.push_back({log, width});
        }
    }
    for (std::size_t count = 1; count <= tallest; count *= 2) {
        levels_.push_back(allocate_digests(arena, count));
    }
    hash_rows(groups_.front(), tallest, levels_.back());
    std::size_t next_group = 1;
    for (unsigned log = log2_exact(tallest); log-- > 0;) {
        const std::size_t count = std::size_t{1} << log;
        const ArenaScope scope(arena);
        DigestColumns rows;
        if (next_group < groups_.size() && shape_.groups[next_group].log_height == log) {
            rows = allocate_digests(arena, count);
            hash_rows(groups_[next_group++], count, rows);
        }
        parallel_for(0, count, kNodeGrain, [&](std::size_t first, std::size_t last) {
            H::nodes(levels_[log + 1], count, first, last - first, levels_[log]);
            if (rows.words != nullptr) {
                H::combine(levels_[log], rows, first, last - first, levels_[log]);
            }
        });
    }
    root_ = levels_.front().get(0);
}

template <class F, class H>
void MerkleTree<F, H>::hash_rows(const Group& group, std::size_t height,
                                 const DigestColumns& out) const {
    std::vector<const std::uint32_t*> columns;
    for (const Matrix<const F>& matrix : group.matrices) {
        for (std::size_t i = 0; i < matrix.width(); ++i) {
            columns.push_back(reinterpret_cast<const std::uint32_t*>(matrix.column(i).data()));
        }
    }
    for (std::size_t i = 0; i < group.salts.width(); ++i) {
        columns.push_back(group.salts.column(i).data());
    }
    parallel_for(0, height, kLeafGrain, [&](std::size_t first, std::size_t last) {
        H::leaves(columns, first, last - first, out);
    });
}

template <class F, class H>
MerkleRows<F> MerkleTree<F, H>::open_rows(const Group& group,
                                          const std::vector<std::uint64_t>& indices) const {
    MerkleRows<F> rows;
    for (const std::uint64_t index : indices) {
        for (const Matrix<const F>& matrix : group.matrices) {
            for (std::size_t i = 0; i < matrix.width(); ++i) {
                rows.words.push_back(matrix.at(index, i));
            }
        }
        if (shape_.salted) {
            Salt salt{};
            for (std::size_t i = 0; i < salt.size(); ++i) {
                salt[i] = group.salts.at(index, i);
            }
            rows.salts.push_back(salt);
        }
    }
    return rows;
}

template <class F, class H>
MerkleOpening<F> MerkleTree<F, H>::open(const std::vector<std::uint64_t>& indices) const {
    MerkleOpening<F> opening;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        opening.groups.push_back(
            open_rows(groups_[i], lifted_indices(indices, shape_.groups[i].log_height)));
    }
    std::vector<std::uint64_t> known = indices;
    for (std::size_t log = levels_.size() - 1; log > 0; --log) {
        const std::uint64_t half = std::uint64_t{1} << (log - 1);
        const std::vector<std::uint64_t> parents =
            lifted_indices(known, static_cast<unsigned>(log - 1));
        for (const std::uint64_t parent : parents) {
            for (const std::uint64_t child : {parent, parent + half}) {
                if (!std::binary_search(known.begin(), known.end(), child)) {
                    opening.siblings.push_back(levels_[log].get(child));
                }
            }
        }
        known = parents;
    }
    return opening;
}

template class MerkleTree<KoalaBear, Blake3>;
template class MerkleTree<KoalaBear, MerkleSha256>;
template class MerkleTree<BabyBear, Blake3>;
template class MerkleTree<BabyBear, MerkleSha256>;

}  // namespace nexus::zkvm
