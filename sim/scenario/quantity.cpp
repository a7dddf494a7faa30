#include "sim/scenario/quantity.hpp"

#include "base/amount.hpp"
#include "base/time.hpp"
#include "sim/scenario/scenario.hpp"

#include <absl/numeric/int128.h>
#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nexus::sim::input {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::uint64_t kThousand = 1'000;
constexpr std::uint64_t kMillion = 1'000'000;
constexpr std::uint64_t kBillion = 1'000'000'000;
constexpr std::uint64_t kTrillion = 1'000'000'000'000;
constexpr std::size_t kDigitsMax = 20;    // of the whole part: all of 64 bits
constexpr std::size_t kDecimalsMax = 15;  // beyond the smallest part of the largest unit

// Rising: the writer takes the last that divides.
constexpr Unit kDurations[] = {{"ns", 1},       {"us", kThousand},    {"ms", kMillion},
                               {"s", kBillion}, {"m", 60 * kBillion}, {"h", 3'600 * kBillion}};
constexpr Unit kShares[] = {{"ppm", 1}, {"%", 10'000}};
constexpr Unit kBandwidths[] = {
    {"bps", 1}, {"kbps", kThousand}, {"Mbps", kMillion}, {"Gbps", kBillion}, {"Tbps", kTrillion}};
constexpr Unit kSizes[] = {{"B", 1},
                           {"kB", kThousand},
                           {"MB", kMillion},
                           {"GB", kBillion},
                           {"KiB", 1ULL << 10U},
                           {"MiB", 1ULL << 20U},
                           {"GiB", 1ULL << 30U}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `digits` or `digits.digits`, in units of 1 / 10^decimals.
struct Decimal {
    absl::uint128 scaled = 0;
    absl::uint128 scale = 1;
    std::size_t size = 0;  ///< Characters read.
};

std::optional<Decimal> read_decimal(std::string_view text) {
    Decimal out;
    std::size_t digits = 0;
    while (out.size < text.size() && is_digit(text[out.size])) {
        out.scaled = out.scaled * 10 + static_cast<std::uint64_t>(text[out.size++] - '0');
        if (++digits > kDigitsMax) {
            return std::nullopt;
        }
    }
    if (digits == 0) {
        return std::nullopt;
    }
    if (out.size == text.size() || text[out.size] != '.') {
        return out;
    }
    ++out.size;
    std::size_t decimals = 0;
    while (out.size < text.size() && is_digit(text[out.size])) {
        out.scaled = out.scaled * 10 + static_cast<std::uint64_t>(text[out.size++] - '0');
        out.scale *= 10;
        if (++decimals > kDecimalsMax) {
            return std::nullopt;
        }
    }
    return decimals == 0 ? std::nullopt : std::optional(out);
}

/// The number times the unit, if that is a whole number of at most 64 bits.
std::optional<std::uint64_t> exact(const Decimal& number, std::uint64_t factor) {
    // At most 35 digits stand in `scaled`: the factor may take it beyond 128 bits.
    if (number.scaled > absl::Uint128Max() / factor) {
        return std::nullopt;
    }
    const absl::uint128 product = number.scaled * factor;
    if (product % number.scale != 0 ||
        product / number.scale > std::numeric_limits<std::uint64_t>::max()) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(product / number.scale);
}

std::optional<std::uint64_t> parse_quantity(std::string_view text, std::span<const Unit> units) {
    const std::optional<Decimal> number = read_decimal(text);
    if (!number) {
        return std::nullopt;
    }
    for (const Unit& unit : units) {
        if (unit.name == text.substr(number->size)) {
            return exact(*number, unit.factor);
        }
    }
    return std::nullopt;
}

/// In the last unit that divides the value.
std::string format_quantity(std::uint64_t value, std::span<const Unit> units) {
    const Unit* best = &units.front();
    for (const Unit& unit : units) {
        if (value != 0 && value % unit.factor == 0) {
            best = &unit;
        }
    }
    return fmt::format("{}{}", value / best->factor, best->name);
}

/// A number of millionths or the like, without needless zeros.
std::string format_decimal(std::uint64_t value, std::uint64_t scale, int decimals) {
    std::string out = fmt::format("{}", value / scale);
    if (value % scale != 0) {
        out += fmt::format(".{:0{}}", value % scale, decimals);
        out.erase(out.find_last_not_of('0') + 1);
    }
    return out;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const std::optional<std::uint64_t> parsed = parse_quantity(text, kDurations);
    if (!parsed || *parsed > std::numeric_limits<std::int64_t>::max()) {
        return std::nullopt;
    }
    return nanoseconds(static_cast<std::int64_t>(*parsed));
}

std::string format_duration(Duration duration) {
    if (duration.nanoseconds == 0) {
        return "0s";
    }
    const auto count = static_cast<std::uint64_t>(duration.nanoseconds);
    // "60s" and "90s" are easier to compare than "1m" and "90s".
    return format_quantity(count, std::span(kDurations).first(4));
}

std::optional<Ppm> parse_share(std::string_view text) {
    const std::optional<std::uint64_t> parsed = parse_quantity(text, kShares);
    if (!parsed || *parsed > std::numeric_limits<Ppm>::max()) {
        return std::nullopt;
    }
    return static_cast<Ppm>(*parsed);
}

std::string format_share(Ppm share) { return format_decimal(share, 10'000, 4) + "%"; }

std::optional<std::uint64_t> parse_bandwidth(std::string_view text) {
    return parse_quantity(text, kBandwidths);
}

std::string format_bandwidth(std::uint64_t bits_per_second) {
    return format_quantity(bits_per_second, kBandwidths);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    return parse_quantity(text, kSizes);
}

std::string format_size(std::uint64_t bytes) {
    return format_quantity(bytes, std::span(kSizes).first(4));
}

std::optional<std::uint64_t> parse_whole(std::string_view text) {
    const std::optional<Decimal> number = read_decimal(text);
    if (!number || number->size != text.size() || number->scale != 1) {
        return std::nullopt;
    }
    return exact(*number, 1);
}

std::optional<Amount> parse_amount(std::string_view text) {
    const std::optional<std::uint64_t> whole = parse_whole(text);
    return whole ? std::optional(Amount(*whole)) : std::nullopt;
}

std::optional<std::int32_t> parse_degrees(std::string_view text) {
    const bool negative = text.starts_with('-');
    const std::optional<Decimal> number = read_decimal(text.substr(negative ? 1 : 0));
    if (!number || number->size + (negative ? 1 : 0) != text.size()) {
        return std::nullopt;
    }
    const std::optional<std::uint64_t> millionths = exact(*number, kMillion);
    if (!millionths || *millionths > std::numeric_limits<std::int32_t>::max()) {
        return std::nullopt;
    }
    const auto value = static_cast<std::int32_t>(*millionths);
    return negative ? -value : value;
}

std::string format_degrees(std::int32_t microdegrees) {
    const std::int64_t wide = microdegrees;
    const auto size = static_cast<std::uint64_t>(wide < 0 ? -wide : wide);
    const std::string digits = format_decimal(size, kMillion, 6);
    return (wide < 0 ? "-" : "") + digits + (size % kMillion == 0 ? ".0" : "");
}

}  // namespace nexus::sim::input
