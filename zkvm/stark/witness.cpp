#include "zkvm/stark/witness.hpp"

#include "base/assert.hpp"
#include "zkvm/components/add/add_trace.hpp"
#include "zkvm/components/bitwise/bitwise_trace.hpp"
#include "zkvm/components/boundary/boundary_trace.hpp"
#include "zkvm/components/branch/branch_trace.hpp"
#include "zkvm/components/closing/closing_trace.hpp"
#include "zkvm/components/copy32/copy32_trace.hpp"
#include "zkvm/components/div/div_trace.hpp"
#include "zkvm/components/ecall/ecall_trace.hpp"
#include "zkvm/components/jump/jump_trace.hpp"
#include "zkvm/components/less_than/less_than_trace.hpp"
#include "zkvm/components/lookup/lookup_counter.hpp"
#include "zkvm/components/mul/mul_trace.hpp"
#include "zkvm/components/sha256/sha256_trace.hpp"
#include "zkvm/components/shift/shift_trace.hpp"
#include "zkvm/components/subword/subword_trace.hpp"
#include "zkvm/components/word/word_trace.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/precompile.hpp"

#include <algorithm>

namespace nexus::zkvm {
namespace {

constexpr std::size_t kChunkSteps = 1U << 17U;
constexpr std::size_t kChunkCalls = 512;  // of sha256

constexpr std::array<std::size_t, kFamilyCount> kTableOf{
    kTableIndex<AddTable>,    kTableIndex<BitwiseTable>, kTableIndex<LessThanTable>,
    kTableIndex<BranchTable>, kTableIndex<ShiftTable>,   kTableIndex<JumpTable>,
    kTableIndex<WordTable>,   kTableIndex<SubwordTable>, kTableIndex<MulTable>,
    kTableIndex<DivTable>,    kTableIndex<EcallTable>};

using FamilyCounts = std::array<std::size_t, kFamilyCount>;

FamilyCounts count_families(const SegmentInput& input, std::size_t begin, std::size_t end) {
    FamilyCounts counts{};
    const auto instructions = input.code->instructions();
    for (std::size_t i = begin; i < end; ++i) {
        const Step& step = input.record->steps[i];
        ++counts[static_cast<std::size_t>(instructions[step.instruction].family)];
    }
    return counts;
}

std::size_t calls_of(const SegmentRecord& record, std::uint32_t number) {
    return static_cast<std::size_t>(
        std::count_if(record.precompile_calls.begin(), record.precompile_calls.end(),
                      [&](const PrecompileCall& call) { return call.number == number; }));
}

Rows rows_of(const SegmentInput& input, const Heights& heights, std::size_t table) {
    const bool masked = input.zero_knowledge || is_preprocessed(table);
    return {heights[table], masked ? kLogExcludedZk : 0};
}

template <class F>
void allocate(Witness<F>& witness, Arena& arena, std::size_t table) {
    if (witness.heights[table] == 0) {
        return;
    }
    Matrix<F>& columns = witness.columns[table];
    columns = allocate_matrix<F>(arena, std::size_t{1} << witness.heights[table],
                                 kTables[table].shape.columns);
    parallel_for(0, columns.width(), 1, [&](std::size_t first, std::size_t last) {
        for (std::size_t c = first; c < last; ++c) {
            std::fill_n(columns.column(c).data(), columns.height(), F());
        }
    });
}

/// Writes a row of T, and counts what it looks up.
template <class T, class F>
void put(const Matrix<F>& columns, std::size_t row, const typename T::template Row<F>& values,
         LookupCounter<F>& counter) {
    const F* fields = columns_of<const F>(values);
    for (std::size_t c = 0; c < kColumns<T>; ++c) {
        columns.data()[c * columns.stride() + row] = fields[c];
    }
    T::eval(counter, values);
}

/// The row that an executed instruction is in its table.
template <class F>
void put_step(const Witness<F>& witness, std::size_t row, const Executed& e,
              LookupCounter<F>& counter) {
    const auto to = [&]<class T>(const typename T::template Row<F>& values) {
        put<T>(witness.columns[kTableIndex<T>], row, values, counter);
    };
    switch (e.instruction.family) {
        case Family::Add:
            return to.template operator()<AddTable>(add_row<F>(e));
        case Family::Bitwise:
            return to.template operator()<BitwiseTable>(bitwise_row<F>(e));
        case Family::LessThan:
            return to.template operator()<LessThanTable>(less_than_row<F>(e));
        case Family::Branch:
            return to.template operator()<BranchTable>(branch_row<F>(e));
        case Family::Shift:
            return to.template operator()<ShiftTable>(shift_row<F>(e));
        case Family::Jump:
            return to.template operator()<JumpTable>(jump_row<F>(e));
        case Family::Word:
            return to.template operator()<WordTable>(word_row<F>(e));
        case Family::Subword:
            return to.template operator()<SubwordTable>(subword_row<F>(e));
        case Family::Mul:
            return to.template operator()<MulTable>(mul_row<F>(e));
        case Family::Div:
            return to.template operator()<DivTable>(div_row<F>(e));
        case Family::Ecall:
            return to.template operator()<EcallTable>(ecall_row<F>(e));
    }
}

/// Counts of lookups that boundary and closing make: their columns are filled before the others.
template <class T, class F>
void count_rows(const Matrix<F>& columns, const Rows& rows, LookupCounts& counts,
                std::span<const std::uint32_t> parameters) {
    LookupCounter<F> counter(counts, parameters);
    for (std::size_t i = 0; i < rows.active(); ++i) {
        typename T::template Row<F> row;
        F* const fields = columns_of<F>(row);
        for (std::size_t c = 0; c < kColumns<T>; ++c) {
            fields[c] = columns.at(rows.active_row(i), c);
        }
        T::eval(counter, row);
    }
}

ClosingKind kind_of(const SegmentInput& input, std::uint32_t cell) {
    const auto in_region = [&](std::uint32_t begin, std::size_t words) {
        return is_ram_cell(cell) && cell >= begin && cell - begin < 4 * words;
    };
    const std::vector<ImageWord>& image = input.program->image;
    const auto word = std::lower_bound(
        image.begin(), image.end(), cell,
        [](const ImageWord& w, std::uint32_t address) { return w.address < address; });
    ClosingKind kind;
    kind.is_image = (word != image.end() && word->address == cell) ||
                    in_region(kPublicInputBegin, input.public_input_words);
    kind.is_private = in_region(kPrivateInputBegin, (kPrivateInputEnd - kPrivateInputBegin) / 4);
    kind.is_output = in_region(kOutputBegin, input.output_words) || cell == register_cell(kA0);
    return kind;
}

/// Row 1 of the noise columns of one table: random, but for the last table of the segment, which
/// brings the sum over the tables to 0 for each column. Pre: the last one is no boundary table, so
/// that it is filled after all others.
template <class F>
void put_local_noise(Witness<F>& witness, const MaskRng& noise, std::uint32_t segment,
                     std::size_t table) {
    std::size_t last = 0;
    for (std::size_t t = 0; t < kTableCount; ++t) {
        last = witness.heights[t] != 0 ? t : last;
    }
    NEXUS_ASSERT(!kTables[last].is_boundary);
    const auto values_of = [&](std::size_t t) {
        std::array<F, kNoiseColumns> values;
        noise.stream("noise", segment).stream("table", t).fill(std::span<F>(values));
        return values;
    };
    std::array<F, kNoiseColumns> values = values_of(table);
    if (table == last) {
        values = {};
        for (std::size_t t = 0; t < last; ++t) {
            const std::array<F, kNoiseColumns> others = values_of(t);
            for (std::size_t j = 0; witness.heights[t] != 0 && j < kNoiseColumns; ++j) {
                values[j] -= others[j];
            }
        }
    }
    for (std::size_t j = 0; j < kNoiseColumns; ++j) {
        witness.columns[table].at(Rows::kNoiseRow, j) = values[j];
    }
}

/// The rows of a call of sha256, of which `first` is the index of the first one in the trace.
template <class F>
void put_sha256(const Matrix<F>& columns, const Rows& rows, std::size_t first,
                std::span<const Sha256Table::Row<F>> values, LookupCounter<F>& counter) {
    for (std::size_t c = 0; c < kColumns<Sha256Table>; ++c) {
        F* const column = columns.data() + c * columns.stride();
        for (std::size_t i = 0; i < values.size(); ++i) {
            column[rows.active_row(first + i)] = columns_of<const F>(values[i])[c];
        }
    }
    for (const Sha256Table::Row<F>& row : values) {
        Sha256Table::eval(counter, row);
    }
}

/// Adds to `counts` what the calls of sha256 look up.
template <class F>
void fill_sha256(const Witness<F>& witness, const SegmentInput& input, LookupCounts& counts) {
    constexpr std::size_t kTable = kTableIndex<Sha256Table>;
    if (witness.heights[kTable] == 0) {
        return;
    }
    std::vector<const PrecompileCall*> calls;
    for (const PrecompileCall& call : input.record->precompile_calls) {
        if (call.number == kPrecompileSha256) {
            calls.push_back(&call);
        }
    }
    const Matrix<F>& columns = witness.columns[kTable];
    const Rows rows = rows_of(input, witness.heights, kTable);
    const std::size_t chunks = (calls.size() + kChunkCalls - 1) / kChunkCalls;
    std::vector<LookupCounts> lookups(chunks);
    parallel_for(0, chunks, 1, [&](std::size_t chunk, std::size_t) {
        LookupCounter<F> counter(lookups[chunk]);
        const std::size_t begin = chunk * kChunkCalls;
        const std::size_t end = std::min(calls.size(), begin + kChunkCalls);
        // The first rows of a call depend on the last ones of the call before.
        Sha256Trace<F> trace(static_cast<std::uint32_t>(begin == 0 ? 0 : begin - 1));
        if (begin > 0) {
            trace.call(*calls[begin - 1]);
        }
        for (std::size_t i = begin; i < end; ++i) {
            const auto values = trace.call(*calls[i]);
            put_sha256<F>(columns, rows, Sha256Table::kRows * i, values, counter);
        }
        if (chunk + 1 == chunks) {
            for (std::size_t i = Sha256Table::kRows * end; i < rows.active(); ++i) {
                const std::array values{trace.idle()};
                put_sha256<F>(columns, rows, i, values, counter);
            }
        }
    });
    for (const LookupCounts& one : lookups) {
        counts.add(one);
    }
}

/// The columns of the preprocessed tables: how often each instruction ran, each lookup was asked.
template <class F>
void put_counts(const Witness<F>& witness, const SegmentInput& input,
                const std::vector<std::vector<std::uint32_t>>& executed,
                const LookupCounts& counts) {
    const auto instructions = input.code->instructions();
    const Matrix<F>& program = witness.columns[kTableIndex<ProgramTable>];
    const Rows program_rows = rows_of(input, witness.heights, kTableIndex<ProgramTable>);
    for (std::size_t i = 0; i < instructions.size(); ++i) {
        std::uint32_t count = 0;
        for (const std::vector<std::uint32_t>& chunk : executed) {
            count += chunk[i];
        }
        program.at(program_rows.active_row(i), 0) = F(count);
    }
    const Matrix<F>& lookup = witness.columns[kTableIndex<LookupTable>];
    const Rows lookup_rows = rows_of(input, witness.heights, kTableIndex<LookupTable>);
    for (std::size_t i = 0; i < LookupRows::kCount; ++i) {
        const std::size_t row = lookup_rows.active_row(i);
        lookup.at(row, 0) = F(counts.range[i]);
        lookup.at(row, 1) = F(i < counts.bytes.size() ? counts.bytes[i] : 0);
        lookup.at(row, 2) = F(i < counts.both.size() ? counts.both[i] : 0);
        lookup.at(row, 3) = F(counts.shift[i]);
    }
}

}  // namespace

Heights segment_heights(const SegmentInput& input, const Heights& fixed) {
    Heights heights = fixed;
    const unsigned log_excluded = input.zero_knowledge ? kLogExcludedZk : 0;
    const auto set = [&](std::size_t table, std::size_t rows) {
        heights[table] =
            rows == 0 ? 0 : static_cast<std::uint8_t>(log_rows_for(rows, log_excluded));
    };
    const FamilyCounts counts = count_families(input, 0, input.record->steps.size());
    for (std::size_t family = 0; family < kFamilyCount; ++family) {
        set(kTableOf[family], counts[family]);
    }
    set(kTableIndex<BoundaryTable>, input.record->boundary.size() + 1);
    set(kTableIndex<ClosingTable>, input.is_last ? input.closing.size() : 0);
    set(kTableIndex<Copy32Table>, calls_of(*input.record, kPrecompileCopy32));
    set(kTableIndex<Sha256Table>, Sha256Table::kRows * calls_of(*input.record, kPrecompileSha256));
    return heights;
}

template <class F>
void fill_boundary(Witness<F>& witness, Arena& arena, const SegmentInput& input,
                   const MaskRng* noise) {
    constexpr std::size_t kBoundary = kTableIndex<BoundaryTable>;
    constexpr std::size_t kClosing = kTableIndex<ClosingTable>;
    const auto put_plain = [](const Matrix<F>& columns, std::size_t row, const auto& values) {
        const F* fields = columns_of<const F>(values);
        for (std::size_t c = 0; c < columns.width(); ++c) {
            columns.at(row, c) = fields[c];
        }
    };
    allocate(witness, arena, kBoundary);
    allocate(witness, arena, kClosing);
    const Rows rows = rows_of(input, witness.heights, kBoundary);
    std::size_t next = 0;
    put_plain(witness.columns[kBoundary], rows.active_row(next++),
              boundary_pc_row<F>(*input.record));
    for (const BoundaryCell& cell : input.record->boundary) {
        put_plain(witness.columns[kBoundary], rows.active_row(next++), boundary_row<F>(cell));
    }
    if (input.is_last) {
        const Rows closing = rows_of(input, witness.heights, kClosing);
        std::uint32_t before = 0;
        for (std::size_t i = 0; i < closing.active(); ++i) {
            ClosingTable::Row<F> row{};
            row.cell = F(before);
            if (i < input.closing.size()) {
                const ClosingCell& cell = input.closing[i];
                row = closing_row<F>(cell, kind_of(input, cell.cell), before);
                before = cell.cell;
            }
            put_plain(witness.columns[kClosing], closing.active_row(i), row);
        }
    }
    if (noise == nullptr) {
        return;
    }
    for (const std::size_t table : {kBoundary, kClosing}) {
        if (witness.heights[table] != 0) {
            put_local_noise(witness, *noise, input.record->index, table);
        }
    }
    // The noise of the sums between segments: each boundary has its own, closing takes it back.
    std::array<F, kNoiseColumns> sum{};
    for (std::uint32_t s = input.is_last ? 1 : input.record->index; s <= input.record->index; ++s) {
        MaskRng stream = noise->stream("global noise", s);
        for (std::size_t j = 0; j < kNoiseColumns; ++j) {
            const F value = stream.next<F>();
            sum[j] += value;
            if (s == input.record->index) {
                witness.columns[kBoundary].at(Rows::kNoiseRow, kNoiseColumns + j) = value;
            }
        }
    }
    for (std::size_t j = 0; input.is_last && j < kNoiseColumns; ++j) {
        witness.columns[kClosing].at(Rows::kNoiseRow, kNoiseColumns + j) = -sum[j];
    }
}

template <class F>
void fill_tables(Witness<F>& witness, Arena& arena, const SegmentInput& input,
                 const MaskRng* noise) {
    for (std::size_t t = 0; t < kTableCount; ++t) {
        if (!kTables[t].is_boundary) {
            allocate(witness, arena, t);
        }
    }
    const SegmentRecord& record = *input.record;
    const auto instructions = input.code->instructions();
    const std::size_t chunks = (record.steps.size() + kChunkSteps - 1) / kChunkSteps;
    std::vector<FamilyCounts> first_row(chunks + 1);  // of each family in each chunk
    for (std::size_t k = 0; k < chunks; ++k) {
        const FamilyCounts counts = count_families(
            input, k * kChunkSteps, std::min(record.steps.size(), (k + 1) * kChunkSteps));
        for (std::size_t f = 0; f < kFamilyCount; ++f) {
            first_row[k + 1][f] = first_row[k][f] + counts[f];
        }
    }
    std::vector<LookupCounts> lookups(chunks + 1);
    std::vector<std::vector<std::uint32_t>> executed(
        chunks, std::vector<std::uint32_t>(instructions.size()));
    parallel_for(0, chunks, 1, [&](std::size_t chunk, std::size_t) {
        LookupCounter<F> counter(lookups[chunk]);
        FamilyCounts next = first_row[chunk];
        const std::size_t end = std::min(record.steps.size(), (chunk + 1) * kChunkSteps);
        for (std::size_t i = chunk * kChunkSteps; i < end; ++i) {
            const Step& step = record.steps[i];
            const LoweredInstruction& instruction = instructions[step.instruction];
            const auto family = static_cast<std::size_t>(instruction.family);
            const Rows rows = rows_of(input, witness.heights, kTableOf[family]);
            put_step(witness, rows.active_row(next[family]++),
                     Executed{instruction, step, step_time(i)}, counter);
            ++executed[chunk][step.instruction];
        }
    });

    const auto parameters = segment_parameters(record.index, input.is_last);
    LookupCounts& counts = lookups[chunks];
    LookupCounter<F> counter(counts, parameters);
    std::size_t copies = 0;
    for (const PrecompileCall& call : record.precompile_calls) {
        if (call.number == kPrecompileCopy32) {
            const Rows rows = rows_of(input, witness.heights, kTableIndex<Copy32Table>);
            put<Copy32Table>(witness.columns[kTableIndex<Copy32Table>], rows.active_row(copies++),
                             copy32_row<F>(call), counter);
        }
    }
    fill_sha256(witness, input, counts);
    count_rows<BoundaryTable>(witness.columns[kTableIndex<BoundaryTable>],
                              rows_of(input, witness.heights, kTableIndex<BoundaryTable>), counts,
                              parameters);
    if (input.is_last) {
        count_rows<ClosingTable>(witness.columns[kTableIndex<ClosingTable>],
                                 rows_of(input, witness.heights, kTableIndex<ClosingTable>), counts,
                                 parameters);
    }
    for (std::size_t k = 0; k < chunks; ++k) {
        counts.add(lookups[k]);
    }

    put_counts(witness, input, executed, counts);
    for (std::size_t t = 0; t < kTableCount; ++t) {
        if (noise != nullptr && witness.heights[t] != 0 && !kTables[t].is_boundary) {
            put_local_noise(witness, *noise, record.index, t);
        }
    }
}

template void fill_boundary(Witness<KoalaBear>&, Arena&, const SegmentInput&, const MaskRng*);
template void fill_tables(Witness<KoalaBear>&, Arena&, const SegmentInput&, const MaskRng*);

}  // namespace nexus::zkvm
