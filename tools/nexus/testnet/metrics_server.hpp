#pragma once

#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace nexus::tools {

/// Answers every HTTP request on one port with a text, and closes the connection: what a Prometheus
/// server asks for. No encryption, no names: whoever reaches the address may read.
///
/// Failure: a request of more than 8 KiB or that takes too long ends its connection; more than 16
/// connections at once are turned away.
class MetricsServer final : public caf::io::broker {
public:
    /// Both are called on the network's thread: `text` for what to answer, `failed` if it cannot
    /// listen.
    MetricsServer(caf::actor_config& config, std::string host, std::uint16_t port,
                  std::function<std::string()> text, std::function<void()> failed);
    const char* name() const override { return "metrics"; }

protected:
    caf::behavior make_behavior() override;

private:
    using Handle = caf::io::connection_handle;
    void accept(Handle handle);
    void receive(const caf::io::new_data_msg& message);

    std::string host_;
    std::uint16_t port_;
    std::function<std::string()> text_;
    std::function<void()> failed_;
    std::map<Handle, std::string> requests_;  // what has come of each
};

/// Starts a server that listens on one address of this machine.
caf::actor spawn_metrics(caf::actor_system& system, const std::string& host, std::uint16_t port,
                         std::function<std::string()> text, std::function<void()> failed);

}  // namespace nexus::tools
