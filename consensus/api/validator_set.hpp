#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace nexus::consensus {

/// Voting power. Units: stake, not head count.
struct Power {
    std::uint64_t value = 0;

    /// Pre: the sum fits 64 bits.
    constexpr Power& operator+=(Power other) {
        NEXUS_ASSERT(other.value <= std::numeric_limits<std::uint64_t>::max() - value);
        value += other.value;
        return *this;
    }

    friend constexpr std::strong_ordering operator<=>(Power, Power) = default;
};

/// One member of the validator set.
struct Validator {
    PublicKey key;
    Power power;

    static void describe(auto& codec, auto& self) { codec(self.key, self.power.value); }
};

/// Who may vote, and with what power, in a fixed order: a ValidatorIndex is a position in it.
/// Invariant: not empty, every power above zero, the sum fits 64 bits.
class ValidatorSet {
public:
    /// Pre: the invariant.
    explicit ValidatorSet(std::vector<Validator> validators) : validators_(std::move(validators)) {
        NEXUS_ASSERT(!validators_.empty());
        for (const Validator& validator : validators_) {
            NEXUS_ASSERT(validator.power.value > 0);
            total_ += validator.power;
        }
    }

    [[nodiscard]] std::size_t size() const { return validators_.size(); }
    [[nodiscard]] Power total() const { return total_; }
    [[nodiscard]] bool contains(ValidatorIndex index) const { return index.value < size(); }

    /// Pre: contains(index).
    [[nodiscard]] const Validator& at(ValidatorIndex index) const {
        NEXUS_ASSERT(contains(index));
        return validators_[index.value];
    }
    [[nodiscard]] const std::vector<Validator>& all() const { return validators_; }

private:
    std::vector<Validator> validators_;
    Power total_;
};

}  // namespace nexus::consensus
