# Programs for the zkVM. They are compiled for RISC-V by clang 14 and lld 14, whatever compiles the
# rest, so that every preset has the same files in build/<preset>/guests, and the same program ids.
find_program(NEXUS_GUEST_CLANG clang++-14 REQUIRED)
find_program(NEXUS_GUEST_LLD ld.lld-14 REQUIRED)  # clang finds it by itself

set(NEXUS_GUESTS_DIR ${PROJECT_BINARY_DIR}/guests)
set(NEXUS_GUEST_SDK ${PROJECT_SOURCE_DIR}/zkvm/guests/sdk)
set(NEXUS_GUEST_TARGET --target=riscv32-unknown-elf -march=rv32im -mabi=ilp32
                       -mno-relax)  # lld 14 knows no relaxation
set(NEXUS_GUEST_FLAGS
    ${NEXUS_GUEST_TARGET} -ffreestanding -O2 -fno-pic -fno-stack-protector
    -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
    -Wall -Wextra -Werror -Wno-deprecated-register -Wno-register
    -I${PROJECT_SOURCE_DIR})
set(NEXUS_GUEST_CXX_FLAGS
    -std=c++20 -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-use-cxa-atexit
    -Werror=global-constructors)  # nothing runs .init_array

# nexus_guest_object(<variable> <name> <source> <flag>...): compiles one file; its path goes to
# <variable>.
function(nexus_guest_object variable name source)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/guest_objects/${name}.o)
  set(flags ${NEXUS_GUEST_FLAGS} ${ARGN})
  if(source MATCHES "\\.cpp$")
    list(APPEND flags ${NEXUS_GUEST_CXX_FLAGS})
  endif()
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/guest_objects
    COMMAND ${NEXUS_GUEST_CLANG} ${flags} -MD -MF ${object}.d -c ${source} -o ${object}
    DEPENDS ${source}
    DEPFILE ${object}.d
    COMMENT "Compiling guest ${name}"
    VERBATIM)
  set(${variable} ${object} PARENT_SCOPE)
endfunction()

# nexus_elf(<name> <folder> OBJECTS <object>...): links build/<preset>/<folder>/<name>.elf, whose
# path goes to the list NEXUS_<FOLDER>_ELFS of the caller.
function(nexus_elf name folder)
  cmake_parse_arguments(ARG "" "" "OBJECTS" ${ARGN})
  set(elf ${PROJECT_BINARY_DIR}/${folder}/${name}.elf)
  add_custom_command(
    OUTPUT ${elf}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/${folder}
    COMMAND ${NEXUS_GUEST_CLANG} ${NEXUS_GUEST_TARGET} -nostdlib -static -fuse-ld=lld
            -Wl,-T,${NEXUS_GUEST_SDK}/guest.ld -Wl,--gc-sections ${ARG_OBJECTS} -o ${elf}
    DEPENDS ${ARG_OBJECTS} ${NEXUS_GUEST_SDK}/guest.ld
    COMMENT "Linking ${folder}/${name}.elf"
    VERBATIM)
  string(TOUPPER NEXUS_${folder}_ELFS list)
  set(${list} ${${list}} ${elf} PARENT_SCOPE)
endfunction()

# nexus_guest(<name> <source> <flag>...): a guest of one C++ file, built with the SDK.
macro(nexus_guest name source)
  nexus_guest_object(guest_object ${name} ${CMAKE_CURRENT_SOURCE_DIR}/${source} ${ARGN})
  nexus_elf(${name} guests OBJECTS ${guest_crt0} ${guest_object} ${guest_rt})
endmacro()
