#pragma once

// What a guest has to know of its machine: zkvm/README.md. A test holds these numbers against those
// of zkvm/vm.
#include <stdint.h>

namespace nexus::guest {

inline constexpr uint32_t kPublicInput = 0x1000'0000;
inline constexpr uint32_t kOutput = 0x1200'0000;
inline constexpr uint32_t kPrivateInput = 0x1400'0000;
inline constexpr uint32_t kIoBytesMax = 0x0200'0000 - 4;

inline constexpr uint32_t kEcallPrint = 64;
inline constexpr uint32_t kEcallHalt = 93;
inline constexpr uint32_t kEcallCopy32 = 0x1'0001;
inline constexpr uint32_t kEcallSha256 = 0x1'0002;
inline constexpr uint32_t kEcallMarkerBegin = 0x2'0000;
inline constexpr uint32_t kEcallMarkerEnd = 0x2'0001;

/// The exit codes of our guests. A guest that does not exit with kDone has committed to nothing.
inline constexpr uint32_t kExitDone = 0;
inline constexpr uint32_t kExitFalse = 1;  ///< what was to be proven does not hold
inline constexpr uint32_t kExitMalformed =
    2;                                   ///< an input is too short, too long or not of its form
inline constexpr uint32_t kExitBug = 3;  ///< an index out of range in the guest itself

}  // namespace nexus::guest
