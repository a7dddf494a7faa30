#pragma once

#include "zkvm/air/bus.hpp"
#include "zkvm/components/lookup/lookup_contents.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nexus::zkvm {

/// How often each row of the lookup table is asked, by bus.
struct LookupCounts {
    std::vector<std::uint32_t> range, bytes, both, shift;

    LookupCounts()
        : range(LookupRows::kCount), bytes(1U << 16U), both(1U << 16U), shift(LookupRows::kCount) {}

    void add(const LookupCounts& other) {
        for (const auto& [to, from] : {std::pair{&range, &other.range},
                                       {&bytes, &other.bytes},
                                       {&both, &other.both},
                                       {&shift, &other.shift}}) {
            for (std::size_t i = 0; i < to->size(); ++i) {
                (*to)[i] += (*from)[i];
            }
        }
    }
};

/// The reader that counts what a row looks up, so that no table says a second time what it asks.
template <class F>
class LookupCounter {
public:
    using V = F;

    explicit LookupCounter(LookupCounts& counts, std::span<const std::uint32_t> parameters = {})
        : counts_(counts), parameters_(parameters) {}

    static V lit(std::uint32_t value) { return F(value); }
    static V inverse_lit(std::uint32_t value) {
        static constexpr F kInverse4 = F(4).inverse();
        static constexpr F kInverse256 = F(256).inverse();
        static constexpr F kInverse65536 = F(65536).inverse();
        return value == 4 ? kInverse4 : value == 256 ? kInverse256 : kInverse65536;
    }
    V parameter(std::size_t i) const { return F(parameters_[i]); }
    static void zero(const char*, V) {}

    template <std::size_t N>
    void send(Bus bus, V multiplicity, const std::array<V, N>& m) {
        if (multiplicity == F()) {
            return;
        }
        if constexpr (N == 2) {
            if (bus == Bus::range) {
                count(counts_.range, LookupRows::range(m[0].value(), m[1].value()));
            } else if (bus == Bus::bytes) {
                count(counts_.bytes, LookupRows::bytes(m[0].value(), m[1].value()));
            }
        } else if constexpr (N == 3) {
            if (bus == Bus::bitand_bytes) {
                count(counts_.both, LookupRows::bytes(m[0].value(), m[1].value()));
            }
        } else if constexpr (N == 5) {
            if (bus == Bus::shift) {
                count(counts_.shift, LookupRows::shift(m[0].value(), m[1].value(), m[2].value()));
            }
        }
    }
    template <std::size_t N>
    void receive(Bus, V, const std::array<V, N>&) {}

private:
    static void count(std::vector<std::uint32_t>& counts, std::optional<std::size_t> row) {
        if (row.has_value()) {
            ++counts[*row];
        }
    }

    LookupCounts& counts_;
    std::span<const std::uint32_t> parameters_;
};

}  // namespace nexus::zkvm
