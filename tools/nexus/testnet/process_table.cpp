#include "tools/nexus/testnet/process_table.hpp"

#include "base/concat.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <unistd.h>
#include <vector>

namespace nexus::tools {
namespace {

/// Between the words of a command line, as the kernel shows it.
constexpr char kNul = '\0';

}  // namespace

std::optional<std::string> read_text(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

std::optional<pid_t> living(const TestnetLayout& layout, const std::string& process) {
    const auto text = read_text(layout.pid(process));
    if (!text.has_value()) {
        return std::nullopt;
    }
    const pid_t pid = static_cast<pid_t>(std::strtol(text->c_str(), nullptr, 10));
    const auto command = pid > 0 ? read_text(concat("/proc/", pid, "/cmdline")) : std::nullopt;
    std::error_code error;
    const TestnetLayout real{std::filesystem::canonical(layout.folder, error).string()};
    if (!command.has_value() || !command->ends_with(concat(kNul, "node", kNul, "--config", kNul,
                                                           real.config(process), kNul))) {
        return std::nullopt;
    }
    const auto use = process_use(pid);
    return use.has_value() && use->state != 'Z' ? std::optional(pid) : std::nullopt;
}

std::optional<ProcessUse> process_use(pid_t pid) {
    const auto text = read_text(concat("/proc/", pid, "/stat"));
    if (!text.has_value()) {
        return std::nullopt;
    }
    // The name in brackets may hold anything; fields are counted from behind it.
    const std::size_t bracket = text->rfind(')');
    if (bracket == std::string::npos) {
        return std::nullopt;
    }
    std::istringstream fields(text->substr(bracket + 1));
    const std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
    if (words.size() < 22) {
        return std::nullopt;
    }
    const double ticks =
        std::strtod(words[11].c_str(), nullptr) + std::strtod(words[12].c_str(), nullptr);
    return ProcessUse{.cpu_seconds = ticks / static_cast<double>(sysconf(_SC_CLK_TCK)),
                      .resident_bytes = std::strtoull(words[21].c_str(), nullptr, 10) *
                                        static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)),
                      .state = words[0].front()};
}

}  // namespace nexus::tools
