#pragma once

#include "base/bytes.hpp"
#include "zkvm/vm/program.hpp"

#include <absl/status/statusor.h>

#include <string>
#include <vector>

namespace nexus::tools {

/// The program of a guest, and the file it came from.
struct GuestFile {
    std::string path;
    zkvm::Program program;
};

/// Loads a guest: an ELF file, or a name such as "fibonacci" of a guest that was built with nexus.
/// Errors: NotFound, with the names there are; PermissionDenied; InvalidArgument, with what is
/// wrong in the file.
absl::StatusOr<GuestFile> load_guest(const std::string& guest);

/// The whole file. Errors: NotFound, PermissionDenied, InvalidArgument if it is too large for an
/// input or a proof.
absl::StatusOr<Bytes> read_input_file(const std::string& path);

/// The bytes that an option names: "0x" and hexadecimal digits, or else the content of a file.
/// Empty text is no bytes. Errors: NotFound, PermissionDenied, InvalidArgument, with `option` in
/// the text.
absl::StatusOr<Bytes> read_input(const std::string& option, const std::string& text);

/// The files below a folder, itself not included, whose content starts as an ELF file does; sorted
/// by path. Errors: NotFound.
absl::StatusOr<std::vector<std::string>> find_elf_files(const std::string& folder);

}  // namespace nexus::tools
