#include "zkvm/vm/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace nexus::zkvm {

const Symbol* find_symbol(const Program& program, std::uint32_t address) {
    const auto next = std::upper_bound(
        program.symbols.begin(), program.symbols.end(), address,
        [](std::uint32_t value, const Symbol& symbol) { return value < symbol.address; });
    if (next == program.symbols.begin()) {
        return nullptr;
    }
    const Symbol& symbol = *(next - 1);
    return symbol.size == 0 || address - symbol.address < symbol.size ? &symbol : nullptr;
}

std::string describe_address(const Program& program, std::uint32_t address) {
    const Symbol* symbol = find_symbol(program, address);
    if (symbol == nullptr) {
        return fmt::format("{:#010x}", address);
    }
    if (address == symbol->address) {
        return symbol->name;
    }
    return fmt::format("{}+{:#x}", symbol->name, address - symbol->address);
}

}  // namespace nexus::zkvm
