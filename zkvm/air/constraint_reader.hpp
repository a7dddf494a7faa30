#pragma once

#include "zkvm/air/bus.hpp"
#include "zkvm/air/shape.hpp"
#include "zkvm/air/table.hpp"
#include "zkvm/simd/isa.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// What turns a message into a number: `alpha - (bus + beta m_1 + beta^2 m_2 + ..)`.
/// X: an element of the extension field, or lanes of it.
template <class X>
struct BusChallenge {
    X alpha;
    std::array<X, kBusLimbsMax> beta;    ///< beta, beta^2, ..
    std::array<X, kNoiseColumns> noise;  ///< 1 / (alpha - (noise + beta j)), j = 0, 1, ..
};

/// Constants of the base field as V: small numbers, and the inverses that texts ask for.
template <class F, class V>
struct Literals {
    static constexpr F kInverse4 = F(4).inverse();
    static constexpr F kInverse256 = F(256).inverse();
    static constexpr F kInverse65536 = F(65536).inverse();

    NEXUS_INLINE static V lit(std::uint32_t value) { return V(F(value)); }
    NEXUS_INLINE static V inverse_lit(std::uint32_t value) {
        return V(value == 4 ? kInverse4 : value == 256 ? kInverse256 : kInverse65536);
    }
};

/// The number of a message.
template <class F, class V, class X, std::size_t N>
NEXUS_INLINE X message_value(const BusChallenge<X>& challenge, Bus bus,
                             const std::array<V, N>& limbs) {
    X sum = challenge.beta[0] * limbs[0];
    for (std::size_t i = 1; i < N; ++i) {
        sum = sum + challenge.beta[i] * limbs[i];
    }
    return challenge.alpha - sum - V(F(static_cast<std::uint32_t>(bus)));
}

/// All that a row's constraints are combined with. Powers of the constraint challenge come in the
/// order in which the text uses them.
template <class V, class X>
struct ConstraintContext {
    const X* powers = nullptr;
    const V* parameters = nullptr;
    const BusChallenge<X>* local = nullptr;
    const BusChallenge<X>* global = nullptr;
    X total;  ///< T / |A + {g}|
    X global_total;
};

/// The columns over the extension field of one row: pairs in the order of the messages, then the
/// running sum; the same again for global messages. `before` is the row before, `over` the one
/// before that.
template <class X>
struct SumRow {
    const X* columns = nullptr;
    X sum, sum_before, sum_over;
    X global_sum, global_sum_before, global_sum_over;
};

/// Constraints of a row, combined with powers of the challenge, by the set of rows they hold on.
template <class X>
struct Combined {
    X active;  ///< On A.
    X chain;   ///< On A without gE: relates to the row before.
    X over;    ///< On gE without g: relates to the row before the excluded one.
    X noise;   ///< At x = g.
};

/// The reader of prover and verifier: combines all constraints of a row, those of the buses among
/// them. V: the value of a column; X: of the extension field. The prover's are lanes of rows, the
/// verifier's both are elements of the extension field.
template <class F, class Value, class X>
class ConstraintReader : public Literals<F, Value> {
public:
    using V = Value;

    NEXUS_INLINE explicit ConstraintReader(const ConstraintContext<V, X>& context)
        : context_(context), power_(context.powers) {}

    NEXUS_INLINE V parameter(std::size_t i) const { return context_.parameters[i]; }

    NEXUS_INLINE void zero(const char*, const V& value) { target(value); }

    template <std::size_t N>
    NEXUS_INLINE void send(Bus bus, V multiplicity, const std::array<V, N>& limbs) {
        add(is_global(bus) ? global_ : local_, is_global(bus) ? *context_.global : *context_.local,
            bus, multiplicity, limbs);
    }
    template <std::size_t N>
    NEXUS_INLINE void receive(Bus bus, V multiplicity, const std::array<V, N>& limbs) {
        send(bus, -multiplicity, limbs);
    }

    /// Runs the whole text of T on a row.
    template <class T>
    NEXUS_INLINE Combined<X> run(const typename T::template Row<V>& row,
                                 const FixedRow<T, V>& fixed,
                                 const typename T::template Row<V>& before,
                                 const typename T::template Row<V>& over, const SumRow<X>& sums) {
        constexpr Shape shape = kShape<T>;
        local_.pairs = sums.columns;
        global_.pairs = sums.columns + shape.pairs() + 1;
        eval_row<T>(*this, row, fixed);
        flush(local_);
        flush(global_);
        if constexpr (kHasChain<T>) {
            into_ = Set::chain;
            T::chain(*this, row, before);
            into_ = Set::over;
            T::chain(*this, row, over);
        }
        const V* columns = columns_of<const V>(row);
        running(local_, *context_.local, columns, sums.sum, sums.sum_before, sums.sum_over,
                context_.total);
        if constexpr (shape.global_messages > 0) {
            running(global_, *context_.global, columns + kNoiseColumns, sums.global_sum,
                    sums.global_sum_before, sums.global_sum_over, context_.global_total);
        }
        return combined_;
    }

private:
    enum class Set : std::uint8_t { active, chain, over };
    struct Side {
        const X* pairs = nullptr;
        bool has_pending = false;
        X denominator;
        V multiplicity;
        X sum{};
    };

    NEXUS_INLINE const X& next_power() { return *power_++; }

    NEXUS_INLINE void target(const V& value) {
        const X term = next_power() * value;
        if (into_ == Set::active) {
            combined_.active = combined_.active + term;
        } else if (into_ == Set::chain) {
            combined_.chain = combined_.chain + term;
        } else {
            combined_.over = combined_.over + term;
        }
    }

    template <std::size_t N>
    NEXUS_INLINE void add(Side& side, const BusChallenge<X>& challenge, Bus bus, V multiplicity,
                          const std::array<V, N>& limbs) {
        const X d = message_value<F>(challenge, bus, limbs);
        if (!side.has_pending) {
            side.has_pending = true;
            side.denominator = d;
            side.multiplicity = multiplicity;
            return;
        }
        side.has_pending = false;
        const X phi = *side.pairs++;
        side.sum = side.sum + phi;
        combined_.active =
            combined_.active + next_power() * (phi * side.denominator * d - d * side.multiplicity -
                                               side.denominator * multiplicity);
    }

    /// A last message without a partner.
    NEXUS_INLINE void flush(Side& side) {
        if (side.has_pending) {
            side.has_pending = false;
            const X phi = *side.pairs++;
            side.sum = side.sum + phi;
            combined_.active =
                combined_.active + next_power() * (phi * side.denominator - side.multiplicity);
        }
    }

    /// The cyclic running sum: its step is what the row's messages add, less an equal share of the
    /// total; at x = g the noise stands in their place.
    NEXUS_INLINE void running(const Side& side, const BusChallenge<X>& challenge, const V* columns,
                              const X& sum, const X& before, const X& over, const X& total) {
        const X here = sum + total;
        combined_.chain = combined_.chain + next_power() * (here - before - side.sum);
        combined_.over = combined_.over + next_power() * (here - over - side.sum);
        X noise = challenge.noise[0] * columns[0];
        for (std::size_t j = 1; j < kNoiseColumns; ++j) {
            noise = noise + challenge.noise[j] * columns[j];
        }
        combined_.noise = combined_.noise + next_power() * (here - over - noise);
    }

    const ConstraintContext<V, X>& context_;
    const X* power_;
    Set into_ = Set::active;
    Side local_;
    Side global_;
    Combined<X> combined_{};
};

}  // namespace nexus::zkvm
