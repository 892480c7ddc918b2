# Shared by the scripts of this folder; to be sourced, not run. Sets `root`, the source tree.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Where compiled objects are kept between builds. The settings that make them usable from any build
# folder and with precompiled headers (CCACHE_BASEDIR, CCACHE_NOHASHDIR, CCACHE_SLOPPINESS) are
# part of the compiler launcher in cmake/compiler.cmake, so that a bare `ninja` has them too.
export CCACHE_DIR=${CCACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/ccache}

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

# Runs a command as root, through sudo only when that is not who we are.
as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "missing packages can only be installed by root: $*"
  fi
}

# packages_in FILE: the names of a package list.
packages_in() { sed 's/#.*//' "$1" | tr -s '[:space:]' '\n' | sed '/^$/d'; }

# missing_packages FILE: those of the list that are not installed.
missing_packages() {
  local name
  while read -r name; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q ' installed$' || echo "$name"
  done < <(packages_in "$1")
}

# install_packages FILE: installs what is missing; touches neither the network nor apt otherwise.
install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "This system has no dpkg: the packages of $1 are taken to be there."
    return
  fi
  local missing
  mapfile -t missing < <(missing_packages "$1")
  if [[ ${#missing[@]} -eq 0 ]]; then
    return
  fi
  say "Installing: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# How many compilers fit at once: one a core, and one for each free gigabyte of memory.
build_jobs() {
  local cores free_kb by_memory
  cores=$(nproc)
  free_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
  by_memory=$((free_kb / 1048576))
  if ((by_memory < 1)); then by_memory=1; fi
  echo $((cores < by_memory ? cores : by_memory))
}

# build PRESET [TARGET...]: configures, and builds the targets; the whole tree without any.
build() {
  cd "$root"
  local preset=$1
  shift
  cmake --preset "$preset"
  CMAKE_BUILD_PARALLEL_LEVEL=$(build_jobs) \
    cmake --build --preset "$preset" ${1:+--target "$@"}
}

# has_node MAJOR: whether Node.js of at least this version is on the path.
has_node() {
  local version
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  [[ ${version%%.*} =~ ^[0-9]+$ ]] && ((${version%%.*} >= $1))
}
