#pragma once

#include "base/bytes.hpp"
#include "graph/schema/schema.hpp"

namespace nexus::graph {

/// The Global Core Schema, version 1, of this kind: what every sovereign's records have in common.
/// The fields that a transaction carries anyway (handle, title, slots ...) are fields here too, so
/// that an extension may tighten them: "our missions have at most ten slots".
const Schema& core_schema(NodeKind kind);

/// schema_hash(core_schema(kind)), computed once.
const Hash& core_schema_hash(NodeKind kind);

}  // namespace nexus::graph
