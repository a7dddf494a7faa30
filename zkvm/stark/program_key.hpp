#pragma once

#include "zkvm/commit/arena.hpp"
#include "zkvm/commit/merkle_tree.hpp"
#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/config.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/verifying_key.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/program.hpp"

#include <memory>

namespace nexus::zkvm {

/// The preprocessed columns of a program, extended and committed: made once, used by every proof.
template <class C>
class ProgramKey {
public:
    using F = typename C::F;

    /// Errors: none; programs of more than 2^22 instructions or words of image are a programmer's
    /// error here, since the loader refuses them.
    ProgramKey(const Program& program, const Code& code, const SecurityProfile& profile);

    [[nodiscard]] const VerifyingKey& verifying_key() const { return key_; }
    [[nodiscard]] ProgramId id() const { return program_id(key_); }
    [[nodiscard]] const MerkleTree<F, typename C::H>& tree() const { return *tree_; }

    /// Columns of a preprocessed table: on the trace, as coefficients, on the extension domain.
    [[nodiscard]] const Matrix<F>& trace(std::size_t table) const { return trace_[table]; }
    [[nodiscard]] const Matrix<F>& coefficients(std::size_t table) const {
        return coefficients_[table];
    }
    [[nodiscard]] const Matrix<F>& extension(std::size_t table) const { return extension_[table]; }
    [[nodiscard]] Heights heights() const;

private:
    std::unique_ptr<Arena> arena_;
    VerifyingKey key_;
    std::array<Matrix<F>, kTableCount> trace_, coefficients_, extension_;
    std::unique_ptr<MerkleTree<F, typename C::H>> tree_;
};

}  // namespace nexus::zkvm
