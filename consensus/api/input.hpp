#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/message.hpp"

#include <cstdint>
#include <variant>
#include <vector>

namespace nexus::consensus {

/// Names one setting of one timer: never used twice, so a stale firing is recognised.
using TimerId = Tagged<struct TimerIdTag>;

/// A block, and how a validator that was away can trust it. Where `certificate` is null, a later
/// block of the same list carries the certificate that finalizes this one too.
struct CommittedBlock {
    BlockPtr block;
    CertificatePtr certificate;
};

/// The first input, once: begin, or go on after a crash.
/// `records` are the durable ones of Persist, oldest first; empty on the first start.
/// `committed` is the last block the application has applied durably; the genesis at first.
struct Start {
    BlockPtr committed;
    std::vector<Bytes> records;
};

/// A message from a peer, after `admit` and after all signature checks it named have passed.
struct Receive {
    ValidatorIndex from;
    MessagePtr message;
};

/// A timer ran out.
struct TimerFired {
    TimerId timer;
};

/// Answer to RequestPayload. A stale answer is ignored.
struct PayloadReady {
    View view;
    Hash parent;
    PayloadPtr payload;
    Hash state_root;     ///< The application's state after the payload on top of the parent.
    Hash receipts_root;  ///< What the parts of the payload came to.
};

/// Answer to ValidateBlock: whether the application accepts payload, state root and receipts root.
struct BlockValidated {
    Hash block;
    bool valid = false;
};

/// Answer to SyncRequest: consecutive blocks above the requested height, not trusted.
struct BlocksReceived {
    ValidatorIndex from;
    std::vector<CommittedBlock> blocks;
};

/// All that can happen to a protocol.
using Input =
    std::variant<Start, Receive, TimerFired, PayloadReady, BlockValidated, BlocksReceived>;

}  // namespace nexus::consensus
