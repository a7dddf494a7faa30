#include "zkvm/poly/transform_kernels.hpp"

#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/monty_lanes.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/simd/lanes.hpp"

#include <cstddef>

namespace nexus::zkvm {
namespace {

template <unsigned Value>
struct Constant {
    static constexpr unsigned kValue = Value;
};

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
    /// (a + b, (a - b) t); reduced in, reduced out.
    NEXUS_INLINE static void inverse(V& a, V& b, V t) {
        const V difference = M::sub_lazy(a, b);
        a = M::add(a, b);
        b = M::mul(difference, t);
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

    // Layers across the rows of a strip: kStripWords words of each row, which lie `stride` apart.

    struct Rows {
        F* data;
        std::size_t stride;
    };

    /// The layers at distance `half` and 2 half rows.
    template <bool kLast>
    NEXUS_INLINE static void forward_rows4(Rows from, Rows to, std::size_t rows, std::size_t half,
                                           const F* twiddles) {
        for (std::size_t group = 0; group < rows; group += 4 * half) {
            for (std::size_t i = 0; i < half; ++i) {
                const F* inner = twiddles + (half + i) * kStripWords;
                const F* outer = twiddles + (2 * half + i) * kStripWords;
                const F* x = from.data + (group + i) * from.stride;
                F* y = to.data + (group + i) * to.stride;
                const std::size_t in = half * from.stride;
                const std::size_t out = half * to.stride;
                for (std::size_t j = 0; j < kStripWords; j += kLanes) {
                    V x0 = S::load(x + j);
                    V x1 = S::load(x + in + j);
                    V x2 = S::load(x + 2 * in + j);
                    V x3 = S::load(x + 3 * in + j);
                    const V t = S::load(inner + j);
                    forward(x0, x1, t);
                    forward(x2, x3, t);
                    forward(x0, x2, S::load(outer + j));
                    forward(x1, x3, S::load(outer + half * kStripWords + j));
                    S::store(y + j, kLast ? M::reduced(x0) : x0);
                    S::store(y + out + j, kLast ? M::reduced(x1) : x1);
                    S::store(y + 2 * out + j, kLast ? M::reduced(x2) : x2);
                    S::store(y + 3 * out + j, kLast ? M::reduced(x3) : x3);
                }
            }
        }
    }

    template <bool kLast>
    NEXUS_INLINE static void forward_rows2(Rows from, Rows to, std::size_t rows, std::size_t half,
                                           const F* twiddles) {
        for (std::size_t group = 0; group < rows; group += 2 * half) {
            for (std::size_t i = 0; i < half; ++i) {
                const F* x = from.data + (group + i) * from.stride;
                F* y = to.data + (group + i) * to.stride;
                for (std::size_t j = 0; j < kStripWords; j += kLanes) {
                    V x0 = S::load(x + j);
                    V x1 = S::load(x + half * from.stride + j);
                    forward(x0, x1, S::load(twiddles + (half + i) * kStripWords + j));
                    S::store(y + j, kLast ? M::reduced(x0) : x0);
                    S::store(y + half * to.stride + j, kLast ? M::reduced(x1) : x1);
                }
            }
        }
    }

    /// The layers at distance 2 half and `half` rows.
    NEXUS_INLINE static void inverse_rows4(Rows from, Rows to, std::size_t rows, std::size_t half,
                                           const F* twiddles) {
        for (std::size_t group = 0; group < rows; group += 4 * half) {
            for (std::size_t i = 0; i < half; ++i) {
                const F* inner = twiddles + (half + i) * kStripWords;
                const F* outer = twiddles + (2 * half + i) * kStripWords;
                const F* x = from.data + (group + i) * from.stride;
                F* y = to.data + (group + i) * to.stride;
                const std::size_t in = half * from.stride;
                const std::size_t out = half * to.stride;
                for (std::size_t j = 0; j < kStripWords; j += kLanes) {
                    V x0 = S::load(x + j);
                    V x1 = S::load(x + in + j);
                    V x2 = S::load(x + 2 * in + j);
                    V x3 = S::load(x + 3 * in + j);
                    inverse(x0, x2, S::load(outer + j));
                    inverse(x1, x3, S::load(outer + half * kStripWords + j));
                    const V t = S::load(inner + j);
                    inverse(x0, x1, t);
                    inverse(x2, x3, t);
                    S::store(y + j, x0);
                    S::store(y + out + j, x1);
                    S::store(y + 2 * out + j, x2);
                    S::store(y + 3 * out + j, x3);
                }
            }
        }
    }

    NEXUS_INLINE static void inverse_rows2(Rows from, Rows to, std::size_t rows, std::size_t half,
                                           const F* twiddles) {
        for (std::size_t group = 0; group < rows; group += 2 * half) {
            for (std::size_t i = 0; i < half; ++i) {
                const F* x = from.data + (group + i) * from.stride;
                F* y = to.data + (group + i) * to.stride;
                for (std::size_t j = 0; j < kStripWords; j += kLanes) {
                    V x0 = S::load(x + j);
                    V x1 = S::load(x + half * from.stride + j);
                    inverse(x0, x1, S::load(twiddles + (half + i) * kStripWords + j));
                    S::store(y + j, x0);
                    S::store(y + half * to.stride + j, x1);
                }
            }
        }
    }

    // Layers at distances below kLanes, where partners share a vector. Two vectors make places of
    // log kLanes + 1 bits, p_top .. p_0; an exchange brings bit k of the place on top, so that
    // partners at distance 2^k lie in the same lane of both. Behind the exchanges 0 .. k bits
    // 1 .. k of the index of a lane are p_0 .. p_(k-1), which name the twiddle.

    static constexpr unsigned kLogLanes = kLanes == 16 ? 4 : kLanes == 8 ? 3 : 0;

    /// The twiddles of the layers 0 .. kLogLanes - 1 for each lane as above.
    struct LaneTwiddles {
        V of_layer[kLogLanes + 1];

        NEXUS_INLINE explicit LaneTwiddles(const F* twiddles) {
            F lanes[kLanes];
            for (unsigned k = 0; k < kLogLanes; ++k) {
                const std::size_t half = std::size_t{1} << k;
                for (std::size_t l = 0; l < kLanes; ++l) {
                    lanes[l] = twiddles[half + ((l >> 1U) & (half - 1))];
                }
                of_layer[k] = S::load(lanes);
            }
        }
    };

    template <unsigned Bit>
    NEXUS_INLINE static void forward_lane_layer(V& a, V& b, std::size_t half,
                                                const LaneTwiddles& twiddles) {
        if constexpr (Bit < kLogLanes) {
            S::template exchange<Bit>(a, b);
            if (half <= std::size_t{1} << Bit) {
                forward(a, b, twiddles.of_layer[Bit]);
            }
        }
    }

    /// Layers from `half` on; lazy out. Pre: size is a multiple of 2 kLanes.
    NEXUS_INLINE static void forward_lanes(F* data, std::size_t size, std::size_t half,
                                           const F* twiddles) {
        const LaneTwiddles lanes(twiddles);
        for (std::size_t at = 0; at < size; at += 2 * kLanes) {
            V a = S::load(data + at);
            V b = S::load(data + at + kLanes);
            forward_lane_layer<0>(a, b, half, lanes);
            forward_lane_layer<1>(a, b, half, lanes);
            forward_lane_layer<2>(a, b, half, lanes);
            forward_lane_layer<3>(a, b, half, lanes);
            S::deinterleave(a, b);
            S::store(data + at, a);
            S::store(data + at + kLanes, b);
        }
    }

    template <unsigned Bit>
    NEXUS_INLINE static void inverse_lane_layer(V& a, V& b, const LaneTwiddles& twiddles) {
        if constexpr (Bit < kLogLanes) {
            inverse(a, b, twiddles.of_layer[Bit]);
            S::template exchange<Bit>(a, b);
        }
    }

    /// All of these layers, the results times `scale`, which costs a product for half of the words.
    NEXUS_INLINE static void inverse_lanes(F* data, std::size_t size, const F* twiddles, F scale) {
        const LaneTwiddles lanes(twiddles);
        const V factor = S::broadcast(scale.word());
        const V last = S::broadcast((twiddles[1] * scale).word());
        for (std::size_t at = 0; at < size; at += 2 * kLanes) {
            V a = S::load(data + at);
            V b = S::load(data + at + kLanes);
            S::interleave(a, b);
            inverse_lane_layer<3>(a, b, lanes);
            inverse_lane_layer<2>(a, b, lanes);
            inverse_lane_layer<1>(a, b, lanes);
            const V difference = M::sub_lazy(a, b);
            a = M::reduced(M::mul_lazy_uniform(S::add(a, b), factor));
            b = M::reduced(M::mul_lazy_uniform(difference, last));
            S::template exchange<0>(a, b);
            S::store(data + at, a);
            S::store(data + at + kLanes, b);
        }
    }
};

}  // namespace

template <class F, class Tag>
const std::size_t TransformKernels<F, Tag>::kBlockMin = 2 * kLanesOf<Tag>;

template <class F, class Tag>
void TransformKernels<F, Tag>::forward_block(F* data, std::size_t size, std::size_t half,
                                             const F* twiddles) {
    using P = Passes<F, Tag>;
    if (half < P::kLanes) {
        P::forward_lanes(data, size, half, twiddles);
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
        P::inverse_lanes(data, size, twiddles, scale);
    }
}

template <class F, class Tag>
void TransformKernels<F, Tag>::spread(const F* from, unsigned log_copies, std::size_t size,
                                      F* data) {
    using S = Lanes<Tag>;
    const auto vectors = [&](auto log) __attribute__((always_inline)) {
        constexpr unsigned kLog = decltype(log)::kValue;
        for (std::size_t at = 0; at < size; at += S::kLanes << kLog) {
            const auto words = S::load(from + (at >> kLog));
            for (std::size_t part = 0; part < std::size_t{1} << kLog; ++part) {
                S::store(data + at + part * S::kLanes, S::template repeat<kLog>(words, part));
            }
        }
    };
    if (S::kLanes > 2 && log_copies == 1 && size % (S::kLanes * 2) == 0) {
        vectors(Constant<1>{});
    } else if (S::kLanes > 4 && log_copies == 2 && size % (S::kLanes * 4) == 0) {
        vectors(Constant<2>{});
    } else {
        for (std::size_t i = 0; i < size; ++i) {
            data[i] = from[i >> log_copies];
        }
    }
}

template <class F, class Tag>
void TransformKernels<F, Tag>::strip_twiddles(F* table, std::size_t rows, F start, const F* points,
                                              const F* roots) {
    using S = Lanes<Tag>;
    using M = MontyLanes<F, Tag>;
    for (std::size_t column = 0; column < kStripWords; column += S::kLanes) {
        auto base = M::mul(S::load(points + column), S::broadcast(start.word()));
        for (std::size_t layer = rows / 2; layer > 0; layer /= 2) {
            for (std::size_t i = 0; i < layer; ++i) {
                const auto root = S::broadcast(roots[layer + i].word());
                S::store(table + (layer + i) * kStripWords + column,
                         M::reduced(M::mul_lazy_uniform(base, root)));
            }
            base = M::mul(base, base);
        }
    }
}

template <class F, class Tag>
void TransformKernels<F, Tag>::forward_strip(F* data, std::size_t rows, std::size_t stride,
                                             const F* table, F* buffer) {
    using P = Passes<F, Tag>;
    const typename P::Rows column{data, stride};
    const typename P::Rows own{buffer, kStripWords};
    if (rows == 2) {
        P::template forward_rows2<true>(column, column, rows, 1, table);
    } else if (rows == 4) {
        P::template forward_rows4<true>(column, column, rows, 1, table);
    } else {
        P::template forward_rows4<false>(column, own, rows, 1, table);
        std::size_t half = 4;
        for (; 4 * half < rows; half *= 4) {
            P::template forward_rows4<false>(own, own, rows, half, table);
        }
        if (4 * half == rows) {
            P::template forward_rows4<true>(own, column, rows, half, table);
        } else {
            P::template forward_rows2<true>(own, column, rows, half, table);
        }
    }
}

template <class F, class Tag>
void TransformKernels<F, Tag>::inverse_strip(F* data, std::size_t rows, std::size_t stride,
                                             const F* table, F* buffer) {
    using P = Passes<F, Tag>;
    const typename P::Rows column{data, stride};
    const typename P::Rows own{buffer, kStripWords};
    if (rows == 2) {
        P::inverse_rows2(column, column, rows, 1, table);
    } else if (rows == 4) {
        P::inverse_rows4(column, column, rows, 1, table);
    } else {
        std::size_t half = rows / 4;
        P::inverse_rows4(column, own, rows, half, table);
        for (half /= 4; half > 1; half /= 4) {
            P::inverse_rows4(own, own, rows, half, table);
        }
        if (half == 1) {
            P::inverse_rows4(own, column, rows, 1, table);
        } else {
            P::inverse_rows2(own, column, rows, 1, table);
        }
    }
}

template struct TransformKernels<KoalaBear, NEXUS_ISA>;
template struct TransformKernels<BabyBear, NEXUS_ISA>;

}  // namespace nexus::zkvm
