#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace nexus::tools {

/// A port that nobody listens on. It stays taken as long as this lives, so that no port is found
/// twice.
class FreePort {
public:
    static std::optional<FreePort> find() {
        const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (handle < 0 || bind(handle, any, size) != 0 || getsockname(handle, any, &size) != 0) {
            if (handle >= 0) {
                close(handle);
            }
            return std::nullopt;
        }
        return FreePort(handle, ntohs(address.sin_port));
    }
    FreePort(FreePort&& other) noexcept
        : handle_(std::exchange(other.handle_, -1)), number_(other.number_) {}
    FreePort(const FreePort&) = delete;
    FreePort& operator=(FreePort&&) = delete;
    FreePort& operator=(const FreePort&) = delete;
    ~FreePort() {
        if (handle_ >= 0) {
            close(handle_);
        }
    }
    [[nodiscard]] std::uint16_t number() const { return number_; }

private:
    FreePort(int handle, std::uint16_t number) : handle_(handle), number_(number) {}
    int handle_;
    std::uint16_t number_;
};

}  // namespace nexus::tools
