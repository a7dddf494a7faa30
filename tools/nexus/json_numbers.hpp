#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <string_view>

namespace nexus::tools {

/// The numbers of a JSON object, by their path: "latency_ms.p50". Arrays are read over.
/// Source: RFC 8259. Errors: InvalidArgument with the byte at which it is no JSON, and for nesting
/// deeper than 64.
absl::StatusOr<std::map<std::string, double>> json_numbers(std::string_view text);
/// Its texts in the same way, as they stand: escapes stay. Errors: as json_numbers.
absl::StatusOr<std::map<std::string, std::string>> json_texts(std::string_view text);

}  // namespace nexus::tools
