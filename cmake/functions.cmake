include(GoogleTest)

# nexus_library(<name> SOURCES <file>... LINK <library>...): a static library of one layer.
function(nexus_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC nexus_options ${ARG_LINK})
endfunction()

# nexus_tests(<tier> <module> <library>...): one executable from every *_test.cpp below
# tests/<tier>/<module>/, so that no test file can be left out, with one tier label per test
# (gtest_discover_tests of CMake 3.25 breaks a list of labels apart). A test of the tier `nightly`
# may take an hour.
function(nexus_tests tier module)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
       ${PROJECT_SOURCE_DIR}/tests/${tier}/${module}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  set(name ${tier}_${module}_tests)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARGN} nexus_options GTest::gmock GTest::gtest_main)
  set(timeout 120)
  if(tier STREQUAL "nightly")
    set(timeout 3600)
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${tier}." PROPERTIES LABELS ${tier} TIMEOUT ${timeout}
                       DISCOVERY_TIMEOUT 60)
endfunction()

# nexus_kernels(<library> <file>...): adds each source to the library once for each instruction set,
# with NEXUS_ISA defined as its tag (zkvm/simd/isa.hpp). A kernel is a template over the tag that
# the source instantiates explicitly for NEXUS_ISA. A test looks into the objects: see
# tools/check/isa_symbols.py.
function(nexus_kernels library)
  set(isas Portable)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    list(APPEND isas Avx2 Avx512)
  endif()
  set(flags_Portable "")
  set(flags_Avx2 -mavx2)
  # g++ 12 takes the operands that its AVX-512 intrinsics leave undefined for a mistake.
  set(flags_Avx512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -Wno-uninitialized)
  foreach(isa ${isas})
    string(TOLOWER ${library}_${isa} objects)
    add_library(${objects} OBJECT ${ARGN})
    target_link_libraries(${objects} PRIVATE nexus_options)
    target_compile_definitions(${objects} PRIVATE NEXUS_ISA=${isa})
    # Optimised in every preset: unoptimised kernels are a hundred times slower, and their helpers
    # would become symbols of their own. Not sanitized: the checks make them take ten minutes
    # to compile; their callers are.
    target_compile_options(${objects} PRIVATE -O2 -fno-sanitize=all ${flags_${isa}})
    target_sources(${library} PRIVATE $<TARGET_OBJECTS:${objects}>)
    if(NOT isa STREQUAL "Portable")
      add_test(NAME unit.isa_symbols.${objects}
               COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/check/isa_symbols.py
                       ${CMAKE_NM} ${isa} $<TARGET_OBJECTS:${objects}>
               COMMAND_EXPAND_LISTS)
      # Looks at objects, so it comes after the build, unlike the checks of sources.
      set_tests_properties(unit.isa_symbols.${objects} PROPERTIES LABELS unit TIMEOUT 60)
    endif()
  endforeach()
endfunction()
