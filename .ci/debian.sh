# debian_install PACKAGE…: installs Debian packages, or says why that cannot be done here. Sourced.
# shellcheck shell=bash

debian_install() {
  local log
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    echo "Missing here: $*. Only root on a Debian machine can have them installed by this." >&2
    return 1
  fi
  echo "Installing $*"
  # One source that is down (a vendor's, say) need not matter: the install is what must succeed.
  apt-get update -qq || true
  log=$(DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" 2>&1) || {
    tail -n 30 <<<"$log" >&2
    return 1
  }
}
