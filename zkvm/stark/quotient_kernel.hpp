#pragma once

#include "zkvm/air/constraint_reader.hpp"
#include "zkvm/air/message_reader.hpp"
#include "zkvm/stark/pack.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// Columns of one table over a domain, and where the next column begins.
template <class F>
struct ColumnsView {
    const F* data = nullptr;
    std::size_t stride = 0;
};

/// Evaluations over the domain that the quotient is computed on, by height: inverses of the
/// polynomials that vanish on the sets of Combined.
template <class F>
struct Zerofiers {
    const F* active = nullptr;
    const F* chain = nullptr;
    const F* over = nullptr;
    const F* noise = nullptr;
};

/// The quotient of one table: which columns, over which rows, with which challenges.
template <class F, class E>
struct QuotientJob {
    ColumnsView<F> fixed, main, sums;
    std::size_t domain = 0;  ///< Points of the extension domain.
    std::size_t step = 1;    ///< Every step-th of them is a point of the quotient's domain.
    std::size_t blowup = 2;  ///< The row before is so many points back.
    const Zerofiers<F>* zerofiers = nullptr;
    std::array<std::uint32_t, 2> parameters{};
    const E* powers = nullptr;  ///< kShape.challenge_powers() of them
    const BusChallenge<E>* local = nullptr;
    const BusChallenge<E>* global = nullptr;
    E total;  ///< T / |A + {g}|
    E global_total;
    F* out = nullptr;  ///< D columns; the quotient is added to what is there.
    std::size_t out_stride = 0;
};

/// The sum columns of one table before extension.
template <class F, class E>
struct SumsJob {
    ColumnsView<F> fixed, main;
    std::size_t rows = 0;
    std::array<std::uint32_t, 2> parameters{};
    const BusChallenge<E>* local = nullptr;
    const BusChallenge<E>* global = nullptr;
    F* out = nullptr;  ///< D columns for each pair; a running sum gets the sum of its row's pairs.
    std::size_t out_stride = 0;
};

template <class P>
NEXUS_INLINE BusChallenge<typename P::X> broadcast(const BusChallenge<typename P::E>& challenge) {
    BusChallenge<typename P::X> wide;
    wide.alpha = typename P::X(challenge.alpha);
    for (std::size_t i = 0; i < kBusLimbsMax; ++i) {
        wide.beta[i] = typename P::X(challenge.beta[i]);
    }
    for (std::size_t i = 0; i < kNoiseColumns; ++i) {
        wide.noise[i] = typename P::X(challenge.noise[i]);
    }
    return wide;
}

/// Adds the quotient of T on the points [begin, end) of the quotient's domain, P::kLanes at a time.
template <class T, class P>
struct QuotientKernel {
    using F = typename P::F;
    using E = typename P::E;
    using V = typename P::V;
    using X = typename P::X;
    static constexpr Shape kS = kShape<T>;
    static constexpr std::size_t kPowers = kS.challenge_powers();

    static void run(const QuotientJob<F, E>& job, std::size_t begin, std::size_t end) {
        std::array<X, kPowers> powers;
        for (std::size_t i = 0; i < kPowers; ++i) {
            powers[i] = X(job.powers[i]);
        }
        const BusChallenge<X> local = broadcast<P>(*job.local);
        const BusChallenge<X> global = broadcast<P>(*job.global);
        const V parameters[2] = {V(F(job.parameters[0])), V(F(job.parameters[1]))};
        const ConstraintContext<V, X> context{powers.data(), parameters,   &local,
                                              &global,       X(job.total), X(job.global_total)};
        for (std::size_t q = begin; q < end; q += P::kLanes) {
            row(job, context, q);
        }
    }

private:
    using Row = typename T::template Row<V>;

    template <class Target>
    NEXUS_INLINE static void load(Target& target, const QuotientJob<F, E>& job,
                                  const ColumnsView<F>& view, std::size_t q, std::size_t back) {
        V* columns = columns_of<V>(target);
        for (std::size_t c = 0; c < sizeof(Target) / sizeof(V); ++c) {
            const F* const column = view.data + c * view.stride;
            columns[c] = P::load_back(column, q, job.step, back * job.blowup, job.domain);
            if (back == 0) {
                P::fetch(column, (q + P::kAhead) * job.step);
            }
        }
    }
    NEXUS_INLINE static X load_sum(const QuotientJob<F, E>& job, std::size_t column, std::size_t q,
                                   std::size_t back) {
        X sum;
        for (std::size_t d = 0; d < E::kDegree; ++d) {
            const F* const from = job.sums.data + (column * E::kDegree + d) * job.sums.stride;
            sum[d] = P::load_back(from, q, job.step, back * job.blowup, job.domain);
            if (back == 0) {
                P::fetch(from, (q + P::kAhead) * job.step);
            }
        }
        return sum;
    }

    NEXUS_INLINE static void row(const QuotientJob<F, E>& job,
                                 const ConstraintContext<V, X>& context, std::size_t q) {
        Row main;
        FixedRow<T, V> fixed;
        load(main, job, job.main, q, 0);
        if constexpr (HasFixed<T>) {
            load(fixed, job, job.fixed, q, 0);
        }
        Row before = main;
        Row over = main;
        if constexpr (kHasChain<T>) {
            load(before, job, job.main, q, 1);
            load(over, job, job.main, q, 2);
        }
        std::array<X, kS.sum_columns()> columns;
        for (std::size_t c = 0; c < kS.sum_columns(); ++c) {
            columns[c] = load_sum(job, c, q, 0);
        }
        constexpr std::size_t kSum = kS.pairs();
        SumRow<X> sums;
        sums.columns = columns.data();
        sums.sum = columns[kSum];
        sums.sum_before = load_sum(job, kSum, q, 1);
        sums.sum_over = load_sum(job, kSum, q, 2);
        if constexpr (kS.global_messages > 0) {
            constexpr std::size_t kGlobal = kS.sum_columns() - 1;
            sums.global_sum = columns[kGlobal];
            sums.global_sum_before = load_sum(job, kGlobal, q, 1);
            sums.global_sum_over = load_sum(job, kGlobal, q, 2);
        }
        ConstraintReader<F, V, X> reader(context);
        const Combined<X> c = reader.template run<T>(main, fixed, before, over, sums);
        const Zerofiers<F>& z = *job.zerofiers;
        const X quotient = c.active * V::load(z.active + q) + c.chain * V::load(z.chain + q) +
                           c.over * V::load(z.over + q) + c.noise * V::load(z.noise + q);
        for (std::size_t d = 0; d < E::kDegree; ++d) {
            F* const out = job.out + d * job.out_stride + q;
            (V::load(out) + quotient[d]).store(out);
        }
    }
};

/// Fills the pairs of the rows [begin, end).
template <class T, class P>
struct SumsKernel {
    using F = typename P::F;
    using E = typename P::E;
    using V = typename P::V;
    using X = typename P::X;
    static constexpr Shape kS = kShape<T>;
    static constexpr std::size_t kGlobalPairs = kS.global_messages > 0 ? kS.global_pairs() : 0;
    static constexpr std::size_t kPairs = kS.pairs() + kGlobalPairs;

    static void run(const SumsJob<F, E>& job, std::size_t begin, std::size_t end) {
        const BusChallenge<X> local = broadcast<P>(*job.local);
        const BusChallenge<X> global = broadcast<P>(*job.global);
        const V parameters[2] = {V(F(job.parameters[0])), V(F(job.parameters[1]))};
        for (std::size_t r = begin; r < end; r += P::kLanes) {
            row(job, local, global, parameters, r);
        }
    }

private:
    NEXUS_INLINE static void store(const SumsJob<F, E>& job, std::size_t column, std::size_t r,
                                   const X& value) {
        value.store(job.out + column * E::kDegree * job.out_stride + r, job.out_stride);
    }
    NEXUS_INLINE static void row(const SumsJob<F, E>& job, const BusChallenge<X>& local,
                                 const BusChallenge<X>& global, const V* parameters,
                                 std::size_t r) {
        typename T::template Row<V> main;
        FixedRow<T, V> fixed;
        V* columns = columns_of<V>(main);
        for (std::size_t c = 0; c < kS.columns; ++c) {
            columns[c] = V::load(job.main.data + c * job.main.stride + r);
            P::fetch(job.main.data + c * job.main.stride, r + P::kAhead);
        }
        if constexpr (HasFixed<T>) {
            V* fixed_columns = columns_of<V>(fixed);
            for (std::size_t c = 0; c < kS.fixed_columns; ++c) {
                fixed_columns[c] = V::load(job.fixed.data + c * job.fixed.stride + r);
            }
        }
        MessageReader<F, V, X, kS.pairs(), kGlobalPairs> reader(local, global, parameters);
        eval_row<T>(reader, main, fixed);
        reader.finish();
        // One inversion for all pairs of a row (Montgomery).
        std::array<X, kPairs> before;
        X product = reader.denominators[0];
        for (std::size_t k = 1; k < kPairs; ++k) {
            before[k] = product;
            product = product * reader.denominators[k];
        }
        X inverse = product.inverse();
        X step;
        X global_step;
        for (std::size_t k = kPairs; k-- > 0;) {
            X value = reader.numerators[k] * inverse;
            if (k > 0) {
                value = value * before[k];
                inverse = inverse * reader.denominators[k];
            }
            // Running sums stand after the pairs of their side.
            const std::size_t column = k < kS.pairs() ? k : k + 1;
            store(job, column, r, value);
            (k < kS.pairs() ? step : global_step) += value;
        }
        store(job, kS.pairs(), r, step);
        if constexpr (kS.global_messages > 0) {
            store(job, kS.sum_columns() - 1, r, global_step);
        }
    }
};

}  // namespace nexus::zkvm
