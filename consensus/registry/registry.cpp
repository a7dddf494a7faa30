#include "consensus/registry/registry.hpp"

#include "consensus/api/protocol.hpp"
#include "consensus/simplex/engine.hpp"

#include <string_view>
#include <vector>

namespace nexus::consensus {

const std::vector<const Engine*>& engines() {
    static const std::vector<const Engine*> all = {&simplex::engine()};
    return all;
}

const Engine* find_engine(std::string_view name) {
    for (const Engine* engine : engines()) {
        if (engine->name() == name) {
            return engine;
        }
    }
    return nullptr;
}

}  // namespace nexus::consensus
