#include "zkvm/vm/machine_handlers.hpp"

#include "base/assert.hpp"
#include "zkvm/isa/lowered.hpp"

#include <cstddef>

namespace nexus::zkvm {

Machine::Handler Machine::Handlers::of(const LoweredInstruction& instruction) {
    // By the number of the operation within its family.
    static constexpr Handler kHandlers[kFamilyCount][6] = {
        {&add<AddOp::Add>, &add<AddOp::Sub>},
        {&bitwise<BitwiseOp::And>, &bitwise<BitwiseOp::Or>, &bitwise<BitwiseOp::Xor>},
        {&less_than<LessThanOp::Signed>, &less_than<LessThanOp::Unsigned>},
        {&branch<BranchOp::Beq>, &branch<BranchOp::Bne>, &branch<BranchOp::Blt>,
         &branch<BranchOp::Bge>, &branch<BranchOp::Bltu>, &branch<BranchOp::Bgeu>},
        {&shift<ShiftOp::Left>, &shift<ShiftOp::RightLogical>, &shift<ShiftOp::RightArithmetic>},
        {&jump},
        {&load_word, &store_word},
        {&subword<SubwordOp::Lb>, &subword<SubwordOp::Lbu>, &subword<SubwordOp::Lh>,
         &subword<SubwordOp::Lhu>, &subword<SubwordOp::Sb>, &subword<SubwordOp::Sh>},
        {&multiply<MulOp::Mul>, &multiply<MulOp::Mulh>, &multiply<MulOp::Mulhsu>,
         &multiply<MulOp::Mulhu>},
        {&divide<DivOp::Div>, &divide<DivOp::Divu>, &divide<DivOp::Rem>, &divide<DivOp::Remu>},
        {&ecall},
    };
    const auto family = static_cast<std::size_t>(instruction.family);
    NEXUS_ASSERT(instruction.op < kFamilyOps[family]);
    return kHandlers[family][instruction.op];
}

Machine::Handler Machine::Handlers::of_near(const LoweredInstruction& instruction) {
    static constexpr Handler kBranches[] = {
        &branch_near<BranchOp::Beq>, &branch_near<BranchOp::Bne>,  &branch_near<BranchOp::Blt>,
        &branch_near<BranchOp::Bge>, &branch_near<BranchOp::Bltu>, &branch_near<BranchOp::Bgeu>,
    };
    return instruction.family == Family::Branch ? kBranches[instruction.op] : &jump_near;
}

}  // namespace nexus::zkvm
