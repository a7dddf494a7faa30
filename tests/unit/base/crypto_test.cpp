#include "base/crypto.hpp"

#include "base/bytes.hpp"
#include "base/memo_verifier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nexus {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

SecretKey key_of(std::string_view seed_hex) {
    std::array<std::uint8_t, 32> seed{};
    const Bytes bytes = hex(seed_hex);
    std::copy(bytes.begin(), bytes.end(), seed.begin());
    return SecretKey(seed);
}

struct Vector {
    std::string_view seed;
    std::string_view key;
    std::string_view message;
    std::string_view signature;
};

// RFC 8032, 7.1: tests 1 to 3.
constexpr std::array<Vector, 3> kVectors = {{
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6594a7c15e9716ed28dc027beceea1ec40a"},
}};

TEST(Ed25519, GivesTheSignaturesOfRfc8032) {
    for (const Vector& vector : kVectors) {
        const SecretKey key = key_of(vector.seed);
        EXPECT_EQ(to_hex(key.public_key().view()), vector.key);
        const Bytes message = hex(vector.message);
        const Signature signature = key.sign(message);
        EXPECT_EQ(to_hex(signature.view()), vector.signature);
        EXPECT_TRUE(verify_signature(key.public_key(), message, signature));
    }
}

TEST(Ed25519, RefusesEveryChangedBit) {
    const SecretKey key = key_of(kVectors[2].seed);
    const Bytes message = hex(kVectors[2].message);
    const Signature signature = key.sign(message);
    for (std::size_t bit = 0; bit < 512; ++bit) {
        Signature wrong = signature;
        wrong.bytes[bit / 8] = static_cast<std::uint8_t>(wrong.bytes[bit / 8] ^ (1U << (bit % 8)));
        EXPECT_FALSE(verify_signature(key.public_key(), message, wrong)) << "signature bit " << bit;
    }
    for (std::size_t bit = 0; bit < 256; ++bit) {
        PublicKey wrong = key.public_key();
        wrong.bytes[bit / 8] = static_cast<std::uint8_t>(wrong.bytes[bit / 8] ^ (1U << (bit % 8)));
        EXPECT_FALSE(verify_signature(wrong, message, signature)) << "key bit " << bit;
    }
    EXPECT_FALSE(verify_signature(key.public_key(), hex("af83"), signature));
    EXPECT_FALSE(verify_signature(key.public_key(), hex("af8200"), signature));
}

// S and S + L verify alike without the check of RFC 8032, 5.1.7, and then a signature has two
// forms.
TEST(Ed25519, RefusesTheSecondFormOfASignature) {
    const Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    const SecretKey key = key_of(kVectors[0].seed);
    Signature signature = key.sign({});
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += unsigned{signature.bytes[32 + i]} + order[i];
        signature.bytes[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8U;
    }
    ASSERT_EQ(carry, 0U);
    EXPECT_FALSE(verify_signature(key.public_key(), {}, signature));
}

TEST(Ed25519, RefusesTheZeroKey) {
    EXPECT_FALSE(verify_signature(PublicKey{}, {}, Signature{}))
        << "a key of small order signs everything";
}

TEST(MemoVerifier, ChecksEachTripleOnce) {
    MemoVerifier memo;
    const SecretKey key = key_of(kVectors[0].seed);
    const Bytes message = hex("01");
    const Signature signature = key.sign(message);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(memo.verify(key.public_key(), message, signature));
    }
    EXPECT_EQ(memo.checks_computed(), 1U);
    EXPECT_EQ(memo.checks_remembered(), 2U);
}

TEST(MemoVerifier, LetsNoSignatureInheritAVerdict) {
    MemoVerifier memo;
    const SecretKey key = key_of(kVectors[0].seed);
    const SecretKey other = key_of(kVectors[1].seed);
    const Signature signature = key.sign(hex("01"));
    EXPECT_TRUE(memo.verify(key.public_key(), hex("01"), signature));
    EXPECT_FALSE(memo.verify(key.public_key(), hex("02"), signature))
        << "the same signature over another message";
    EXPECT_FALSE(memo.verify(other.public_key(), hex("01"), signature)) << "another key";
    Signature changed = signature;
    changed.bytes[0] ^= 1U;
    EXPECT_FALSE(memo.verify(key.public_key(), hex("01"), changed)) << "another signature";
    EXPECT_TRUE(memo.verify(key.public_key(), hex("01"), signature)) << "the first still holds";
    EXPECT_EQ(memo.checks_computed(), 4U);
}

TEST(MemoVerifier, AnswersTheSameWhenItForgets) {
    MemoVerifier memo(2);
    const SecretKey key = key_of(kVectors[0].seed);
    for (int round = 0; round < 3; ++round) {
        for (std::uint8_t i = 0; i < 5; ++i) {
            const Bytes message = {i};
            EXPECT_TRUE(memo.verify(key.public_key(), message, key.sign(message)));
            EXPECT_FALSE(memo.verify(key.public_key(), message, key.sign(Bytes{9})));
        }
    }
    EXPECT_GT(memo.checks_computed(), 10U) << "a table of two cannot remember ten";
}

}  // namespace
}  // namespace nexus
