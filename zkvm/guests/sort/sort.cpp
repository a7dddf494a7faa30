// Public input: up to 65536 words. Output: the same words in ascending order, without sign.
#include "zkvm/guests/sdk/nexus_guest.hpp"

#include <stdint.h>

using namespace nexus::guest;

namespace {

constexpr uint32_t kWordsMax = 65536;
uint32_t words[kWordsMax];

/// Sinks the word at `root` to its place in the heap of `count` words.
void sift_down(uint32_t root, uint32_t count) {
    const uint32_t value = words[root];
    for (;;) {
        uint32_t child = 2 * root + 1;
        if (child >= count) {
            break;
        }
        if (child + 1 < count && words[child] < words[child + 1]) {
            ++child;
        }
        if (words[child] <= value) {
            break;
        }
        words[root] = words[child];
        root = child;
    }
    words[root] = value;
}

/// Heap sort: no recursion, the same bound for every input.
void sort(uint32_t count) {
    for (uint32_t root = count / 2; root != 0; --root) {
        sift_down(root - 1, count);
    }
    for (uint32_t left = count; left > 1; --left) {
        const uint32_t largest = words[0];
        words[0] = words[left - 1];
        words[left - 1] = largest;
        sift_down(0, left - 1);
    }
}

}  // namespace

int main() {
    InputReader input = public_input();
    require(input.remaining() % 4 == 0 && input.remaining() / 4 <= kWordsMax, kExitMalformed);
    const uint32_t count = input.remaining() / 4;
    for (uint32_t i = 0; i < count; ++i) {
        words[i] = input.u32();
    }
    sort(count);
    OutputWriter output;
    for (uint32_t i = 0; i < count; ++i) {
        output.u32(words[i]);
    }
    output.commit();
    return kExitDone;
}
