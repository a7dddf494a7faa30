#pragma once

#include "zkvm/air/constraint_reader.hpp"

namespace nexus::zkvm {

/// The reader that fills the columns of the buses: the numerator and the denominator of each pair
/// of messages of a row, `m1 d2 + m2 d1` over `d1 d2`.
template <class F, class Value, class X, std::size_t Pairs, std::size_t GlobalPairs>
class MessageReader : public Literals<F, Value> {
public:
    using V = Value;
    static constexpr std::size_t kPairs = Pairs + GlobalPairs;

    NEXUS_INLINE MessageReader(const BusChallenge<X>& local, const BusChallenge<X>& global,
                               const V* parameters)
        : local_challenge_(local), global_challenge_(global), parameters_(parameters) {
        global_.next = Pairs;
    }

    NEXUS_INLINE V parameter(std::size_t i) const { return parameters_[i]; }
    NEXUS_INLINE void zero(const char*, const V&) {}

    template <std::size_t N>
    NEXUS_INLINE void send(Bus bus, V multiplicity, const std::array<V, N>& limbs) {
        Side& side = is_global(bus) ? global_ : local_;
        const X d =
            message_value<F>(is_global(bus) ? global_challenge_ : local_challenge_, bus, limbs);
        if (!side.has_pending) {
            side.has_pending = true;
            side.denominator = d;
            side.multiplicity = multiplicity;
            return;
        }
        side.has_pending = false;
        numerators[side.next] = d * side.multiplicity + side.denominator * multiplicity;
        denominators[side.next++] = side.denominator * d;
    }
    template <std::size_t N>
    NEXUS_INLINE void receive(Bus bus, V multiplicity, const std::array<V, N>& limbs) {
        send(bus, -multiplicity, limbs);
    }

    /// Completes pairs of one message. Afterwards the arrays are full.
    NEXUS_INLINE void finish() {
        for (Side* side : {&local_, &global_}) {
            if (side->has_pending) {
                side->has_pending = false;
                numerators[side->next] = X(side->multiplicity);
                denominators[side->next++] = side->denominator;
            }
        }
    }

    std::array<X, kPairs> numerators;
    std::array<X, kPairs> denominators;

private:
    struct Side {
        std::size_t next = 0;
        bool has_pending = false;
        X denominator;
        V multiplicity;
    };

    const BusChallenge<X>& local_challenge_;
    const BusChallenge<X>& global_challenge_;
    const V* parameters_;
    Side local_;
    Side global_;
};

}  // namespace nexus::zkvm
