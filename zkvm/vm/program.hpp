#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nexus::zkvm {

/// A word that can be executed.
struct TextWord {
    std::uint32_t pc = 0;
    std::uint32_t word = 0;

    friend bool operator==(const TextWord&, const TextWord&) = default;
};

/// A word of RAM that does not start as zero.
struct ImageWord {
    std::uint32_t address = 0;
    std::uint32_t value = 0;

    friend bool operator==(const ImageWord&, const ImageWord&) = default;
};

/// A name for the addresses from `address` on.
struct Symbol {
    std::uint32_t address = 0;
    std::uint32_t size = 0;  ///< bytes; 0 where the file does not say
    std::string name;

    friend bool operator==(const Symbol&, const Symbol&) = default;
};

/// What a machine starts from.
///
/// Invariant: text, image and symbols are sorted by address, text and image without duplicates;
///            addresses of text and image are multiples of 4 between kImageBegin and kImageEnd; no
///            value of the image is 0. The image holds the text too: loads may read it.
struct Program {
    std::uint32_t entry = 0;
    std::vector<TextWord> text;
    std::vector<ImageWord> image;
    std::vector<Symbol> symbols;  ///< of the text; for people, no part of what is proven
};

/// The symbol that covers `address`: the last one at or before it, if the address lies in its size.
const Symbol* find_symbol(const Program& program, std::uint32_t address);

/// "main+0x14", or "0x00010014" where no symbol covers the address.
std::string describe_address(const Program& program, std::uint32_t address);

}  // namespace nexus::zkvm
