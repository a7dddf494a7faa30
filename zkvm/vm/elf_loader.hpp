#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/vm/program.hpp"

#include <cstdint>
#include <string>

namespace nexus::zkvm {

/// What is wrong with a file that should be an executable for this machine.
enum class ElfErrorKind : std::uint8_t {
    Truncated,            ///< a structure or a segment reaches past the end of the file
    NotElf,               ///< the magic bytes
    NotElf32,             ///< class
    NotLittleEndian,      ///< data encoding
    BadVersion,           ///< the version of ELF
    NotExecutable,        ///< type: relocatable, shared
    NotRiscV,             ///< machine
    UnsupportedFlags,     ///< e_flags: compressed instructions, a floating-point or RV32E ABI
    BadHeaderSize,        ///< size of an entry of the program or section headers
    TooManySegments,      ///< program headers
    FileSizeAboveMemory,  ///< p_filesz > p_memsz
    SegmentOutOfRange,    ///< an address outside kImageBegin .. kImageEnd
    SegmentMisaligned,    ///< p_align no power of two, or address and offset differ modulo p_align
    SegmentOverlap,       ///< two segments claim one byte
    WritableText,         ///< a segment that is both writable and executable
    DynamicLinking,       ///< an interpreter or a dynamic section
    TextMisaligned,       ///< an executable segment that does not consist of whole words
    TextTooLarge,         ///< from the first to the last executable byte
    ImageTooLarge,        ///< bytes of all segments in the file
    EntryOutsideText,     ///< the entry point is no executable word
    BadSymbolTable,       ///< its entry size, its string table or a name
};

std::string_view to_string(ElfErrorKind kind);

/// What is wrong, where, and what would have been right.
struct ElfError {
    ElfErrorKind kind = ElfErrorKind::Truncated;
    std::uint64_t offset = 0;  ///< in the file, of the field at fault
    std::uint64_t expected = 0;
    std::uint64_t got = 0;
};

/// "SegmentOverlap at byte 0x54 of the file: expected 0x12000, got 0x11ff0"
std::string describe(const ElfError& error);

inline constexpr std::uint32_t kSegmentsMax = 64;
inline constexpr std::uint32_t kTextBytesMax = 16U << 20U;
inline constexpr std::uint32_t kImageBytesMax = 64U << 20U;

/// The program in an ELF32 file for RV32IM. Memory used is proportional to the size of the file,
/// plus that of the text, whatever its headers say. A damaged symbol table is an error too: a
/// profile must not lie.
/// Errors: every ElfErrorKind.
Result<Program, ElfError> load_elf(ByteView file);

}  // namespace nexus::zkvm
