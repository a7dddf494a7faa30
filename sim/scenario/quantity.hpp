#pragma once

#include "base/amount.hpp"
#include "base/time.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Quantities as a person writes them: "250ms", "0.1%", "1Gbps". Whole arithmetic only: what cannot
/// be said exactly in the smallest unit is no quantity. Writing and reading again gives the same.
namespace nexus::sim::input {

/// Units: ns, us, ms, s, m, h.
std::optional<Duration> parse_duration(std::string_view text);
std::string format_duration(Duration duration);

/// Units: %, ppm.
std::optional<Ppm> parse_share(std::string_view text);
std::string format_share(Ppm share);

/// Units: bps, kbps, Mbps, Gbps, Tbps; bits a second, powers of ten.
std::optional<std::uint64_t> parse_bandwidth(std::string_view text);
std::string format_bandwidth(std::uint64_t bits_per_second);

/// Units: B, kB, MB, GB (powers of ten), KiB, MiB, GiB (powers of two).
std::optional<std::uint64_t> parse_size(std::string_view text);
std::string format_size(std::uint64_t bytes);

/// Decimal digits.
std::optional<std::uint64_t> parse_whole(std::string_view text);
std::optional<Amount> parse_amount(std::string_view text);

/// Degrees with at most six decimals, in millionths.
std::optional<std::int32_t> parse_degrees(std::string_view text);
std::string format_degrees(std::int32_t microdegrees);

}  // namespace nexus::sim::input
