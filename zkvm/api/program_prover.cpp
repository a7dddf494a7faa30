#include "zkvm/api/program_prover.hpp"

#include "zkvm/stark/config.hpp"
#include "zkvm/stark/program_key.hpp"
#include "zkvm/vm/code.hpp"

#include <memory>
#include <utility>

namespace nexus::zkvm {

/// A program with its key, for whichever field its profile draws challenges from.
class ProgramProver::Keyed {
public:
    Keyed(Program program, const SecurityProfile& profile)
        : program_(std::move(program)), code_(program_), profile_(profile) {}
    virtual ~Keyed() = default;
    Keyed(const Keyed&) = delete;
    Keyed& operator=(const Keyed&) = delete;

    [[nodiscard]] virtual ProgramId id() const = 0;
    virtual Result<ProvenExecution, ProveError> prove(const ExecutionInput& input,
                                                      const ProverOptions& options) = 0;

    [[nodiscard]] const Program& program() const { return program_; }
    [[nodiscard]] const SecurityProfile& profile() const { return profile_; }
    [[nodiscard]] std::size_t memory_bytes() const { return bytes_reserved(arenas_); }

protected:
    Program program_;
    Code code_;
    SecurityProfile profile_;
    Arenas arenas_;
};

template <class C>
class ProgramProver::KeyedBy final : public Keyed {
public:
    KeyedBy(Program program, const SecurityProfile& profile)
        : Keyed(std::move(program), profile), key_(program_, code_, profile_) {}

    [[nodiscard]] ProgramId id() const override { return key_.id(); }
    Result<ProvenExecution, ProveError> prove(const ExecutionInput& input,
                                              const ProverOptions& options) override {
        return Prover<C>(program_, code_, key_, arenas_).prove(input, options);
    }

private:
    ProgramKey<C> key_;
};

ProgramProver::ProgramProver(Program program, const SecurityProfile& profile) {
    if (profile.extension_degree == static_cast<int>(Koala5::kDegree)) {
        keyed_ = std::make_unique<KeyedBy<Koala5>>(std::move(program), profile);
    } else {
        keyed_ = std::make_unique<KeyedBy<Koala4>>(std::move(program), profile);
    }
}

ProgramProver::~ProgramProver() = default;

ProgramId ProgramProver::id() const { return keyed_->id(); }

const Program& ProgramProver::program() const { return keyed_->program(); }

std::size_t ProgramProver::memory_bytes() const { return keyed_->memory_bytes(); }

Result<ProvenExecution, ProveError> ProgramProver::prove(const ExecutionInput& input,
                                                         ProverOptions options) {
    options.profile = keyed_->profile();
    return keyed_->prove(input, options);
}

ProgramId program_id(const Program& program, const SecurityProfile& profile) {
    return ProgramProver(program, profile).id();
}

}  // namespace nexus::zkvm
