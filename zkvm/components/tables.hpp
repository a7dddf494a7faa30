#pragma once

#include "zkvm/air/shape.hpp"
#include "zkvm/components/add/add_air.hpp"
#include "zkvm/components/bitwise/bitwise_air.hpp"
#include "zkvm/components/boundary/boundary_air.hpp"
#include "zkvm/components/branch/branch_air.hpp"
#include "zkvm/components/closing/closing_air.hpp"
#include "zkvm/components/copy32/copy32_air.hpp"
#include "zkvm/components/div/div_air.hpp"
#include "zkvm/components/ecall/ecall_air.hpp"
#include "zkvm/components/image/image_air.hpp"
#include "zkvm/components/jump/jump_air.hpp"
#include "zkvm/components/less_than/less_than_air.hpp"
#include "zkvm/components/lookup/lookup_air.hpp"
#include "zkvm/components/mul/mul_air.hpp"
#include "zkvm/components/program/program_air.hpp"
#include "zkvm/components/sha256/sha256_air.hpp"
#include "zkvm/components/shift/shift_air.hpp"
#include "zkvm/components/subword/subword_air.hpp"
#include "zkvm/components/word/word_air.hpp"

#include <array>
#include <cstddef>
#include <tuple>
#include <utility>

namespace nexus::zkvm {

/// All tables, in the order of proofs. A new table is appended here, and nowhere else by name.
using Tables =
    std::tuple<ProgramTable, ImageTable, LookupTable, BoundaryTable, ClosingTable, AddTable,
               BitwiseTable, LessThanTable, BranchTable, ShiftTable, JumpTable, WordTable,
               SubwordTable, MulTable, DivTable, EcallTable, Copy32Table, Sha256Table>;

inline constexpr std::size_t kTableCount = std::tuple_size_v<Tables>;

template <std::size_t I>
using TableAt = std::tuple_element_t<I, Tables>;

/// Calls `visit.template operator()<T, I>()` for each table.
template <class Visit>
constexpr void for_each_table(Visit&& visit) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (visit.template operator()<TableAt<I>, I>(), ...);
    }(std::make_index_sequence<kTableCount>());
}

namespace tables_detail {
template <class T, std::size_t... I>
constexpr std::size_t index_of(std::index_sequence<I...>) {
    std::size_t index = kTableCount;
    ((std::is_same_v<T, TableAt<I>> ? (index = I, 0) : 0), ...);
    return index;
}
}  // namespace tables_detail

/// The number of T in proofs.
template <class T>
inline constexpr std::size_t kTableIndex =
    tables_detail::index_of<T>(std::make_index_sequence<kTableCount>());

/// What the proof system needs to know of a table at run time.
struct TableInfo {
    const char* name = "";
    Shape shape;
    bool has_chain = false;
    bool is_global = false;
    bool is_boundary = false;  ///< Its columns are committed before the global challenges.
    std::size_t noise_columns = 0;
};

inline constexpr std::array<TableInfo, kTableCount> kTables = [] {
    std::array<TableInfo, kTableCount> all;
    for_each_table([&]<class T, std::size_t I>() {
        all[I] = {T::kName, kShape<T>, kHasChain<T>, kIsGlobal<T>, kIsGlobal<T>, kNoiseOf<T>};
    });
    return all;
}();

}  // namespace nexus::zkvm
