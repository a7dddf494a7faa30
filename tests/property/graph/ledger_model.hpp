#pragma once

#include "tests/unit/graph/world.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace nexus::graph::tests {

/// The ledger once more, as simple as it can be said: people and sovereigns are small numbers,
/// money is a whole number, tables are maps, and nothing is hashed, signed or encoded. It says
/// whether a step takes effect, not why not.
class LedgerModel {
public:
    struct MissionModel {
        std::size_t sovereign = 0;
        std::size_t slots = 0;
        std::uint64_t reward = 0;
        bool needs_role = false;
        bool needs_credential = false;
        std::map<std::size_t, int> stages;  // person -> 1 applied, 2 assigned, 3 completed, 4 paid
    };
    /// A person (first) or a sovereign (second).
    using Owner = std::pair<std::optional<std::size_t>, std::optional<std::size_t>>;

    std::map<std::size_t, std::uint64_t> balances;
    std::map<std::size_t, std::uint64_t> treasuries{{0, 500}};
    std::map<std::size_t, std::size_t> controllers;  // sovereign -> person
    std::set<std::size_t> sovereign_names;
    std::set<std::size_t> contributors;
    std::set<std::pair<std::size_t, std::size_t>> members;  // (sovereign, person)
    /// (issuer, number) -> (subject, valid)
    std::map<std::pair<std::size_t, std::size_t>, std::pair<std::size_t, bool>> credentials;
    std::vector<MissionModel> missions;
    std::vector<Owner> assets;

    LedgerModel() {
        for (std::size_t i = 0; i < kPeople; ++i) {
            balances[i] = kStart;
        }
    }

    /// False if the sender cannot even pay.
    bool pay_fee(std::size_t person) {
        if (balances[person] < kFee) {
            return false;
        }
        balances[person] -= kFee;
        treasuries[0] += kFee;
        return true;
    }

    [[nodiscard]] bool exists(std::size_t sovereign) const {
        return sovereign == 0 || controllers.contains(sovereign);
    }
    [[nodiscard]] bool controls(std::size_t person, std::size_t sovereign) const {
        const auto at = controllers.find(sovereign);
        return at != controllers.end() && at->second == person;
    }

    bool transfer(std::size_t from, std::size_t to, std::uint64_t amount) {
        if (from == to || amount == 0 || balances[from] < amount) {
            return false;
        }
        balances[from] -= amount;
        balances[to] += amount;
        return true;
    }
    bool deposit(std::size_t from, std::size_t sovereign, std::uint64_t amount) {
        if (!exists(sovereign) || amount == 0 || balances[from] < amount) {
            return false;
        }
        balances[from] -= amount;
        treasuries[sovereign] += amount;
        return true;
    }
    bool found(std::size_t person, std::size_t name) {
        if (!sovereign_names.insert(name).second) {
            return false;
        }
        controllers[controllers.size() + 1] = person;
        return true;
    }
    bool join(std::size_t person) { return contributors.insert(person).second; }
    bool assign_role(std::size_t by, std::size_t sovereign, std::size_t to) {
        if (!controls(by, sovereign) || !contributors.contains(to)) {
            return false;
        }
        members.insert({sovereign, to});
        return true;
    }
    bool revoke_role(std::size_t by, std::size_t sovereign, std::size_t from) {
        return controls(by, sovereign) && members.erase({sovereign, from}) == 1;
    }
    bool anchor(std::size_t by, std::size_t issuer, std::size_t subject, std::size_t number) {
        return controls(by, issuer) && contributors.contains(subject) &&
               credentials.insert({{issuer, number}, {subject, true}}).second;
    }
    bool revoke(std::size_t by, std::size_t issuer, std::size_t number) {
        const auto at = credentials.find({issuer, number});
        if (!controls(by, issuer) || at == credentials.end() || !at->second.second) {
            return false;
        }
        at->second.second = false;
        return true;
    }
    bool open(std::size_t by, MissionModel mission) {
        if (!controls(by, mission.sovereign) || mission.slots == 0) {
            return false;
        }
        missions.push_back(std::move(mission));
        return true;
    }
    bool apply(std::size_t person, std::size_t index, std::optional<std::size_t> shown) {
        if (index >= missions.size()) {
            return false;
        }
        MissionModel& mission = missions[index];
        if (!contributors.contains(person) || mission.stages.contains(person) || is_full(mission) ||
            !is_eligible(mission, person, shown)) {
            return false;
        }
        mission.stages[person] = 1;
        shown_[{index, person}] = shown;
        return true;
    }
    bool assign(std::size_t by, std::size_t index, std::size_t person) {
        if (!can_move(by, index, person, 1) || is_full(missions[index]) ||
            !is_eligible(missions[index], person, shown_[{index, person}])) {
            return false;
        }
        missions[index].stages[person] = 2;
        return true;
    }
    bool complete(std::size_t by, std::size_t index, std::size_t person) {
        if (!can_move(by, index, person, 2)) {
            return false;
        }
        missions[index].stages[person] = 3;
        return true;
    }
    bool pay_out(std::size_t by, std::size_t index, std::size_t person) {
        if (index >= missions.size()) {
            return false;
        }
        MissionModel& mission = missions[index];
        const bool may = by == person || controls(by, mission.sovereign);
        if (!may || stage_of(mission, person) != 3 ||
            treasuries[mission.sovereign] < mission.reward) {
            return false;
        }
        treasuries[mission.sovereign] -= mission.reward;
        balances[person] += mission.reward;
        mission.stages[person] = 4;
        return true;
    }
    bool register_asset(std::size_t person, std::optional<std::size_t> sovereign) {
        if (sovereign && !controls(person, *sovereign)) {
            return false;
        }
        assets.push_back(sovereign ? Owner{{}, sovereign} : Owner{person, {}});
        return true;
    }
    bool give(std::size_t person, std::size_t index, Owner to) {
        if (index >= assets.size()) {
            return false;
        }
        Owner& owner = assets[index];
        const bool may = owner.first ? *owner.first == person : controls(person, *owner.second);
        if (!may || owner == to || (to.second && !exists(*to.second))) {
            return false;
        }
        owner = to;
        return true;
    }

private:
    static int stage_of(const MissionModel& mission, std::size_t person) {
        const auto at = mission.stages.find(person);
        return at == mission.stages.end() ? 0 : at->second;
    }
    static bool is_full(const MissionModel& mission) {
        std::size_t given = 0;
        for (const auto& [person, stage] : mission.stages) {
            given += stage >= 2 ? 1 : 0;
        }
        return given == mission.slots;
    }
    [[nodiscard]] bool can_move(std::size_t by, std::size_t index, std::size_t person,
                                int from) const {
        return index < missions.size() && controls(by, missions[index].sovereign) &&
               stage_of(missions[index], person) == from;
    }
    [[nodiscard]] bool is_eligible(const MissionModel& mission, std::size_t person,
                                   std::optional<std::size_t> shown) const {
        if (mission.needs_role && !members.contains({mission.sovereign, person})) {
            return false;
        }
        if (!mission.needs_credential) {
            return !shown;
        }
        const auto at = shown ? credentials.find({mission.sovereign, *shown}) : credentials.end();
        return at != credentials.end() && at->second == std::pair(person, true);
    }

    std::map<std::pair<std::size_t, std::size_t>, std::optional<std::size_t>> shown_;
};

}  // namespace nexus::graph::tests
