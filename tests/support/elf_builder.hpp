#pragma once

#include "base/bytes.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/program.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm::tests {

/// A segment of an ELF file to be built.
struct ElfSegment {
    std::uint32_t address = kImageBegin;
    Bytes content;
    std::uint32_t memory_size = 0;  ///< 0: that of the content
    std::uint32_t flags = 5;        ///< read and execute
};

/// A function symbol of an ELF file to be built.
struct ElfSymbol {
    std::string name;
    std::uint32_t address = 0;
    std::uint32_t size = 0;
    std::uint8_t type = 2;
};

/// Where build_elf puts things: the headers of segments follow the file header.
inline constexpr std::size_t kElfSegmentTable = 52;

inline void put(Bytes& bytes, std::size_t at, std::uint32_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
}

inline Bytes words_to_bytes(const std::vector<std::uint32_t>& words) {
    Bytes bytes(4 * words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        put(bytes, 4 * i, words[i], 4);
    }
    return bytes;
}

/// An ELF32 file for RISC-V. Behind the segments stand the symbols, their names and three section
/// headers (none, symbols, names), if there is a symbol.
inline Bytes build_elf(std::uint32_t entry, const std::vector<ElfSegment>& segments,
                       const std::vector<ElfSymbol>& symbols = {}) {
    Bytes file(kElfSegmentTable + 32 * segments.size());
    const std::uint8_t magic[] = {0x7f, 'E', 'L', 'F', 1, 1, 1};
    std::copy(std::begin(magic), std::end(magic), file.begin());
    put(file, 16, 2, 2);
    put(file, 18, 243, 2);
    put(file, 20, 1, 4);
    put(file, 24, entry, 4);
    put(file, 28, kElfSegmentTable, 4);
    put(file, 40, 52, 2);
    put(file, 42, 32, 2);
    put(file, 44, static_cast<std::uint32_t>(segments.size()), 2);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const ElfSegment& segment = segments[i];
        const auto size = static_cast<std::uint32_t>(segment.content.size());
        const std::size_t header = kElfSegmentTable + 32 * i;
        put(file, header, 1, 4);
        put(file, header + 4, static_cast<std::uint32_t>(file.size()), 4);
        put(file, header + 8, segment.address, 4);
        put(file, header + 16, size, 4);
        put(file, header + 20, segment.memory_size == 0 ? size : segment.memory_size, 4);
        put(file, header + 24, segment.flags, 4);
        put(file, header + 28, 1, 4);
        file.insert(file.end(), segment.content.begin(), segment.content.end());
    }
    if (symbols.empty()) {
        return file;
    }
    const std::size_t table = file.size();
    std::string names(1, '\0');
    file.resize(table + 16 * (1 + symbols.size()));
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const std::size_t at = table + 16 * (1 + i);
        put(file, at, static_cast<std::uint32_t>(names.size()), 4);
        put(file, at + 4, symbols[i].address, 4);
        put(file, at + 8, symbols[i].size, 4);
        put(file, at + 12, symbols[i].type, 1);
        put(file, at + 14, 1, 2);
        names += symbols[i].name + '\0';
    }
    const std::size_t strings = file.size();
    file.insert(file.end(), names.begin(), names.end());
    const std::size_t sections = file.size();
    file.resize(sections + std::size_t{3} * 40);
    const auto section = [&](std::size_t index, std::uint32_t type, std::size_t offset,
                             std::size_t size, std::uint32_t link, std::uint32_t entry_size) {
        const std::size_t at = sections + 40 * index;
        put(file, at + 4, type, 4);
        put(file, at + 16, static_cast<std::uint32_t>(offset), 4);
        put(file, at + 20, static_cast<std::uint32_t>(size), 4);
        put(file, at + 24, link, 4);
        put(file, at + 36, entry_size, 4);
    };
    section(1, 2, table, strings - table, 2, 16);
    section(2, 3, strings, sections - strings, 0, 0);
    put(file, 32, static_cast<std::uint32_t>(sections), 4);
    put(file, 46, 40, 2);
    put(file, 48, 3, 2);
    return file;
}

/// The program as an ELF file of one segment. Pre: its text has no gap.
inline Bytes build_elf(const Program& program) {
    std::vector<std::uint32_t> words;
    for (const TextWord& word : program.text) {
        words.push_back(word.word);
    }
    return build_elf(program.entry, {{program.text.front().pc, words_to_bytes(words)}});
}

}  // namespace nexus::zkvm::tests
