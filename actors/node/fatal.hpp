#pragma once

#include <functional>
#include <string_view>

namespace nexus::actors {

using FatalHandler = std::function<void(std::string_view what, std::string_view why)>;

/// Who hears why the process is about to end; empty: nobody but stderr. One for the process, since
/// it ends as a whole.
/// Threading: any thread; once it returns, the former handler is not running and will not be.
void on_fatal(FatalHandler handler);

/// Tells why the process is about to end, on stderr and to the handler. The caller ends it.
void tell_fatal(std::string_view what, std::string_view why);

}  // namespace nexus::actors
