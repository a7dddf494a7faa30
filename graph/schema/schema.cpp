#include "graph/schema/schema.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace nexus::graph {

std::string_view to_string(NodeKind kind) {
    switch (kind) {
        case NodeKind::Person:
            return "Person";
        case NodeKind::Organization:
            return "Organization";
        case NodeKind::Asset:
            return "Asset";
        case NodeKind::Mission:
            return "Mission";
        case NodeKind::Credential:
            return "Credential";
    }
    return "?";
}

const Field* Schema::find(std::string_view field_name) const {
    const auto at = std::lower_bound(
        fields.begin(), fields.end(), field_name,
        [](const Field& field, std::string_view wanted) { return field.name < wanted; });
    return at != fields.end() && at->name == field_name ? &*at : nullptr;
}

Hash schema_hash(const Schema& schema) {
    return tagged_hash("nexus/schema", codec::encode(schema));
}

std::string extension_prefix(SovereignId sovereign) {
    return "ext." + std::to_string(sovereign.value) + ".";
}

}  // namespace nexus::graph
