#include "base/assert.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

/// Every file is the second half of the input; the matrix is fixed.
class FuzzResolver final : public nexus::sim::Resolver {
public:
    explicit FuzzResolver(std::string_view file) : file_(file) {}

    [[nodiscard]] absl::StatusOr<std::string> read(std::string_view /*path*/) const override {
        return std::string(file_);
    }
    [[nodiscard]] absl::StatusOr<std::string> read_matrix(std::string_view file) const override {
        if (file != "wan-rtt-aws.csv") {
            return absl::NotFoundError("no such matrix");
        }
        return std::string(",EU (Ireland) eu-west-1,US East (N. Virginia) us-east-1\n");
    }

private:
    std::string_view file_;
};

}  // namespace

/// Input: a scenario; behind a zero byte, the file of communities. Whatever is accepted is written
/// and read again without a change; whatever is not is explained.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t end = input.find('\0');
    const FuzzResolver resolver(end == std::string_view::npos ? std::string_view()
                                                              : input.substr(end + 1));
    const auto parsed = nexus::sim::parse_scenario(input.substr(0, end), "fuzz.toml", resolver);
    if (!parsed.ok()) {
        NEXUS_ASSERT(!parsed.status().message().empty());
        return 0;
    }
    NEXUS_ASSERT(!nexus::sim::explain(*parsed).empty());
    const std::string written = nexus::sim::format_scenario(*parsed);
    const auto again = nexus::sim::parse_scenario(written, "fuzz.toml", resolver);
    NEXUS_ASSERT(again.ok());
    NEXUS_ASSERT(nexus::sim::without_places(*again) == nexus::sim::without_places(*parsed));
    NEXUS_ASSERT(nexus::sim::format_scenario(*again) == written);
    return 0;
}
