#include "graph/schema/core_schema.hpp"

#include "base/bytes.hpp"
#include "graph/schema/schema.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

constexpr std::size_t kKindCount = static_cast<std::size_t>(NodeKind::Last) + 1;
constexpr std::int64_t kIntegerMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kUint32Max = std::numeric_limits<std::uint32_t>::max();

Field required(std::string name, FieldType type) {
    return {.name = std::move(name), .required = true, .type = std::move(type)};
}

Field optional(std::string name, FieldType type) {
    return {.name = std::move(name), .required = false, .type = std::move(type)};
}

FieldType text(std::uint32_t bytes_min, std::uint32_t bytes_max) {
    return TextType{.bytes_min = bytes_min, .bytes_max = bytes_max};
}

FieldType integer(std::int64_t min, std::int64_t max) {
    return IntegerType{.min = min, .max = max};
}

FieldType one_of(std::vector<std::string> names) {
    EnumType type;
    for (std::string& name : names) {
        type.symbols.push_back({std::move(name)});
    }
    std::sort(type.symbols.begin(), type.symbols.end());
    return type;
}

std::vector<Field> person_fields() {
    return {required("handle", text(1, 64)), required("home", integer(0, kUint32Max)),
            optional("commitment", HashType{}), optional("alias", text(1, 64))};
}

std::vector<Field> fields_of(NodeKind kind) {
    switch (kind) {
        case NodeKind::Person:
            return person_fields();
        case NodeKind::Organization: {
            std::vector<Field> fields = person_fields();
            fields.push_back(optional("type", one_of({"sovereign", "dao", "coop", "company",
                                                      "provider", "validator", "prover"})));
            return fields;
        }
        case NodeKind::Asset:
            return {required("class", one_of({"land", "energy", "compute", "connectivity", "sensor",
                                              "ip", "currency", "vault", "other"})),
                    required("token", one_of({"none", "fungible", "unique", "semi"})),
                    required("metadata", HashType{}), optional("name", text(1, 128)),
                    optional("capacity", integer(0, kIntegerMax))};
        case NodeKind::Mission:
            return {required("title", text(1, 128)), required("slots", integer(1, kUint32Max)),
                    required("deadline", integer(0, kIntegerMax)),
                    optional("type", one_of({"project", "event", "infrastructure", "service"})),
                    optional("description", HashType{})};
        case NodeKind::Credential:
            return {required("digest", HashType{}),
                    optional("valid_until", integer(0, kIntegerMax))};
    }
    return {};
}

Schema build(NodeKind kind) {
    Schema schema;
    schema.kind = kind;
    schema.name = "core/" + std::string(to_string(kind));
    schema.fields = fields_of(kind);
    std::sort(schema.fields.begin(), schema.fields.end(),
              [](const Field& a, const Field& b) { return a.name < b.name; });
    return schema;
}

struct Core {
    std::array<Schema, kKindCount> schemas;
    std::array<Hash, kKindCount> hashes;
};

Core build_all() {
    Core core;
    for (std::size_t i = 0; i < kKindCount; ++i) {
        core.schemas[i] = build(static_cast<NodeKind>(i));
        core.hashes[i] = schema_hash(core.schemas[i]);
    }
    return core;
}

const Core& core() {
    static const Core built = build_all();
    return built;
}

}  // namespace

const Schema& core_schema(NodeKind kind) { return core().schemas[static_cast<std::size_t>(kind)]; }

const Hash& core_schema_hash(NodeKind kind) {
    return core().hashes[static_cast<std::size_t>(kind)];
}

}  // namespace nexus::graph
