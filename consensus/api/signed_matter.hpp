#pragma once

#include "base/bytes.hpp"

#include <string>

namespace nexus::consensus {

/// Something that a validator signed. An honest one signs one content a matter, whatever happens to
/// it: two contents are a double sign.
struct SignedMatter {
    std::string matter;  ///< "notarize, view 7"
    Hash content;
};

}  // namespace nexus::consensus
