#pragma once

#include "base/amount.hpp"
#include "base/time.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The one table of everything a scenario file can say. Reading, writing, unknown keys, suggestions
/// and the documentation all come from it.
namespace nexus::sim::input {

/// How a value is written.
enum class Type : std::uint8_t {
    Text,
    Choice,  ///< one of a few words
    Texts,   ///< a list of texts
    Integer,
    Share,      ///< "0.1%"
    Bandwidth,  ///< "1Gbps"
    Size,       ///< "1MB"
    Duration,   ///< "250ms"
    Amount,
    Degrees,       ///< 30.27
    Stakes,        ///< an integer for all, or a list of them
    Indexes,       ///< a list of integers
    Groups,        ///< a list of lists of texts
    Steps,         ///< {0s = 100, 20s = 400}
    Mix,           ///< {transfer = 70, mission_create = 30}
    Expectations,  ///< a list of texts such as "latency_p99_ms < 2500"
};

/// Where a value is kept. The pointer's type fits the Type.
using Slot =
    std::variant<std::string*, bool*, std::uint32_t*, std::uint64_t*, std::int64_t*, Duration*,
                 std::optional<Duration>*, Amount*, std::optional<std::int32_t>*, FaultKind*,
                 Behaviour*, std::vector<std::string>*, std::vector<std::uint32_t>*,
                 std::vector<std::uint64_t>*, std::vector<std::vector<std::string>>*,
                 std::vector<LoadStep>*, std::vector<LoadShare>*, std::vector<Expectation>*>;

/// What may stand in a value. Units of min and max: the smallest of the type (nanoseconds, parts
/// per million, bits a second, bytes, millionths of a degree); of a text its bytes; of a list its
/// items.
struct Rule {
    Type type = Type::Text;
    std::int64_t min = 0;
    std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
    std::vector<std::string> choices{};  ///< Of a Choice; of Texts, if not empty; of a Mix.
    std::uint64_t item_bytes_max = 128;  ///< Of each of Texts.
    bool unique = false;                 ///< Items of a list differ.
    bool plain = false;    ///< Items are names of the ledger: ASCII letters, digits ...
    bool one_line = true;  ///< No control characters in texts; else line ends are fine.
    bool required = false;
    std::string fallback{};  ///< In words, where the default is no constant.
};

/// One key of one section.
struct Field {
    std::string key;
    Slot slot;
    Rule rule;
    std::string meaning;
};

/// What [sovereigns] says: where to read communities from, and what those get that say nothing
/// else.
struct SovereignsSection {
    std::string from;
    std::uint32_t take = 0;            ///< 0: all.
    std::vector<std::string> regions;  ///< If not empty, instead of those in the file.
    SovereignSpec defaults;
};

/// A [[fault]] as it is written.
struct FaultEntry {
    FaultSpec spec;
    std::string target;  ///< Short for a list of one.
};

std::vector<Field> scenario_fields(Scenario& scenario);
std::vector<Field> network_fields(NetworkSpec& network);
std::vector<Field> validator_fields(ValidatorSpec& validators);
/// Fills in the defaults of the protocol that `scenario` names, if there is one of that name.
std::vector<Field> protocol_fields(Scenario& scenario);
std::vector<Field> block_fields(BlockSpec& blocks);
std::vector<Field> chain_fields(ChainSpec& chain);
std::vector<Field> sovereigns_fields(SovereignsSection& section);
std::vector<Field> sovereign_fields(SovereignSpec& sovereign);
std::vector<Field> population_fields(PopulationSpec& population);
std::vector<Field> load_fields(LoadSpec& load);
std::vector<Field> fault_fields(FaultEntry& fault);
std::vector<Field> byzantine_fields(ByzantineSpec& byzantine);
std::vector<Field> expect_fields(Scenario& scenario);

/// A table of the file.
struct Section {
    std::string name;
    bool repeated = false;  ///< [[name]], any number of times.
    std::string meaning;
};

/// All sections, in the order of the documentation.
const std::vector<Section>& sections();

/// Keys of a [[fault]] beside `at` and `kind`, one bit each.
using FaultKeys = std::uint32_t;
inline constexpr FaultKeys kTargetsKey = 1U << 0U;
inline constexpr FaultKeys kGroupsKey = 1U << 1U;
inline constexpr FaultKeys kRateKey = 1U << 2U;
inline constexpr FaultKeys kFactorKey = 1U << 3U;
inline constexpr FaultKeys kDelayKey = 1U << 4U;
inline constexpr FaultKeys kBandwidthKey = 1U << 5U;
inline constexpr FaultKeys kLastsKey = 1U << 6U;
inline constexpr FaultKeys kFromKey = 1U << 7U;
inline constexpr FaultKeys kToKey = 1U << 8U;

/// A key and its bit.
struct NamedFaultKey {
    std::string_view name;
    FaultKeys key = 0;
};
const std::vector<NamedFaultKey>& fault_keys();

/// Which keys a kind of fault needs, and which it may have beside them.
struct FaultRule {
    FaultKeys needs = 0;
    FaultKeys may = 0;
};
FaultRule fault_rule(FaultKind kind);

/// "share", "duration" ...
std::string_view type_name(Type type);

/// What may be written: `a duration such as "250ms"`, `one of "aws", "cities", "uniform"`.
std::string wanted(const Rule& rule);

/// The range in the units of the type: `"0%" to "100%"`; empty if there is none.
std::string range(const Rule& rule);

/// The value in the form in which the file says it; nothing for an optional one that is absent.
std::optional<std::string> written(const Field& field);

/// Every section with every key, its type, default, range and meaning: for the terminal.
std::string list_defaults();

/// The same as tables of a Markdown document.
std::string markdown_reference();

}  // namespace nexus::sim::input
