#pragma once

#include "base/time.hpp"
#include "consensus/api/protocol.hpp"

#include <vector>

namespace nexus::consensus::simplex {

/// The parameters, as types.
struct Settings {
    Duration view_timeout;      ///< From entering a view to voting to skip it.
    Duration view_timeout_max;  ///< Where the back-off of view timeouts and resends ends.
    Duration resend;            ///< First interval of resends; interval of retries and of favours.
    Duration clock_skew_max;    ///< How far ahead of our clock a block's time may be.
    bool relay_all = false;     ///< Multicast every new certificate once, as the paper does.

    /// Pre: complete and in range, as ProtocolConfig says.
    static Settings from(const Parameters& parameters);
};

/// What the engine understands.
const std::vector<ParameterSpec>& parameter_specs();

}  // namespace nexus::consensus::simplex
