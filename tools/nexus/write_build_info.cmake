# cmake -DOUTPUT=<file.cpp> -DSOURCE=<repository> -DBUILD=<name> -P write_build_info.cmake
# Writes which source revision this binary is built from, at each build and only when it changed, so
# that a report never names another revision than the one that made it.
execute_process(
  COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit unknown)
endif()
set(text "#include \"tools/nexus/cli.hpp\"

namespace nexus::tools {

std::string_view build_commit() { return \"${commit}\"; }
std::string_view build_name() { return \"${BUILD}\"; }

}  // namespace nexus::tools
")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
