#include "zkvm/stark/table_kernels.hpp"

#include "zkvm/field/koala_bear.hpp"

#include <utility>

// Compiled once for each instruction set, with NEXUS_ISA defined as its tag.

namespace nexus::zkvm {
namespace {

template <class P, std::size_t... I>
NEXUS_INLINE void dispatch_quotient(std::index_sequence<I...>, std::size_t table,
                                    const QuotientJob<typename P::F, typename P::E>& job,
                                    std::size_t begin, std::size_t end) {
    ((table == I ? QuotientKernel<TableAt<I>, P>::run(job, begin, end) : void()), ...);
}

template <class P, std::size_t... I>
NEXUS_INLINE void dispatch_sums(std::index_sequence<I...>, std::size_t table,
                                const SumsJob<typename P::F, typename P::E>& job,
                                std::size_t begin, std::size_t end) {
    ((table == I ? SumsKernel<TableAt<I>, P>::run(job, begin, end) : void()), ...);
}

}  // namespace

template <class F, class E, class Tag>
void TableKernels<F, E, Tag>::quotient(std::size_t table, const QuotientJob<F, E>& job,
                                       std::size_t begin, std::size_t end) {
    dispatch_quotient<Pack<F, E, Tag>>(std::make_index_sequence<kTableCount>(), table, job, begin,
                                       end);
}

template <class F, class E, class Tag>
void TableKernels<F, E, Tag>::sums(std::size_t table, const SumsJob<F, E>& job, std::size_t begin,
                                   std::size_t end) {
    dispatch_sums<Pack<F, E, Tag>>(std::make_index_sequence<kTableCount>(), table, job, begin, end);
}

template <class F, class E, class Tag>
void TableKernels<F, E, Tag>::deep(const DeepJob<F, E>& job, std::size_t begin, std::size_t end,
                                   F* out, std::size_t out_stride) {
    DeepKernel<Pack<F, E, Tag>>::run(job, begin, end, out, out_stride);
}

template struct TableKernels<KoalaBear, KoalaBear4, NEXUS_ISA>;
template struct TableKernels<KoalaBear, KoalaBear5, NEXUS_ISA>;

}  // namespace nexus::zkvm
