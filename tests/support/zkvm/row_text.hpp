#pragma once

#include "base/assert.hpp"
#include "zkvm/air/bus.hpp"
#include "zkvm/components/tables.hpp"
#include "zkvm/field/koala_bear.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nexus::zkvm::tests {

using F = KoalaBear;

/// A message as a value that can be sorted: bus, number of limbs, limbs. What is received counts
/// negative.
struct FlatMessage {
    Bus bus = Bus::noise;
    std::size_t size = 0;
    std::array<std::uint32_t, kBusLimbsMax> limbs{};
    F multiplicity;
    bool is_receive = false;  ///< As the text says it, whatever the multiplicity.

    [[nodiscard]] auto key() const { return std::tie(bus, size, limbs); }
};

/// Everything that the text of a table says of one row: the value of each constraint, in order,
/// and each message, those of multiplicity 0 too. Like RowChecker, but it keeps what holds.
class RowText {
public:
    using V = F;

    explicit RowText(std::array<std::uint32_t, 2> parameters = {}) : parameters_(parameters) {}

    static V lit(std::uint32_t value) { return F(value); }
    static V inverse_lit(std::uint32_t value) { return F(value).inverse(); }
    [[nodiscard]] V parameter(std::size_t i) const { return F(parameters_[i]); }

    void zero(const char* name, V value) {
        names.push_back(name);
        values.push_back(value);
    }
    template <std::size_t N>
    void send(Bus bus, V multiplicity, const std::array<V, N>& limbs) {
        add(bus, multiplicity, limbs, false);
    }
    template <std::size_t N>
    void receive(Bus bus, V multiplicity, const std::array<V, N>& limbs) {
        add(bus, -multiplicity, limbs, true);
    }

    [[nodiscard]] bool holds() const {
        return std::all_of(values.begin(), values.end(), [](F value) { return value.is_zero(); });
    }
    void clear() {
        names.clear();
        values.clear();
        messages.clear();
    }
    /// What the row adds to the buses: sorted, without messages of multiplicity 0.
    [[nodiscard]] std::vector<FlatMessage> spoken() const {
        std::vector<FlatMessage> sorted;
        for (const FlatMessage& message : messages) {
            if (!message.multiplicity.is_zero()) {
                sorted.push_back(message);
            }
        }
        return balance(std::move(sorted));
    }
    /// Sorted, equal messages added up, those that cancel left out.
    static std::vector<FlatMessage> balance(std::vector<FlatMessage> all) {
        std::sort(all.begin(), all.end(),
                  [](const FlatMessage& a, const FlatMessage& b) { return a.key() < b.key(); });
        std::vector<FlatMessage> sums;
        for (const FlatMessage& message : all) {
            if (!sums.empty() && sums.back().key() == message.key()) {
                sums.back().multiplicity += message.multiplicity;
            } else {
                sums.push_back(message);
            }
        }
        std::erase_if(sums, [](const FlatMessage& m) { return m.multiplicity.is_zero(); });
        return sums;
    }

    std::vector<const char*> names;
    std::vector<F> values;
    std::vector<FlatMessage> messages;

private:
    template <std::size_t N>
    void add(Bus bus, V multiplicity, const std::array<V, N>& limbs, bool is_receive) {
        FlatMessage& message = messages.emplace_back();
        message.bus = bus;
        message.size = N;
        message.multiplicity = multiplicity;
        message.is_receive = is_receive;
        for (std::size_t i = 0; i < N; ++i) {
            message.limbs[i] = limbs[i].value();
        }
    }

    std::array<std::uint32_t, 2> parameters_;
};

inline bool same_messages(const std::vector<FlatMessage>& a, const std::vector<FlatMessage>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const FlatMessage& x, const FlatMessage& y) {
                          return x.key() == y.key() && x.multiplicity == y.multiplicity;
                      });
}

/// Reads row `cells` of table number `table` into `text`, which is cleared first.
inline void read_row(std::size_t table, std::span<const F> cells, std::span<const F> fixed,
                     RowText& text) {
    text.clear();
    for_each_table([&]<class T, std::size_t I>() {
        if (I != table) {
            return;
        }
        NEXUS_ASSERT(cells.size() == kColumns<T>);
        NEXUS_ASSERT(fixed.size() == kFixedColumns<T>);
        typename T::template Row<F> row;
        FixedRow<T, F> fixed_row;
        std::copy(cells.begin(), cells.end(), columns_of<F>(row));
        if constexpr (HasFixed<T>) {
            std::copy(fixed.begin(), fixed.end(), columns_of<F>(fixed_row));
        }
        eval_row<T>(text, row, fixed_row);
    });
}

/// Reads the constraints between a row and the one before it; none where the table has none.
inline void read_chain(std::size_t table, std::span<const F> cells, std::span<const F> before,
                       RowText& text) {
    text.clear();
    for_each_table([&]<class T, std::size_t I>() {
        if constexpr (kHasChain<T>) {
            if (I == table) {
                typename T::template Row<F> row;
                typename T::template Row<F> row_before;
                std::copy(cells.begin(), cells.end(), columns_of<F>(row));
                std::copy(before.begin(), before.end(), columns_of<F>(row_before));
                T::chain(text, row, row_before);
            }
        }
    });
}

}  // namespace nexus::zkvm::tests
