#pragma once

#include "sim/scenario/parser.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace nexus::sim::tests {

/// Files that are only in memory.
class MemoryResolver : public Resolver {
public:
    void put(std::string path, std::string text) { files_[std::move(path)] = std::move(text); }

    [[nodiscard]] absl::StatusOr<std::string> read(std::string_view path) const override {
        const auto found = files_.find(path);
        if (found == files_.end()) {
            return absl::NotFoundError("no file " + std::string(path));
        }
        return found->second;
    }
    [[nodiscard]] absl::StatusOr<std::string> read_matrix(std::string_view file) const override {
        return read(file);
    }

private:
    std::map<std::string, std::string, std::less<>> files_;
};

inline constexpr std::string_view kSocieties =
    "name,organizing_idea,place,latitude,longitude,nearest_region\n"
    "Cabin,network of places,\"Texas, United States\",30.27,-98.41,us-east-1\n"
    "Próspera,startup city,\"Roatán, Honduras\",16.33,-86.52,us-east-1\n"
    "W3ST,solarpunk society,distributed,,,eu-west-1\n";

/// Two small matrices and three communities.
class SmallWorld final : public MemoryResolver {
public:
    SmallWorld() {
        put("wan-rtt-aws.csv",
            ",EU (Ireland) eu-west-1,EU (Milan) eu-south-1,US East (N. Virginia) us-east-1\n"
            "EU (Ireland) eu-west-1,1,30,70\n");
        put("wan-rtt-cities.csv", ",Melbourne,Tokyo\nMelbourne,0,100\nTokyo,100,0\n");
        put("societies.csv", std::string(kSocieties));
    }
};

inline absl::StatusOr<Scenario> parse(std::string_view text) {
    return parse_scenario(text, "s.toml", SmallWorld());
}

/// What parsing complains of; empty if it does not.
inline std::string errors_of(std::string_view text) {
    return std::string(parse(text).status().message());
}

/// The root of the repository: the nearest folder above that holds scenarios/README.md.
inline std::filesystem::path repository() {
    namespace fs = std::filesystem;
    for (const fs::path& start : {fs::current_path(), fs::path(__FILE__).parent_path()}) {
        for (fs::path folder = start; folder != folder.parent_path();
             folder = folder.parent_path()) {
            if (fs::exists(folder / "scenarios" / "README.md")) {
                return folder;
            }
        }
    }
    return {};
}

}  // namespace nexus::sim::tests
