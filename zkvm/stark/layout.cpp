#include "zkvm/stark/layout.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cmath>

namespace nexus::zkvm {
namespace {

std::size_t width_of(Tree tree, const TableInfo& table, std::size_t degree) {
    switch (tree) {
        case Tree::fixed:
            return table.shape.fixed_columns;
        case Tree::boundary:
            return table.is_boundary ? table.shape.columns : 0;
        case Tree::main:
            return table.is_boundary ? 0 : table.shape.columns;
        case Tree::sums:
            return degree * table.shape.sum_columns();
        case Tree::quotient:
            return 0;
    }
    return 0;
}

}  // namespace

SegmentLayout::SegmentLayout(const Heights& table_heights, std::size_t extension_degree,
                             bool is_masked, unsigned blowup_log)
    : heights(table_heights),
      degree(extension_degree),
      zero_knowledge(is_masked),
      log_blowup(blowup_log),
      log_rows_max(*std::max_element(table_heights.begin(), table_heights.end())) {
    for (const Tree tree : kTrees) {
        std::vector<Part>& parts = parts_[static_cast<std::size_t>(tree)];
        for (std::size_t t = 0; t < kTableCount; ++t) {
            const std::size_t width = width_of(tree, kTables[t], degree);
            if (heights[t] != 0 && width > 0) {
                parts.push_back({t, heights[t], width});
            }
        }
        if (tree == Tree::quotient) {
            parts.push_back({kQuotientTable, log_rows_max, quotient_width()});
        }
        for (std::size_t p = 0; p < parts.size(); ++p) {
            const Part& part = parts[p];
            const std::size_t count = tree == Tree::quotient ? 2 * degree : part.width;
            opened_.push_back({tree, p, 0, count, 0, part.log_rows});
        }
    }
    // Rows before: of the running sums, and of all columns of tables with a chain.
    for (const Tree tree : {Tree::boundary, Tree::main, Tree::sums}) {
        for (std::size_t p = 0; p < parts(tree).size(); ++p) {
            const Part& part = parts(tree)[p];
            const TableInfo& table = kTables[part.table];
            for (const unsigned back : {1U, 2U}) {
                if (tree != Tree::sums && table.has_chain) {
                    opened_.push_back({tree, p, 0, part.width, back, part.log_rows});
                } else if (tree == Tree::sums) {
                    opened_.push_back(
                        {tree, p, degree * table.shape.pairs(), degree, back, part.log_rows});
                    if (table.is_global) {
                        opened_.push_back(
                            {tree, p, part.width - degree, degree, back, part.log_rows});
                    }
                }
            }
        }
    }
}

MerkleShape SegmentLayout::shape(Tree tree) const {
    MerkleShape shape;
    shape.salted = zero_knowledge && tree != Tree::fixed;
    for (unsigned log_rows = kLogRowsMax; log_rows >= kLogRowsMin; --log_rows) {
        std::size_t width = 0;
        for (const Part& part : parts(tree)) {
            width += part.log_rows == log_rows ? part.width : 0;
        }
        if (width > 0) {
            shape.groups.push_back({log_rows + log_blowup, width});
        }
    }
    return shape;
}

std::size_t SegmentLayout::word_offset(Tree tree, std::size_t part) const {
    std::size_t offset = 0;
    for (std::size_t p = 0; p < part; ++p) {
        if (parts(tree)[p].log_rows == parts(tree)[part].log_rows) {
            offset += parts(tree)[p].width;
        }
    }
    return offset;
}

Rows SegmentLayout::rows(std::size_t table) const {
    NEXUS_ASSERT(heights[table] != 0);
    return {heights[table], zero_knowledge || is_preprocessed(table) ? kLogExcludedZk : 0};
}

std::size_t SegmentLayout::opened_count() const {
    std::size_t count = 0;
    for (const OpenedColumns& columns : opened_) {
        count += columns.count;
    }
    return count;
}

std::size_t SegmentLayout::constraint_count() const {
    std::size_t count = 0;
    for (std::size_t t = 0; t < kTableCount; ++t) {
        count += heights[t] != 0 ? kTables[t].shape.challenge_powers() : 0;
    }
    return count;
}

double SegmentLayout::global_messages() const {
    double messages = 0;
    for (std::size_t t = 0; t < kTableCount; ++t) {
        if (heights[t] != 0) {
            messages +=
                std::exp2(heights[t]) * static_cast<double>(kTables[t].shape.global_messages);
        }
    }
    return messages;
}

double SegmentLayout::log2_messages() const {
    double messages = 0;
    for (std::size_t t = 0; t < kTableCount; ++t) {
        if (heights[t] != 0) {
            const Shape& shape = kTables[t].shape;
            messages +=
                std::exp2(heights[t]) * static_cast<double>(shape.messages + shape.global_messages);
        }
    }
    return std::log2(messages);
}

}  // namespace nexus::zkvm
