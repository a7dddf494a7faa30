#include "zkvm/vm/elf_symbols.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/vm/elf_loader.hpp"
#include "zkvm/vm/elf_view.hpp"
#include "zkvm/vm/program.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

/// Where a section's bytes are.
struct Section {
    std::uint64_t header = 0;
    std::uint32_t type = 0;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    std::uint32_t link = 0;
    std::uint32_t entry_size = 0;
};

/// A symbol before its name is looked up.
struct Entry {
    std::uint32_t address = 0;
    bool is_label = false;  // no type: written in assembly
    std::uint32_t name = 0;
    std::uint32_t size = 0;
    std::uint64_t offset = 0;
};

Section read_section(const ElfView& file, std::uint64_t at) {
    return {.header = at,
            .type = file.number(at + 4, 4),
            .offset = file.number(at + 16, 4),
            .size = file.number(at + 20, 4),
            .link = file.number(at + 24, 4),
            .entry_size = file.number(at + 36, 4)};
}

ElfError bad_table(std::uint64_t offset, std::uint64_t expected, std::uint64_t got) {
    return {ElfErrorKind::BadSymbolTable, offset, expected, got};
}

/// The symbol table and its strings; nothing if there is none.
Result<std::optional<std::pair<Section, Section>>, ElfError> find_tables(const ElfView& file) {
    const std::uint32_t table = file.number(32, 4);
    const std::uint32_t entry_size = file.number(46, 2);
    const std::uint32_t count = file.number(48, 2);
    if (count == 0) {
        return std::nullopt;
    }
    if (entry_size != elf::kSectionHeaderSize) {
        return fail(ElfError{ElfErrorKind::BadHeaderSize, 46, elf::kSectionHeaderSize, entry_size});
    }
    const std::uint64_t table_size = std::uint64_t{count} * entry_size;
    if (!file.contains(table, table_size)) {
        return fail(ElfError{ElfErrorKind::Truncated, 32, file.size(), table + table_size});
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        const Section symbols = read_section(file, table + std::uint64_t{i} * entry_size);
        if (symbols.type != elf::kSectionSymbolTable) {
            continue;
        }
        if (symbols.entry_size != elf::kSymbolSize || symbols.size % elf::kSymbolSize != 0) {
            return fail(bad_table(symbols.header + 36, elf::kSymbolSize, symbols.entry_size));
        }
        if (symbols.link >= count) {
            return fail(bad_table(symbols.header + 24, count, symbols.link));
        }
        const Section strings =
            read_section(file, table + std::uint64_t{symbols.link} * entry_size);
        if (strings.type != elf::kSectionStringTable) {
            return fail(bad_table(strings.header + 4, elf::kSectionStringTable, strings.type));
        }
        for (const Section& section : {symbols, strings}) {
            if (!file.contains(section.offset, section.size)) {
                return fail(bad_table(section.header + 16, file.size(),
                                      std::uint64_t{section.offset} + std::uint64_t{section.size}));
            }
        }
        return std::pair(symbols, strings);
    }
    return std::nullopt;
}

/// The entries of the table that name a place in the text, sorted by address, a function before a
/// label.
std::vector<Entry> read_entries(const ElfView& file, const Section& table, const Program& program) {
    std::vector<Entry> entries;
    for (std::uint32_t i = 0; i < table.size; i += elf::kSymbolSize) {
        const std::uint64_t at = table.offset + std::uint64_t{i};
        const std::uint32_t type = file.number(at + 12, 1) % 16;
        const std::uint32_t section = file.number(at + 14, 2);
        const Entry entry{.address = file.number(at + 4, 4),
                          .is_label = type == elf::kSymbolNoType,
                          .name = file.number(at, 4),
                          .size = file.number(at + 8, 4),
                          .offset = at};
        const bool is_defined =
            section != elf::kSectionUndefined && section < elf::kSectionReserved;
        const bool is_code = type == elf::kSymbolFunction || type == elf::kSymbolNoType;
        if (is_defined && is_code && entry.name != 0 && is_text(program, entry.address)) {
            entries.push_back(entry);
        }
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& left, const Entry& right) {
        return std::tuple(left.address, left.is_label, left.offset) <
               std::tuple(right.address, right.is_label, right.offset);
    });
    return entries;
}

/// No name, or that of a label which only assembler and disassembler care about: .L1, $x.
bool is_for_tools(ByteView name) {
    return name[0] == 0 || name[0] == '$' || (name.size() > 1 && name[0] == '.' && name[1] == 'L');
}

}  // namespace

bool is_text(const Program& program, std::uint32_t address) {
    const auto found =
        std::lower_bound(program.text.begin(), program.text.end(), address,
                         [](const TextWord& word, std::uint32_t value) { return word.pc < value; });
    return found != program.text.end() && found->pc == address;
}

Result<std::vector<Symbol>, ElfError> read_symbols(const ElfView& file, const Program& program) {
    const auto tables = find_tables(file);
    if (!tables) {
        return fail(tables.error());
    }
    if (!tables->has_value()) {
        return std::vector<Symbol>();
    }
    const auto& [table, strings] = **tables;
    std::uint64_t name_bytes = 0;
    std::vector<Symbol> symbols;
    for (const Entry& entry : read_entries(file, table, program)) {
        if (!symbols.empty() && symbols.back().address == entry.address) {
            continue;
        }
        if (entry.name >= strings.size) {
            return fail(bad_table(entry.offset, strings.size, entry.name));
        }
        const ByteView rest = file.slice(strings.offset + std::uint64_t{entry.name},
                                         std::min(strings.size - entry.name, kSymbolNameBytesMax));
        if (is_for_tools(rest)) {
            continue;
        }
        const auto end = std::find(rest.begin(), rest.end(), std::uint8_t{0});
        if (end == rest.end()) {
            return fail(bad_table(entry.offset, kSymbolNameBytesMax, rest.size()));
        }
        const std::string name(rest.begin(), end);
        name_bytes += name.size();
        if (name_bytes > kSymbolNamesBytesMax) {
            return fail(bad_table(entry.offset, kSymbolNamesBytesMax, name_bytes));
        }
        symbols.push_back({entry.address, entry.size, name});
    }
    return symbols;
}

}  // namespace nexus::zkvm
