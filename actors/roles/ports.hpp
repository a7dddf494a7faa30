#pragma once

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

/// What a role is handed at spawn instead of reaching for it. A simulation and a real node
/// implement the same interfaces; nothing else may differ between the two worlds.
namespace nexus::actors {

/// A message between nodes: immutable and shared, since a broadcast hands the same one to
/// everybody. A transport moves it; only roles look inside.
class Packet {
public:
    /// `size`: bytes it takes on the wire, framing included. `digest`: names the content.
    Packet(std::size_t size, const Hash& digest) : size_(size), digest_(digest) {}
    Packet(const Packet&) = delete;
    Packet(Packet&&) = delete;
    Packet& operator=(const Packet&) = delete;
    Packet& operator=(Packet&&) = delete;
    virtual ~Packet() = default;

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] const Hash& digest() const { return digest_; }

    /// What a person calls it: "simplex/notarize", "transactions", ... A literal.
    [[nodiscard]] virtual std::string_view kind() const = 0;

private:
    std::size_t size_;
    Hash digest_;
};
using PacketPtr = std::shared_ptr<const Packet>;

/// Time as this node sees it. Constant while one message is handled.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
};

/// Proof that a peer is at fault: what no honest node sends, whatever it knows and we do not.
enum class Misconduct : std::uint8_t {
    MalformedMessage,  ///< of the protocol: consensus::Verdict::Malformed
    BadSignature,      ///< in a message of the protocol
    BadCertificate,    ///< of a finalized block, or of where the peer stands
    WrongState,        ///< not the state of the certified block that it was offered for
};

/// The name of the enumerator.
constexpr std::string_view to_string(Misconduct misconduct) {
    switch (misconduct) {
        case Misconduct::MalformedMessage:
            return "MalformedMessage";
        case Misconduct::BadSignature:
            return "BadSignature";
        case Misconduct::BadCertificate:
            return "BadCertificate";
        case Misconduct::WrongState:
            return "WrongState";
    }
    return "?";
}

/// Sends to other nodes. A packet may be lost, repeated or overtaken; it is never altered.
class Transport {
public:
    virtual ~Transport() = default;
    virtual void send(NodeId to, const PacketPtr& packet) = 0;
    /// This peer has sent what no honest node sends. A network bans it for a while, so that it can
    /// not make us check its forgeries for ever; packets that have come already still arrive.
    /// Call it with proof only: what is late, stale or not yet to be judged is none.
    virtual void distrust(NodeId peer, Misconduct misconduct) = 0;
};

/// Kinds of work that take computing time.
enum class Work : std::uint8_t {
    VerifySignature,     ///< one Ed25519 check
    Sign,                ///< one Ed25519 signature
    ExecuteTransaction,  ///< one transaction applied to the state
    HashByte,            ///< one byte of SHA-256
    ServeProof,          ///< one state proof built
    StoreBlock,          ///< one finalized block written through to the disk
    Last = StoreBlock,
};

/// Accounts for computing. In a simulation the node stays busy for the virtual cost; on a real node
/// the time has passed already, and this counts.
class Compute {
public:
    virtual ~Compute() = default;
    virtual void charge(Work work, std::uint64_t count) = 0;
};

/// Tells which append became durable.
using DurableToken = std::uint64_t;

/// The journal of one node: what survives a crash. A completed append reaches the actor as a
/// message (DurableAtom, token), in the order of the appends.
class Journal {
public:
    virtual ~Journal() = default;
    /// Starts to make `record` durable.
    virtual DurableToken append(Bytes record) = 0;
    /// Drops the `count` oldest durable records.
    virtual void forget(std::size_t count) = 0;
    /// The durable records, oldest first.
    [[nodiscard]] virtual std::vector<Bytes> records() const = 0;
    /// True if this journal has been there since the validator first started. False for one that
    /// was made later: the validator may have signed what no record tells.
    [[nodiscard]] virtual bool is_original() const = 0;
};

/// Randomness: a named stream of the seed in a simulation, the operating system on a real node.
class Entropy {
public:
    virtual ~Entropy() = default;
    /// A whole number in [0, bound). Pre: bound > 0.
    virtual std::uint64_t below(std::uint64_t bound) = 0;
    /// Exponential with this mean.
    virtual Duration exponential(Duration mean) = 0;
};

/// Hears after each message how busy an actor is, for metrics. It must not answer: an actor behaves
/// the same whether there is one or not.
class ActorMeter {
public:
    virtual ~ActorMeter() = default;
    /// `waiting`: messages in the mailbox now. `took`: this clock's time in the handler.
    virtual void on_handled(std::size_t waiting, Duration took) = 0;
};

/// The world of one node. Everything outlives the actors that hold it.
struct World {
    NodeId self;
    Clock* clock = nullptr;
    Transport* transport = nullptr;
    Compute* compute = nullptr;
    Entropy* entropy = nullptr;
    SignatureVerifier* verifier = nullptr;
    Journal* journal = nullptr;   ///< Validators only.
    ActorMeter* meter = nullptr;  ///< Of real nodes; in a simulation mailboxes are the kernel's.
};

}  // namespace nexus::actors
