#pragma once

#include "tests/support/assembler.hpp"
#include "tests/support/zkvm/proving.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/program.hpp"

#include <cstdint>

namespace nexus::zkvm::tests {

/// Adds the first word of the private input to that of the public input, prints the sum without its
/// low bit, and exits with code 3.
inline Program small_program() {
    constexpr std::uint8_t t2 = 7;
    Assembler code;
    code.li(t0, kPublicInputBegin).add(imm(Opcode::Lw, t1, t0, 4));
    code.li(t0, kPrivateInputBegin).add(imm(Opcode::Lw, t2, t0, 4));
    code.add(reg(Opcode::Add, t1, t1, t2)).add(imm(Opcode::Andi, t1, t1, -2));
    code.li(t0, kOutputBegin).li(t2, 4).add(store(Opcode::Sw, t2, 0, t0));
    code.add(store(Opcode::Sw, t1, 4, t0)).li(a0, 3).halt();
    return code.program();
}

inline ExecutionInput small_input(std::uint8_t secret = 40) {
    return {.public_input = {2, 0, 0, 0}, .private_input = {secret, 0, 0, 0}};
}

/// One proof of it, made once.
inline const ProvenExecution& small_proof() {
    static const ProvenExecution kProof = ProvingBench(small_program()).prove(small_input());
    return kProof;
}

/// The same in two segments.
inline const ProvenExecution& small_proof_of_two_segments() {
    static const ProvenExecution kProof = [] {
        ProverOptions options;
        options.segment_steps = 10;
        return ProvingBench(small_program()).prove(small_input(), options);
    }();
    return kProof;
}

/// The same with the profile `strong`: a field of degree 5, and a nonce for each challenge.
inline const ProvenExecution& strong_proof() {
    static const ProvenExecution kProof = [] {
        const Program program = small_program();
        const Code code(program);
        const ProgramKey<Koala5> key(program, code, kStrongProfile);
        Arenas arenas;
        ProverOptions options;
        options.profile = kStrongProfile;
        options.seed.emplace();
        auto proven = Prover<Koala5>(program, code, key, arenas).prove(small_input(), options);
        NEXUS_ASSERT(proven.has_value());
        return *std::move(proven);
    }();
    return kProof;
}

}  // namespace nexus::zkvm::tests
