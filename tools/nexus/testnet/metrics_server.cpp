#include "tools/nexus/testnet/metrics_server.hpp"

#include "actors/wire/caf_types.hpp"
#include "base/concat.hpp"

#include <chrono>
#include <cstddef>
#include <utility>

namespace nexus::tools {
namespace {

using CloseAtom = caf::atom_constant<caf::atom("close")>;

constexpr std::size_t kConnectionsMax = 16;
constexpr std::size_t kRequestBytesMax = 8192;
constexpr auto kPatience = std::chrono::seconds(5);

}  // namespace

MetricsServer::MetricsServer(caf::actor_config& config, std::string host, std::uint16_t port,
                             std::function<std::string()> text, std::function<void()> failed)
    : caf::io::broker(config),
      host_(std::move(host)),
      port_(port),
      text_(std::move(text)),
      failed_(std::move(failed)) {}

caf::behavior MetricsServer::make_behavior() {
    return {
        [this](actors::StartAtom) {
            if (!add_tcp_doorman(port_, host_.c_str(), /*reuse_addr=*/true)) {
                failed_();  // the node does its work without it
                quit();
            }
        },
        [this](const caf::io::new_connection_msg& message) { accept(message.handle); },
        [this](const caf::io::new_data_msg& message) { receive(message); },
        [this](const caf::io::data_transferred_msg& message) {
            if (message.remaining == 0) {
                requests_.erase(message.handle);
                close(message.handle);
            }
        },
        [this](const caf::io::connection_closed_msg& message) { requests_.erase(message.handle); },
        [this](CloseAtom, Handle handle) {
            if (requests_.erase(handle) > 0) {
                close(handle);
            }
        },
    };
}

void MetricsServer::accept(Handle handle) {
    if (requests_.size() >= kConnectionsMax) {
        close(handle);
        return;
    }
    requests_.emplace(handle, "");
    configure_read(handle, caf::io::receive_policy::at_most(kRequestBytesMax));
    delayed_send(this, kPatience, CloseAtom::value, handle);
}

void MetricsServer::receive(const caf::io::new_data_msg& message) {
    const auto found = requests_.find(message.handle);
    if (found == requests_.end()) {
        return;
    }
    std::string& request = found->second;
    const bool was_whole = request.find("\r\n\r\n") != std::string::npos;
    request.append(message.buf.begin(), message.buf.end());
    if (was_whole || request.size() > kRequestBytesMax) {
        requests_.erase(found);
        close(message.handle);
        return;
    }
    if (request.find("\r\n\r\n") == std::string::npos) {
        return;
    }
    const std::string body = text_();
    const std::string answer =
        concat("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: ",
               body.size(), "\r\nConnection: close\r\n\r\n", body);
    ack_writes(message.handle, true);
    write(message.handle, answer.size(), answer.data());
    flush(message.handle);
}

caf::actor spawn_metrics(caf::actor_system& system, const std::string& host, std::uint16_t port,
                         std::function<std::string()> text, std::function<void()> failed) {
    caf::actor_config config{&system.middleman().backend()};
    caf::actor server = system.spawn_class<MetricsServer, caf::no_spawn_options>(
        config, host, port, std::move(text), std::move(failed));
    caf::anon_send(server, actors::StartAtom::value);
    return server;
}

}  // namespace nexus::tools
