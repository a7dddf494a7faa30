#pragma once

#include "base/result.hpp"

#include <absl/numeric/int128.h>

#include <compare>
#include <cstdint>
#include <string>

namespace nexus {

enum class AmountError : std::uint8_t { Overflow, Insufficient };

/// A quantity of an asset in its smallest unit. Units: 10^-decimals of the asset. Never negative.
class Amount {
public:
    constexpr Amount() = default;
    explicit constexpr Amount(absl::uint128 units) : units_(units) {}

    [[nodiscard]] constexpr absl::uint128 units() const { return units_; }
    [[nodiscard]] constexpr bool is_zero() const { return units_ == 0; }

    /// Errors: Overflow.
    [[nodiscard]] constexpr Result<Amount, AmountError> plus(Amount other) const {
        if (units_ > absl::Uint128Max() - other.units_) {
            return fail(AmountError::Overflow);
        }
        return Amount(units_ + other.units_);
    }

    /// Errors: Insufficient.
    [[nodiscard]] constexpr Result<Amount, AmountError> minus(Amount other) const {
        if (other.units_ > units_) {
            return fail(AmountError::Insufficient);
        }
        return Amount(units_ - other.units_);
    }

    friend constexpr bool operator==(Amount a, Amount b) { return a.units_ == b.units_; }
    friend constexpr std::strong_ordering operator<=>(Amount a, Amount b) {
        return a.units_ < b.units_   ? std::strong_ordering::less
               : a.units_ > b.units_ ? std::strong_ordering::greater
                                     : std::strong_ordering::equal;
    }

private:
    absl::uint128 units_ = 0;
};

/// Decimal digits, without a separator.
std::string to_string(Amount amount);

}  // namespace nexus
