# Options that every target of ours shares.
add_library(nexus_options INTERFACE)
target_include_directories(nexus_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(
  nexus_options
  INTERFACE -Wall -Wextra -Wconversion -Wshadow
            # Errors where g++ 12 builds without optimisation: optimised, it warns of library code
            # that it cannot follow; clang builds the fuzz targets only.
            $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Debug>>:-Werror>
            # No fused multiply-add: machines with and without it would round differently.
            -ffp-contract=off
            # g++ 12 warns of std::optional and std::vector code that it cannot follow.
            $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
            $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)

find_program(NEXUS_CCACHE ccache)
if(NEXUS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache needs to serve files that use a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_NOHASHDIR=1
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ${NEXUS_CCACHE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fpch-preprocess)
endif()

find_program(NEXUS_MOLD mold)
if(NEXUS_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(NEXUS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # every library is watched, not the targets only
endif()
