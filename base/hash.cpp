// OpenSSL 3 marks the one-algorithm interface as deprecated; the generic one allocates and looks
// the algorithm up at each call, which costs several times the hash of a short message.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/hash.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"

#include <openssl/sha.h>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace nexus {
namespace {

static_assert(sizeof(SHA256_CTX) == 112);
static_assert(alignof(SHA256_CTX) <= 8);

SHA256_CTX* context(std::uint8_t* state) { return reinterpret_cast<SHA256_CTX*>(state); }

void add(SHA256_CTX& context, ByteView bytes) {
    SHA256_Update(&context, bytes.data(), bytes.size());
}

Hash finish(SHA256_CTX& context) {
    Hash hash;
    SHA256_Final(hash.bytes.data(), &context);
    return hash;
}

}  // namespace

Sha256::Sha256() { SHA256_Init(context(state_)); }
Sha256::Sha256(const Sha256& other) { std::memcpy(state_, other.state_, sizeof state_); }
Sha256& Sha256::operator=(const Sha256& other) {
    if (this != &other) {
        std::memcpy(state_, other.state_, sizeof state_);
    }
    return *this;
}
Sha256::Sha256(Sha256&& other) noexcept { std::memcpy(state_, other.state_, sizeof state_); }
Sha256& Sha256::operator=(Sha256&& other) noexcept { return *this = other; }
Sha256::~Sha256() = default;

Sha256& Sha256::update(ByteView piece) {
    add(*context(state_), piece);
    return *this;
}

Hash Sha256::digest() const {
    SHA256_CTX copy;
    std::memcpy(&copy, state_, sizeof copy);
    return finish(copy);
}

Hash sha256(ByteView bytes) {
    SHA256_CTX context;
    SHA256_Init(&context);
    add(context, bytes);
    return finish(context);
}

Hash sha256_node(std::uint8_t prefix, const Hash& left, const Hash& right) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, &prefix, 1);
    add(context, left.view());
    add(context, right.view());
    return finish(context);
}

Hash tagged_hash(std::string_view domain, ByteView bytes) {
    NEXUS_ASSERT(domain.size() < 256);
    const auto length = static_cast<std::uint8_t>(domain.size());
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, &length, 1);
    add(context, as_bytes(domain));
    add(context, bytes);
    return finish(context);
}

}  // namespace nexus
