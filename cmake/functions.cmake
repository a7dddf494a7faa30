include(GoogleTest)

# nexus_library(<name> SOURCES <file>... LINK <library>...): a static library of one layer.
function(nexus_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC nexus_options ${ARG_LINK})
endfunction()

# nexus_tests(<tier> <module> <library>...): one executable from every *_test.cpp below
# tests/<tier>/<module>/, so that no test file can be left out, with one tier label per test
# (gtest_discover_tests of CMake 3.25 breaks a list of labels apart).
function(nexus_tests tier module)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
       ${PROJECT_SOURCE_DIR}/tests/${tier}/${module}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  set(name ${tier}_${module}_tests)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARGN} nexus_options GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name} TEST_PREFIX "${tier}." PROPERTIES LABELS ${tier} TIMEOUT 120
                       DISCOVERY_TIMEOUT 60)
endfunction()
