#include "zkvm/stark/profile.hpp"

#include <array>

namespace nexus::zkvm {
namespace {

constexpr std::array kProfiles{kFastProfile, kCompactProfile, kStrongProfile};

}  // namespace

std::span<const SecurityProfile> security_profiles() { return kProfiles; }

std::optional<SecurityProfile> profile_by_name(std::string_view name) {
    for (const SecurityProfile& profile : kProfiles) {
        if (profile.name == name) {
            return profile;
        }
    }
    return std::nullopt;
}

std::optional<SecurityProfile> profile_by_id(std::uint8_t id) {
    for (const SecurityProfile& profile : kProfiles) {
        if (profile.id == id) {
            return profile;
        }
    }
    if (id == kTestProfile.id) {
        return kTestProfile;
    }
    return std::nullopt;
}

}  // namespace nexus::zkvm
