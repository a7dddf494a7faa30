#include "base/memo_verifier.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <algorithm>

namespace nexus {

bool MemoVerifier::verify(const PublicKey& key, ByteView message, const Signature& signature) {
    const auto found = answers_.find(signature);
    if (found != answers_.end() && found->second.key == key &&
        std::ranges::equal(found->second.message, message)) {
        ++remembered_;
        return found->second.valid;
    }
    ++computed_;
    const bool valid = verify_signature(key, message, signature);
    if (found == answers_.end()) {
        if (answers_.size() >= capacity_) {
            answers_.clear();
        }
        answers_.emplace(signature,
                         Answer{.key = key, .message = to_bytes(message), .valid = valid});
    }
    return valid;
}

}  // namespace nexus
