#pragma once

#include "sim/scenario/document.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/schema.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim::input {

/// Reads values of a document into the slots of fields. What does not fit is reported and leaves
/// its slot as it is; where everything stands is noted.
class Reader {
public:
    Reader(Problems& problems, Places& places) : problems_(problems), places_(places) {}

    /// Reads every key of a table. `label`: what messages call it: "fault"; `where`: what places_
    /// calls it: "fault[2]".
    void read_table(const Value& table, std::string_view label, std::string_view where,
                    const std::vector<Field>& fields);

private:
    Problems& problems_;
    Places& places_;
};

}  // namespace nexus::sim::input
