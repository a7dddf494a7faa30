#include "tools/nexus/testnet/log_line.hpp"

#include "base/assert.hpp"
#include "sim/report/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <simdjson.h>

namespace nexus::tools {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warning", "error"};
static_assert(kNames.size() == static_cast<std::size_t>(LogLevel::Last) + 1);

/// "2026-11-22T01:45:54.123456Z"
std::string time_text(Instant at) {
    namespace chrono = std::chrono;
    const chrono::sys_time<chrono::microseconds> time(
        chrono::floor<chrono::microseconds>(chrono::nanoseconds(at.nanoseconds)));
    const auto midnight = chrono::floor<chrono::days>(time);
    const chrono::year_month_day date(midnight);
    const chrono::hh_mm_ss of_day(time - midnight);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       of_day.hours().count(), of_day.minutes().count(), of_day.seconds().count(),
                       of_day.subseconds().count());
}

bool is_plain(char character) {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
           (character >= 'A' && character <= 'Z') ||
           std::string_view("._:/+-|").find(character) != std::string_view::npos;
}

/// A JSON text with those control characters escaped too that JSON lets stand: DEL and U+0080 to
/// U+009F, which some terminals obey.
std::string harmless(std::string_view json) {
    std::string text;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const auto byte = static_cast<unsigned char>(json[at]);
        const unsigned next = at + 1 < json.size() ? static_cast<unsigned char>(json[at + 1]) : 0U;
        if (byte == 0x7f) {
            text += "\\u007f";
        } else if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {
            text += fmt::format("\\u00{:02x}", next);
            ++at;
        } else {
            text += json[at];
        }
    }
    return text;
}

/// A word as it is, everything else as JSON.
std::string shown(std::string_view text) {
    if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) {
        return std::string(text);
    }
    sim::JsonWriter json(sim::JsonWriter::Style::Compact);
    return harmless(json.value(text).take());
}

/// The text of a member that has to be there; nothing if it is not, or is no text.
std::optional<std::string> text_of(const simdjson::dom::object& object, std::string_view name) {
    std::string_view text;
    if (object.at_key(name).get_string().get(text) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return std::string(text);
}

}  // namespace

std::string_view to_string(LogLevel level) {
    NEXUS_ASSERT(level <= LogLevel::Last);
    return kNames[static_cast<std::size_t>(level)];
}

std::optional<LogLevel> parse_log_level(std::string_view name) {
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) {
        return std::nullopt;
    }
    return static_cast<LogLevel>(found - kNames.begin());
}

std::string format_log_line(const LogHead& head, std::span<const LogField> fields,
                            std::uint64_t suppressed) {
    sim::JsonWriter json(sim::JsonWriter::Style::Compact);
    json.open_object();
    json.member("time", time_text(head.at));
    json.member("level", to_string(head.level));
    json.member("member", head.member);
    json.member("event", head.event);
    for (const LogField& field : fields) {
        json.key(field.name);
        if (const auto* text = std::get_if<std::string_view>(&field.value)) {
            json.value(text->substr(0, kLogTextBytesMax));
        } else {
            std::visit([&json](const auto& value) { json.value(value); }, field.value);
        }
    }
    if (suppressed > 0) {
        json.member("suppressed", suppressed);
    }
    return json.close().take();
}

std::optional<LogLine> parse_log_line(std::string_view text) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(text.data(), text.size()).get_object().get(object) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    const auto time = text_of(object, "time");
    const auto level_name = text_of(object, "level");
    const auto member = text_of(object, "member");
    const auto event = text_of(object, "event");
    const auto level = parse_log_level(level_name.value_or(""));
    if (!time || !level || !member || !event) {
        return std::nullopt;
    }
    LogLine line{.time = *time, .level = *level, .member = *member, .event = *event, .fields = {}};
    constexpr std::array<std::string_view, 4> kHead = {"time", "level", "member", "event"};
    for (const auto& [name, value] : object) {
        if (std::find(kHead.begin(), kHead.end(), name) == kHead.end()) {
            line.fields.emplace_back(name, simdjson::minify(value));
        }
    }
    return line;
}

std::string readable(const LogLine& line) {
    std::string text = fmt::format("{} {:<7} {} {}", shown(line.time), to_string(line.level),
                                   shown(line.member), shown(line.event));
    for (const auto& [name, value] : line.fields) {
        const bool is_word = value.size() > 2 && value.front() == '"' &&
                             std::all_of(value.begin() + 1, value.end() - 1, is_plain);
        fmt::format_to(std::back_inserter(text), " {}={}", shown(name),
                       is_word ? value.substr(1, value.size() - 2) : harmless(value));
    }
    return text;
}

}  // namespace nexus::tools
