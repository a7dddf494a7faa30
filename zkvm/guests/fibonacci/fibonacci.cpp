// Public input: n as four bytes. Output: the n-th Fibonacci number modulo 2^32 as four bytes.
#include "zkvm/guests/sdk/nexus_guest.hpp"

#include <stdint.h>

using namespace nexus::guest;

int main() {
    InputReader input = public_input();
    const uint32_t n = input.u32();
    input.finish();
    uint32_t current = 0;
    uint32_t next = 1;
    for (uint32_t i = 0; i < n; ++i) {
        const uint32_t sum = current + next;
        current = next;
        next = sum;
    }
    OutputWriter output;
    output.u32(current);
    output.commit();
    return kExitDone;
}
