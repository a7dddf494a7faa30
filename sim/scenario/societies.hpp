#pragma once

#include "sim/scenario/problems.hpp"
#include "sim/scenario/scenario.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim::input {

/// A community of a CSV file. Only name, idea, place, coordinates and region are from there.
struct Society {
    SovereignSpec spec;
    Place at;
    Place region_at;
};

/// Reads columns name, organizing_idea, place, latitude, longitude, nearest_region, in any order;
/// all but the name may be missing or empty. `defaults` gives the rest. What is wrong is reported.
std::vector<Society> read_societies(std::string_view csv, std::string_view file,
                                    const SovereignSpec& defaults, Problems& problems);

/// The regions of a round-trip matrix: the last word of each name in its first line, as in
/// "Africa (Cape Town) af-south-1".
std::vector<std::string> read_matrix_regions(std::string_view csv, std::string_view file,
                                             Problems& problems);

}  // namespace nexus::sim::input
