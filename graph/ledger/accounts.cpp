#include "base/result.hpp"
#include "graph/ledger/apply.hpp"
#include "graph/ledger/error.hpp"
#include "graph/transaction/body.hpp"

namespace nexus::graph {

Applied apply(Call& call, const Transfer& body) {
    if (body.amount.is_zero()) {
        return fail(Rejection::ZeroAmount);
    }
    if (body.to == call.sender) {
        return fail(Rejection::SelfTransfer);
    }
    if (const Applied paid = debit(call.state, call.sender, body.amount); !paid) {
        return paid;
    }
    credit(call.state, body.to, body.amount);
    return {};
}

Applied apply(Call& call, const Payment& body) {
    return apply(call, Transfer{.to = body.to, .amount = body.amount});
}

}  // namespace nexus::graph
