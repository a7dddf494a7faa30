#include "zkvm/fri/fold_kernels.hpp"

#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/packed.hpp"
#include "zkvm/field/packed_extension.hpp"
#include "zkvm/simd/isa.hpp"

#include <cstddef>

namespace nexus::zkvm {
namespace {

template <class F, class E, class Tag>
struct Folding {
    using V = Packed<F, Tag>;
    using X = PackedExt<E, Tag>;

    NEXUS_INLINE static X halve(X value) {
        for (std::size_t d = 0; d < E::kDegree; ++d) {
            value[d] = value[d].halve();
        }
        return value;
    }

    /// What kLanes cosets fold into, see fold_coset. `x_inverse`: of their first points.
    template <unsigned LogFold>
    NEXUS_INLINE static X fold(const FoldJob<F, E>& job, std::size_t first, V x_inverse) {
        X values[std::size_t{1} << LogFold];
        for (std::size_t j = 0; j < std::size_t{1} << LogFold; ++j) {
            values[j] = X::load(job.values + first + j * job.size, job.size << LogFold);
        }
        for (unsigned level = LogFold; level > 0; --level) {
            const std::size_t pairs = std::size_t{1} << (level - 1);
            const X beta(job.betas[level]);
            for (std::size_t k = 0; k < pairs; ++k) {
                const X a = values[k];
                const X b = values[k + pairs];
                const V inverse = x_inverse * job.inverses[level][k];
                values[k] = halve(a + b) + beta * ((a - b) * inverse);
            }
            x_inverse = x_inverse * x_inverse;
        }
        return values[0];
    }

    template <unsigned LogFold>
    NEXUS_INLINE static void run(const FoldJob<F, E>& job, std::size_t begin, std::size_t end) {
        F inverse = job.x_inverse * job.w_inverse.pow(begin);
        F lanes[V::kLanes];
        for (std::size_t l = 0; l < V::kLanes; ++l) {
            lanes[l] = inverse;
            inverse = inverse * job.w_inverse;
        }
        V x_inverse = V::load(lanes);
        const V step(job.w_inverse.pow(V::kLanes));
        for (std::size_t i = begin; i < end; i += V::kLanes) {
            fold<LogFold>(job, i, x_inverse).store(job.out + i, job.size);
            x_inverse = x_inverse * step;
        }
    }
};

}  // namespace

template <class F, class E, class Tag>
void FoldKernels<F, E, Tag>::fold(const FoldJob<F, E>& job, std::size_t begin, std::size_t end) {
    static_assert(kLogFoldMax == 3);
    switch (job.log_fold) {
        case 1:
            return Folding<F, E, Tag>::template run<1>(job, begin, end);
        case 2:
            return Folding<F, E, Tag>::template run<2>(job, begin, end);
        default:
            return Folding<F, E, Tag>::template run<3>(job, begin, end);
    }
}

template struct FoldKernels<KoalaBear, KoalaBear4, NEXUS_ISA>;
template struct FoldKernels<KoalaBear, KoalaBear5, NEXUS_ISA>;

}  // namespace nexus::zkvm
