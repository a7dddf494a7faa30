#include "sim/cluster/sovereign_summaries.hpp"

#include "graph/ledger/keys.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/ledger/records.hpp"
#include "sim/scenario/names.hpp"

#include <cstdint>
#include <optional>
#include <utility>

namespace nexus::sim {
namespace {

std::optional<double> degrees(const std::optional<std::int32_t>& millionths) {
    return millionths ? std::optional(static_cast<double>(*millionths) * 1e-6) : std::nullopt;
}

}  // namespace

std::vector<SovereignSummary> sovereign_summaries(const Scenario& scenario,
                                                  const graph::StateSnapshot& state) {
    const graph::LedgerView view(state);
    const auto roles = view.all(graph::keys::kRoles);
    const auto missions = view.all(graph::keys::kMissions);
    const auto credentials = view.all(graph::keys::kCredentials);
    const auto assets = view.all(graph::keys::kAssets);
    std::vector<SovereignSummary> summaries;
    for (const SovereignSpec& spec : scenario.sovereigns) {
        SovereignSummary summary;
        summary.name = spec.name;
        summary.idea = spec.idea;
        summary.place = spec.place;
        summary.region = spec.region;
        summary.latitude = degrees(spec.latitude_udeg);
        summary.longitude = degrees(spec.longitude_udeg);
        auto registered = view.sovereign_by_name(spec.name);
        if (!registered) {
            registered = view.sovereign_by_name(slug(spec.name));
        }
        if (registered) {
            const SovereignId id = registered->id;
            summary.id = id.value;
            summary.treasury = to_string(view.treasury(id));
            for (const auto& [key, role] : roles) {
                summary.members += role.sovereign == id && role.role.value == "member" ? 1 : 0;
            }
            for (const auto& [key, mission] : missions) {
                if (mission.sovereign == id) {
                    summary.missions_completed += mission.completed;
                    summary.missions_open += mission.completed < mission.slots ? 1 : 0;
                }
            }
            for (const auto& [key, credential] : credentials) {
                summary.credentials += credential.issuer == id ? 1 : 0;
            }
            for (const auto& [key, asset] : assets) {
                summary.assets += asset.sovereign == id ? 1 : 0;
            }
        }
        summaries.push_back(std::move(summary));
    }
    return summaries;
}

}  // namespace nexus::sim
