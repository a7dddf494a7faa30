#include "graph/transaction/ids.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"

#include <string_view>

namespace nexus::graph {
namespace {

/// Who did it and with which nonce: unique, because a nonce is used once.
struct Origin {
    AccountId account;
    Nonce nonce;

    static void describe(auto& codec, auto& self) { codec(self.account, self.nonce); }
};

template <class Id>
Id derive(std::string_view domain, const AccountId& account, Nonce nonce) {
    return Id{tagged_hash(domain, codec::encode(Origin{account, nonce})).bytes};
}

}  // namespace

AccountId account_of(const PublicKey& key) {
    return AccountId{tagged_hash("nexus/account", key.view()).bytes};
}

MissionId mission_id(const AccountId& creator, Nonce nonce) {
    return derive<MissionId>("nexus/mission", creator, nonce);
}

AssetId asset_id(const AccountId& registrant, Nonce nonce) {
    return derive<AssetId>("nexus/asset", registrant, nonce);
}

}  // namespace nexus::graph
