#include "base/result.hpp"
#include "graph/ledger/apply.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/body.hpp"

namespace nexus::graph {

Applied apply(Call& call, const CredentialAnchor& body) {
    if (const auto issuer = controlled_sovereign(call, body.issuer); !issuer) {
        return fail(issuer.error());
    }
    if (const auto subject = known_contributor(call, body.subject); !subject) {
        return fail(subject.error());
    }
    // The credential itself is private, so that only its kind can be checked here.
    if (const auto schema = known_schema(call, body.schema, NodeKind::Credential); !schema) {
        return fail(schema.error());
    }
    if (body.valid_until && *body.valid_until <= call.block.time) {
        return fail(Rejection::CredentialExpired);
    }
    const auto place = keys::credential(body.issuer, body.digest);
    if (call.state.contains(place)) {
        return fail(Rejection::CredentialExists);
    }
    call.state.put(place, Credential{.issuer = body.issuer,
                                     .digest = body.digest,
                                     .subject = body.subject,
                                     .schema = body.schema,
                                     .valid_until = body.valid_until,
                                     .anchored = call.block.height,
                                     .revoked = {}});
    return {};
}

Applied apply(Call& call, const CredentialRevoke& body) {
    if (const auto issuer = controlled_sovereign(call, body.issuer); !issuer) {
        return fail(issuer.error());
    }
    const auto place = keys::credential(body.issuer, body.digest);
    auto credential = call.state.get(place);
    if (!credential) {
        return fail(Rejection::UnknownCredential);
    }
    if (credential->revoked) {
        return fail(Rejection::CredentialRevoked);
    }
    credential->revoked = call.block.height;
    call.state.put(place, *credential);
    return {};
}

}  // namespace nexus::graph
