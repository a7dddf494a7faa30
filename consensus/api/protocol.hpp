#pragma once

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/message.hpp"
#include "consensus/api/validator_set.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::consensus {

/// Signs for one validator. Pure: the same bytes give the same signature.
class Signer {
public:
    Signer() = default;
    Signer(const Signer&) = delete;
    Signer(Signer&&) = delete;
    Signer& operator=(const Signer&) = delete;
    Signer& operator=(Signer&&) = delete;
    virtual ~Signer() = default;
    [[nodiscard]] virtual Signature sign(ByteView message) = 0;
};

/// What a protocol says about a message before anybody pays for its signatures.
enum class Verdict : std::uint8_t {
    Check,    ///< worth having: verify the named checks, then step
    Useless,  ///< valid or not, it changes nothing: old view, known vote, certificate in hand
    /// No honest validator sends it: wrong chain, unknown signer, impossible field. Whatever either
    /// side knows, it proves the sender at fault: hosts ban for it.
    Malformed,
};

struct Admission {
    Verdict verdict = Verdict::Malformed;
    /// All must hold; empty unless verdict is Check. Those of an honest sender do, whoever signed:
    /// it has checked what it passes on. One that does not proves the sender at fault.
    SignatureChecks checks;
};

/// Where a protocol stands, for metrics and reports.
struct Status {
    View view;
    Height committed;
    ValidatorIndex leader;  ///< Of the current view.
    /// False where an earlier life, whose records are lost, may have voted in this view.
    bool may_vote = true;
};

/// A consensus protocol as a pure function of its inputs: no clock, socket, randomness or CAF.
///
/// Determinism: same construction and inputs, same effects in the same order.
/// Threading:   none; the owning actor serialises calls.
/// Failure:     bytes of peers never assert: what `admit` lets through, `step` bears.
class Protocol {
public:
    Protocol() = default;
    Protocol(const Protocol&) = delete;
    Protocol(Protocol&&) = delete;
    Protocol& operator=(const Protocol&) = delete;
    Protocol& operator=(Protocol&&) = delete;
    virtual ~Protocol() = default;

    /// Judges a message without changing anything: cheap, and before any signature is checked.
    [[nodiscard]] virtual Admission admit(ValidatorIndex from, const Message& message) const = 0;

    /// Takes one input; appends to `out` what the host must do, in order.
    /// Pre: Start comes first and once; a Receive was admitted with Check and its checks hold.
    virtual void step(Instant now, const Input& input, Effects& out) = 0;

    /// A digest of everything that can influence later steps.
    [[nodiscard]] virtual Hash state_hash() const = 0;

    [[nodiscard]] virtual Status status() const = 0;

    /// A certificate of the view before the current one, or of a later one: for a validator that
    /// asks how far its lost life can have gone. Null in the first view, which needs none. Nothing
    /// where there is none at hand, or where we may not vote ourselves.
    [[nodiscard]] virtual std::optional<CertificatePtr> prove_position() const = 0;
};

/// Values of protocol parameters by name; units as the parameter's name says.
using Parameters = std::map<std::string, std::int64_t, std::less<>>;

/// One parameter a protocol understands.
struct ParameterSpec {
    std::string_view name;  ///< With its unit last: "view_timeout_ms".
    std::int64_t fallback = 0;
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::string_view meaning;
};

/// All a protocol needs to be born.
struct ProtocolConfig {
    ChainId chain;
    std::shared_ptr<const ValidatorSet> validators;
    ValidatorIndex self;
    BlockPtr genesis;
    std::shared_ptr<Signer> signer;
    Parameters parameters;  ///< Complete: every name of Engine::parameters, each within its range.
};

/// A protocol family: makes machines, reads messages, names its finality statement.
class Engine {
public:
    Engine() = default;
    Engine(const Engine&) = delete;
    Engine(Engine&&) = delete;
    Engine& operator=(const Engine&) = delete;
    Engine& operator=(Engine&&) = delete;
    virtual ~Engine() = default;

    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual std::string_view summary() const = 0;  ///< One line for `--help`.
    [[nodiscard]] virtual const std::vector<ParameterSpec>& parameters() const = 0;

    /// The Certificate::statement that finalizes a block.
    [[nodiscard]] virtual std::string_view finality_statement() const = 0;

    [[nodiscard]] virtual std::unique_ptr<Protocol> make(ProtocolConfig config) const = 0;

    /// The message whose encoding is exactly `bytes`, or null: bytes of peers may be anything.
    [[nodiscard]] virtual MessagePtr decode(ByteView bytes) const = 0;
};

}  // namespace nexus::consensus
