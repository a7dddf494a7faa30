#include "actors/node/dialler.hpp"

#include "actors/wire/caf_types.hpp"

#include <memory>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace nexus::actors {
namespace {

/// A connected socket, or -1.
int connect_to(const addrinfo& address, Duration patience) {
    const int handle = socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                              address.ai_protocol);
    if (handle < 0) {
        return -1;
    }
    if (connect(handle, address.ai_addr, address.ai_addrlen) == 0) {
        return handle;
    }
    pollfd waiting{.fd = handle, .events = POLLOUT, .revents = 0};
    int error = 0;
    socklen_t size = sizeof error;
    const int milliseconds = static_cast<int>(patience.nanoseconds / 1'000'000);
    if (poll(&waiting, 1, milliseconds) == 1 &&
        getsockopt(handle, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0) {
        return handle;
    }
    close(handle);
    return -1;
}

int connect_to(const Dialler::Goal& goal) {
    addrinfo wish{};
    wish.ai_family = AF_UNSPEC;
    wish.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(goal.host.c_str(), std::to_string(goal.port).c_str(), &wish, &found) != 0) {
        return -1;
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        if (const int handle = connect_to(*address, goal.patience); handle >= 0) {
            return handle;
        }
    }
    return -1;
}

}  // namespace

Dialler::Dialler(caf::actor_config& config, Goal goal, caf::actor broker)
    : caf::event_based_actor(config), goal_(std::move(goal)), broker_(std::move(broker)) {}

caf::behavior Dialler::make_behavior() {
    return {
        [this](StartAtom) {
            caf::anon_send(broker_, DialledAtom::value, goal_.member, connect_to(goal_));
            quit();
        },
    };
}

}  // namespace nexus::actors
