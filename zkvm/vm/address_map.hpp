#pragma once

#include <cstdint>

namespace nexus::zkvm {

// Where things are in the data memory of the machine: addresses of bytes.

inline constexpr std::uint32_t kNullPageEnd = 0x1000;  ///< an access below is a trap
inline constexpr std::uint32_t kImageBegin = 0x0001'0000;
inline constexpr std::uint32_t kPublicInputBegin = 0x1000'0000;
inline constexpr std::uint32_t kImageEnd = kPublicInputBegin;
inline constexpr std::uint32_t kOutputBegin = 0x1200'0000;
inline constexpr std::uint32_t kPrivateInputBegin = 0x1400'0000;
inline constexpr std::uint32_t kPrivateInputEnd = 0x1600'0000;
inline constexpr std::uint32_t kMemoryEnd = 0x2000'0000;

/// A region of input or output holds one word of length, then at most so many bytes.
inline constexpr std::uint32_t kIoBytesMax = kOutputBegin - kPublicInputBegin - 4;

/// Numbers of `ecall`, in a7. Any other number changes nothing but the pc.
inline constexpr std::uint32_t kEcallDebugPrint = 64;  ///< a1: address, a2: length (Linux's write)
inline constexpr std::uint32_t kEcallHalt = 93;        ///< a0: exit code
inline constexpr std::uint32_t kEcallPrecompile = 0x1'0000;   ///< plus the number of the precompile
inline constexpr std::uint32_t kEcallMarkerBegin = 0x2'0000;  ///< a0: address, a1: length of a name
inline constexpr std::uint32_t kEcallMarkerEnd = 0x2'0001;    ///< ends the innermost marker

}  // namespace nexus::zkvm
