#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "graph/schema/record.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/ids.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What sovereigns and contributors say about themselves: parts of transactions and of state alike.
namespace nexus::graph {

inline constexpr std::size_t kNameMax = 64;       ///< Names, handles, roles, skills. Units: bytes.
inline constexpr std::size_t kTitleMax = 128;     ///< Titles, places, descriptions. Units: bytes.
inline constexpr std::size_t kEndpointMax = 256;  ///< Units: bytes.
inline constexpr std::size_t kMemoMax = 1024;     ///< Of a payment. Units: bytes.
inline constexpr std::size_t kListMax = 32;       ///< Claims, layers, endpoints, skills.
inline constexpr std::uint32_t kPpmMax = 1'000'000;

/// A short text: a name, handle, role, skill, layer or region.
struct Name {
    std::string value;

    static void describe(auto& codec, auto& self) { codec.limited(self.value, kNameMax); }
    friend auto operator<=>(const Name&, const Name&) = default;
};

/// Encodes names that rise strictly.
void describe_names(auto& codec, auto& names) {
    codec.ordered(names, [](const Name& name) -> const Name& { return name; }, kListMax);
}

/// How a sovereign decides.
enum class GovernanceModel : std::uint8_t {
    Founder,
    Council,
    TokenVote,
    OnePersonOneVote,
    Delegated,
    Last = Delegated,
};

/// Who may change the governance itself.
enum class AmendmentRule : std::uint8_t {
    Fixed,  ///< Nobody: governance updates are rejected.
    Controller,
    Supermajority,
    Unanimous,
    Last = Unanimous,
};

/// How a sovereign decides. Invariant: quorum_ppm <= 1'000'000.
struct Governance {
    GovernanceModel model = GovernanceModel::Founder;
    std::uint32_t quorum_ppm = 0;  ///< Least part that must take part. Units: millionths.
    AmendmentRule amendment = AmendmentRule::Controller;

    static void describe(auto& codec, auto& self) {
        codec(self.model, self.quorum_ppm, self.amendment);
    }
    friend bool operator==(const Governance&, const Governance&) = default;
};

/// A point on earth. Units: millionths of a degree, north and east positive.
struct GeoPoint {
    std::int64_t latitude = 0;
    std::int64_t longitude = 0;

    static void describe(auto& codec, auto& self) { codec(self.latitude, self.longitude); }
    friend bool operator==(const GeoPoint&, const GeoPoint&) = default;
};

/// Where a sovereign is. Invariant: the region claims rise strictly.
struct Geography {
    std::string place;              ///< "Texas, United States", or "distributed".
    std::optional<GeoPoint> point;  ///< Absent where there is no single place.
    std::vector<Name> region_claims;

    static void describe(auto& codec, auto& self) {
        codec.limited(self.place, kTitleMax);
        codec(self.point);
        describe_names(codec, self.region_claims);
    }
    friend bool operator==(const Geography&, const Geography&) = default;
};

/// A named address under which a sovereign serves something.
struct Endpoint {
    std::string service;
    std::string address;

    static void describe(auto& codec, auto& self) {
        codec.limited(self.service, kNameMax);
        codec.limited(self.address, kEndpointMax);
    }
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// What a sovereign runs on. Invariant: layers rise strictly, endpoints by service.
struct Stack {
    std::vector<Name> layers;  ///< Of the stack adopted: "convergence", "monetary" ...
    std::vector<Endpoint> endpoints;

    static void describe(auto& codec, auto& self) {
        describe_names(codec, self.layers);
        codec.ordered(
            self.endpoints,
            [](const Endpoint& endpoint) -> const std::string& { return endpoint.service; },
            kListMax);
    }
    friend bool operator==(const Stack&, const Stack&) = default;
};

/// The part of a contributor that may change. Invariant: the skills rise strictly.
struct ProfileDetails {
    SovereignId home;  ///< 0 for none.
    std::vector<Name> skills;
    Hash schema;        ///< Of kind Person or Organization, as the contributor is.
    Record attributes;  ///< Public; together with the fields that the kind has, it fits `schema`.
    std::optional<Hash> attribute_commitment;  ///< To private ones: salted, never on the chain.

    static void describe(auto& codec, auto& self) {
        codec(self.home);
        describe_names(codec, self.skills);
        codec(self.schema, self.attributes, self.attribute_commitment);
    }
    friend bool operator==(const ProfileDetails&, const ProfileDetails&) = default;
};

/// A credential that an applicant must show: who issued it counts as much as its schema.
struct CredentialRequirement {
    SovereignId issuer;
    Hash schema;

    static void describe(auto& codec, auto& self) { codec(self.issuer, self.schema); }
    friend bool operator==(const CredentialRequirement&, const CredentialRequirement&) = default;
};

enum class AssetClass : std::uint8_t {
    Land,
    Energy,
    Compute,
    Connectivity,
    Sensor,
    IntellectualProperty,
    Currency,
    Vault,
    Other,
    Last = Other,
};

enum class TokenKind : std::uint8_t { None, Fungible, Unique, Semi, Last = Semi };

/// The symbol of the core schema for this class: "land", "ip" ...
std::string_view symbol_of(AssetClass asset_class);
std::string_view symbol_of(TokenKind kind);

}  // namespace nexus::graph
