#include "base/memo_verifier.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"

namespace nexus {

bool MemoVerifier::verify(const PublicKey& key, ByteView message, const Signature& signature) {
    const Hash id =
        Sha256().update(key.view()).update(signature.view()).update(message).digest();
    if (const auto found = answers_.find(id); found != answers_.end()) {
        ++remembered_;
        return found->second;
    }
    if (answers_.size() >= capacity_) {
        answers_.clear();
    }
    ++computed_;
    const bool valid = verify_signature(key, message, signature);
    answers_.emplace(id, valid);
    return valid;
}

}  // namespace nexus
