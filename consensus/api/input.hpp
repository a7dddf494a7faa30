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
///
/// `amnesia`: an earlier life may have signed what no record tells, since the records were lost.
/// The machine then signs nothing before Recovered. Pre: there are no records.
struct Start {
    BlockPtr committed;
    std::vector<Bytes> records;
    bool amnesia = false;
};

/// The end of amnesia, once, after a Start that spoke of it. Validators who share an honest one
/// with every quorum (`shares_honest`), not counting ourselves, have shown their positions
/// since that Start (Protocol::prove_position). `highest` is the certificate of the highest view
/// among them, with valid signatures of a quorum; null where nobody had one.
///
/// So no earlier life was more than two views above `highest`: it entered its last view v when a
/// quorum had signed in v - 1 or later, an honest one of whom has shown a certificate of v - 2 or
/// later.
struct Recovered {
    CertificatePtr highest;
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
using Input = std::variant<Start, Recovered, Receive, TimerFired, PayloadReady, BlockValidated,
                           BlocksReceived>;

}  // namespace nexus::consensus
