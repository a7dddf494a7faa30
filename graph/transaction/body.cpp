#include "graph/transaction/body.hpp"

#include "graph/transaction/metadata.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <variant>

namespace nexus::graph {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<Body>> kKinds = {"transfer",
                                                                            "treasury_deposit",
                                                                            "sovereign_register",
                                                                            "sovereign_update",
                                                                            "schema_publish",
                                                                            "contributor_register",
                                                                            "profile_update",
                                                                            "role_assign",
                                                                            "role_revoke",
                                                                            "credential_anchor",
                                                                            "credential_revoke",
                                                                            "mission_create",
                                                                            "mission_apply",
                                                                            "mission_assign",
                                                                            "mission_complete",
                                                                            "mission_payout",
                                                                            "asset_register",
                                                                            "asset_transfer",
                                                                            "payment"};

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string_view kind_of(const Body& body) { return kKinds[body.index()]; }

bool is_valid_name(std::string_view name) {
    if (name.empty() || name.size() > kNameMax) {
        return false;
    }
    if (!is_alphanumeric(name.front()) || !is_alphanumeric(name.back())) {
        return false;
    }
    const bool known = std::all_of(name.begin(), name.end(), [](char c) {
        return is_alphanumeric(c) || std::string_view(" -_.'").find(c) != std::string_view::npos;
    });
    return known && name.find("  ") == std::string_view::npos;
}

std::string folded_name(std::string_view name) {
    std::string folded(name);
    for (char& c : folded) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return folded;
}

std::string_view symbol_of(AssetClass asset_class) {
    switch (asset_class) {
        case AssetClass::Land:
            return "land";
        case AssetClass::Energy:
            return "energy";
        case AssetClass::Compute:
            return "compute";
        case AssetClass::Connectivity:
            return "connectivity";
        case AssetClass::Sensor:
            return "sensor";
        case AssetClass::IntellectualProperty:
            return "ip";
        case AssetClass::Currency:
            return "currency";
        case AssetClass::Vault:
            return "vault";
        case AssetClass::Other:
            return "other";
    }
    return "?";
}

std::string_view symbol_of(TokenKind kind) {
    switch (kind) {
        case TokenKind::None:
            return "none";
        case TokenKind::Fungible:
            return "fungible";
        case TokenKind::Unique:
            return "unique";
        case TokenKind::Semi:
            return "semi";
    }
    return "?";
}

}  // namespace nexus::graph
