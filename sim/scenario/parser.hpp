#pragma once

#include "sim/scenario/scenario.hpp"

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace nexus::sim {

/// Gives the parser the files that a scenario refers to, so that parsing itself reads none.
class Resolver {
public:
    Resolver() = default;
    Resolver(const Resolver&) = delete;
    Resolver(Resolver&&) = delete;
    Resolver& operator=(const Resolver&) = delete;
    Resolver& operator=(Resolver&&) = delete;
    virtual ~Resolver() = default;

    /// The text of a file, by its path as the scenario writes it: relative to the scenario's
    /// folder.
    [[nodiscard]] virtual absl::StatusOr<std::string> read(std::string_view path) const = 0;

    /// The text of a round-trip matrix, "wan-rtt-aws.csv" or "wan-rtt-cities.csv".
    [[nodiscard]] virtual absl::StatusOr<std::string> read_matrix(std::string_view file) const = 0;
};

/// Reads a scenario and checks all that can be checked before running it. `file`: its name, for
/// messages and for the scenario.
/// Errors: InvalidArgument, with a line `file:line:column: error: ...` for each thing that is
/// wrong, up to twenty.
absl::StatusOr<Scenario> parse_scenario(std::string_view text, std::string_view file,
                                        const Resolver& resolver);

/// The same from disk. Matrices are in `matrix_folder`; if that is empty, those built into the
/// program.
/// Errors: NotFound for the scenario itself; else as parse_scenario.
absl::StatusOr<Scenario> load_scenario(const std::string& path,
                                       const std::string& matrix_folder = "");

/// A file that holds nothing but a section [machine]. Errors: as load_scenario.
absl::StatusOr<MachineSpec> load_machine(const std::string& path);

/// Writes a scenario that was made, not read, and reads it again: what the checker makes of it.
/// Matrices are those built into the program.
/// Errors: as parse_scenario.
absl::StatusOr<Scenario> recheck_scenario(const Scenario& scenario);

}  // namespace nexus::sim
