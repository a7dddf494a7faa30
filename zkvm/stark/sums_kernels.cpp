#include "zkvm/field/koala_bear.hpp"
#include "zkvm/stark/table_kernels.hpp"

#include <utility>

// Compiled once for each instruction set, with NEXUS_ISA defined as its tag.

namespace nexus::zkvm {
namespace {

template <class P, std::size_t... I>
NEXUS_INLINE void dispatch(std::index_sequence<I...>, std::size_t table,
                           const SumsJob<typename P::F, typename P::E>& job, std::size_t begin,
                           std::size_t end) {
    ((table == I ? SumsKernel<TableAt<I>, P>::run(job, begin, end) : void()), ...);
}

}  // namespace

template <class F, class E, class Tag>
void TableKernels<F, E, Tag>::sums(std::size_t table, const SumsJob<F, E>& job, std::size_t begin,
                                   std::size_t end) {
    dispatch<Pack<F, E, Tag>>(std::make_index_sequence<kTableCount>(), table, job, begin, end);
}

template <class F, class E, class Tag>
void TableKernels<F, E, Tag>::deep(const DeepJob<F, E>& job, std::size_t begin, std::size_t end,
                                   F* out, std::size_t out_stride) {
    DeepKernel<Pack<F, E, Tag>>::run(job, begin, end, out, out_stride);
}

#define NEXUS_INSTANTIATE(E)                                                  \
    template void TableKernels<KoalaBear, E, NEXUS_ISA>::sums(                \
        std::size_t, const SumsJob<KoalaBear, E>&, std::size_t, std::size_t); \
    template void TableKernels<KoalaBear, E, NEXUS_ISA>::deep(                \
        const DeepJob<KoalaBear, E>&, std::size_t, std::size_t, KoalaBear*, std::size_t);

NEXUS_INSTANTIATE(KoalaBear4)
NEXUS_INSTANTIATE(KoalaBear5)

}  // namespace nexus::zkvm
