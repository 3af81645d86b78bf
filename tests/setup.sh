# Sets a Debian 12 machine up and builds: sourced by tests/run and examples/demo.
# Needs bash, coreutils, dpkg and apt; everything else it installs itself.
# shellcheck shell=bash

# The checkout, wherever the caller stands; a path with spaces is fine.
root="$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"

# fail WORDS...: one line under the name of the program that was called (examples/demo), exit 2.
fail() {
  local called folder
  called="$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)"
  folder="${called##*/}"
  printf '%s/%s: %s\n' "$folder" "${0##*/}" "$*" >&2
  exit 2
}

# One package name per line, without comments.
listed_packages() {
  local name rest
  while read -r name rest; do
    [[ -z $name || $name == \#* ]] || printf '%s\n' "$name"
  done <"$root/tests/packages.txt"
}

# Node.js also comes from elsewhere than Debian, as a package that shuts out Debian's npm: whoever
# has the commands needs no package.
has_command() {
  case $1 in
    nodejs) command -v node >/dev/null ;;
    npm) command -v npm >/dev/null ;;
    *) false ;;
  esac
}

missing_packages() {
  local -A installed=()
  local name state listed
  mapfile -t listed < <(listed_packages)
  while read -r name state; do
    if [[ $state == installed ]]; then installed[$name]=1; fi
  done < <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${listed[@]}" 2>/dev/null)
  for name in "${listed[@]}"; do
    [[ -n ${installed[$name]:-} ]] || has_command "$name" || printf '%s\n' "$name"
  done
}

system_name() {
  local name=''
  if [[ -r /etc/os-release ]]; then
    # shellcheck source=/dev/null
    name="$(. /etc/os-release && printf '%s' "${PRETTY_NAME:-}")"
  fi
  printf '%s' "${name:-an unknown system}"
}

# Asks only a person at a terminal, and not when --yes or CI=true has answered already.
confirm_install() {
  local yes=$1 answer
  shift
  printf 'These Debian packages are missing and will be installed:\n  %s\n' "$*" >&2
  if [[ $yes == yes || ${CI:-} == true || ! -t 0 ]]; then return; fi
  read -r -p 'Install them now? [Y/n] ' answer || answer=n
  case $answer in
    '' | [Yy] | [Yy][Ee][Ss]) ;;
    *) fail "nothing was installed; install them yourself, then run this again" ;;
  esac
}

# install_packages yes|no: installs what tests/packages.txt lists and the machine lacks. Costs
# nothing noticeable when all is there.
install_packages() {
  local yes=$1 missing as_root=()
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this is $(system_name), without apt; use Debian 12, or a container of it"
  fi
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} == 0)); then return; fi
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "packages are missing and there is no sudo; as root, run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  confirm_install "$yes" "${missing[@]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  "${apt[@]}" update </dev/null ||
    printf 'apt-get update failed; trying with the package lists that are here\n' >&2
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null ||
    fail "apt-get could not install the packages (see above); this project is built on Debian 12" \
      "and this is $(system_name); check the network and /etc/apt, then run this again"
}

# As many compilers as there are processors, but each with 1 GiB of memory.
build_jobs() {
  local processors key value rest gib=1
  processors="$(nproc)"
  while read -r key value rest; do
    if [[ $key == MemAvailable: ]]; then gib=$((value / 1048576)); fi
  done </proc/meminfo
  if ((gib < 1)); then gib=1; fi
  printf '%s' "$((gib < processors ? gib : processors))"
}

# A build folder that came along in a copied or moved checkout points at the old place.
is_moved() {
  local line
  [[ -f $1/CMakeCache.txt ]] || return 1
  while read -r line; do
    if [[ $line == CMAKE_HOME_DIRECTORY:* ]]; then
      [[ ${line#*=} != "$root" ]]
      return
    fi
  done <"$1/CMakeCache.txt"
  return 1
}

# configure_and_build PRESET [TARGET...]: builds into build/PRESET; without targets, everything.
configure_and_build() {
  local preset=$1 build="$root/build/$1" fresh=() targets=() said
  shift
  if is_moved "$build"; then fresh=(--fresh); fi
  if (($# > 0)); then targets=(--target "$@"); fi
  printf 'Configuring build/%s\n' "$preset"
  said="$(cd "$root" && cmake --preset "$preset" "${fresh[@]}" 2>&1)" || {
    printf '%s\n' "$said" >&2
    fail "configuring build/$preset failed, see above"
  }
  cmake --build "$build" "${targets[@]}" -j "$(build_jobs)" ||
    fail "building build/$preset failed; the lines after FAILED above say where"
}
