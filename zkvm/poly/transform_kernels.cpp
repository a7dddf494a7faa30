#include "zkvm/poly/transform_kernels.hpp"

#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/monty_lanes.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/simd/lanes.hpp"

#include <cstddef>

namespace nexus::zkvm {
namespace {

/// Butterflies and passes over a buffer, for one field and instruction set.
template <class F, class Tag>
struct Passes {
    using M = MontyLanes<F, Tag>;
    using S = Lanes<Tag>;
    using V = typename S::Vector;
    static constexpr std::size_t kLanes = S::kLanes;

    /// (a + t b, a - t b); lazy in, lazy out.
    NEXUS_INLINE static void forward(V& a, V& b, V t) {
        const V product = M::reduced(M::mul_lazy(b, t));
        const V even = M::reduced(a);
        a = S::add(even, product);
        b = M::sub_lazy(even, product);
    }
    NEXUS_INLINE static void forward_uniform(V& a, V& b, V t) {
        const V product = M::reduced(M::mul_lazy_uniform(b, t));
        const V even = M::reduced(a);
        a = S::add(even, product);
        b = M::sub_lazy(even, product);
    }
    /// (a + b, (a - b) t); reduced in, reduced out.
    NEXUS_INLINE static void inverse(V& a, V& b, V t) {
        const V difference = M::sub_lazy(a, b);
        a = M::add(a, b);
        b = M::mul(difference, t);
    }
    NEXUS_INLINE static void inverse_uniform(V& a, V& b, V t) {
        const V difference = M::sub_lazy(a, b);
        a = M::add(a, b);
        b = M::reduced(M::mul_lazy_uniform(difference, t));
    }

    /// The layers at distance `half` and 2 half. kLast: the results are reduced.
    template <bool kLast>
    NEXUS_INLINE static void forward_radix4(F* data, std::size_t size, std::size_t half,
                                            const F* twiddles) {
        const F* inner = twiddles + half;
        const F* outer = twiddles + 2 * half;
        for (std::size_t group = 0; group < size; group += 4 * half) {
            for (std::size_t j = 0; j < half; j += kLanes) {
                F* x = data + group + j;
                V x0 = S::load(x);
                V x1 = S::load(x + half);
                V x2 = S::load(x + 2 * half);
                V x3 = S::load(x + 3 * half);
                const V t = S::load(inner + j);
                forward(x0, x1, t);
                forward(x2, x3, t);
                forward(x0, x2, S::load(outer + j));
                forward(x1, x3, S::load(outer + half + j));
                S::store(x, kLast ? M::reduced(x0) : x0);
                S::store(x + half, kLast ? M::reduced(x1) : x1);
                S::store(x + 2 * half, kLast ? M::reduced(x2) : x2);
                S::store(x + 3 * half, kLast ? M::reduced(x3) : x3);
            }
        }
    }

    template <bool kLast>
    NEXUS_INLINE static void forward_radix2(F* data, std::size_t size, std::size_t half,
                                            const F* twiddles) {
        for (std::size_t group = 0; group < size; group += 2 * half) {
            for (std::size_t j = 0; j < half; j += kLanes) {
                F* x = data + group + j;
                V x0 = S::load(x);
                V x1 = S::load(x + half);
                forward(x0, x1, S::load(twiddles + half + j));
                S::store(x, kLast ? M::reduced(x0) : x0);
                S::store(x + half, kLast ? M::reduced(x1) : x1);
            }
        }
    }

    /// All layers from `half` on, which is at least kLanes: two at a time, an odd one first.
    NEXUS_INLINE static void forward_passes(F* data, std::size_t size, std::size_t half,
                                            const F* twiddles) {
        std::size_t at = half;
        bool is_odd = false;
        for (std::size_t h = half; h < size; h *= 2) {
            is_odd = !is_odd;
        }
        if (is_odd) {
            if (2 * at == size) {
                forward_radix2<true>(data, size, at, twiddles);
            } else {
                forward_radix2<false>(data, size, at, twiddles);
            }
            at *= 2;
        }
        for (; 4 * at < size; at *= 4) {
            forward_radix4<false>(data, size, at, twiddles);
        }
        if (at < size) {
            forward_radix4<true>(data, size, at, twiddles);
        }
    }

    /// The layers at distance 2 half and `half`.
    NEXUS_INLINE static void inverse_radix4(F* data, std::size_t size, std::size_t half,
                                            const F* twiddles) {
        const F* inner = twiddles + half;
        const F* outer = twiddles + 2 * half;
        for (std::size_t group = 0; group < size; group += 4 * half) {
            for (std::size_t j = 0; j < half; j += kLanes) {
                F* x = data + group + j;
                V x0 = S::load(x);
                V x1 = S::load(x + half);
                V x2 = S::load(x + 2 * half);
                V x3 = S::load(x + 3 * half);
                inverse(x0, x2, S::load(outer + j));
                inverse(x1, x3, S::load(outer + half + j));
                const V t = S::load(inner + j);
                inverse(x0, x1, t);
                inverse(x2, x3, t);
                S::store(x, x0);
                S::store(x + half, x1);
                S::store(x + 2 * half, x2);
                S::store(x + 3 * half, x3);
            }
        }
    }

    NEXUS_INLINE static void inverse_radix2(F* data, std::size_t size, std::size_t half,
                                            const F* twiddles) {
        for (std::size_t group = 0; group < size; group += 2 * half) {
            for (std::size_t j = 0; j < half; j += kLanes) {
                F* x = data + group + j;
                V x0 = S::load(x);
                V x1 = S::load(x + half);
                inverse(x0, x1, S::load(twiddles + half + j));
                S::store(x, x0);
                S::store(x + half, x1);
            }
        }
    }

    /// All layers down to distance `least`, which is at least kLanes.
    NEXUS_INLINE static void inverse_passes(F* data, std::size_t size, std::size_t least,
                                            const F* twiddles) {
        std::size_t at = size / 2;
        for (; at >= 2 * least; at /= 4) {
            inverse_radix4(data, size, at / 2, twiddles);
        }
        if (at >= least) {
            inverse_radix2(data, size, at, twiddles);
        }
    }

    // Layers at distances below kLanes, where partners share a vector. kLanes vectors are turned so
    // that each holds one place of kLanes groups; then partners lie in different vectors again.

    NEXUS_INLINE static void load_turned(const F* data, V* v) {
        for (std::size_t i = 0; i < kLanes; ++i) {
            v[i] = S::load(data + i * kLanes);
        }
        S::transpose(v);
    }
    NEXUS_INLINE static void store_turned(V* v, F* data) {
        S::transpose(v);
        for (std::size_t i = 0; i < kLanes; ++i) {
            S::store(data + i * kLanes, v[i]);
        }
    }

    NEXUS_INLINE static void forward_turned(F* data, std::size_t size, std::size_t half,
                                            const F* twiddles) {
        for (std::size_t tile = 0; tile < size; tile += kLanes * kLanes) {
            V v[kLanes];
            load_turned(data + tile, v);
            for (std::size_t h = half; h < kLanes; h *= 2) {
                for (std::size_t j = 0; j < h; ++j) {
                    const V t = S::broadcast(twiddles[h + j].word());
                    for (std::size_t i = j; i < kLanes; i += 2 * h) {
                        forward_uniform(v[i], v[i + h], t);
                    }
                }
            }
            store_turned(v, data + tile);
        }
    }

    /// With the scale in the last layer: it costs a product for one half of the words.
    NEXUS_INLINE static void inverse_turned(F* data, std::size_t size, const F* twiddles, F scale) {
        const V factor = S::broadcast(scale.word());
        const V last = S::broadcast((twiddles[1] * scale).word());
        for (std::size_t tile = 0; tile < size; tile += kLanes * kLanes) {
            V v[kLanes];
            load_turned(data + tile, v);
            for (std::size_t h = kLanes / 2; h > 1; h /= 2) {
                for (std::size_t j = 0; j < h; ++j) {
                    const V t = S::broadcast(twiddles[h + j].word());
                    for (std::size_t i = j; i < kLanes; i += 2 * h) {
                        inverse_uniform(v[i], v[i + h], t);
                    }
                }
            }
            for (std::size_t i = 0; i < kLanes; i += 2) {
                const V difference = M::sub_lazy(v[i], v[i + 1]);
                const V sum = S::add(v[i], v[i + 1]);
                v[i] = M::reduced(M::mul_lazy_uniform(sum, factor));
                v[i + 1] = M::reduced(M::mul_lazy_uniform(difference, last));
            }
            store_turned(v, data + tile);
        }
    }
};

}  // namespace

template <class F, class Tag>
const std::size_t TransformKernels<F, Tag>::kBlockMin = kLanesOf<Tag> * kLanesOf<Tag>;

template <class F, class Tag>
void TransformKernels<F, Tag>::forward_block(F* data, std::size_t size, std::size_t half,
                                             const F* twiddles) {
    using P = Passes<F, Tag>;
    if (half < P::kLanes) {
        P::forward_turned(data, size, half, twiddles);
        half = P::kLanes;
    }
    P::forward_passes(data, size, half, twiddles);
}

template <class F, class Tag>
void TransformKernels<F, Tag>::inverse_block(F* data, std::size_t size, const F* twiddles,
                                             F scale) {
    using P = Passes<F, Tag>;
    if constexpr (P::kLanes == 1) {
        P::inverse_passes(data, size, 1, twiddles);
        for (std::size_t i = 0; i < size; ++i) {
            data[i] *= scale;
        }
    } else {
        P::inverse_passes(data, size, P::kLanes, twiddles);
        P::inverse_turned(data, size, twiddles, scale);
    }
}

template <class F, class Tag>
void TransformKernels<F, Tag>::spread(const F* from, unsigned log_copies, std::size_t size,
                                      F* data) {
    for (std::size_t i = 0; i < size >> log_copies; ++i) {
        for (std::size_t k = 0; k < std::size_t{1} << log_copies; ++k) {
            data[(i << log_copies) + k] = from[i];
        }
    }
}

template <class F, class Tag>
void TransformKernels<F, Tag>::strip_twiddles(F* table, std::size_t rows, F start, const F* lanes,
                                              const F* roots) {
    using S = Lanes<Tag>;
    using M = MontyLanes<F, Tag>;
    auto base = M::mul(S::load(lanes), S::broadcast(start.word()));
    for (std::size_t layer = rows / 2; layer > 0; layer /= 2) {
        for (std::size_t i = 0; i < layer; ++i) {
            S::store(table + (layer + i) * S::kLanes,
                     M::reduced(M::mul_lazy_uniform(base, S::broadcast(roots[layer + i].word()))));
        }
        base = M::mul(base, base);
    }
}

template <class F, class Tag>
void TransformKernels<F, Tag>::forward_strip(F* data, std::size_t rows, std::size_t stride,
                                             const F* table, F* buffer) {
    using P = Passes<F, Tag>;
    using S = Lanes<Tag>;
    for (std::size_t i = 0; i < rows; ++i) {
        S::store(buffer + i * P::kLanes, S::load(data + i * stride));
    }
    P::forward_passes(buffer, rows * P::kLanes, P::kLanes, table);
    for (std::size_t i = 0; i < rows; ++i) {
        S::store(data + i * stride, S::load(buffer + i * P::kLanes));
    }
}

template <class F, class Tag>
void TransformKernels<F, Tag>::inverse_strip(F* data, std::size_t rows, std::size_t stride,
                                             const F* table, F* buffer) {
    using P = Passes<F, Tag>;
    using S = Lanes<Tag>;
    for (std::size_t i = 0; i < rows; ++i) {
        S::store(buffer + i * P::kLanes, S::load(data + i * stride));
    }
    P::inverse_passes(buffer, rows * P::kLanes, P::kLanes, table);
    for (std::size_t i = 0; i < rows; ++i) {
        S::store(data + i * stride, S::load(buffer + i * P::kLanes));
    }
}

template struct TransformKernels<KoalaBear, NEXUS_ISA>;
template struct TransformKernels<BabyBear, NEXUS_ISA>;

}  // namespace nexus::zkvm
