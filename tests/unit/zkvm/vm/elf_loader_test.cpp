#include "zkvm/vm/elf_loader.hpp"

#include "base/bytes.hpp"
#include "tests/support/elf_builder.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/elf_symbols.hpp"
#include "zkvm/vm/program.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using tests::build_elf;
using tests::ElfSegment;
using tests::ElfSymbol;
using tests::kElfSegmentTable;
using tests::put;

constexpr std::uint32_t kRead = 4;
constexpr std::uint32_t kReadWrite = 6;
constexpr std::uint32_t kReadWriteExecute = 7;

ElfSegment text(std::uint32_t address = kImageBegin, std::size_t words = 2) {
    std::vector<std::uint32_t> content(words, 0x00000013);
    return {address, tests::words_to_bytes(content), 0, 5};
}

/// The first segment's field at `offset` of its header.
std::size_t field(std::size_t offset, std::size_t segment = 0) {
    return kElfSegmentTable + 32 * segment + offset;
}

ElfErrorKind error_of(const Bytes& file) {
    const auto program = load_elf(file);
    EXPECT_FALSE(program.has_value()) << "loaded although it is broken";
    return program ? ElfErrorKind{} : program.error().kind;
}

/// The error of a good file with one number changed.
ElfErrorKind error_with(std::size_t at, std::uint32_t value, std::size_t size,
                        const std::vector<ElfSegment>& segments = {text()},
                        const std::vector<ElfSymbol>& symbols = {}) {
    Bytes file = build_elf(kImageBegin, segments, symbols);
    put(file, at, value, size);
    return error_of(file);
}

TEST(ElfLoader, LoadsTextImageAndEntry) {
    const ElfSegment data{0x12001, {0xaa, 0, 0, 0xbb, 0xcc}, 100, kReadWrite};
    const auto program = load_elf(build_elf(kImageBegin + 4, {data, text()}));
    ASSERT_TRUE(program.has_value()) << describe(program.error());
    EXPECT_EQ(program->entry, kImageBegin + 4);
    EXPECT_EQ(program->text, (std::vector<TextWord>{{0x10000, 0x13}, {0x10004, 0x13}}));
    EXPECT_EQ(program->image,
              (std::vector<ImageWord>{
                  {0x10000, 0x13}, {0x10004, 0x13}, {0x12000, 0x0000aa00}, {0x12004, 0x0000ccbb}}))
        << "text belongs to the image, words count, zeros do not";
    EXPECT_TRUE(program->symbols.empty());
}

TEST(ElfLoader, JoinsAWordThatTwoSegmentsShare) {
    const ElfSegment first{0x12000, {1, 2}, 0, kReadWrite};
    const ElfSegment second{0x12002, {3, 4}, 0, kRead};
    const auto program = load_elf(build_elf(kImageBegin, {text(), first, second}));
    ASSERT_TRUE(program.has_value());
    EXPECT_EQ(program->image.back(), (ImageWord{0x12000, 0x04030201}));
}

TEST(ElfLoader, SortsSegmentsAndLeavesGapsInTheText) {
    const auto program = load_elf(build_elf(kImageBegin, {text(0x20000, 1), text(kImageBegin, 1)}));
    ASSERT_TRUE(program.has_value());
    EXPECT_EQ(program->text, (std::vector<TextWord>{{0x10000, 0x13}, {0x20000, 0x13}}));
}

TEST(ElfLoader, ReadsTheSymbolsOfTheText) {
    const auto program = load_elf(build_elf(kImageBegin, {text(kImageBegin, 8)},
                                            {{"late", 0x10010, 8, 2},
                                             {"_start", 0x10000, 0, 0},
                                             {"label", 0x10004, 0, 0},
                                             {"early", 0x10004, 8, 2},
                                             {".L1", 0x10008, 0, 0},
                                             {"", 0x1000c, 0, 0},
                                             {".L2", 0x10014, 0, 0},
                                             {"behind", 0x10014, 0, 0},
                                             {"object", 0x1000c, 4, 1},
                                             {"elsewhere", 0x30000, 4, 2}}));
    ASSERT_TRUE(program.has_value()) << describe(program.error());
    EXPECT_EQ(program->symbols, (std::vector<Symbol>{{0x10000, 0, "_start"},
                                                     {0x10004, 8, "early"},
                                                     {0x10010, 8, "late"},
                                                     {0x10014, 0, "behind"}}))
        << "a function before a label at its address; no data, no names for tools";
    EXPECT_EQ(describe_address(*program, 0x10004), "early");
    EXPECT_EQ(describe_address(*program, 0x10008), "early+0x4");
    EXPECT_EQ(describe_address(*program, 0x1000c), "0x0001000c") << "behind the end of early";
    EXPECT_EQ(describe_address(*program, 0x8), "0x00000008");
}

TEST(ElfLoader, RefusesHeadersOfOtherKindsOfFile) {
    EXPECT_EQ(error_of({}), ElfErrorKind::Truncated);
    EXPECT_EQ(error_of(Bytes(51, 0x7f)), ElfErrorKind::Truncated);
    EXPECT_EQ(error_with(0, 'x', 1), ElfErrorKind::NotElf);
    EXPECT_EQ(error_with(4, 2, 1), ElfErrorKind::NotElf32);
    EXPECT_EQ(error_with(5, 2, 1), ElfErrorKind::NotLittleEndian);
    EXPECT_EQ(error_with(6, 0, 1), ElfErrorKind::BadVersion);
    EXPECT_EQ(error_with(16, 1, 2), ElfErrorKind::NotExecutable) << "relocatable";
    EXPECT_EQ(error_with(16, 3, 2), ElfErrorKind::NotExecutable) << "shared";
    EXPECT_EQ(error_with(18, 62, 2), ElfErrorKind::NotRiscV);
    EXPECT_EQ(error_with(20, 2, 4), ElfErrorKind::BadVersion);
    EXPECT_EQ(error_with(36, 1, 4), ElfErrorKind::UnsupportedFlags) << "compressed instructions";
    EXPECT_EQ(error_with(36, 4, 4), ElfErrorKind::UnsupportedFlags) << "doubles in registers";
    EXPECT_EQ(error_with(42, 56, 2), ElfErrorKind::BadHeaderSize);
}

TEST(ElfLoader, RefusesAProgramHeaderTableOutsideTheFile) {
    EXPECT_EQ(error_with(28, 0xffff'fff0, 4), ElfErrorKind::Truncated);
    EXPECT_EQ(error_with(44, 64, 2), ElfErrorKind::Truncated);
    EXPECT_EQ(error_with(44, 65, 2), ElfErrorKind::TooManySegments);
    EXPECT_EQ(error_with(44, 0, 2), ElfErrorKind::EntryOutsideText);
}

TEST(ElfLoader, RefusesSegmentsThatDoNotFit) {
    EXPECT_EQ(error_with(field(4), 0xffff'fffc, 4), ElfErrorKind::Truncated) << "offset";
    EXPECT_EQ(error_with(field(16), 9, 4), ElfErrorKind::FileSizeAboveMemory);
    EXPECT_EQ(error_with(field(8), kImageBegin - 4, 4), ElfErrorKind::SegmentOutOfRange);
    EXPECT_EQ(error_with(field(8), kImageEnd - 4, 4), ElfErrorKind::SegmentOutOfRange);
    EXPECT_EQ(error_with(field(8), 0xffff'fffc, 4), ElfErrorKind::SegmentOutOfRange) << "wraps";
    const ElfSegment data{0x12000, {1, 2, 3, 4}, 0, kReadWrite};
    EXPECT_EQ(error_with(field(20, 1), 0xffff'ffff, 4, {text(), data}),
              ElfErrorKind::SegmentOutOfRange)
        << "as much memory as there is";
    EXPECT_EQ(error_with(field(28), 3, 4), ElfErrorKind::SegmentMisaligned) << "no power of two";
    EXPECT_EQ(error_with(field(28), 0x1000, 4), ElfErrorKind::SegmentMisaligned)
        << "address and offset differ modulo the alignment";
}

TEST(ElfLoader, RefusesSegmentsThatOverlap) {
    const ElfSegment data{kImageBegin + 7, {1}, 0, kReadWrite};
    EXPECT_EQ(error_of(build_elf(kImageBegin, {text(), data})), ElfErrorKind::SegmentOverlap);
    const ElfSegment bss{0x12000, {1}, 0x1000, kReadWrite};
    const ElfSegment inside{0x12fff, {1}, 0, kReadWrite};
    EXPECT_EQ(error_of(build_elf(kImageBegin, {text(), bss, inside})),
              ElfErrorKind::SegmentOverlap);
}

TEST(ElfLoader, RefusesTextThatIsNotReadOnlyWords) {
    ElfSegment segment = text();
    segment.flags = kReadWriteExecute;
    EXPECT_EQ(error_of(build_elf(kImageBegin, {segment})), ElfErrorKind::WritableText);
    segment = text(kImageBegin + 2);
    EXPECT_EQ(error_of(build_elf(kImageBegin + 2, {segment})), ElfErrorKind::TextMisaligned);
    segment = text();
    segment.content.push_back(0);
    EXPECT_EQ(error_of(build_elf(kImageBegin, {segment})), ElfErrorKind::TextMisaligned);
    segment = text();
    segment.memory_size = 12;
    EXPECT_EQ(error_of(build_elf(kImageBegin, {segment})), ElfErrorKind::TextMisaligned);
    EXPECT_EQ(error_of(build_elf(kImageBegin, {text(), text(kImageBegin + kTextBytesMax, 1)})),
              ElfErrorKind::TextTooLarge)
        << "a table by pc would cost more than the file";
}

TEST(ElfLoader, RefusesAnEntryOutsideTheText) {
    const ElfSegment data{0x12000, {1, 2, 3, 4}, 0, kReadWrite};
    for (const std::uint32_t entry : {0U, 0x10002U, 0x10008U, 0x12000U, 0xffff'ffffU}) {
        EXPECT_EQ(error_of(build_elf(entry, {text(), data})), ElfErrorKind::EntryOutsideText)
            << entry;
    }
}

TEST(ElfLoader, RefusesDynamicLinking) {
    EXPECT_EQ(error_with(field(0, 1), 2, 4, {text(), text(0x20000)}), ElfErrorKind::DynamicLinking);
    EXPECT_EQ(error_with(field(0, 1), 3, 4, {text(), text(0x20000)}), ElfErrorKind::DynamicLinking);
}

TEST(ElfLoader, RefusesManySegmentsOfTheSameBytes) {
    // 40 segments that all hold the same 2 MiB: a file of 2 MiB must not become 80.
    std::vector<ElfSegment> segments;
    for (std::uint32_t i = 0; i < 40; ++i) {
        segments.push_back({0x100'0000 + 0x20'0000 * i, {1}, 0, kReadWrite});
    }
    segments.push_back(text());
    Bytes file = build_elf(kImageBegin, segments);
    file.resize(file.size() + 0x20'0000, 1);
    for (std::size_t i = 0; i < 40; ++i) {
        put(file, field(16, i), 0x20'0000, 4);
        put(file, field(20, i), 0x20'0000, 4);
    }
    EXPECT_EQ(error_of(file), ElfErrorKind::ImageTooLarge);
}

class ElfSymbolTable : public testing::Test {
protected:
    const std::vector<ElfSegment> segments_ = {text()};
    const std::vector<ElfSymbol> symbols_ = {{"main", kImageBegin, 8, 2}};
    const Bytes file_ = build_elf(kImageBegin, segments_, symbols_);
    const std::size_t sections_ = file_.size() - std::size_t{3} * 40;
    const std::size_t table_ = sections_ - 6 - 32;

    [[nodiscard]] ElfErrorKind error(std::size_t at, std::uint32_t value, std::size_t size) const {
        return error_with(at, value, size, segments_, symbols_);
    }
};

TEST_F(ElfSymbolTable, MustBeWhole) {
    ASSERT_TRUE(load_elf(file_).has_value());
    EXPECT_EQ(error(46, 41, 2), ElfErrorKind::BadHeaderSize);
    EXPECT_EQ(error(32, 0xffff'ffff, 4), ElfErrorKind::Truncated);
    EXPECT_EQ(error(48, 0xffff, 2), ElfErrorKind::Truncated);
    EXPECT_EQ(error(sections_ + 40 + 36, 24, 4), ElfErrorKind::BadSymbolTable) << "entry size";
    EXPECT_EQ(error(sections_ + 40 + 20, 17, 4), ElfErrorKind::BadSymbolTable) << "size";
    EXPECT_EQ(error(sections_ + 40 + 24, 3, 4), ElfErrorKind::BadSymbolTable) << "link";
    EXPECT_EQ(error(sections_ + 40 + 24, 0, 4), ElfErrorKind::BadSymbolTable) << "link to no names";
    EXPECT_EQ(error(sections_ + 40 + 16, 0xffff'ff00, 4), ElfErrorKind::BadSymbolTable);
    EXPECT_EQ(error(sections_ + 80 + 20, 0x7fff'ffff, 4), ElfErrorKind::BadSymbolTable);
    EXPECT_EQ(error(table_ + 16, 6, 4), ElfErrorKind::BadSymbolTable) << "a name behind the names";
    EXPECT_EQ(error(sections_ + 80 + 20, 5, 4), ElfErrorKind::BadSymbolTable)
        << "a name without an end";
}

TEST_F(ElfSymbolTable, RefusesNamesWithoutMeasure) {
    const std::string name(kSymbolNameBytesMax, 'x');
    const auto program = load_elf(build_elf(kImageBegin, segments_, {{name, kImageBegin, 8, 2}}));
    ASSERT_FALSE(program.has_value());
    EXPECT_EQ(program.error().kind, ElfErrorKind::BadSymbolTable);
}

TEST(ElfLoader, SaysWhatItExpectedAndGot) {
    const auto program = load_elf(Bytes(3));
    ASSERT_FALSE(program.has_value());
    EXPECT_EQ(describe(program.error()),
              "Truncated at byte 0x3 of the file: expected 0x34, got 0x3");
}

TEST(ElfLoader, SurvivesEveryTruncation) {
    const Bytes file = build_elf(kImageBegin, {text()}, {{"main", kImageBegin, 8, 2}});
    for (std::size_t size = 0; size < file.size(); ++size) {
        EXPECT_FALSE(load_elf(ByteView(file).first(size)).has_value()) << size;
    }
}

}  // namespace
}  // namespace nexus::zkvm
