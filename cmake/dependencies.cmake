# Every third-party library, by the name our targets link. Debian 12 packages only.
find_package(tl-expected REQUIRED)
find_package(absl REQUIRED)
find_package(fmt REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(GTest REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)  # 3.11 or later: the checks use tomllib
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
find_package(TBB REQUIRED)
find_package(Protobuf REQUIRED)

# Debian's libcaf-dev 0.17 ships no CMake package.
find_library(CAF_CORE_LIBRARY caf_core REQUIRED)
find_path(CAF_INCLUDE_DIR caf/all.hpp REQUIRED)
add_library(nexus_caf INTERFACE)
target_include_directories(nexus_caf SYSTEM INTERFACE ${CAF_INCLUDE_DIR})
target_link_libraries(nexus_caf INTERFACE ${CAF_CORE_LIBRARY})

find_path(CLI11_INCLUDE_DIR CLI/CLI.hpp REQUIRED)
find_path(RAPIDCHECK_INCLUDE_DIR rapidcheck.h REQUIRED)
find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
add_library(nexus_rapidcheck INTERFACE)
target_include_directories(nexus_rapidcheck SYSTEM INTERFACE ${RAPIDCHECK_INCLUDE_DIR})
target_link_libraries(nexus_rapidcheck INTERFACE ${RAPIDCHECK_LIBRARY})
