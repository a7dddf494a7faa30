#include "tools/nexus/testnet/session.hpp"

#include "sim/scenario/parser.hpp"

#include <memory>
#include <utility>

namespace nexus::tools {

absl::StatusOr<Session> open_session(const std::string& folder, const std::string& process) {
    const TestnetLayout layout{folder};
    auto network = read_network_file(layout);
    if (!network.ok()) {
        return network.status();
    }
    absl::StatusOr<sim::KeyBook> keys = public_keys(*network);
    if (!process.empty()) {
        keys = read_key_book(layout, *network, process);
        if (!keys.ok()) {
            return keys.status();
        }
    }
    const auto scenario = sim::load_scenario(layout.scenario());
    if (!scenario.ok()) {
        return scenario.status();
    }
    auto society =
        sim::Society::make(*scenario, std::make_shared<const sim::KeyBook>(*std::move(keys)));
    if (!society.ok()) {
        return society.status();
    }
    return Session{layout, *std::move(network), *std::move(society)};
}

}  // namespace nexus::tools
