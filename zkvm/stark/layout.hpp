#pragma once

#include "zkvm/commit/merkle_shape.hpp"
#include "zkvm/components/tables.hpp"
#include "zkvm/stark/domain.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::zkvm {

/// log2 of the rows of each table in a segment; 0: the table is not there.
using Heights = std::array<std::uint8_t, kTableCount>;

/// The trees of a segment, in the order of their roots.
enum class Tree : std::uint8_t {
    fixed,     ///< Preprocessed columns, committed once a program.
    boundary,  ///< Columns of boundary and closing, committed before the global challenges.
    main,      ///< All other columns.
    sums,      ///< Columns over K of the buses.
    quotient,  ///< Q_0, Q_1, and the mask of FRI.
};
inline constexpr std::array kTrees{Tree::fixed, Tree::boundary, Tree::main, Tree::sums,
                                   Tree::quotient};

/// Not a table: the quotient stands in a tree like one.
inline constexpr std::size_t kQuotientTable = kTableCount;

/// The columns of one table in a tree.
struct Part {
    std::size_t table = 0;
    unsigned log_rows = 0;
    std::size_t width = 0;  ///< Columns over F.

    friend bool operator==(const Part&, const Part&) = default;
};

/// Columns that are opened at `z^(N/n) g^-back`.
struct OpenedColumns {
    Tree tree = Tree::main;
    std::size_t part = 0;   ///< Index into the parts of the tree.
    std::size_t first = 0;  ///< Columns of the part.
    std::size_t count = 0;
    unsigned back = 0;  ///< 0: this row; 1: the row before; 2: the one before that.
    unsigned log_rows = 0;

    friend bool operator==(const OpenedColumns&, const OpenedColumns&) = default;
};

/// What is committed and opened in a segment, from the heights of its tables alone: prover and
/// verifier derive it, so that a proof cannot choose it.
struct SegmentLayout {
    Heights heights{};
    std::size_t degree = 4;  ///< Of K over F.
    bool zero_knowledge = true;
    unsigned log_blowup = 1;
    unsigned log_rows_max = 0;  ///< log2 N

    SegmentLayout(const Heights& table_heights, std::size_t extension_degree, bool is_masked,
                  unsigned blowup_log);

    [[nodiscard]] const std::vector<Part>& parts(Tree tree) const {
        return parts_[static_cast<std::size_t>(tree)];
    }
    [[nodiscard]] const std::vector<OpenedColumns>& opened() const { return opened_; }
    /// The shape of a tree over the extension domains, whose parts of one height are in the order
    /// of `parts`.
    [[nodiscard]] MerkleShape shape(Tree tree) const;
    /// Where the words of a part begin in the row of its group.
    [[nodiscard]] std::size_t word_offset(Tree tree, std::size_t part) const;

    [[nodiscard]] Rows rows(std::size_t table) const;
    [[nodiscard]] unsigned log_domain() const { return log_rows_max + log_blowup; }
    [[nodiscard]] std::size_t quotient_width() const { return degree * (zero_knowledge ? 3 : 2); }

    /// (column, point) pairs.
    [[nodiscard]] std::size_t opened_count() const;
    /// Powers of the constraint challenge, of all tables.
    [[nodiscard]] std::size_t constraint_count() const;
    /// log2 of the messages of all rows of all tables.
    [[nodiscard]] double log2_messages() const;
    /// Messages between segments, of all rows of all tables.
    [[nodiscard]] double global_messages() const;

private:
    std::array<std::vector<Part>, kTrees.size()> parts_;
    std::vector<OpenedColumns> opened_;
};

/// The public numbers of the instances of a segment's tables (B::parameter).
inline std::array<std::uint32_t, 2> segment_parameters(std::uint32_t segment, bool is_last) {
    return {segment, is_last ? 1U : 0U};
}

/// Tables whose rows are laid out as with zero knowledge in any case, since their columns are
/// committed with the program.
constexpr bool is_preprocessed(std::size_t table) { return kTables[table].shape.fixed_columns > 0; }

}  // namespace nexus::zkvm
