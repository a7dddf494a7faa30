#pragma once

#include "base/time.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// One line of a process's log: a JSON object. First `time` (RFC 3339, UTC, microseconds), `level`,
/// `member` and `event`, then what the event has to say.
namespace nexus::tools {

/// How much a line matters.
enum class LogLevel : std::uint8_t {
    Debug,    ///< Every view; for whoever looks for a mistake.
    Info,     ///< What a node does.
    Warning,  ///< Somebody else misbehaves, or cannot be reached.
    Error,    ///< This node cannot do its work, or the chain is not what it should be.
    Last = Error,
};

/// "debug", "info", ...
std::string_view to_string(LogLevel level);
std::optional<LogLevel> parse_log_level(std::string_view name);
/// "debug, info, warning, error"
inline constexpr std::string_view kLogLevelNames = "debug, info, warning, error";

/// Something that a line says beside its event. `name` is snake_case with the unit last.
struct LogField {
    template <class T>
    LogField(std::string_view field, const T& content) : name(field), value(value_of(content)) {}

    std::string_view name;
    /// A text is foreign: any bytes, any length.
    std::variant<std::uint64_t, std::int64_t, bool, std::string_view> value;

private:
    template <class T>
    static decltype(value) value_of(const T& content) {
        if constexpr (std::same_as<T, bool>) {
            return content;
        } else if constexpr (std::unsigned_integral<T>) {
            return static_cast<std::uint64_t>(content);
        } else if constexpr (std::signed_integral<T>) {
            return static_cast<std::int64_t>(content);
        } else {
            return std::string_view(content);
        }
    }
};

/// What every line says.
struct LogHead {
    Instant at;  ///< Since 1970.
    LogLevel level = LogLevel::Info;
    std::string_view member;  ///< Or the process, where it is no member's doing.
    std::string_view event;   ///< A stable name in snake_case.
};

/// Bytes of a text that a line keeps; the rest is cut.
inline constexpr std::size_t kLogTextBytesMax = 1024;

/// The line, without its end. `suppressed`: lines of this event that were left out before it; not
/// mentioned if there are none. It is UTF-8 without control characters below U+0080, whatever the
/// texts are.
std::string format_log_line(const LogHead& head, std::span<const LogField> fields,
                            std::uint64_t suppressed = 0);

/// A line that was read.
struct LogLine {
    std::string time;
    LogLevel level = LogLevel::Info;
    std::string member;
    std::string event;
    std::vector<std::pair<std::string, std::string>> fields;  ///< Values as JSON.
};

/// Nothing if the text is no line of a log.
std::optional<LogLine> parse_log_line(std::string_view text);

/// For a person, without its end: "TIME info    validator-0 finalized height=12 view=13". A
/// terminal takes no harm from it: control characters are escaped.
std::string readable(const LogLine& line);

}  // namespace nexus::tools
