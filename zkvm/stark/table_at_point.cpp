#include "zkvm/stark/table_at_point.hpp"

#include "zkvm/components/tables.hpp"
#include "zkvm/field/koala_bear.hpp"

#include <algorithm>

namespace nexus::zkvm {
namespace {

template <class T, class F, class E>
E quotient_of(const PointValues<E>& values) {
    using Row = typename T::template Row<E>;
    Row rows[3];
    for (std::size_t back = 0; back < 3; ++back) {
        const E* const from = values.main[back] != nullptr ? values.main[back] : values.main[0];
        std::copy_n(from, kColumns<T>, columns_of<E>(rows[back]));
    }
    FixedRow<T, E> fixed;
    if constexpr (HasFixed<T>) {
        std::copy_n(values.fixed, kFixedColumns<T>, columns_of<E>(fixed));
    }
    SumRow<E> sums = values.sums;
    sums.columns = values.columns.data();
    ConstraintReader<F, E, E> reader(values.context);
    const Combined<E> c = reader.template run<T>(rows[0], fixed, rows[1], rows[2], sums);
    return c.active * values.zerofiers[0] + c.chain * values.zerofiers[1] +
           c.over * values.zerofiers[2] + c.noise * values.zerofiers[3];
}

}  // namespace

template <class F, class E>
E table_at_point(std::size_t table, const PointValues<E>& values) {
    E quotient;
    for_each_table([&]<class T, std::size_t I>() {
        if (I == table) {
            quotient = quotient_of<T, F, E>(values);
        }
    });
    return quotient;
}

template KoalaBear4 table_at_point<KoalaBear>(std::size_t, const PointValues<KoalaBear4>&);
template KoalaBear5 table_at_point<KoalaBear>(std::size_t, const PointValues<KoalaBear5>&);

}  // namespace nexus::zkvm
