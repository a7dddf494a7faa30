#pragma once

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace nexus::tests {

enum class Colour : std::uint8_t { Red, Green, Blue, Last = Blue };

struct Pair {
    std::uint32_t key = 0;
    bool value = false;

    static void describe(auto& codec, auto& self) { codec(self.key, self.value); }
    friend bool operator==(const Pair&, const Pair&) = default;
};

/// One of everything that the codec knows.
struct KitchenSink {
    bool flag = false;
    Colour colour = Colour::Red;
    std::uint8_t small = 0;
    std::uint32_t middle = 0;
    std::uint64_t large = 0;
    std::int64_t whole = 0;
    Amount amount;
    Duration duration;
    Instant instant;
    Height height;
    Hash hash;
    std::string text;
    Bytes bytes;
    std::string short_text;
    std::vector<std::uint64_t> numbers;
    std::vector<Pair> map;
    std::optional<Pair> maybe;
    std::variant<Pair, std::string, std::vector<Bytes>> choice;

    static void describe(auto& codec, auto& self) {
        codec(self.flag, self.colour, self.small, self.middle, self.large, self.whole, self.amount,
              self.duration, self.instant, self.height, self.hash, self.text, self.bytes);
        codec.limited(self.short_text, 4);
        codec(self.numbers);
        codec.ordered(self.map, [](const Pair& pair) { return pair.key; }, 3);
        codec(self.maybe, self.choice);
    }
    friend bool operator==(const KitchenSink&, const KitchenSink&) = default;
};

}  // namespace nexus::tests
