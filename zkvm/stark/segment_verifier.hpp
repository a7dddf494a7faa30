#pragma once

#include "zkvm/stark/challenges.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/proof_stream.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace nexus::zkvm {

/// What a segment is checked against.
template <class C>
struct SegmentStatement {
    const SecurityProfile* profile = nullptr;
    const SegmentLayout* layout = nullptr;
    const Claim* claim = nullptr;
    std::uint32_t segment = 0;
    bool is_last = false;
    Digest fixed_root, boundary_root;
    const BusChallenge<typename C::E>* global = nullptr;
};

/// Reads and checks one segment, in the order of the transcript (SegmentProver writes it).
/// Failures go to the reader; the first one is kept.
template <class C>
class SegmentVerifier {
public:
    using F = typename C::F;
    using E = typename C::E;
    using H = typename C::H;

    SegmentVerifier(const SegmentStatement<C>& statement, ProofReader<C>& proof)
        : s_(statement), layout_(*statement.layout), proof_(proof) {}

    /// Returns the sum of the segment's messages between segments.
    E run();

private:
    /// Values of one (part, row) among those opened: where they begin in `values_`.
    struct Found {
        const E* here = nullptr;
        const E* before = nullptr;
        const E* over = nullptr;
    };

    void read_sums();
    void check_constraints(const E& challenge, const E& z);
    E table_quotient(std::size_t sums_part, const E& z, const std::vector<E>& powers,
                     std::size_t first_power) const;
    [[nodiscard]] Found find(Tree tree, std::size_t part, std::size_t first) const;
    [[nodiscard]] Found find_table(Tree tree, std::size_t table) const;
    bool point_is_outside(const E& z) const;
    void check_low_degree(const E& z, const E& lambda);
    std::vector<MerkleOpening<F>> read_openings(const std::vector<std::uint64_t>& indices);

    const SegmentStatement<C>& s_;
    const SegmentLayout& layout_;
    ProofReader<C>& proof_;
    std::array<Digest, kTrees.size()> roots_;
    BusChallenge<E> local_;
    std::array<E, kTableCount> totals_{};
    std::array<E, kTableCount> global_totals_{};
    std::vector<E> values_;  ///< Opened, in the order of layout_.opened().
};

}  // namespace nexus::zkvm
