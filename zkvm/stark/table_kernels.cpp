#include "zkvm/stark/table_kernels.hpp"

#include "zkvm/field/koala_bear.hpp"

#include <array>

namespace nexus::zkvm {
namespace {

template <class P>
constexpr auto kQuotients = [] {
    using Run =
        void (*)(const QuotientJob<typename P::F, typename P::E>&, std::size_t, std::size_t);
    std::array<Run, kTableCount> all{};
    for_each_table([&]<class T, std::size_t I>() { all[I] = &QuotientKernel<T, P>::run; });
    return all;
}();

template <class P>
constexpr auto kSums = [] {
    using Run = void (*)(const SumsJob<typename P::F, typename P::E>&, std::size_t, std::size_t);
    std::array<Run, kTableCount> all{};
    for_each_table([&]<class T, std::size_t I>() { all[I] = &SumsKernel<T, P>::run; });
    return all;
}();

}  // namespace

template <class F, class E>
void run_quotient(std::size_t table, const QuotientJob<F, E>& job, std::size_t begin,
                  std::size_t end) {
    kQuotients<Pack<F, E, Portable>>[table](job, begin, end);
}

template <class F, class E>
void run_sums(std::size_t table, const SumsJob<F, E>& job, std::size_t begin, std::size_t end) {
    kSums<Pack<F, E, Portable>>[table](job, begin, end);
}

template void run_quotient(std::size_t, const QuotientJob<KoalaBear, KoalaBear4>&, std::size_t,
                           std::size_t);
template void run_quotient(std::size_t, const QuotientJob<KoalaBear, KoalaBear5>&, std::size_t,
                           std::size_t);
template void run_sums(std::size_t, const SumsJob<KoalaBear, KoalaBear4>&, std::size_t,
                       std::size_t);
template void run_sums(std::size_t, const SumsJob<KoalaBear, KoalaBear5>&, std::size_t,
                       std::size_t);

}  // namespace nexus::zkvm
