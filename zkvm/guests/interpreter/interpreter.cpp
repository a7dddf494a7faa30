// A small stack machine: what interpreters do to branches and memory. Public input: its program,
// one byte an instruction, some with operands behind them. Private input: its arguments, four bytes
// each. Output: the word on top of the stack when it halts.
//
//   00 halt             01 push WORD        02 argument N (byte)
//   03 add  04 subtract  05 multiply         06 divide by what is on top (by zero: 2^32 - 1)
//   07 duplicate         08 swap the two top words    09 drop
//   0a jump TARGET       0b jump TARGET if the top, which is dropped, is not zero
//   0c less than, without sign              0d over: push the word below the top
//
// WORD has four bytes, TARGET two: the position of an instruction. A program that leaves its bounds
// is false; one that never ends, never ends.
#include "zkvm/guests/sdk/nexus_guest.hpp"

#include <stdint.h>

using namespace nexus::guest;

namespace {

constexpr uint32_t kStackMax = 256;

class Interpreter {
public:
    Interpreter(Bytes program, InputReader arguments) : program_(program) {
        require(arguments.remaining() % 4 == 0, kExitMalformed);
        while (arguments.remaining() != 0) {
            require(argument_count_ < arguments_.size(), kExitMalformed);
            arguments_[argument_count_++] = arguments.u32();
        }
    }

    uint32_t run() {
        while (step()) {
        }
        return pop();
    }

private:
    bool step() {
        switch (byte()) {
            case 0x00:
                return false;
            case 0x01:
                push(half() | half() << 16U);
                return true;
            case 0x02: {
                const uint32_t index = byte();
                require(index < argument_count_, kExitFalse);
                push(arguments_[index]);
                return true;
            }
            case 0x07:
                push(stack_[depth_of(1)]);
                return true;
            case 0x08: {
                const uint32_t top = pop();
                const uint32_t below = pop();
                push(top);
                push(below);
                return true;
            }
            case 0x09:
                pop();
                return true;
            case 0x0a:
                jump(half(), true);
                return true;
            case 0x0b: {
                const uint32_t target = half();
                jump(target, pop() != 0);
                return true;
            }
            case 0x0d:
                push(stack_[depth_of(2)]);
                return true;
            default:
                compute(program_[position_ - 1]);
                return true;
        }
    }

    void compute(uint32_t operation) {
        const uint32_t right = pop();
        const uint32_t left = pop();
        switch (operation) {
            case 0x03:
                return push(left + right);
            case 0x04:
                return push(left - right);
            case 0x05:
                return push(left * right);
            case 0x06:
                return push(right == 0 ? 0xffff'ffffU : left / right);
            case 0x0c:
                return push(left < right ? 1 : 0);
            default:
                exit(kExitFalse);
        }
    }

    uint32_t byte() {
        require(position_ < program_.size(), kExitFalse);
        return program_[position_++];
    }

    uint32_t half() {
        const uint32_t low = byte();
        return low | byte() << 8U;
    }

    void push(uint32_t value) {
        require(depth_ < kStackMax, kExitFalse);
        stack_[depth_++] = value;
    }

    uint32_t pop() {
        depth_ = depth_of(1);
        return stack_[depth_];
    }

    /// The index of the word `below` places below the end of the stack.
    uint32_t depth_of(uint32_t below) const {
        require(depth_ >= below, kExitFalse);
        return depth_ - below;
    }

    void jump(uint32_t target, bool is_taken) {
        if (is_taken) {
            position_ = target;
        }
    }

    Bytes program_;
    uint32_t position_ = 0;
    Array<uint32_t, 16> arguments_{};
    uint32_t argument_count_ = 0;
    Array<uint32_t, kStackMax> stack_{};
    uint32_t depth_ = 0;
};

}  // namespace

int main() {
    InputReader program = public_input();
    Interpreter interpreter(program.bytes(program.remaining()), private_input());
    OutputWriter output;
    output.u32(interpreter.run());
    output.commit();
    return kExitDone;
}
