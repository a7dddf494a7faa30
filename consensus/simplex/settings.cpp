#include "consensus/simplex/settings.hpp"

#include "base/assert.hpp"
#include "base/time.hpp"
#include "consensus/api/protocol.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

std::int64_t value_of(const Parameters& parameters, std::string_view name) {
    const auto found = parameters.find(name);
    NEXUS_ASSERT(found != parameters.end());
    const auto spec = std::ranges::find(parameter_specs(), name, &ParameterSpec::name);
    NEXUS_ASSERT(spec != parameter_specs().end());
    NEXUS_ASSERT(found->second >= spec->min);
    NEXUS_ASSERT(found->second <= spec->max);
    return found->second;
}

}  // namespace

Settings Settings::from(const Parameters& parameters) {
    Settings settings;
    settings.view_timeout = milliseconds(value_of(parameters, "view_timeout_ms"));
    // A cap below the start would shrink timeouts; the start wins.
    settings.view_timeout_max =
        std::max(settings.view_timeout, milliseconds(value_of(parameters, "view_timeout_max_ms")));
    settings.resend = milliseconds(value_of(parameters, "resend_ms"));
    settings.clock_skew_max = milliseconds(value_of(parameters, "clock_skew_max_ms"));
    settings.relay_all = value_of(parameters, "certificate_relay") == 1;
    return settings;
}

const std::vector<ParameterSpec>& parameter_specs() {
    static const std::vector<ParameterSpec> specs = {
        {.name = "view_timeout_ms",
         .fallback = 2'000,
         .min = 1,
         .max = 3'600'000,
         .meaning = "time from entering a view to voting to skip it"},
        {.name = "view_timeout_max_ms",
         .fallback = 8'000,
         .min = 1,
         .max = 3'600'000,
         .meaning = "cap of the back-off while views pass without a finalization"},
        {.name = "resend_ms",
         .fallback = 1'000,
         .min = 1,
         .max = 3'600'000,
         .meaning = "first interval of resends after a timeout, and interval of fetch retries"},
        {.name = "clock_skew_max_ms",
         .fallback = 500,
         .min = 0,
         .max = 3'600'000,
         .meaning = "how far ahead of the own clock the time of a proposed block may be"},
        {.name = "certificate_relay",
         .fallback = 0,
         .min = 0,
         .max = 1,
         .meaning = "0: certificates go to who lags; 1: everybody multicasts each one once"},
    };
    return specs;
}

}  // namespace nexus::consensus::simplex
