#include "sim/trace/event.hpp"

#include <string_view>

namespace nexus::sim {

std::string_view to_string(EventKind kind) {
    switch (kind) {
        case EventKind::Packet:
            return "packet";
        case EventKind::Timer:
            return "timer";
        case EventKind::Local:
            return "local";
        case EventKind::Durable:
            return "durable";
        case EventKind::Start:
            return "start";
        case EventKind::Spawn:
            return "spawn";
        case EventKind::Crash:
            return "crash";
    }
    return "?";
}

}  // namespace nexus::sim
