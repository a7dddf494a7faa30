#pragma once

#include "zkvm/air/bus.hpp"
#include "zkvm/air/table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nexus::zkvm {

/// A message of a row, in the base field. Signed multiplicity: what is received counts negative.
template <class F>
struct Message {
    Bus bus = Bus::noise;
    F multiplicity;
    std::vector<F> limbs;
};

/// The reader that evaluates a table's text exactly on concrete rows: names of the constraints that
/// do not hold, and the messages. Needs no polynomial and no challenge; for tests and debugging.
template <class F>
class RowChecker {
public:
    using V = F;

    explicit RowChecker(std::span<const std::uint32_t> parameters = {}) : parameters_(parameters) {}

    static V lit(std::uint32_t value) { return F(value); }
    static V inverse_lit(std::uint32_t value) { return F(value).inverse(); }
    V parameter(std::size_t i) const { return F(parameters_[i]); }

    void zero(const char* name, V value) {
        if (value != F()) {
            violated.push_back(name);
        }
    }
    template <std::size_t N>
    void send(Bus bus, V multiplicity, const std::array<V, N>& limbs) {
        if (multiplicity != F()) {
            messages.push_back({bus, multiplicity, {limbs.begin(), limbs.end()}});
        }
    }
    template <std::size_t N>
    void receive(Bus bus, V multiplicity, const std::array<V, N>& limbs) {
        send(bus, -multiplicity, limbs);
    }

    std::vector<const char*> violated;
    std::vector<Message<F>> messages;

private:
    std::span<const std::uint32_t> parameters_;
};

}  // namespace nexus::zkvm
