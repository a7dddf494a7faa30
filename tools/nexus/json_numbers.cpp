#include "tools/nexus/json_numbers.hpp"

#include "base/concat.hpp"

#include <absl/status/status.h>

#include <charconv>
#include <cstddef>
#include <utility>

namespace nexus::tools {
namespace {

constexpr std::size_t kDepthMax = 64;

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    absl::Status read() {
        return value("", true, 0) && (space(), at_ == text_.size())
                   ? absl::OkStatus()
                   : absl::InvalidArgumentError(concat("byte ", at_, ": expected JSON"));
    }
    std::map<std::string, double> numbers;
    std::map<std::string, std::string> texts;

private:
    void space() {
        while (at_ < text_.size() &&
               std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
            ++at_;
        }
    }
    bool take(char wanted) {
        space();
        const bool is_there = at_ < text_.size() && text_[at_] == wanted;
        at_ += is_there ? 1 : 0;
        return is_there;
    }
    bool word(std::string_view wanted) {
        const bool is_there = text_.substr(at_).starts_with(wanted);
        at_ += is_there ? wanted.size() : 0;
        return is_there;
    }

    /// A string as it stands, escapes and all: names of ours have none.
    bool string(std::string& out) {
        if (!take('"')) {
            return false;
        }
        const std::size_t begin = at_;
        for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            at_ += text_[at_] == '\\' ? 1 : 0;
        }
        if (at_ >= text_.size()) {
            return false;
        }
        out = text_.substr(begin, at_ - begin);
        ++at_;
        return true;
    }

    bool number(const std::string& path, bool is_kept) {
        double value = 0;
        const auto [end, error] =
            std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
        if (error != std::errc()) {
            return false;
        }
        at_ = static_cast<std::size_t>(end - text_.data());
        if (is_kept) {
            numbers[path] = value;
        }
        return true;
    }

    bool value(const std::string& path, bool is_kept, std::size_t depth) {
        space();
        if (at_ >= text_.size() || depth > kDepthMax) {
            return false;
        }
        std::string ignored;
        switch (text_[at_]) {
            case '{':
                return object(path, is_kept, depth);
            case '[':
                return array(path, depth);
            case '"':
                return string(is_kept ? texts[path] : ignored);
            case 't':
                return word("true");
            case 'f':
                return word("false");
            case 'n':
                return word("null");
            default:
                return number(path, is_kept);
        }
    }

    bool object(const std::string& path, bool is_kept, std::size_t depth) {
        ++at_;
        if (take('}')) {
            return true;
        }
        do {
            std::string name;
            if (!string(name) || !take(':') ||
                !value(path.empty() ? name : concat(path, ".", name), is_kept, depth + 1)) {
                return false;
            }
        } while (take(','));
        return take('}');
    }

    bool array(const std::string& path, std::size_t depth) {
        ++at_;
        if (take(']')) {
            return true;
        }
        do {
            if (!value(path, false, depth + 1)) {
                return false;
            }
        } while (take(','));
        return take(']');
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

absl::StatusOr<std::map<std::string, double>> json_numbers(std::string_view text) {
    Reader reader(text);
    if (absl::Status status = reader.read(); !status.ok()) {
        return status;
    }
    return std::move(reader.numbers);
}

absl::StatusOr<std::map<std::string, std::string>> json_texts(std::string_view text) {
    Reader reader(text);
    if (absl::Status status = reader.read(); !status.ok()) {
        return status;
    }
    return std::move(reader.texts);
}

}  // namespace nexus::tools
