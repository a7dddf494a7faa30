#include "tools/nexus/testnet/layout.hpp"

#include "base/concat.hpp"
#include "sim/report/write.hpp"

#include <toml++/toml.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <unistd.h>
#include <utility>

namespace nexus::tools {

std::optional<std::string> read_text(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

absl::Status write_network_file(const TestnetLayout& layout, const NetworkFile& network) {
    toml::table ports;
    for (const auto& [name, port] : network.ports) {
        ports.insert(name, static_cast<std::int64_t>(port));
    }
    toml::table hosts;
    for (const auto& [process, members] : network.hosts) {
        toml::array names;
        for (const std::string& name : members) {
            names.push_back(name);
        }
        hosts.insert(process, std::move(names));
    }
    toml::table file;
    file.insert("epoch_nanoseconds", network.epoch_nanoseconds);
    file.insert("host", network.host);
    file.insert("fsync", network.fsync);
    file.insert("ports", std::move(ports));
    file.insert("processes", std::move(hosts));
    std::ostringstream text;
    text << file << '\n';
    return sim::write_file_atomically(layout.network(), text.str());
}

absl::StatusOr<NetworkFile> read_network_file(const TestnetLayout& layout) {
    const std::string path = layout.network();
    const auto text = read_text(path);
    if (!text.has_value()) {
        return absl::NotFoundError(concat(path, ": expected the file of a testnet; is ",
                                          layout.folder, " the folder of one?"));
    }
    try {
        const toml::table file = toml::parse(*text, path);
        NetworkFile network;
        network.epoch_nanoseconds = file["epoch_nanoseconds"].value_or(std::int64_t{0});
        network.host = file["host"].value_or(network.host);
        network.fsync = file["fsync"].value_or(true);
        if (const toml::table* ports = file["ports"].as_table()) {
            for (const auto& [name, port] : *ports) {
                network.ports[std::string(name.str())] =
                    static_cast<std::uint16_t>(port.value_or(std::int64_t{0}));
            }
        }
        if (const toml::table* processes = file["processes"].as_table()) {
            for (const auto& [process, members] : *processes) {
                std::vector<std::string>& names = network.hosts[std::string(process.str())];
                if (const toml::array* list = members.as_array()) {
                    for (const toml::node& member : *list) {
                        names.push_back(member.value_or(std::string()));
                    }
                }
            }
        }
        return network;
    } catch (const toml::parse_error& error) {
        return absl::InvalidArgumentError(concat(path, ":", error.source().begin.line, ":",
                                                 error.source().begin.column,
                                                 ": error: ", std::string(error.description())));
    }
}

std::optional<pid_t> living(const TestnetLayout& layout, const std::string& process) {
    const auto text = read_text(layout.pid(process));
    if (!text.has_value()) {
        return std::nullopt;
    }
    const pid_t pid = static_cast<pid_t>(std::strtol(text->c_str(), nullptr, 10));
    const auto command = pid > 0 ? read_text(concat("/proc/", pid, "/cmdline")) : std::nullopt;
    // Numbers of processes are used again: it must be a node, and of this folder.
    if (!command.has_value() || command->find("node") == std::string::npos ||
        command->find(process) == std::string::npos) {
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
    std::istringstream fields(text->substr(text->rfind(')') + 2));
    std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
    if (words.size() < 22) {
        return std::nullopt;
    }
    const double ticks = std::stod(words[11]) + std::stod(words[12]);
    return ProcessUse{.cpu_seconds = ticks / static_cast<double>(sysconf(_SC_CLK_TCK)),
                      .resident_bytes = std::stoull(words[21]) *
                                        static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)),
                      .state = words[0].front()};
}

}  // namespace nexus::tools
