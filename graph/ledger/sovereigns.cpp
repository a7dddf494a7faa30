#include "base/assert.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "graph/ledger/apply.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/refinement.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/metadata.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <variant>

namespace nexus::graph {
namespace {

constexpr std::int64_t kLatitudeMax = 90'000'000;    // micro-degrees
constexpr std::int64_t kLongitudeMax = 180'000'000;  // micro-degrees

Applied check(const Governance& governance) {
    if (governance.quorum_ppm > kPpmMax) {
        return fail(Rejection::InvalidQuorum);
    }
    return {};
}

Applied check(const Geography& geography) {
    if (!geography.point) {
        return {};
    }
    const GeoPoint& point = *geography.point;
    const bool is_on_earth = point.latitude >= -kLatitudeMax && point.latitude <= kLatitudeMax &&
                             point.longitude >= -kLongitudeMax && point.longitude <= kLongitudeMax;
    if (!is_on_earth) {
        return fail(Rejection::InvalidGeography);
    }
    return {};
}

Applied change(Sovereign& sovereign, const Governance& governance) {
    // Ballots are not on the chain: under Supermajority and Unanimous the controller carries out
    // what was decided elsewhere. What the ledger can enforce alone is that Fixed stays fixed.
    if (sovereign.governance.amendment == AmendmentRule::Fixed) {
        return fail(Rejection::GovernanceFixed);
    }
    sovereign.governance = governance;
    return check(governance);
}

Applied change(Sovereign& sovereign, const Geography& geography) {
    sovereign.geography = geography;
    return check(geography);
}

Applied change(Sovereign& sovereign, const Stack& stack) {
    sovereign.stack = stack;
    return {};
}

}  // namespace

Applied apply(Call& call, const SovereignRegister& body) {
    if (!is_valid_name(body.name.value)) {
        return fail(Rejection::InvalidName);
    }
    if (const Applied valid = check(body.governance); !valid) {
        return valid;
    }
    if (const Applied valid = check(body.geography); !valid) {
        return valid;
    }
    const auto name = keys::sovereign_name(body.name.value);
    if (call.state.contains(name)) {
        return fail(Rejection::NameTaken);
    }
    const auto count = call.state.get(keys::sovereign_count());
    NEXUS_ASSERT(count.has_value());
    NEXUS_ASSERT(count->value < std::numeric_limits<std::uint32_t>::max());
    const SovereignId id{static_cast<std::uint32_t>(count->value)};
    call.state.put(keys::sovereign_count(), Counter{count->value + 1});
    call.state.put(name, id);
    call.state.put(keys::sovereign(id), Sovereign{.id = id,
                                                  .name = body.name,
                                                  .controller = call.sender,
                                                  .governance = body.governance,
                                                  .geography = body.geography,
                                                  .stack = body.stack,
                                                  .registered = call.block.height,
                                                  .updated = call.block.height});
    call.new_sovereign = id;
    return {};
}

Applied apply(Call& call, const SovereignUpdate& body) {
    auto sovereign = controlled_sovereign(call, body.sovereign);
    if (!sovereign) {
        return fail(sovereign.error());
    }
    const Applied changed = std::visit(
        [&sovereign](const auto& part) { return change(*sovereign, part); }, body.change);
    if (!changed) {
        return changed;
    }
    sovereign->updated = call.block.height;
    call.state.put(keys::sovereign(body.sovereign), *sovereign);
    return {};
}

Applied apply(Call& call, const SchemaPublish& body) {
    if (const auto publisher = controlled_sovereign(call, body.schema.sovereign); !publisher) {
        return fail(publisher.error());
    }
    const auto place = keys::schema(schema_hash(body.schema));
    if (call.state.contains(place)) {
        return fail(Rejection::SchemaExists);
    }
    const auto base = body.schema.base ? call.state.get(keys::schema(*body.schema.base))
                                       : std::optional<Schema>();
    if (!base) {
        return fail(Rejection::UnknownBaseSchema);
    }
    if (!check_refines(*base, body.schema)) {
        return fail(Rejection::SchemaDoesNotRefine);
    }
    call.state.put(place, body.schema);
    return {};
}

}  // namespace nexus::graph
