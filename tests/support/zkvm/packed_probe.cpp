#include "tests/support/zkvm/packed_probe.hpp"

#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/batch_inverse.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/packed.hpp"
#include "zkvm/field/packed_extension.hpp"
#include "zkvm/simd/isa.hpp"

#include <cstddef>

namespace nexus::zkvm::tests {

template <class E, class Tag>
void PackedProbe<E, Tag>::base(const F* a, const F* b, const F* s, F* const* out) {
    using P = Packed<F, Tag>;
    const P x = P::load(a);
    const P y = P::load(b);
    (x + y).store(out[0]);
    (x - y).store(out[1]);
    (-x).store(out[2]);
    (x * y).store(out[3]);
    x.halve().store(out[4]);
    x.inverse().store(out[5]);
    (x + *s).store(out[6]);
    (*s * x).store(out[7]);
}

template <class E, class Tag>
void PackedProbe<E, Tag>::extension(const E* a, const E* b, const F* f, const E* s, E* const* out) {
    using P = PackedExt<E, Tag>;
    const P x = P::gather(a);
    const P y = P::gather(b);
    const Packed<F, Tag> z = Packed<F, Tag>::load(f);
    (x + y).scatter(out[0]);
    (x - y).scatter(out[1]);
    (-x).scatter(out[2]);
    (x * y).scatter(out[3]);
    x.square().scatter(out[4]);
    (x + z).scatter(out[5]);
    (x - z).scatter(out[6]);
    (z * x).scatter(out[7]);
    (x + *s).scatter(out[8]);
    (x - *s).scatter(out[9]);
    (*s - x).scatter(out[10]);
    (x * *s).scatter(out[11]);
    x.inverse().scatter(out[12]);
    x.frobenius().scatter(out[13]);
}

template <class E, class Tag>
void PackedProbe<E, Tag>::invert(E* elements, std::size_t count) {
    using P = PackedExt<E, Tag>;
    P packed[16];
    P before[16];
    for (std::size_t i = 0; i < count; ++i) {
        packed[i] = P::gather(elements + i * P::kLanes);
    }
    batch_inverse_packed(packed, count, before);
    for (std::size_t i = 0; i < count; ++i) {
        packed[i].scatter(elements + i * P::kLanes);
    }
}

template <class E, class Tag>
void PackedProbe<E, Tag>::power(F* elements, std::size_t count, std::size_t rounds) {
    using P = Packed<F, Tag>;
    constexpr std::size_t kChains = 8;  // independent products, so that latency does not show
    for (std::size_t at = 0; at < count; at += kChains * P::kLanes) {
        P x[kChains];
        for (std::size_t i = 0; i < kChains; ++i) {
            x[i] = P::load(elements + at + i * P::kLanes);
        }
        for (std::size_t round = 0; round < rounds; ++round) {
            for (std::size_t i = 0; i < kChains; ++i) {
                x[i] = x[i] * x[(i + 1) % kChains];
            }
        }
        for (std::size_t i = 0; i < kChains; ++i) {
            x[i].store(elements + at + i * P::kLanes);
        }
    }
}

template <class E, class Tag>
void PackedProbe<E, Tag>::power_extension(F* columns, std::size_t count, std::size_t rounds) {
    using P = PackedExt<E, Tag>;
    for (std::size_t at = 0; at < count; at += P::kLanes) {
        const P x = P::load(columns + at, count);
        P y = x;
        for (std::size_t round = 0; round < rounds; ++round) {
            y = y * x;
        }
        y.store(columns + at, count);
    }
}

template struct PackedProbe<KoalaBear4, NEXUS_ISA>;
template struct PackedProbe<KoalaBear5, NEXUS_ISA>;
template struct PackedProbe<BabyBear4, NEXUS_ISA>;

}  // namespace nexus::zkvm::tests
