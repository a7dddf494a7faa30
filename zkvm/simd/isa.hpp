#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// Marks what a kernel calls. A kernel is compiled once for each instruction set; an ordinary
/// inline function in it would leave one weak copy in each object, and the linker might pick the
/// AVX-512 copy for the whole program, which then dies on a machine without. Inlined for sure,
/// there is no copy. tools/check/isa_symbols.py looks into the objects.
#define NEXUS_INLINE [[gnu::always_inline]] inline

namespace nexus::zkvm {

// The instruction sets, as types that kernels are templates over: `Kernel<F, Avx512>`. The name
// of the type is in the name of the symbol, which keeps the copies apart.

struct Portable {};  ///< C++ and nothing else, one lane.
struct Avx2 {};      ///< 8 lanes of 32 bits.
struct Avx512 {};    ///< 16 lanes of 32 bits; needs the F, BW, DQ and VL parts.

enum class Isa : std::uint8_t { Portable, Avx2, Avx512 };

constexpr std::string_view to_string(Isa isa) {
    return isa == Isa::Avx512 ? "avx512" : isa == Isa::Avx2 ? "avx2" : "portable";
}

template <class Tag>
inline constexpr std::size_t kLanesOf = 1;
template <>
inline constexpr std::size_t kLanesOf<Avx2> = 8;
template <>
inline constexpr std::size_t kLanesOf<Avx512> = 16;

/// The largest number of lanes of any instruction set.
inline constexpr std::size_t kLanesMax = 16;

/// The instruction sets of this machine, Portable first, the best one last.
std::vector<Isa> available_isas();

/// The instruction set that kernels run with: the best one, or that of the IsaOverride in force.
/// Determinism: results do not depend on it.
Isa active_isa();

/// Runs kernels with another instruction set while it lives: for tests and benchmarks.
/// Threading: no kernel may run while one is made or destroyed.
class IsaOverride {
public:
    /// Pre: this machine has it.
    explicit IsaOverride(Isa isa);
    ~IsaOverride();
    IsaOverride(const IsaOverride&) = delete;
    IsaOverride& operator=(const IsaOverride&) = delete;

private:
    Isa before_;
};

/// Calls `visit` with the tag of the active instruction set:
/// `with_isa([&](auto tag) { Kernel<F, decltype(tag)>::run(data, size); })`.
template <class Visit>
decltype(auto) with_isa(Visit&& visit) {
#if defined(__x86_64__)
    switch (active_isa()) {
        case Isa::Avx512:
            return visit(Avx512{});
        case Isa::Avx2:
            return visit(Avx2{});
        case Isa::Portable:
            break;
    }
#endif
    return visit(Portable{});
}

}  // namespace nexus::zkvm
