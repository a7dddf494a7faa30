// Private input: a message. Output: its SHA-256, so that a proof says "I know a preimage".
#include "zkvm/guests/sdk/sha256.hpp"

#include "zkvm/guests/sdk/nexus_guest.hpp"

using namespace nexus::guest;

int main() {
    InputReader input = private_input();
    Sha256 hash;
    hash.update(input.bytes(input.remaining()));
    const Digest digest = hash.digest();
    OutputWriter output;
    output.bytes(digest);
    output.commit();
    return kExitDone;
}
