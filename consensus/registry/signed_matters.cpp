#include "consensus/registry/signed_matters.hpp"

#include "consensus/simplex/engine.hpp"
#include "consensus/simplex/signed_matters.hpp"

namespace nexus::consensus {

const SignedMatterReader* find_signed_matter_reader(std::string_view protocol) {
    static constexpr SignedMatterReader kSimplex{.in_record = simplex::signed_in,
                                                 .in_certificate = simplex::signed_by};
    return protocol == simplex::engine().name() ? &kSimplex : nullptr;
}

}  // namespace nexus::consensus
