#pragma once

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/ids.hpp"
#include "consensus/api/signed_matter.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace nexus::tools {

/// No validator signs two contents for one matter.
class DoubleSignChecker final : public sim::Checker {
public:
    DoubleSignChecker()
        : Checker("no_double_sign",
                  "no validator signs two contents for one matter, in any journal or certificate") {
    }

    void on_signed(ValidatorIndex signer, const consensus::SignedMatter& matter,
                   const std::string& where) {
        count();
        const auto [known, is_new] =
            signed_.try_emplace({signer.value, matter.matter}, matter.content, where);
        if (!is_new && known->second.first != matter.content) {
            violation(concat("validator ", signer.value, ", ", matter.matter, ": ",
                             short_hex(known->second.first.view()), " in ", known->second.second,
                             ", ", short_hex(matter.content.view()), " in ", where));
        }
    }

private:
    std::map<std::pair<std::uint32_t, std::string>, std::pair<Hash, std::string>> signed_;
};

}  // namespace nexus::tools
