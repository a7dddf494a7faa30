#pragma once

#include "graph/ledger/records.hpp"
#include "graph/schema/record.hpp"

namespace nexus::graph {

/// The values that a node has for the fields of its core schema. With the node's own attributes
/// merged in, this is the record that conforms to the node's schema.
Record core_record(const Contributor& contributor);
Record core_record(const Mission& mission);
Record core_record(const Asset& asset);

}  // namespace nexus::graph
