#include "zkvm/hash/merkle_hash.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "zkvm/hash/blake3.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/merkle_sha256.hpp"
#include "zkvm/simd/isa.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

/// The input of BLAKE3's own test vectors: bytes 0, 1, .., 250, 0, 1, ...
Bytes pattern(std::size_t count) {
    Bytes bytes(count);
    for (std::size_t i = 0; i < count; ++i) {
        bytes[i] = static_cast<std::uint8_t>(i % 251);
    }
    return bytes;
}

std::vector<std::uint32_t> pattern_words(std::size_t bytes) {
    const Bytes all = pattern(bytes);
    std::vector<std::uint32_t> words(bytes / 4);
    for (std::size_t i = 0; i < all.size(); ++i) {
        words[i / 4] |= std::uint32_t{all[i]} << (8 * (i % 4));
    }
    return words;
}

std::string hex(const Digest& digest) { return to_hex(digest.view()); }

// Source: test_vectors.json of the BLAKE3 repository for 0, 64, 128 and 1024 bytes; the others, and
// all that is not plain BLAKE3, from a second implementation written from the specification.
TEST(Blake3, HashesLeavesAsBlake3DoesUpTo1024Bytes) {
    const std::vector<std::pair<std::size_t, std::string_view>> known = {
        {0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"},
        {4, "f30f5ab28fe047904037f77b6da4fea1e27241c5d132638d8bedce9d40494f32"},
        {64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98"},
        {68, "8720b909015d7a29af3dd7a06f78729449f07bbcb56df6954c032c0920491406"},
        {128, "f17e570564b26578c33bb7f44643f539624b05df1a76c81f30acd548c44b45ef"},
        {1000, "b43670a52d1af24abdac5d2c3ed19ff4e62b60a618e823ad555888b1b0b91cff"},
        {1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"},
    };
    for (const auto& [bytes, digest] : known) {
        EXPECT_EQ(hex(Blake3::leaf(pattern_words(bytes))), digest) << bytes;
    }
}

TEST(Blake3, ChainsLongerLeavesInOneChunk) {
    EXPECT_EQ(hex(Blake3::leaf(pattern_words(1028))),
              "1582d98c53974bdf49ab1ec9ac5a831c17cf1495452a1e3abe3843f12000678f");
    EXPECT_EQ(hex(Blake3::leaf(pattern_words(2048))),
              "f58951b950427f8a2c82cfb1b2d9f2c91da4814a3c71e10a3d861239b6e470ba");
}

TEST(Blake3, HashesNodesAndMessages) {
    EXPECT_EQ(hex(Blake3::node(Blake3::leaf(pattern_words(4)), Blake3::leaf(pattern_words(64)))),
              "87d45d3a02f799fd229849e7cbceb20fca4f9e28506259ebe3a26e70c1b10b19");
    EXPECT_EQ(hex(Blake3::message(pattern(3))),
              "77f97a6cf4a0a272df54ad885d61a1b1949cd7c288cf84fbdee01700a55582c1");
    EXPECT_EQ(hex(Blake3::message(pattern(100))),
              "15eae9689f5f502b027f7bd512bd7bebaecf5cf1b06710fa8468e47ba09cc027");
}

TEST(MerkleSha256, PrefixesLeavesNodesAndMessages) {
    EXPECT_EQ(hex(MerkleSha256::leaf(pattern_words(8))),
              "26d7dcdb54e4b5b32f7ea3bbe360927b0776ca475389591a8d5a47f4a4abdeda");
    Bytes node{1};
    node.resize(1 + 64);
    EXPECT_EQ(hex(MerkleSha256::node({}, {})), to_hex(sha256(node).view()));
    EXPECT_EQ(hex(MerkleSha256::message({})), to_hex(sha256(Bytes{2}).view()));
}

template <class H>
class EveryMerkleHash : public ::testing::Test {};
using Hashes = ::testing::Types<Blake3, MerkleSha256>;
TYPED_TEST_SUITE(EveryMerkleHash, Hashes);

TYPED_TEST(EveryMerkleHash, KeepsItsDomainsApart) {
    using H = TypeParam;
    const Digest left = H::leaf(pattern_words(8));
    const Digest right = H::leaf(pattern_words(12));
    std::vector<std::uint32_t> words;
    Bytes bytes;
    for (const Digest& digest : {left, right}) {
        for (const std::uint32_t word : words_of(digest)) {
            words.push_back(word);
        }
        bytes.insert(bytes.end(), digest.bytes.begin(), digest.bytes.end());
    }
    EXPECT_NE(H::leaf(words), H::node(left, right));
    EXPECT_NE(H::message(bytes), H::node(left, right));
    EXPECT_NE(H::message(bytes), H::leaf(words));
    EXPECT_NE(H::node(left, right), H::node(right, left));
}

/// Words without a pattern.
std::vector<std::uint32_t> some_words(std::size_t count) {
    std::vector<std::uint32_t> words(count);
    std::uint64_t state = count;
    for (std::uint32_t& word : words) {
        state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        word = static_cast<std::uint32_t>(state >> 32U);
    }
    return words;
}

TYPED_TEST(EveryMerkleHash, HashesManyRowsAsItHashesOne) {
    using H = TypeParam;
    constexpr std::size_t kHeight = 75;
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        for (const std::size_t width : {0U, 1U, 15U, 16U, 17U, 32U, 40U, 300U}) {
            const std::size_t stride = kHeight + 16;
            const std::vector<std::uint32_t> data = some_words(stride * width);
            std::vector<const std::uint32_t*> columns;
            for (std::size_t i = 0; i < width; ++i) {
                columns.push_back(data.data() + i * stride);
            }
            for (const auto& [first, count] :
                 {std::pair<std::size_t, std::size_t>{0, 75}, {3, 1}, {16, 32}, {5, 70}, {74, 0}}) {
                SCOPED_TRACE(std::string(to_string(isa)) + ", width " + std::to_string(width) +
                             ", rows " + std::to_string(first) + "+" + std::to_string(count));
                std::vector<std::uint32_t> digests(stride * kDigestWords, 0xabababab);
                const DigestColumns out{digests.data(), stride};
                H::leaves(columns, first, count, out);
                for (std::size_t j = 0; j < kHeight; ++j) {
                    std::vector<std::uint32_t> row;
                    for (std::size_t i = 0; i < width; ++i) {
                        row.push_back(columns[i][j]);
                    }
                    const bool hashed = j >= first && j < first + count;
                    Digest untouched;
                    untouched.bytes.fill(0xab);
                    ASSERT_EQ(out.get(j), hashed ? H::leaf(row) : untouched) << "row " << j;
                }
            }
        }
    }
}

TYPED_TEST(EveryMerkleHash, JoinsManyNodesAsItJoinsOne) {
    using H = TypeParam;
    constexpr std::size_t kCount = 40;
    constexpr std::size_t kStride = 2 * kCount + 16;
    std::vector<std::uint32_t> data = some_words(kStride * kDigestWords);
    std::vector<std::uint32_t> more = some_words(kStride * kDigestWords + 1);
    const DigestColumns in{data.data(), kStride};
    const DigestColumns other{more.data(), kStride};
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        SCOPED_TRACE(to_string(isa));
        std::vector<std::uint32_t> result(kStride * kDigestWords);
        const DigestColumns out{result.data(), kStride};
        H::nodes(in, kCount, 0, 16, out);
        H::nodes(in, kCount, 16, kCount - 16, out);
        for (std::size_t j = 0; j < kCount; ++j) {
            EXPECT_EQ(out.get(j), H::node(in.get(j), in.get(j + kCount))) << j;
        }
        H::combine(out, other, 1, kCount - 1, out);
        for (std::size_t j = 0; j < kCount; ++j) {
            const Digest node = H::node(in.get(j), in.get(j + kCount));
            EXPECT_EQ(out.get(j), j == 0 ? node : H::node(node, other.get(j))) << "in place, " << j;
        }
    }
}

TYPED_TEST(EveryMerkleHash, FindsTheSmallestNonce) {
    using H = TypeParam;
    const Digest state = H::message(pattern(9));
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        SCOPED_TRACE(to_string(isa));
        for (const unsigned bits : {0U, 1U, 5U, 9U}) {
            std::uint64_t smallest = 3;
            while (!H::grind_holds(state, bits, smallest)) {
                ++smallest;
            }
            const std::optional<std::uint64_t> all(smallest);
            EXPECT_EQ(H::grind(state, bits, 3, 1U << 14U), all) << bits;
            EXPECT_EQ(H::grind(state, bits, 3, smallest - 3), std::nullopt) << bits;
            EXPECT_EQ(H::grind(state, bits, 3, smallest - 2), all) << bits;
        }
        const std::uint64_t far = (std::uint64_t{1} << 32U) - 5;  // a carry into the upper word
        std::uint64_t smallest = far;
        while (!H::grind_holds(state, 6, smallest)) {
            ++smallest;
        }
        EXPECT_EQ(H::grind(state, 6, far, 1U << 14U), std::optional<std::uint64_t>(smallest));
    }
}

}  // namespace
}  // namespace nexus::zkvm
