#include "actors/node/fatal.hpp"

#include <cstdio>
#include <mutex>
#include <string>
#include <utility>

namespace nexus::actors {
namespace {

struct Shared {
    std::mutex mutex;
    FatalHandler handler;
};

Shared& shared() {
    static Shared shared;
    return shared;
}

}  // namespace

void on_fatal(FatalHandler handler) {
    const std::lock_guard lock(shared().mutex);
    shared().handler = std::move(handler);
}

void tell_fatal(std::string_view what, std::string_view why) {
    std::fprintf(stderr, "fatal: %s: %s\n", std::string(what).c_str(), std::string(why).c_str());
    const std::lock_guard lock(shared().mutex);
    if (shared().handler) {
        shared().handler(what, why);
    }
}

}  // namespace nexus::actors
