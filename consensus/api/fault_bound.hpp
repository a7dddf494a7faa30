#pragma once

#include "base/assert.hpp"
#include "consensus/api/validator_set.hpp"

namespace nexus::consensus {

/// f: the most stake that is less than a third of the total. So much may be Byzantine, and so much
/// stands outside of the smallest quorum. Pre: total > 0.
constexpr Power fault_bound(Power total) {
    NEXUS_ASSERT(total.value > 0);
    return {(total.value - 1) / 3};
}

/// True if validators of this power are sure to share an honest one with every quorum: more than f
/// of them are in it, since no more than f stand outside. Pre: total > 0.
constexpr bool shares_honest(Power power, Power total) {
    return power.value > 2 * fault_bound(total).value;
}

}  // namespace nexus::consensus
