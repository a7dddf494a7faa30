#include "consensus/simplex/vote_tally.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/simplex/committee.hpp"
#include "consensus/simplex/statement.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace nexus::consensus::simplex {

std::size_t VoteTally::find_or_add(const Committee& committee, VoteKind kind, View view,
                                   const Hash& block) {
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (candidates_[i].block == block) {
            return i;
        }
    }
    candidates_.push_back(
        {.block = block,
         .statement = std::make_shared<const Bytes>(committee.statement(kind, view, block)),
         .power = {}});
    return candidates_.size() - 1;
}

void VoteTally::expect(const Committee& committee, VoteKind kind, View view, const Hash& block) {
    find_or_add(committee, kind, view, block);
}

VoteTally::Added VoteTally::add(const Committee& committee, VoteKind kind, View view,
                                const Hash& block, ValidatorIndex signer,
                                const Signature& signature) {
    NEXUS_ASSERT(committee.contains(signer));
    if (const Candidate* chosen = choice_of(signer); chosen != nullptr) {
        return chosen->block == block ? Added::Repeated : Added::Conflicting;
    }
    if (choices_.empty()) {
        choices_.resize(committee.size());
        signatures_.resize(committee.size());
    }
    const std::size_t candidate = find_or_add(committee, kind, view, block);
    choices_[signer.value] = static_cast<std::uint32_t>(candidate + 1);
    signatures_[signer.value] = signature;
    candidates_[candidate].power += committee.at(signer).power;
    return Added::Counted;
}

const VoteTally::Candidate* VoteTally::find(const Hash& block) const {
    for (const Candidate& candidate : candidates_) {
        if (candidate.block == block) {
            return &candidate;
        }
    }
    return nullptr;
}

const Signature& VoteTally::signature_of(ValidatorIndex signer) const {
    NEXUS_ASSERT(choice_of(signer) != nullptr);
    return signatures_[signer.value];
}

bool VoteTally::holds(const Hash& block, ValidatorIndex signer, const Signature& signature) const {
    const Candidate* chosen = choice_of(signer);
    return chosen != nullptr && chosen->block == block && signatures_[signer.value] == signature;
}

CertificatePtr VoteTally::certify(const Committee& committee, VoteKind kind, View view,
                                  const Hash& block) const {
    auto certificate = std::make_shared<Certificate>();
    certificate->statement = std::string(statement_of(kind));
    certificate->chain = committee.chain();
    certificate->view = view;
    certificate->block = block;
    const auto chosen = [&](std::uint32_t choice) {
        return choice != 0 && candidates_[choice - 1].block == block;
    };
    // Exactly as many as there are: certificates are kept for as long as their blocks.
    certificate->endorsements.reserve(
        static_cast<std::size_t>(std::ranges::count_if(choices_, chosen)));
    for (std::uint32_t i = 0; i < choices_.size(); ++i) {
        if (chosen(choices_[i])) {
            certificate->endorsements.push_back(
                {.signer = ValidatorIndex{i}, .signature = signatures_[i]});
        }
    }
    NEXUS_ASSERT(committee.well_formed(*certificate));
    return certificate;
}

void VoteTally::clear() { *this = VoteTally(); }

void VoteTally::digest(Bytes& out) const {
    for (std::uint32_t i = 0; i < choices_.size(); ++i) {
        if (choices_[i] == 0) {
            continue;
        }
        for (unsigned shift = 0; shift < 32; shift += 8) {
            out.push_back(static_cast<std::uint8_t>(i >> shift));
        }
        const Hash& block = candidates_[choices_[i] - 1].block;
        out.insert(out.end(), block.bytes.begin(), block.bytes.end());
        const Signature& signature = signatures_[i];
        out.insert(out.end(), signature.bytes.begin(), signature.bytes.end());
    }
}

}  // namespace nexus::consensus::simplex
