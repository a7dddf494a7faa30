#pragma once

#include <optional>
#include <string_view>

namespace nexus::sim {

/// Where a row of a network matrix is. Approximate: the city, not the machine room.
struct Place {
    std::string_view name;  ///< Of the city.
    double latitude = 0;    ///< Degrees, north positive.
    double longitude = 0;   ///< Degrees, east positive.

    friend bool operator==(const Place&, const Place&) = default;
};

/// The place of a region: of the cloud matrix by its code ("eu-west-1", also at the end of a longer
/// name as in "EU (Ireland) eu-west-1"), or of the city matrix by its name ("SaoPaulo"). Nothing
/// for a region of neither.
std::optional<Place> place_of(std::string_view region);

}  // namespace nexus::sim
