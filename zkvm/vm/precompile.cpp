#include "zkvm/vm/precompile.hpp"

#include "base/assert.hpp"
#include "base/result.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/sha256_constants.hpp"
#include "zkvm/vm/trap.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace nexus::zkvm {
namespace {

void copy32(std::span<std::uint32_t> target, std::span<const std::uint32_t> source) {
    std::copy(source.begin(), source.end(), target.begin());
}

/// Source: FIPS 180-4, 6.2.2; names of the variables as there.
void sha256_compress(std::span<std::uint32_t> target, std::span<const std::uint32_t> source) {
    std::array<std::uint32_t, 64> w{};
    std::copy(source.begin(), source.end(), w.begin());
    for (std::size_t t = 16; t < 64; ++t) {
        const std::uint32_t sigma0 =
            std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ w[t - 15] >> 3U;
        const std::uint32_t sigma1 =
            std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ w[t - 2] >> 10U;
        w[t] = sigma1 + w[t - 7] + sigma0 + w[t - 16];
    }
    std::uint32_t a = target[0];
    std::uint32_t b = target[1];
    std::uint32_t c = target[2];
    std::uint32_t d = target[3];
    std::uint32_t e = target[4];
    std::uint32_t f = target[5];
    std::uint32_t g = target[6];
    std::uint32_t h = target[7];
    for (std::size_t t = 0; t < 64; ++t) {
        const std::uint32_t sum1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const std::uint32_t choice = (e & f) ^ (~e & g);
        const std::uint32_t t1 = h + sum1 + choice + kSha256Constants[t] + w[t];
        const std::uint32_t sum0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const std::uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + sum0 + majority;
    }
    const std::array<std::uint32_t, 8> added = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < added.size(); ++i) {
        target[i] += added[i];
    }
}

constexpr std::array<Precompile, 2> kPrecompiles = {{
    {kPrecompileCopy32, "copy32", 8, 8, copy32},
    {kPrecompileSha256, "sha256_compress", 8, 16, sha256_compress},
}};

bool is_in_ram(std::uint32_t address, std::uint32_t words) {
    return address >= kNullPageEnd && address <= kMemoryEnd - 4 * words;
}

}  // namespace

std::span<const Precompile> precompiles() { return kPrecompiles; }

const Precompile* find_precompile(std::uint32_t number) {
    for (const Precompile& precompile : kPrecompiles) {
        NEXUS_ASSERT(precompile.target_words <= kPrecompileWordsMax);
        NEXUS_ASSERT(precompile.source_words <= kPrecompileWordsMax);
        if (precompile.number == number) {
            return &precompile;
        }
    }
    return nullptr;
}

bool calls_precompile(std::uint32_t a7) {
    return a7 >= kEcallPrecompile && a7 < kEcallPrecompile + kPrecompileNumberEnd;
}

Result<const Precompile*, PrecompileFault> check_precompile(std::uint32_t a7, std::uint32_t target,
                                                            std::uint32_t source) {
    NEXUS_ASSERT(calls_precompile(a7));
    const Precompile* precompile = find_precompile(a7 - kEcallPrecompile);
    if (precompile == nullptr) {
        return fail(PrecompileFault{TrapKind::UnknownPrecompile, a7});
    }
    const std::array<std::uint32_t, 2> pointers = {target, source};
    const std::array<std::uint32_t, 2> words = {precompile->target_words, precompile->source_words};
    for (std::size_t i = 0; i < pointers.size(); ++i) {
        if (pointers[i] % 4 != 0) {
            return fail(PrecompileFault{TrapKind::PrecompileMisaligned, pointers[i]});
        }
        if (!is_in_ram(pointers[i], words[i])) {
            return fail(PrecompileFault{TrapKind::PrecompileOutOfRange, pointers[i]});
        }
    }
    if (target < source + 4 * words[1] && source < target + 4 * words[0]) {
        return fail(PrecompileFault{TrapKind::PrecompileOverlap, target});
    }
    return precompile;
}

}  // namespace nexus::zkvm
