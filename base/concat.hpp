#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>

namespace nexus {

/// The parts, printed one behind the other. (Debian's abseil has a string_view of its own, so its
/// StrCat does not take the standard one.)
template <class... Part>
std::string concat(const Part&... parts) {
    std::string text;
    (fmt::format_to(std::back_inserter(text), "{}", parts), ...);
    return text;
}

}  // namespace nexus
