#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "tests/support/zkvm/row_text.hpp"
#include "zkvm/commit/arena.hpp"
#include "zkvm/components/lookup/lookup_counter.hpp"
#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/config.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/program_key.hpp"
#include "zkvm/stark/proof_error.hpp"
#include "zkvm/stark/prover.hpp"
#include "zkvm/stark/verifier.hpp"
#include "zkvm/stark/witness.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm::tests {

/// A program with its key, proven with the test profile.
class ProvingBench {
public:
    explicit ProvingBench(Program program)
        : program_(std::move(program)), code_(program_), key_(program_, code_, kTestProfile) {}

    /// Pre: the execution, faults included, halts.
    ProvenExecution prove(const ExecutionInput& input, ProverOptions options = {}) {
        options.profile = kTestProfile;
        options.seed = options.seed.value_or(MaskRng::Seed{});
        auto proven = Prover<Koala4>(program_, code_, key_, arenas_).prove(input, options);
        NEXUS_ASSERT(proven.has_value());
        return *std::move(proven);
    }

    [[nodiscard]] const ProgramKey<Koala4>& key() const { return key_; }
    [[nodiscard]] const Code& code() const { return code_; }

private:
    Program program_;
    Code code_;
    ProgramKey<Koala4> key_;
    Arenas arenas_;
};

/// "accepted", or the kind of the error.
inline std::string verdict(const Claim& claim, ByteView proof) {
    const auto verified = verify(claim, proof, {.accept_test_profile = true});
    return std::string(verified.has_value() ? "accepted" : to_string(verified.error().kind));
}
inline std::string verdict(const ProvenExecution& proven) {
    return verdict(proven.claim, proven.proof);
}

/// Counts the lookups of a forged witness anew, as a cheating prover would. Lies that are in no
/// table stay unanswered.
inline void recount_lookups(Witness<F>& witness, const ProgramKey<Koala4>& key,
                            std::array<std::uint32_t, 2> parameters, bool zero_knowledge) {
    LookupCounts counts;
    LookupCounter<F> counter(counts, parameters);
    for_each_table([&]<class T, std::size_t I>() {
        if (witness.heights[I] == 0 || is_preprocessed(I)) {
            return;
        }
        const Rows rows{witness.heights[I], zero_knowledge ? kLogExcludedZk : 0};
        for (std::size_t i = 0; i < rows.active(); ++i) {
            typename T::template Row<F> row;
            for (std::size_t c = 0; c < kColumns<T>; ++c) {
                columns_of<F>(row)[c] = witness.columns[I].at(rows.active_row(i), c);
            }
            eval_row<T>(counter, row, FixedRow<T, F>());
        }
    });
    constexpr std::size_t kLookup = kTableIndex<LookupTable>;
    const Matrix<F>& lookup = witness.columns[kLookup];
    const Rows rows{key.heights()[kLookup], kLogExcludedZk};
    for (std::size_t i = 0; i < LookupRows::kCount; ++i) {
        const std::size_t row = rows.active_row(i);
        lookup.at(row, 0) = F(counts.range[i]);
        lookup.at(row, 1) = F(i < counts.bytes.size() ? counts.bytes[i] : 0);
        lookup.at(row, 2) = F(i < counts.both.size() ? counts.both[i] : 0);
        lookup.at(row, 3) = F(counts.shift[i]);
    }
}

/// The trace rows of a table of an instance, typed.
template <class T>
std::vector<typename T::template Row<F>> rows_of(const Witness<F>& witness, const Rows& rows) {
    std::vector<typename T::template Row<F>> all(rows.active());
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t c = 0; c < kColumns<T>; ++c) {
            columns_of<F>(all[i])[c] = witness.columns[kTableIndex<T>].at(rows.active_row(i), c);
        }
    }
    return all;
}

template <class T>
void put_rows(Witness<F>& witness, const Rows& rows,
              const std::vector<typename T::template Row<F>>& all) {
    NEXUS_ASSERT(all.size() == rows.active());
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t c = 0; c < kColumns<T>; ++c) {
            witness.columns[kTableIndex<T>].at(rows.active_row(i), c) =
                columns_of<const F>(all[i])[c];
        }
    }
}

}  // namespace nexus::zkvm::tests
