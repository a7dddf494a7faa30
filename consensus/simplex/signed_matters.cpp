#include "consensus/simplex/signed_matters.hpp"

#include "base/concat.hpp"
#include "consensus/simplex/journal.hpp"
#include "consensus/simplex/statement.hpp"

#include <optional>

namespace nexus::consensus::simplex {
namespace {

/// One block is notarized in a view; and a view is nullified or a block of it finalized, never
/// both: a finalize vote promises that no nullify vote follows.
SignedMatter matter_of(VoteKind kind, View view, const Hash& block) {
    const bool notarizes = kind == VoteKind::Notarize;
    return {.matter = concat(notarizes ? "notarize" : "nullify or finalize", ", view ", view.value),
            .content = block};
}

}  // namespace

std::vector<SignedMatter> signed_in(ByteView record) {
    std::vector<SignedMatter> matters;
    if (const std::optional<Record> decoded = Record::decode(record)) {
        for (const OwnVote& vote : decoded->votes) {
            matters.push_back(matter_of(vote.kind, vote.view, vote.block));
        }
    }
    return matters;
}

SignedMatter signed_by(const Certificate& certificate) {
    const std::optional<VoteKind> kind = kind_of(certificate.statement);
    return kind.has_value() ? matter_of(*kind, certificate.view, certificate.block)
                            : SignedMatter{.matter = concat(certificate.statement, ", view ",
                                                            certificate.view.value),
                                           .content = certificate.block};
}

}  // namespace nexus::consensus::simplex
