#include "zkvm/vm/elf_loader.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace nexus::zkvm {

std::string_view to_string(ElfErrorKind kind) {
    switch (kind) {
        case ElfErrorKind::Truncated:
            return "Truncated";
        case ElfErrorKind::NotElf:
            return "NotElf";
        case ElfErrorKind::NotElf32:
            return "NotElf32";
        case ElfErrorKind::NotLittleEndian:
            return "NotLittleEndian";
        case ElfErrorKind::BadVersion:
            return "BadVersion";
        case ElfErrorKind::NotExecutable:
            return "NotExecutable";
        case ElfErrorKind::NotRiscV:
            return "NotRiscV";
        case ElfErrorKind::UnsupportedFlags:
            return "UnsupportedFlags";
        case ElfErrorKind::BadHeaderSize:
            return "BadHeaderSize";
        case ElfErrorKind::TooManySegments:
            return "TooManySegments";
        case ElfErrorKind::FileSizeAboveMemory:
            return "FileSizeAboveMemory";
        case ElfErrorKind::SegmentOutOfRange:
            return "SegmentOutOfRange";
        case ElfErrorKind::SegmentMisaligned:
            return "SegmentMisaligned";
        case ElfErrorKind::SegmentOverlap:
            return "SegmentOverlap";
        case ElfErrorKind::WritableText:
            return "WritableText";
        case ElfErrorKind::DynamicLinking:
            return "DynamicLinking";
        case ElfErrorKind::TextMisaligned:
            return "TextMisaligned";
        case ElfErrorKind::TextTooLarge:
            return "TextTooLarge";
        case ElfErrorKind::ImageTooLarge:
            return "ImageTooLarge";
        case ElfErrorKind::EntryOutsideText:
            return "EntryOutsideText";
        case ElfErrorKind::BadSymbolTable:
            return "BadSymbolTable";
    }
    return "?";
}

std::string describe(const ElfError& error) {
    return fmt::format("{} at byte {:#x} of the file: expected {:#x}, got {:#x}",
                       to_string(error.kind), error.offset, error.expected, error.got);
}

}  // namespace nexus::zkvm
