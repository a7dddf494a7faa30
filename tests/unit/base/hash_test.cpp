#include "base/hash.hpp"

#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus {
namespace {

std::string hash_hex(std::string_view text) { return to_hex(sha256(as_bytes(text)).view()); }

// The examples that NIST publishes with FIPS 180-4.
TEST(Sha256, GivesThePublishedDigests) {
    EXPECT_EQ(hash_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hash_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hash_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hash_hex("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                       "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
              "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    EXPECT_EQ(hash_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheInputIsCut) {
    const std::string text(200, 'x');
    const Hash whole = sha256(as_bytes(text));
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::string_view view = text;
        const Hash pieces = Sha256()
                                .update(as_bytes(view.substr(0, cut)))
                                .update(as_bytes(view.substr(cut)))
                                .digest();
        ASSERT_EQ(pieces, whole) << cut;
    }
}

TEST(Sha256, GoesOnAfterADigestAndAfterACopy) {
    Sha256 stream;
    stream.update(as_bytes("ab"));
    EXPECT_EQ(stream.digest(), sha256(as_bytes("ab")));
    Sha256 copy = stream;
    copy.update(as_bytes("x"));
    stream.update(as_bytes("c"));
    EXPECT_EQ(stream.digest(), sha256(as_bytes("abc")));
    EXPECT_EQ(copy.digest(), sha256(as_bytes("abx")));
    copy = stream;
    EXPECT_EQ(copy.digest(), stream.digest());
    const Sha256 moved = std::move(copy);
    EXPECT_EQ(moved.digest(), stream.digest());
}

TEST(Sha256Node, HashesPrefixLeftRight) {
    Hash right;
    right.bytes.fill(0xff);
    EXPECT_EQ(to_hex(sha256_node(1, Hash{}, right).view()),
              "bc6b943b820c449acf880d293c216a24a8066b153f87f2361fae2beda3a72641");
    EXPECT_NE(sha256_node(0, Hash{}, right), sha256_node(1, Hash{}, right));
    EXPECT_NE(sha256_node(1, right, Hash{}), sha256_node(1, Hash{}, right));
}

TEST(TaggedHash, KeepsDomainsApart) {
    EXPECT_EQ(to_hex(tagged_hash("a", as_bytes("bc")).view()),
              "1e18834c426d00e57788444cb3ccd62c771b420c095bb0c4e040a8c122c4570d");
    EXPECT_NE(tagged_hash("a", as_bytes("bc")), tagged_hash("ab", as_bytes("c")));
    EXPECT_NE(tagged_hash("", as_bytes("abc")), sha256(as_bytes("abc")));
}

}  // namespace
}  // namespace nexus
