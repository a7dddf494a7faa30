#include "zkvm/field/koala_bear.hpp"
#include "zkvm/stark/table_kernels.hpp"

#include <utility>

// Compiled once for each instruction set, with NEXUS_ISA defined as its tag. Takes long, so it
// stands apart from sums_kernels.cpp.

namespace nexus::zkvm {
namespace {

template <class P, std::size_t... I>
NEXUS_INLINE void dispatch(std::index_sequence<I...>, std::size_t table,
                           const QuotientJob<typename P::F, typename P::E>& job, std::size_t begin,
                           std::size_t end) {
    ((table == I ? QuotientKernel<TableAt<I>, P>::run(job, begin, end) : void()), ...);
}

}  // namespace

template <class F, class E, class Tag>
void TableKernels<F, E, Tag>::quotient(std::size_t table, const QuotientJob<F, E>& job,
                                       std::size_t begin, std::size_t end) {
    dispatch<Pack<F, E, Tag>>(std::make_index_sequence<kTableCount>(), table, job, begin, end);
}

template void TableKernels<KoalaBear, KoalaBear4, NEXUS_ISA>::quotient(
    std::size_t, const QuotientJob<KoalaBear, KoalaBear4>&, std::size_t, std::size_t);
template void TableKernels<KoalaBear, KoalaBear5, NEXUS_ISA>::quotient(
    std::size_t, const QuotientJob<KoalaBear, KoalaBear5>&, std::size_t, std::size_t);

}  // namespace nexus::zkvm
