#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Numbers as a person reads them, and commands as a person types them.
namespace nexus::sim {

/// "12 345": digits in groups of three.
std::string count_text(std::uint64_t count);

/// "1.2 k", "3.4 M": three digits that count, with a prefix of thousands.
std::string short_count_text(double count);

/// "812 B", "1.4 MB": powers of 1000.
std::string bytes_text(double bytes);

/// "0.42 ms", "812 ms", "1.82 s", "2 min 5 s".
std::string duration_text(double seconds);

/// The text as one word of a POSIX shell, quoted if it has to be.
std::string shell_word(std::string_view text);

/// The line that runs a scenario file again with that seed.
std::string replay_command(std::string_view file, std::uint64_t seed);

/// A bare number with up to three digits behind the point and no needless zero.
std::string number_text(double number);

/// Columns that the text takes on a terminal, counting one for each character. Control sequences of
/// colour take none.
std::size_t columns_of(std::string_view text);

/// The text cut to so many columns, with an ellipsis if something is missing; padded if it is short
/// and `pad` says so.
std::string fit(std::string_view text, std::size_t columns, bool pad = false);

}  // namespace nexus::sim
