#include "zkvm/vm/elf_loader.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/elf_symbols.hpp"
#include "zkvm/vm/elf_view.hpp"
#include "zkvm/vm/program.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

/// A program header of type PT_LOAD.
struct Segment {
    std::uint64_t header = 0;  // where in the file it stands
    std::uint32_t offset = 0;
    std::uint32_t address = 0;
    std::uint32_t file_size = 0;
    std::uint32_t memory_size = 0;
    std::uint32_t flags = 0;
    std::uint32_t alignment = 0;

    [[nodiscard]] bool is_executable() const { return (flags & elf::kFlagExecute) != 0; }
    [[nodiscard]] std::uint64_t end() const { return std::uint64_t{address} + memory_size; }
};

Result<void, ElfError> check_header(const ElfView& file) {
    // Each line: where, how wide, what must stand there, and what it is if not.
    struct Expected {
        std::uint64_t offset;
        std::uint32_t size;
        std::uint32_t value;
        ElfErrorKind kind;
    };
    constexpr Expected kExpected[] = {
        {0, 4, 0x464c'457f, ElfErrorKind::NotElf},
        {4, 1, 1, ElfErrorKind::NotElf32},
        {5, 1, 1, ElfErrorKind::NotLittleEndian},
        {6, 1, 1, ElfErrorKind::BadVersion},
        {16, 2, elf::kTypeExecutable, ElfErrorKind::NotExecutable},
        {18, 2, elf::kMachineRiscV, ElfErrorKind::NotRiscV},
        {20, 4, 1, ElfErrorKind::BadVersion},
        {36, 4, 0, ElfErrorKind::UnsupportedFlags},
        {42, 2, elf::kProgramHeaderSize, ElfErrorKind::BadHeaderSize},
    };
    if (file.size() < elf::kHeaderSize) {
        return fail(ElfError{ElfErrorKind::Truncated, file.size(), elf::kHeaderSize, file.size()});
    }
    for (const Expected& expected : kExpected) {
        const std::uint32_t got = file.number(expected.offset, expected.size);
        if (got != expected.value) {
            return fail(ElfError{expected.kind, expected.offset, expected.value, got});
        }
    }
    return {};
}

Result<Segment, ElfError> check_segment(const ElfView& file, const Segment& segment) {
    const auto failed = [&](ElfErrorKind kind, std::uint64_t field, std::uint64_t expected,
                            std::uint64_t got) {
        return fail(ElfError{kind, segment.header + field, expected, got});
    };
    if (segment.file_size > segment.memory_size) {
        return failed(ElfErrorKind::FileSizeAboveMemory, 16, segment.memory_size,
                      segment.file_size);
    }
    if (!file.contains(segment.offset, segment.file_size)) {
        return failed(ElfErrorKind::Truncated, 16, file.size(),
                      std::uint64_t{segment.offset} + segment.file_size);
    }
    if (segment.address < kImageBegin) {
        return failed(ElfErrorKind::SegmentOutOfRange, 8, kImageBegin, segment.address);
    }
    if (segment.end() > kImageEnd) {
        return failed(ElfErrorKind::SegmentOutOfRange, 20, kImageEnd, segment.end());
    }
    if (segment.alignment > 1) {
        const std::uint32_t mask = segment.alignment - 1;
        if (!std::has_single_bit(segment.alignment) ||
            (segment.address & mask) != (segment.offset & mask)) {
            return failed(ElfErrorKind::SegmentMisaligned, 28, segment.address, segment.alignment);
        }
    }
    if (segment.is_executable()) {
        if ((segment.flags & elf::kFlagWrite) != 0) {
            return failed(ElfErrorKind::WritableText, 24, elf::kFlagExecute, segment.flags);
        }
        if (segment.address % 4 != 0 || segment.file_size % 4 != 0) {
            return failed(ElfErrorKind::TextMisaligned, 8, segment.address & ~3U, segment.address);
        }
        if (segment.file_size != segment.memory_size) {
            return failed(ElfErrorKind::TextMisaligned, 20, segment.file_size, segment.memory_size);
        }
    }
    return segment;
}

/// The segments that are loaded, sorted by address, none of them empty.
Result<std::vector<Segment>, ElfError> read_segments(const ElfView& file) {
    const std::uint32_t table = file.number(28, 4);
    const std::uint32_t count = file.number(44, 2);
    if (count > kSegmentsMax) {
        return fail(ElfError{ElfErrorKind::TooManySegments, 44, kSegmentsMax, count});
    }
    const std::uint64_t table_size = std::uint64_t{count} * elf::kProgramHeaderSize;
    if (!file.contains(table, table_size)) {
        return fail(ElfError{ElfErrorKind::Truncated, 28, file.size(), table + table_size});
    }
    std::vector<Segment> segments;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint64_t at = table + std::uint64_t{i} * elf::kProgramHeaderSize;
        const std::uint32_t type = file.number(at, 4);
        if (type == elf::kSegmentDynamic || type == elf::kSegmentInterpreter) {
            return fail(ElfError{ElfErrorKind::DynamicLinking, at, elf::kSegmentLoad, type});
        }
        const Segment segment{.header = at,
                              .offset = file.number(at + 4, 4),
                              .address = file.number(at + 8, 4),
                              .file_size = file.number(at + 16, 4),
                              .memory_size = file.number(at + 20, 4),
                              .flags = file.number(at + 24, 4),
                              .alignment = file.number(at + 28, 4)};
        if (type != elf::kSegmentLoad || segment.memory_size == 0) {
            continue;
        }
        const auto checked = check_segment(file, segment);
        if (!checked) {
            return fail(checked.error());
        }
        segments.push_back(*checked);
    }
    std::sort(segments.begin(), segments.end(), [](const Segment& left, const Segment& right) {
        return std::pair(left.address, left.header) < std::pair(right.address, right.header);
    });
    return segments;
}

Result<void, ElfError> check_segments(const std::vector<Segment>& segments) {
    std::uint64_t bytes = 0;
    std::uint64_t end = 0;
    std::uint32_t text_begin = 0;
    for (const Segment& segment : segments) {
        if (segment.address < end) {
            return fail(
                ElfError{ElfErrorKind::SegmentOverlap, segment.header + 8, end, segment.address});
        }
        end = segment.end();
        bytes += segment.file_size;
        if (bytes > kImageBytesMax) {
            return fail(
                ElfError{ElfErrorKind::ImageTooLarge, segment.header + 16, kImageBytesMax, bytes});
        }
        if (segment.is_executable()) {
            text_begin = text_begin == 0 ? segment.address : text_begin;
            if (end - text_begin > kTextBytesMax) {
                return fail(ElfError{ElfErrorKind::TextTooLarge, segment.header + 20, kTextBytesMax,
                                     end - text_begin});
            }
        }
    }
    return {};
}

/// Adds the bytes of a segment to the image; two segments may share a word, though no byte.
void add_to_image(const ElfView& file, const Segment& segment, std::vector<ImageWord>& image) {
    for (std::uint32_t i = 0; i < segment.file_size;) {
        const std::uint32_t address = segment.address + i;
        const std::uint32_t count = std::min(4 - address % 4, segment.file_size - i);
        const std::uint32_t value = file.number(segment.offset + std::uint64_t{i}, count)
                                    << (8 * (address % 4));
        i += count;
        if (value == 0) {
            continue;
        }
        const std::uint32_t aligned = address - address % 4;
        if (!image.empty() && image.back().address == aligned) {
            image.back().value |= value;
        } else {
            image.push_back({aligned, value});
        }
    }
}

}  // namespace

Result<Program, ElfError> load_elf(ByteView bytes) {
    const ElfView file(bytes);
    if (const auto header = check_header(file); !header) {
        return fail(header.error());
    }
    const auto segments = read_segments(file);
    if (!segments) {
        return fail(segments.error());
    }
    if (const auto checked = check_segments(*segments); !checked) {
        return fail(checked.error());
    }
    Program program;
    program.entry = file.number(24, 4);
    for (const Segment& segment : *segments) {
        add_to_image(file, segment, program.image);
        for (std::uint32_t i = 0; segment.is_executable() && i < segment.file_size; i += 4) {
            program.text.push_back(
                {segment.address + i, file.number(segment.offset + std::uint64_t{i}, 4)});
        }
    }
    if (!is_text(program, program.entry)) {
        return fail(ElfError{ElfErrorKind::EntryOutsideText, 24,
                             program.text.empty() ? 0 : program.text.front().pc, program.entry});
    }
    auto symbols = read_symbols(file, program);
    if (!symbols) {
        return fail(symbols.error());
    }
    program.symbols = std::move(*symbols);
    return program;
}

}  // namespace nexus::zkvm
