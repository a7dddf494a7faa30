#pragma once

#include "actors/link/link.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace nexus::tests {

inline std::array<std::uint8_t, 32> seed_of(std::uint8_t number) {
    std::array<std::uint8_t, 32> seed{};
    seed.fill(number);
    return seed;
}

/// Two ends of a connection, whose bytes a test moves.
struct LinkPair {
    SecretKey dialler_key{seed_of(1)};
    SecretKey acceptor_key{seed_of(2)};
    Hash network{};
    actors::Link dialler, acceptor;

    explicit LinkPair(std::uint8_t entropy = 10)
        : dialler(actors::Link::dial({&dialler_key, network}, seed_of(entropy),
                                     acceptor_key.public_key())),
          acceptor(actors::Link::accept({&acceptor_key, network},
                                        seed_of(static_cast<std::uint8_t>(entropy + 1)))) {}

    static constexpr std::size_t kAll = std::size_t{1} << 30U;

    /// Moves all that waits, both ways, until nothing does. False if a link ended.
    bool settle() {
        for (;;) {
            const Bytes there = dialler.take_output(kAll);
            const Bytes back = acceptor.take_output(kAll);
            if (there.empty() && back.empty()) {
                return true;
            }
            keep(at_acceptor, acceptor.receive(there));
            keep(at_dialler, dialler.receive(back));
            if (at_acceptor.ended.has_value() || at_dialler.ended.has_value()) {
                return false;
            }
        }
    }

    /// All that settle brought.
    actors::LinkEvents at_dialler, at_acceptor;

private:
    static void keep(actors::LinkEvents& all, actors::LinkEvents events) {
        all.authenticated = all.authenticated || events.authenticated;
        all.ended = events.ended;
        for (actors::Assembler::Message& message : events.messages) {
            all.messages.push_back(std::move(message));
        }
        all.pongs.insert(all.pongs.end(), events.pongs.begin(), events.pongs.end());
    }
};

}  // namespace nexus::tests
