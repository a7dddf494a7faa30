#pragma once

#include "base/time.hpp"

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {

/// Position of a region in its RegionMatrix.
using RegionIndex = std::uint32_t;

/// Measured round-trip times between regions, directed: row = from, column = to.
///
/// Source: scenarios/data/README.md names the measurements.
/// Units:  the file holds decimal milliseconds; they become whole nanoseconds digit by digit, so
///         that no machine rounds otherwise than another.
class RegionMatrix {
public:
    /// Parses CSV: a header of region names behind an empty first cell, then one row a region,
    /// its name first, in the order of the header. A comma may end the lines.
    /// Errors: InvalidArgument with `origin`, line, column, what was expected and what was there.
    static absl::StatusOr<RegionMatrix> parse(std::string_view text, std::string_view origin);

    /// Reads and parses a file. Errors: NotFound, and those of parse.
    static absl::StatusOr<RegionMatrix> load(const std::string& path);

    /// `names.size()` regions, all `rtt` apart, themselves included.
    static RegionMatrix uniform(std::vector<std::string> names, Duration rtt);

    [[nodiscard]] std::size_t size() const { return names_.size(); }
    [[nodiscard]] const std::string& name(RegionIndex index) const { return names_.at(index); }

    /// Finds a region by its whole name, or by its last word: "EU (Ireland) eu-west-1" is also
    /// "eu-west-1".
    [[nodiscard]] std::optional<RegionIndex> find(std::string_view name) const;

    /// Round trip as measured from `from` to `to`.
    [[nodiscard]] Duration rtt(RegionIndex from, RegionIndex to) const {
        NEXUS_ASSERT(from < names_.size());
        NEXUS_ASSERT(to < names_.size());
        return rtt_[from * names_.size() + to];
    }
    /// Half the round trip, rounded down to a nanosecond.
    [[nodiscard]] Duration one_way(RegionIndex from, RegionIndex to) const {
        return rtt(from, to) / 2;
    }

private:
    RegionMatrix() = default;

    std::vector<std::string> names_;
    std::vector<Duration> rtt_;  // row by row
};

/// Decimal milliseconds as whole nanoseconds: "302.56" is 302'560'000. At most six places, no sign,
/// no exponent, at most nine digits before the point; anything else is nothing.
std::optional<Duration> parse_milliseconds(std::string_view text);

}  // namespace nexus::sim
