# shellcheck shell=bash disable=SC2034  # the lists are for those who source this
# What tools/run, tools/test and tools/bench share: the packages we need, and how a preset is
# configured and built. Sourced; defines functions, lists and `root`, and does nothing by itself.
# Where a step here fails there is nothing to run: exit status 3, which nexus gives to no scenario.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Debian 12 packages: what the build of every preset needs.
packages_build=(
  g++                 # the compiler, C++20
  cmake               # 3.25: presets, and workflows of them
  ninja-build         # the generator of every preset
  ccache              # compiles each text once, whatever the preset or branch
  mold                # links in a tenth of the time
  pkg-config          # finds libsodium, zstd and toml++, which have no CMake package
  python3             # 3.11: the checks, and the golden tests
  git                 # the commit that reports name, the list of files that checks look at
  libcaf-dev          # actors; 0.17, whose interface differs from later releases
  libexpected-dev     # Result<T, E>
  libsodium-dev       # Ed25519
  libssl-dev          # SHA-256 with the processor's instructions
  libtomlplusplus-dev # scenario files
  libcli11-dev        # the command line
  libfmt-dev          # text
  libspdlog-dev       # logs of nodes
  libsimdjson-dev     # reads them
  libabsl-dev         # Status, ordered and hash containers, 128-bit integers
  libtbb-dev          # sweeps: one seed a core
  libzstd-dev         # traces on disk
  libprotobuf-dev     # what frames messages between processes
  protobuf-compiler   # its C++
  librocksdb-dev      # the disk of a node
  libgtest-dev        # unit tests
  libgmock-dev        # matchers
  libbenchmark-dev    # tests/bench
  librapidcheck-dev   # property tests
  clang-14            # guests of the zkVM, compiled for RISC-V
  lld-14              # links them
)

# What the tests need on top of that.
packages_test=(
  clang-19           # libFuzzer targets
  libclang-rt-19-dev # the runtime of libFuzzer and of clang's sanitizers
  clang-format-19    # the one version whose line breaks we check
  clang-tidy-19      # the tidy preset
  iproute2           # network namespaces: a testnet across hosts
  qemu-user          # another RISC-V machine, to compare ours with
)

# say TEXT...: one line about what happens, on stderr, so that stdout stays the program's.
say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  say "error: $*"
  exit 3
}

# ensure_packages NAME...: installs those that are missing; silent when none is.
ensure_packages() {
  command -v dpkg-query >/dev/null || {
    say "not a Debian system: taking for granted that these are installed: $*"
    return
  }
  local installed name missing=()
  # dpkg-query fails when it does not know a name, which is one of the answers we ask for.
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null) || true
  for name in "$@"; do
    [[ $'\n'$installed$'\n' == *$'\n'"$name installed"$'\n'* ]] || missing+=("$name")
  done
  ((${#missing[@]})) || return 0

  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "neither root nor sudo; as root, run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
    apt-get -qq -o DPkg::Lock::Timeout=300)
  say "installing ${missing[*]}"
  "${apt[@]}" update </dev/null >&2 || say "apt-get update failed: trying with the old lists"
  "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" </dev/null >&2 ||
    die "apt-get could not install: ${missing[*]}"
}

# configure PRESET: runs CMake if the preset has not been configured as it stands. Later changes of
# CMakeLists.txt are noticed by the build itself, those of CMakePresets.json are not.
configure() {
  local folder=$root/build/$1 stamp=$root/build/$1/.configured fresh=()
  [[ -f $stamp && -f $folder/build.ninja && ! $root/CMakePresets.json -nt $stamp ]] && return
  say "configuring build/$1"
  # A build folder that came with a copy of the repository belongs to the original.
  grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt" || fresh=(--fresh)
  mkdir -p "$folder"
  (cd "$root" && cmake --preset "$1" "${fresh[@]}") >"$folder/configure.log" 2>&1 || {
    cat "$folder/configure.log" >&2
    say "error: CMake failed on preset $1"
    return 1
  }
  touch "$stamp"
}

# build PRESET [TARGET...]: a terminal sees ninja's progress, a pipe only what compilers say.
build() {
  local preset=$1
  shift
  say "building ${*:-everything} in build/$preset"
  set -- --build "$root/build/$preset" ${1:+--target "$@"}
  if [[ -t 2 ]]; then
    cmake "$@" >&2
  else
    cmake "$@" -- --quiet | sed '/^ninja: no work to do/d' >&2
  fi || {
    say "error: the build of preset $preset failed"
    return 1
  }
}
