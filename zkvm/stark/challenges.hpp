#pragma once

#include "zkvm/air/bus.hpp"
#include "zkvm/air/constraint_reader.hpp"
#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/domain.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nexus::zkvm {

/// The numbers of messages under these two challenges.
template <class F, class E>
BusChallenge<E> bus_challenge(const E& alpha, const E& beta) {
    BusChallenge<E> challenge;
    challenge.alpha = alpha;
    E power = beta;
    for (E& slot : challenge.beta) {
        slot = power;
        power *= beta;
    }
    for (std::size_t j = 0; j < kNoiseColumns; ++j) {
        const std::array<F, 1> limb{F(static_cast<std::uint32_t>(j))};
        challenge.noise[j] = message_value<F>(challenge, Bus::noise, limb).inverse();
    }
    return challenge;
}

/// 1 / (number of a message), with a sign: what a message that the verifier itself sends (+) or
/// receives (-) adds to a sum.
template <class F, class E, std::size_t N>
E public_message(const BusChallenge<E>& challenge, Bus bus, const std::array<F, N>& limbs) {
    return message_value<F>(challenge, bus, limbs).inverse();
}

/// `1, power, power^2, ..`
template <class E>
std::vector<E> powers_of(const E& power, std::size_t count) {
    std::vector<E> powers(count);
    E next(typename E::Base(1));
    for (E& slot : powers) {
        slot = next;
        next *= power;
    }
    return powers;
}

/// `lambda, lambda^2, ..`: what words of a batch are weighted with. The mask of FRI has the 1.
template <class E>
std::vector<E> batch_weights(const E& lambda, std::size_t count) {
    std::vector<E> weights = powers_of(lambda, count + 1);
    weights.erase(weights.begin());
    return weights;
}

/// How many words region_words has.
inline std::size_t region_size(const Bytes& bytes) { return 1 + (bytes.size() + 3) / 4; }

/// The words of a public region: the length in bytes, then the bytes, four a word, zero-padded.
inline std::vector<std::uint32_t> region_words(const Bytes& bytes) {
    std::vector<std::uint32_t> words(region_size(bytes));
    words[0] = static_cast<std::uint32_t>(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        words[1 + i / 4] |= std::uint32_t{bytes[i]} << (8 * (i % 4));
    }
    return words;
}

/// What the verifier adds to the sums of the last segment: it sends the public input on the image
/// bus and receives the output and the exit code.
template <class F, class E>
E claim_messages(const Claim& claim, const BusChallenge<E>& challenge, std::uint32_t input_begin,
                 std::uint32_t output_begin, std::uint32_t exit_code_cell) {
    E sum;
    const auto word = [&](Bus bus, std::uint32_t cell, std::uint32_t value) {
        return public_message<F>(challenge, bus,
                                 std::array<F, 3>{F(cell), F(value & 0xffffU), F(value >> 16U)});
    };
    std::uint32_t cell = input_begin;
    for (const std::uint32_t value : region_words(claim.public_input)) {
        sum += word(Bus::image, cell, value);
        cell += 4;
    }
    cell = output_begin;
    for (const std::uint32_t value : region_words(claim.public_output)) {
        sum -= word(Bus::output, cell, value);
        cell += 4;
    }
    sum -= word(Bus::output, exit_code_cell, claim.exit_code);
    return sum;
}

/// What the verifier adds to the sums between segments: the pc starts at the entry and ends halted.
template <class F, class E>
E pc_messages(const BusChallenge<E>& challenge, std::uint32_t pc_cell, std::uint32_t entry,
              std::uint32_t halt_pc, std::uint32_t segments) {
    const auto token = [&](std::uint32_t pc, std::uint32_t stamp) {
        return public_message<F>(challenge, Bus::global,
                                 std::array<F, 4>{F(pc_cell), F(pc), F(), F(stamp)});
    };
    return token(entry, 0) - token(halt_pc, segments);
}

/// The points at which a table of 2^log_rows rows is opened: z^(N/n), and the rows before it.
template <class F, class E>
std::array<E, 3> opening_points(const E& z, unsigned log_rows, unsigned log_rows_max) {
    const E here = z.exp_power_of_2(log_rows_max - log_rows);
    const F back = F::two_adic_generator(log_rows).inverse();
    return {here, here * back, here * back.square()};
}

}  // namespace nexus::zkvm
