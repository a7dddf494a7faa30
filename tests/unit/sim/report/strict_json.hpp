#pragma once

#include "base/codec.hpp"

#include <cstddef>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A small reader of JSON for tests: it takes exactly what RFC 8259 allows, UTF-8 only, and also
/// refuses two members of one name.
namespace nexus::sim {

struct Json {
    enum class Kind { Null, Bool, Number, Text, Array, Object };

    Kind kind = Kind::Null;
    bool boolean = false;
    double number = 0;
    std::string text;
    std::vector<Json> items;
    std::map<std::string, Json> members;

    [[nodiscard]] const Json& operator[](const std::string& name) const { return members.at(name); }
};

class StrictJson {
public:
    /// The value, or nothing if the text is not well-formed.
    static std::optional<Json> read(std::string_view text) {
        StrictJson reader(text);
        Json value;
        if (!codec::is_utf8(text) || !reader.value(value)) {
            return std::nullopt;
        }
        reader.space();
        return reader.at_ == text.size() ? std::optional<Json>(value) : std::nullopt;
    }

private:
    explicit StrictJson(std::string_view text) : text_(text) {}

    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool take(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) {
            return false;
        }
        at_ += word.size();
        return true;
    }
    void space() {
        while (at_ < text_.size() &&
               std::string_view(" \t\r\n").find(peek()) != std::string::npos) {
            ++at_;
        }
    }

    bool value(Json& out) {
        space();
        switch (peek()) {
            case '{':
                return object(out);
            case '[':
                return array(out);
            case '"':
                out.kind = Json::Kind::Text;
                return string(out.text);
            case 't':
            case 'f':
                out.kind = Json::Kind::Bool;
                out.boolean = peek() == 't';
                return take(out.boolean ? "true" : "false");
            case 'n':
                return take("null");
            default:
                out.kind = Json::Kind::Number;
                return number(out.number);
        }
    }

    bool object(Json& out) {
        out.kind = Json::Kind::Object;
        take("{");
        space();
        if (take("}")) {
            return true;
        }
        do {
            space();
            std::string name;
            if (peek() != '"' || !string(name)) {
                return false;
            }
            space();
            Json member;
            if (!take(":") || !value(member) || !out.members.emplace(name, member).second) {
                return false;
            }
            space();
        } while (take(","));
        return take("}");
    }

    bool array(Json& out) {
        out.kind = Json::Kind::Array;
        take("[");
        space();
        if (take("]")) {
            return true;
        }
        do {
            out.items.emplace_back();
            if (!value(out.items.back())) {
                return false;
            }
            space();
        } while (take(","));
        return take("]");
    }

    bool string(std::string& out) {
        take("\"");
        while (at_ < text_.size() && peek() != '"') {
            const char character = text_[at_++];
            if (static_cast<unsigned char>(character) < 0x20) {
                return false;
            }
            if (character != '\\') {
                out += character;
            } else if (!escape(out)) {
                return false;
            }
        }
        return take("\"");
    }

    bool escape(std::string& out) {
        constexpr std::string_view kLetters = "\"\\/bfnrt";
        constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        const char letter = peek();
        ++at_;
        if (const std::size_t which = kLetters.find(letter); which != std::string_view::npos) {
            out += kMeanings[which];
            return true;
        }
        const std::string digits(text_.substr(at_, 4));
        if (letter != 'u' || digits.size() != 4 ||
            digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
            return false;
        }
        at_ += 4;
        const long code = std::strtol(digits.c_str(), nullptr, 16);
        out += code < 0x80 ? static_cast<char>(code) : '?';
        return true;
    }

    bool digits() {
        const std::size_t from = at_;
        while (peek() >= '0' && peek() <= '9') {
            ++at_;
        }
        return at_ > from;
    }

    bool number(double& out) {
        const std::size_t from = at_;
        take("-");
        const bool starts_with_zero = peek() == '0';
        const std::size_t whole = at_;
        if (!digits() || (starts_with_zero && at_ != whole + 1)) {
            return false;
        }
        if (take(".") && !digits()) {
            return false;
        }
        if (take("e") || take("E")) {
            if (!take("+")) {
                take("-");
            }
            if (!digits()) {
                return false;
            }
        }
        out = std::strtod(std::string(text_.substr(from, at_ - from)).c_str(), nullptr);
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace nexus::sim
