#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nexus::consensus {

/// Send to one validator, never to oneself.
struct Send {
    ValidatorIndex to;
    MessagePtr message;
};

/// Send to every other validator. The sender counts its own vote itself.
struct Broadcast {
    MessagePtr message;
};

/// Fire `timer` once after `after`.
struct SetTimer {
    TimerId timer;
    Duration after;
};

struct CancelTimer {
    TimerId timer;
};

/// Make the record durable. A barrier: no later effect is performed before it is durable.
struct Persist {
    Bytes record;
};

/// The oldest records are needed no more. Not a barrier.
struct ForgetRecords {
    std::size_t count = 0;  ///< How many of the oldest records may be dropped.
};

/// Build a payload on top of `parent`, now or when a batch is due; answer with PayloadReady.
struct RequestPayload {
    View view;
    BlockPtr parent;
};

/// Execute and check; answer with BlockValidated. The parent was validated before.
struct ValidateBlock {
    BlockPtr block;
};

/// `block` is final. Blocks come in order of height, without gaps, each once.
/// `certificate` may be null when a later block's certificate finalizes this one.
struct Commit {
    BlockPtr block;
    CertificatePtr certificate;
};

/// Two signed messages that no honest validator signs both.
struct Evidence {
    ValidatorIndex culprit;
    std::string offence;  ///< "double notarize", "nullify and finalize", ...
    MessagePtr first;
    MessagePtr second;
};

/// This node misses finalized blocks: ask `from` for those above `after`.
struct SyncRequest {
    ValidatorIndex from;
    Height after;
};

/// Something worth counting happened: for traces and coverage, never for behaviour.
struct Probe {
    std::string_view name;  ///< A literal.
    std::uint64_t value = 0;
};

/// An order to the host. A protocol never performs one itself; the host performs them in order.
using Effect = std::variant<Send, Broadcast, SetTimer, CancelTimer, Persist, ForgetRecords,
                            RequestPayload, ValidateBlock, Commit, Evidence, SyncRequest, Probe>;
using Effects = std::vector<Effect>;

}  // namespace nexus::consensus
