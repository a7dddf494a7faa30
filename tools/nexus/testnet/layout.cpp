#include "tools/nexus/testnet/layout.hpp"

#include "base/assert.hpp"
#include "base/concat.hpp"
#include "base/crypto.hpp"
#include "sim/report/write.hpp"
#include "tools/nexus/testnet/process_table.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <limits>
#include <optional>
#include <sstream>
#include <unistd.h>
#include <utility>

namespace nexus::tools {
namespace {

/// Reads a table of TOML and keeps the first thing that is wrong with it.
class Reader {
public:
    Reader(std::string path, const toml::table& table) : path_(std::move(path)), table_(table) {}

    [[nodiscard]] const absl::Status& status() const { return status_; }

    std::string text(const toml::table& in, const char* key, const std::string& missing = "") {
        const toml::node* node = in.get(key);
        if (node == nullptr && !missing.empty()) {
            return missing;
        }
        return checked(in, node, key, "a text", node ? node->value<std::string>() : std::nullopt);
    }

    std::int64_t number(const toml::table& in, const char* key, std::int64_t max) {
        const toml::node* node = in.get(key);
        std::optional<std::int64_t> value =
            node == nullptr ? std::nullopt : node->value_exact<std::int64_t>();
        if (value.has_value() && (*value < 0 || *value > max)) {
            value.reset();
        }
        return checked(in, node, key, concat("a whole number from 0 to ", max).c_str(), value);
    }

    bool flag(const toml::table& in, const char* key) {
        const toml::node* node = in.get(key);
        return checked(in, node, key, "true or false",
                       node == nullptr ? std::nullopt : node->value_exact<bool>());
    }

    /// 32 bytes in hexadecimal digits.
    std::array<std::uint8_t, 32> bytes32(const toml::node& node, const std::string& key) {
        std::array<std::uint8_t, 32> bytes{};
        const auto decoded = from_hex(node.value_or(std::string()));
        if (!decoded || decoded->size() != bytes.size()) {
            complain(node, concat("expected 64 hexadecimal digits in ", key));
            return bytes;
        }
        std::copy(decoded->begin(), decoded->end(), bytes.begin());
        return bytes;
    }

    const toml::table& table(const char* key) {
        static const toml::table kEmpty;
        const toml::table* found = table_[key].as_table();
        if (found == nullptr) {
            complain(table_, concat("expected a table ", key));
        }
        return found == nullptr ? kEmpty : *found;
    }

    void complain(const toml::node& at, const std::string& what) {
        if (status_.ok()) {
            status_ =
                absl::InvalidArgumentError(concat(path_, ":", at.source().begin.line, ":",
                                                  at.source().begin.column, ": error: ", what));
        }
    }

private:
    template <class Value>
    Value checked(const toml::table& in, const toml::node* node, const char* key,
                  const char* expected, std::optional<Value> value) {
        if (!value.has_value()) {
            const toml::node& at = node == nullptr ? static_cast<const toml::node&>(in) : *node;
            complain(at, concat("expected ", expected, " in ", key,
                                node == nullptr ? ", got nothing" : ""));
        }
        return std::move(value).value_or(Value());
    }

    std::string path_;
    const toml::table& table_;
    absl::Status status_;
};

/// Parses a file and hands its table to `read`.
template <class Value, class Read>
absl::StatusOr<Value> read_toml(const std::string& path, const char* what, const Read& read) {
    const auto text = read_text(path);
    if (!text.has_value()) {
        return absl::NotFoundError(concat(path, ": expected ", what, ", got no such file"));
    }
    try {
        const toml::table file = toml::parse(*text, path);
        Reader reader(path, file);
        Value value = read(reader, file);
        if (!reader.status().ok()) {
            return reader.status();
        }
        return value;
    } catch (const toml::parse_error& error) {
        return absl::InvalidArgumentError(concat(path, ":", error.source().begin.line, ":",
                                                 error.source().begin.column,
                                                 ": error: ", std::string(error.description())));
    }
}

absl::Status write_toml(const std::string& path, const toml::table& table) {
    std::ostringstream text;
    text << table << '\n';
    return sim::write_file_atomically(path, text.str());
}

}  // namespace

std::map<std::string, std::vector<std::string>> NetworkFile::processes() const {
    std::map<std::string, std::vector<std::string>> hosts;
    for (const auto& [name, place] : members) {
        hosts[place.process].push_back(name);
    }
    return hosts;
}

absl::Status write_network_file(const TestnetLayout& layout, const NetworkFile& network) {
    toml::table members;
    for (const auto& [name, place] : network.members) {
        toml::table member{{"process", place.process}, {"key", to_hex(place.key.view())}};
        if (place.port != 0) {
            member.insert("host", place.host);
            member.insert("port", static_cast<std::int64_t>(place.port));
        }
        members.insert(name, std::move(member));
    }
    toml::table accounts;
    for (const auto& [name, key] : network.accounts) {
        accounts.insert(name, to_hex(key.view()));
    }
    toml::table metrics;
    for (const auto& [process, port] : network.metrics) {
        metrics.insert(process, static_cast<std::int64_t>(port));
    }
    toml::table file;
    file.insert("epoch_nanoseconds", network.epoch_nanoseconds);
    file.insert("fsync", network.fsync);
    file.insert("shapes", network.shapes);
    file.insert("members", std::move(members));
    file.insert("accounts", std::move(accounts));
    file.insert("metrics_ports", std::move(metrics));
    return write_toml(layout.network(), file);
}

absl::StatusOr<NetworkFile> read_network_file(const TestnetLayout& layout) {
    constexpr std::int64_t kPortMax = std::numeric_limits<std::uint16_t>::max();
    return read_toml<NetworkFile>(
        layout.network(), "the file of a testnet", [](Reader& reader, const toml::table& file) {
            NetworkFile network;
            network.epoch_nanoseconds =
                reader.number(file, "epoch_nanoseconds", std::numeric_limits<std::int64_t>::max());
            network.fsync = reader.flag(file, "fsync");
            network.shapes = reader.flag(file, "shapes");
            for (const auto& [name, node] : reader.table("members")) {
                const toml::table* member = node.as_table();
                if (member == nullptr) {
                    reader.complain(node, "expected a table for each member");
                    continue;
                }
                MemberPlace& place = network.members[std::string(name.str())];
                place.process = reader.text(*member, "process");
                if (const toml::node* key = member->get("key")) {
                    place.key = {reader.bytes32(*key, "key")};
                } else {
                    reader.complain(*member, "expected a text in key, got nothing");
                }
                if (member->contains("port")) {
                    place.host = reader.text(*member, "host");
                    place.port =
                        static_cast<std::uint16_t>(reader.number(*member, "port", kPortMax));
                }
            }
            for (const auto& [name, node] : reader.table("accounts")) {
                network.accounts[std::string(name.str())] = {
                    reader.bytes32(node, std::string(name.str()))};
            }
            const toml::table& metrics = reader.table("metrics_ports");
            for (const auto& [process, node] : metrics) {
                network.metrics[std::string(process.str())] = static_cast<std::uint16_t>(
                    reader.number(metrics, std::string(process.str()).c_str(), kPortMax));
            }
            return network;
        });
}

bool is_host(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char each) {
        return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'z') ||
               (each >= 'A' && each <= 'Z') || each == '.' || each == ':' || each == '-';
    });
}

absl::Status write_node_config(const TestnetLayout& layout, const std::string& process,
                               const std::string& metrics_host) {
    NEXUS_ASSERT(is_host(metrics_host));
    return sim::write_file_atomically(
        layout.config(process),
        concat("# One process of a testnet: nexus node --config FILE\n"
               "network = \"../network.toml\"\n",
               "process = \"", process, "\"\n",
               "# Where it listens, if not on the address by which others reach it:\n"
               "# listen = \"0.0.0.0\"\n"
               "# Where it tells its metrics; anybody who reaches that address may read them:\n",
               metrics_host == kMetricsHost ? "# metrics_host = \"0.0.0.0\"\n"
                                            : concat("metrics_host = \"", metrics_host, "\"\n"),
               "# Where its log goes, \"file\" or \"stdout\", and from which level on:\n"
               "# log = \"stdout\"\n"
               "# log_level = \"debug\"\n"));
}

absl::StatusOr<NodeConfig> read_node_config(const std::string& path) {
    return read_toml<NodeConfig>(
        path, "the configuration of a node", [&](Reader& reader, const toml::table& file) {
            NodeConfig config;
            const std::filesystem::path network =
                std::filesystem::path(path).parent_path() / reader.text(file, "network");
            std::error_code error;
            const std::filesystem::path folder =
                std::filesystem::canonical(network.parent_path(), error);
            if (error || network.filename() != "network.toml") {
                reader.complain(file, concat("expected the path of a network.toml in network, got ",
                                             network.string()));
            }
            config.layout.folder = folder.string();
            config.process = reader.text(file, "process");
            config.listen = file.contains("listen") ? reader.text(file, "listen") : "";
            config.metrics_host = reader.text(file, "metrics_host", kMetricsHost);
            if (!is_host(config.metrics_host)) {
                reader.complain(file.contains("metrics_host") ? *file.get("metrics_host") : file,
                                concat("expected the name or the address of a host in "
                                       "metrics_host, got \"",
                                       config.metrics_host, "\""));
            }
            const std::string log = reader.text(file, "log", "file");
            if (log != "file" && log != "stdout") {
                reader.complain(
                    *file.get("log"),
                    concat("expected \"file\" or \"stdout\" in log, got \"", log, "\""));
            }
            config.logs_to_stdout = log == "stdout";
            const std::string level = reader.text(file, "log_level", "info");
            if (const auto parsed = parse_log_level(level)) {
                config.log_level = *parsed;
            } else {
                reader.complain(file.contains("log_level") ? *file.get("log_level") : file,
                                concat("expected one of ", kLogLevelNames, " in log_level, got \"",
                                       level, "\""));
            }
            return config;
        });
}

absl::Status write_key_file(const TestnetLayout& layout, const std::string& process,
                            const SecretSeeds& seeds) {
    toml::table file;
    for (const auto& [name, seed] : seeds) {
        file.insert(name, to_hex(seed));
    }
    const std::string path = layout.keys(process);
    // The folder is closed before the secret is in it: the file is made under another name first.
    std::error_code error;
    std::filesystem::permissions(layout.process(process), std::filesystem::perms::owner_all, error);
    if (absl::Status status = write_toml(path, file); !status.ok()) {
        return status;
    }
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
    return error ? absl::PermissionDeniedError(concat(path, ": ", error.message()))
                 : absl::OkStatus();
}

absl::Status allow_first_start(const TestnetLayout& layout, const std::string& process,
                               const std::string& member) {
    const std::string folder = layout.member(process, member);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        return absl::PermissionDeniedError(concat(folder, ": ", error.message()));
    }
    return sim::write_file_atomically(
        layout.first_start(process, member),
        concat(member, " has never started and has signed nothing.\n",
               "Its first start takes this file away. Never put it back: without its data and with "
               "this file, a validator signs twice what it has signed already.\n"));
}

absl::Status end_first_start(const TestnetLayout& layout, const std::string& process,
                             const std::string& member) {
    const std::string path = layout.first_start(process, member);
    if (unlink(path.c_str()) != 0) {
        return errno == ENOENT ? absl::OkStatus()
                               : absl::PermissionDeniedError(
                                     concat(path, ": cannot be removed: ", std::strerror(errno)));
    }
    const std::string folder = layout.member(process, member);
    const int handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_gone = handle >= 0 && fsync(handle) == 0;
    const int error = errno;
    if (handle >= 0) {
        close(handle);
    }
    return is_gone ? absl::OkStatus()
                   : absl::UnavailableError(
                         concat(folder, ": cannot be written through: ", std::strerror(error)));
}

sim::KeyBook public_keys(const NetworkFile& network) {
    sim::KeyBook book;
    for (const auto& [name, place] : network.members) {
        book.public_keys.emplace(name, place.key);
    }
    book.public_keys.insert(network.accounts.begin(), network.accounts.end());
    return book;
}

absl::StatusOr<sim::KeyBook> read_key_book(const TestnetLayout& layout, const NetworkFile& network,
                                           const std::string& process) {
    return read_toml<sim::KeyBook>(
        layout.keys(process), "the keys of a process",
        [&](Reader& reader, const toml::table& file) {
            sim::KeyBook book = public_keys(network);
            for (const auto& [key, node] : file) {
                const std::string name(key.str());
                const SecretKey secret(reader.bytes32(node, name));
                const auto found = book.public_keys.find(name);
                if (found == book.public_keys.end() || found->second != secret.public_key()) {
                    reader.complain(node,
                                    concat("expected the secret of ", name,
                                           " that fits its public key in ", layout.network()));
                }
                book.secret_keys.emplace(name, secret);
            }
            return book;
        });
}

}  // namespace nexus::tools
