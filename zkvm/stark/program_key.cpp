#include "zkvm/stark/program_key.hpp"

#include "zkvm/components/lookup/lookup_contents.hpp"
#include "zkvm/stark/commit_columns.hpp"

namespace nexus::zkvm {
namespace {

template <class F>
using Trace = Matrix<F>;

/// Writes a row's fields to row `row` of the columns.
template <class F, class Row>
void put_row(const Matrix<F>& columns, std::size_t row, Row values) {
    const F* fields = columns_of<const F>(values);
    for (std::size_t c = 0; c < columns.width(); ++c) {
        columns.at(row, c) = fields[c];
    }
}

template <class F>
ProgramTable::Fixed<F> program_row(const LoweredInstruction& i) {
    // The offset of a branch is one signed number, other immediates are two limbs.
    const bool is_branch = i.family == Family::Branch;
    return {F(i.pc),
            F(op::of(i)),
            F(i.rd),
            F(i.rs1),
            F(i.rs2),
            is_branch ? F::from_i64(static_cast<std::int32_t>(i.imm)) : F(i.imm & 0xffffU),
            is_branch ? F() : F(i.imm >> 16U)};
}

}  // namespace

template <class C>
ProgramKey<C>::ProgramKey(const Program& program, const Code& code, const SecurityProfile& profile)
    : arena_(std::make_unique<Arena>()) {
    const auto& instructions = code.instructions();
    const auto log_rows = [&](std::size_t rows) {
        return static_cast<std::uint8_t>(log_rows_for(rows, kLogExcludedZk));
    };
    key_.log_blowup = static_cast<std::uint8_t>(profile.log_blowup);
    key_.extension_degree = static_cast<std::uint8_t>(profile.extension_degree);
    key_.program_log_rows = log_rows(instructions.size());
    key_.image_log_rows = log_rows(program.image.size());
    key_.entry = program.entry;

    const SegmentLayout layout(heights(), C::kDegree, true, key_.log_blowup);
    std::vector<Matrix<const F>> extensions;
    for (const Part& part : layout.parts(Tree::fixed)) {
        const Rows rows = layout.rows(part.table);
        Matrix<F>& trace = trace_[part.table];
        trace = allocate_matrix<F>(*arena_, rows.count(), part.width);
        for (std::size_t c = 0; c < part.width; ++c) {
            std::fill_n(trace.column(c).data(), rows.count(), F());
        }
        if (part.table == kTableIndex<ProgramTable>) {
            for (std::size_t i = 0; i < instructions.size(); ++i) {
                put_row(trace, rows.active_row(i), program_row<F>(instructions[i]));
            }
        } else if (part.table == kTableIndex<ImageTable>) {
            for (std::size_t i = 0; i < program.image.size(); ++i) {
                const ImageWord& word = program.image[i];
                put_row(trace, rows.active_row(i),
                        ImageTable::Fixed<F>{F(1), F(word.address), F(word.value & 0xffffU),
                                             F(word.value >> 16U)});
            }
        } else {
            for (std::size_t i = 0; i < LookupRows::kCount; ++i) {
                put_row(trace, rows.active_row(i), lookup_row<F>(i));
            }
        }
        coefficients_[part.table] = interpolate<F>(*arena_, trace, rows, nullptr);
        extension_[part.table] =
            extend<F>(*arena_, coefficients_[part.table], rows.log_rows, key_.log_blowup);
        extensions.push_back(extension_[part.table]);
    }
    tree_ = std::make_unique<MerkleTree<F, typename C::H>>(extensions, nullptr, *arena_);
    key_.root = tree_->root();
}

template <class C>
Heights ProgramKey<C>::heights() const {
    Heights heights{};
    heights[kTableIndex<ProgramTable>] = key_.program_log_rows;
    heights[kTableIndex<ImageTable>] = key_.image_log_rows;
    heights[kTableIndex<LookupTable>] =
        static_cast<std::uint8_t>(log_rows_for(LookupRows::kCount, kLogExcludedZk));
    return heights;
}

template class ProgramKey<Koala4>;
template class ProgramKey<Koala5>;

}  // namespace nexus::zkvm
