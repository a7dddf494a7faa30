#include "graph/ledger/core_records.hpp"

#include "graph/ledger/records.hpp"
#include "graph/schema/record.hpp"
#include "graph/transaction/metadata.hpp"

#include <cstdint>
#include <string>

// Attributes stand in the order of their names, which Record demands.

namespace nexus::graph {

Record core_record(const Contributor& contributor) {
    Record record;
    if (contributor.details.attribute_commitment) {
        record.attributes.push_back({"commitment", *contributor.details.attribute_commitment});
    }
    record.attributes.push_back({"handle", Text{contributor.handle.value}});
    record.attributes.push_back({"home", std::int64_t{contributor.details.home.value}});
    return record;
}

Record core_record(const Mission& mission) {
    return {{{"deadline", mission.deadline.nanoseconds},
             {"slots", std::int64_t{mission.slots}},
             {"title", Text{mission.title}}}};
}

Record core_record(const Asset& asset) {
    return {{{"class", Symbol{std::string(symbol_of(asset.asset_class))}},
             {"metadata", asset.metadata},
             {"token", Symbol{std::string(symbol_of(asset.token))}}}};
}

}  // namespace nexus::graph
