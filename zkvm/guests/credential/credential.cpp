// Shows that the holder of a credential is old enough and of a high enough level, and nothing else
// about it: README.md beside this file.
#include "zkvm/guests/sdk/nexus_guest.hpp"
#include "zkvm/guests/sdk/sha256.hpp"

#include <stdint.h>

using namespace nexus::guest;

namespace {

constexpr uint32_t kAgeMin = 18;
constexpr uint32_t kDepthMax = 32;

// The first byte of everything that is hashed: no two uses hash the same bytes.
constexpr uint8_t kNode = 1;
constexpr uint8_t kCommitment = 2;
constexpr uint8_t kTag = 3;

/// What the holder keeps to itself.
struct Credential {
    Digest salt;
    Array<uint8_t, 8> attributes;  // age and level, four bytes each

    [[nodiscard]] Digest commitment() const {
        Sha256 hash;
        hash.update(kCommitment);
        hash.update(salt);
        hash.update(attributes);
        return hash.digest();
    }

    [[nodiscard]] uint32_t attribute(uint32_t index) const {
        const uint32_t at = 4 * index;
        return attributes[at] | uint32_t{attributes[at + 1]} << 8U |
               uint32_t{attributes[at + 2]} << 16U | uint32_t{attributes[at + 3]} << 24U;
    }
};

Digest node(Bytes left, Bytes right) {
    Sha256 hash;
    hash.update(kNode);
    hash.update(left);
    hash.update(right);
    return hash.digest();
}

/// The root above the leaf, along the siblings that the holder claims.
Digest root_above(Digest leaf, InputReader& path) {
    const CycleMarker marker("merkle path");
    const uint32_t index = path.u32();
    const uint32_t depth = path.u32();
    require(depth <= kDepthMax && path.remaining() == 32 * depth, kExitMalformed);
    require(depth == kDepthMax || index >> depth == 0, kExitMalformed);
    for (uint32_t level = 0; level < depth; ++level) {
        const Bytes sibling = path.bytes(32);
        const bool is_right = (index >> level & 1U) != 0;
        leaf = is_right ? node(sibling, leaf) : node(leaf, sibling);
    }
    return leaf;
}

}  // namespace

int main() {
    InputReader statement = public_input();
    const Digest root = statement.array<32>();
    const Digest nonce = statement.array<32>();
    const uint32_t level_min = statement.u32();
    statement.finish();

    InputReader secret = private_input();
    Credential credential;
    credential.salt = secret.array<32>();
    credential.attributes = secret.array<8>();

    require(root_above(credential.commitment(), secret) == root, kExitFalse);
    require(credential.attribute(0) >= kAgeMin, kExitFalse);
    require(credential.attribute(1) >= level_min, kExitFalse);

    Sha256 tag;
    tag.update(kTag);
    tag.update(credential.salt);
    tag.update(nonce);
    const Digest digest = tag.digest();
    OutputWriter output;
    output.bytes(digest);
    output.commit();
    return kExitDone;
}
