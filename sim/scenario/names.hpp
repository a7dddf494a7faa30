#pragma once

#include "sim/scenario/scenario.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What things of a scenario are called: in files, in reports and as nodes of a cluster.
namespace nexus::sim {

/// The name as the ledger takes it, ASCII letters, digits and " -_.'": "Próspera" is "Prospera".
/// Latin letters lose their accents; what else does not fit separates words.
std::string ledger_name(std::string_view name);

/// Lower-case letters and digits with single hyphens between: "RNS.ID" is "rns-id".
std::string slug(std::string_view name);

std::string validator_node(std::uint32_t index);         ///< "validator-3"
std::string twin_node(std::uint32_t index);              ///< "validator-3-twin"
std::string sovereign_node(std::string_view sovereign);  ///< "sovereign-prospera"
std::string load_node(std::uint32_t index);              ///< "load-3"
/// "settlers-3"
std::string member_node(std::string_view population, std::uint32_t index);

/// True for those who run twice under one key.
bool has_twin(Behaviour behaviour);

/// The target of a fault that stands for whoever leads when it fires.
inline constexpr std::string_view kLeaderTarget = "leader";
/// Before the name of a region: the target that stands for all its validators.
inline constexpr std::string_view kRegionPrefix = "region:";

std::string_view to_string(FaultKind kind);         ///< "crash"
std::string_view to_string(Behaviour behaviour);    ///< "double_voter"
std::string_view to_string(Comparison comparison);  ///< ">="

/// The names of all enumerators, in their order.
const std::vector<std::string>& fault_kind_names();
const std::vector<std::string>& behaviour_names();

/// What a load may be made of: the kinds of actors::load_kinds.
const std::vector<std::string>& load_kind_names();
/// The least and the most bytes of a transfer of the load, if they are said.
inline constexpr std::uint32_t kTransferBytesMin = 200;
inline constexpr std::uint32_t kTransferBytesMax = 1024;

/// The invariants that [expect] violations may name.
const std::vector<std::string>& invariant_names();

/// One line for a person: "crash of validator-3 for 10s".
std::string describe(const FaultSpec& fault);
/// What a load offers, for a person and for telling loads apart: "0s=100,10s=400 transfer",
/// "0s=100 transfer=70,mission_create=30, transfers of 256 bytes"; "none". When it stops, from
/// which accounts and from how many sources it comes stands elsewhere.
std::string describe(const LoadSpec& load);

}  // namespace nexus::sim
