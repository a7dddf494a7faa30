#include "base/amount.hpp"

#include <absl/numeric/int128.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace nexus {

std::string to_string(Amount amount) {
    absl::uint128 rest = amount.units();
    std::string digits;
    do {
        digits.push_back(
            static_cast<char>('0' + static_cast<int>(static_cast<std::uint64_t>(rest % 10))));
        rest /= 10;
    } while (rest != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

}  // namespace nexus
