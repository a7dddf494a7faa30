#include "sim/scenario/nesting.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace nexus::sim::input {
namespace {

/// Walks over a TOML text, past strings and comments. On text that is not TOML it may go astray
/// behind the first error, where the library stops.
class Scan {
public:
    explicit Scan(std::string_view text) : text_(text) {}

    std::optional<TooDeep> run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"' || c == '\'') {
                skip_string(c);
                continue;
            }
            if (c == '#') {
                at_ = text_.find('\n', at_);
                continue;
            }
            ++at_;
            count(c);
            if (dots_ >= kKeyPartsMax || depth_ > kNestingMax) {
                return place();
            }
        }
        return std::nullopt;
    }

private:
    void count(char c) {
        switch (c) {
            case '.':
                ++dots_;
                return;
            case '[':
            case '{':
                ++depth_;
                break;
            case ']':
            case '}':
                depth_ -= depth_ > 0 ? 1 : 0;
                break;
            case '\n':
            case ',':
            case '=':
                break;
            default:
                return;
        }
        dots_ = 0;
    }

    /// Pre: `quote` stands at at_.
    void skip_string(char quote) {
        const std::string_view rest = text_.substr(at_);
        const std::size_t same = rest.substr(0, 3).find_first_not_of(quote);
        const bool multiline = rest.size() >= 3 && same == std::string_view::npos;
        at_ += multiline ? 3 : 1;
        while (at_ < text_.size()) {
            if (text_[at_] == '\\' && quote == '"') {
                at_ += 2;
            } else if (!multiline && (text_[at_] == quote || text_[at_] == '\n')) {
                at_ += text_[at_] == quote ? 1 : 0;
                return;
            } else if (multiline && text_.substr(at_, 3) == rest.substr(0, 3)) {
                // Up to two quotes before the closing three belong to the text.
                const std::size_t end = text_.find_first_not_of(quote, at_);
                const std::size_t run = (end == std::string_view::npos ? text_.size() : end) - at_;
                at_ += run < 5 ? run : 5;
                return;
            } else {
                ++at_;
            }
        }
    }

    [[nodiscard]] TooDeep place() const {
        TooDeep out;
        for (const char c : text_.substr(0, at_ - 1)) {
            out.line += c == '\n' ? 1 : 0;
            out.column = c == '\n' ? 1 : out.column + 1;
        }
        return out;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t dots_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace

std::optional<TooDeep> find_too_deep(std::string_view toml) { return Scan(toml).run(); }

}  // namespace nexus::sim::input
