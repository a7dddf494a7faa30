#include "base/codec.hpp"

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "tests/unit/base/kitchen_sink.hpp"

#include <absl/numeric/int128.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nexus::codec {
namespace {

using tests::Colour;
using tests::KitchenSink;
using tests::Pair;

Bytes hex(std::string_view text) { return from_hex(text).value(); }

template <class T>
void expect_encoding(const T& value, std::string_view encoding) {
    EXPECT_EQ(to_hex(encode(value)), encoding);
    const auto decoded = decode<T>(hex(encoding));
    ASSERT_TRUE(decoded) << encoding << ": " << to_string(decoded.error());
    EXPECT_TRUE(*decoded == value) << encoding;
}

template <class T>
void expect_error(std::string_view encoding, Error error) {
    const auto decoded = decode<T>(hex(encoding));
    ASSERT_FALSE(decoded) << encoding << " was accepted";
    EXPECT_EQ(to_string(decoded.error()), to_string(error)) << encoding;
}

KitchenSink full_sink() {
    return {.flag = true,
            .colour = Colour::Blue,
            .small = 255,
            .middle = 128,
            .large = ~std::uint64_t{0},
            .whole = std::numeric_limits<std::int64_t>::min(),
            .amount = Amount(absl::Uint128Max()),
            .duration = {-1},
            .instant = {1},
            .height = {300},
            .hash = {},
            .text = "\xc3\xa9",
            .bytes = {0, 255},
            .short_text = "abcd",
            .numbers = {3, 1, 2},
            .map = {{1, true}, {2, false}, {4, true}},
            .maybe = Pair{7, true},
            .choice = std::vector<Bytes>{{1}, {}}};
}

TEST(Codec, WritesTheDocumentedBytes) {
    expect_encoding(std::uint64_t{0}, "00");
    expect_encoding(std::uint64_t{127}, "7f");
    expect_encoding(std::uint64_t{128}, "8001");
    expect_encoding(~std::uint64_t{0}, "ffffffffffffffffff01");
    expect_encoding(std::int64_t{-1}, "01");
    expect_encoding(std::int64_t{1}, "02");
    expect_encoding(std::numeric_limits<std::int64_t>::min(), "ffffffffffffffffff01");
    expect_encoding(std::numeric_limits<std::int64_t>::max(), "feffffffffffffffff01");
    expect_encoding(true, "01");
    expect_encoding(Colour::Blue, "02");
    expect_encoding(Amount(absl::Uint128Max()), "ffffffffffffffffffffffffffffffffffff03");
    expect_encoding(Duration{-2}, "03");
    expect_encoding(Instant{64}, "8001");
    expect_encoding(Height{5}, "05");
    expect_encoding(std::string("h\xc3\xa9"), "0368c3a9");
    expect_encoding(Bytes{1, 2}, "020102");
    expect_encoding(std::vector<std::uint64_t>{1, 300}, "0201ac02");
    expect_encoding(std::optional<std::uint64_t>{}, "00");
    expect_encoding(std::optional<std::uint64_t>{9}, "0109");
    expect_encoding(std::variant<bool, Bytes>{Bytes{5}}, "010105");
    expect_encoding(Pair{200, true}, "c80101");
}

TEST(Codec, ReturnsEveryKindOfValue) {
    expect_encoding(KitchenSink{}, to_hex(encode(KitchenSink{})));
    expect_encoding(full_sink(), to_hex(encode(full_sink())));
}

TEST(Codec, RejectsNumbersWithANeedlessByte) {
    expect_error<std::uint64_t>("8000", Error::NotMinimal);
    expect_error<std::uint64_t>("ff00", Error::NotMinimal);
    expect_error<std::uint64_t>("808000", Error::NotMinimal);
    expect_error<std::int64_t>("8000", Error::NotMinimal);
    expect_error<Amount>("8000", Error::NotMinimal);
    expect_error<Height>("8100", Error::NotMinimal);
    expect_error<std::string>("810061", Error::NotMinimal);
    expect_error<std::vector<bool>>("810001", Error::NotMinimal);
    const bool is_index_checked = !decode<std::variant<bool, Bytes>>(hex("810000"));
    EXPECT_TRUE(is_index_checked);
}

TEST(Codec, RejectsNumbersThatTheTypeDoesNotHave) {
    expect_error<std::uint8_t>("8002", Error::OutOfRange);
    expect_error<std::uint32_t>("8080808010", Error::OutOfRange);
    expect_error<std::uint64_t>("80808080808080808002", Error::OutOfRange);
    expect_error<ValidatorIndex>("8080808010", Error::OutOfRange);
    expect_error<Amount>("80808080808080808080808080808080808004", Error::OutOfRange);
    expect_error<Amount>("8080808080808080808080808080808080808001", Error::OutOfRange);
}

TEST(Codec, RejectsTagsThatTheTypeDoesNotHave) {
    expect_error<bool>("02", Error::OutOfRange);
    expect_error<bool>("ff", Error::OutOfRange);
    expect_error<Colour>("03", Error::OutOfRange);
    expect_error<std::optional<bool>>("0201", Error::OutOfRange);
    const auto decoded = decode<std::variant<bool, Bytes>>(hex("0200"));
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error(), Error::OutOfRange);
}

TEST(Codec, RejectsCountsThatTheInputCannotHold) {
    expect_error<Bytes>("03aabb", Error::TooLong);
    expect_error<std::string>("ffffffffffffffffff01", Error::TooLong);
    expect_error<std::vector<std::uint64_t>>("ffffffff0f00", Error::TooLong);
    expect_error<std::vector<Hash>>("0100", Error::Truncated);
}

TEST(Codec, RejectsTextThatIsNoUtf8) {
    expect_error<std::string>("0180", Error::NotUtf8);        // a lone continuation
    expect_error<std::string>("02c080", Error::NotUtf8);      // overlong
    expect_error<std::string>("02c1bf", Error::NotUtf8);      // overlong
    expect_error<std::string>("03e08080", Error::NotUtf8);    // overlong
    expect_error<std::string>("03eda080", Error::NotUtf8);    // a surrogate
    expect_error<std::string>("04f0808080", Error::NotUtf8);  // overlong
    expect_error<std::string>("04f4908080", Error::NotUtf8);  // above U+10FFFF
    expect_error<std::string>("01c3", Error::NotUtf8);        // cut off
    expect_error<std::string>("01ff", Error::NotUtf8);
    expect_encoding(std::string("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"),
                    "0aed9fbfee8080f48fbfbf");
}

TEST(Codec, RejectsWhatTheFieldRulesForbid) {
    KitchenSink sink;
    sink.map = {{1, true}, {2, true}};
    Bytes bytes = encode(sink);
    const Bytes rising = {2, 1, 1, 2, 1};
    const auto at = std::search(bytes.begin(), bytes.end(), rising.begin(), rising.end());
    ASSERT_NE(at, bytes.end());
    at[3] = 1;
    EXPECT_EQ(decode<KitchenSink>(bytes).error(), Error::NotAscending) << "a key twice";
    at[3] = 0;
    EXPECT_EQ(decode<KitchenSink>(bytes).error(), Error::NotAscending) << "falling keys";
    at[3] = 2;
    EXPECT_TRUE(decode<KitchenSink>(bytes));
    at[0] = 4;
    EXPECT_EQ(decode<KitchenSink>(bytes).error(), Error::TooLong) << "the limit is 3";
}

TEST(Codec, RejectsEveryPrefixAndEverySuffix) {
    const Bytes whole = encode(full_sink());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(decode<KitchenSink>(ByteView(whole).first(size))) << size;
    }
    Bytes longer = whole;
    longer.push_back(0);
    const auto decoded = decode<KitchenSink>(longer);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error(), Error::TrailingBytes);
}

// Canonical: whatever is accepted encodes to the very bytes that were read.
TEST(Codec, AcceptsNoSecondEncodingOfAValue) {
    Prng prng(1, "codec");
    const Bytes start = encode(full_sink());
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        Bytes bytes = start;
        const std::uint64_t edits = 1 + prng.below(3);
        for (std::uint64_t edit = 0; edit < edits; ++edit) {
            bytes[prng.below(bytes.size())] = static_cast<std::uint8_t>(prng.below(256));
        }
        if (const auto decoded = decode<KitchenSink>(bytes)) {
            ++accepted;
            ASSERT_EQ(to_hex(encode(*decoded)), to_hex(bytes));
        }
    }
    EXPECT_GT(accepted, 1000) << "too few accepted to mean anything";
}

TEST(Codec, StopsAtTheFirstErrorAndSaysWhere) {
    const Bytes bytes = hex("0102ff");
    Decoder decoder(bytes);
    std::uint64_t number = 0;
    bool flag = false;
    std::uint64_t never = 77;
    decoder(number, flag, never);
    EXPECT_FALSE(decoder.ok());
    EXPECT_EQ(decoder.offset(), 2U);
    EXPECT_EQ(never, 77U) << "nothing is read after an error";
    EXPECT_EQ(decoder.finish().error(), Error::OutOfRange);
    decoder.set_error(Error::NotUtf8);
    EXPECT_EQ(decoder.finish().error(), Error::OutOfRange) << "the first error stays";
}

struct Rising {
    std::vector<std::uint64_t> numbers;
    static void describe(auto& codec, auto& self) {
        codec.ordered(self.numbers, [](std::uint64_t number) { return number; });
    }
};

struct Short {
    std::string text;
    static void describe(auto& codec, auto& self) { codec.limited(self.text, 2); }
};

TEST(CodecDeathTest, RefusesToWriteWhatItWouldNotRead) {
    EXPECT_DEATH(encode(std::string("\xff")), "is_utf8");
    EXPECT_DEATH(encode(static_cast<Colour>(3)), "Last");
    EXPECT_DEATH(encode(Rising{{2, 1}}), "key");
    EXPECT_DEATH(encode(Short{"abc"}), "limit");
}

}  // namespace
}  // namespace nexus::codec
