# A Docker engine for the length of one run: engine_start, engine_stop. Sourced; uses $scratch.
# One that answers already is used as it is and left alone.
# shellcheck shell=bash disable=SC2154

# shellcheck source=.ci/debian.sh
source .ci/debian.sh

engine_pid=
engine_log=$scratch/dockerd.log

engine_answers() { timeout 20 docker version --format '{{.Server.Version}}' 2>/dev/null; }

engine_start() {
  local version driver
  if version=$(engine_answers); then
    echo "Engine $version answers already"
    return
  fi
  engine_install || return 1
  # Where an init system runs, the package has started its own service.
  if version=$(engine_answers); then
    echo "Engine $version answers after installing it"
    return
  fi
  unset DOCKER_CONTEXT  # it would win over DOCKER_HOST
  export DOCKER_HOST=unix://$scratch/docker.sock
  export PREFLIGHT_OWN_ENGINE=1
  for driver in overlay2 vfs; do
    if engine_try "$driver"; then
      echo "Engine $(engine_answers) started with $driver"
      return
    fi
    echo "No engine with the storage driver $driver:" >&2
    tail -n 20 "$engine_log" >&2
  done
  echo "No Docker engine could be started here." >&2
  return 1
}

engine_install() {
  if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
    debian_install docker.io iptables || return 1
    # Later releases of Debian pack the client by itself.
    command -v docker >/dev/null || debian_install docker-cli || return 1
  fi
}

engine_try() {
  local driver=$1 waited
  dockerd --host "$DOCKER_HOST" --storage-driver "$driver" --log-level warn \
    --pidfile "$scratch/docker.pid" --data-root "$scratch/docker-data" \
    --exec-root "$scratch/docker-exec" >"$engine_log" 2>&1 &
  engine_pid=$!
  for ((waited = 0; waited < 60; waited++)); do
    engine_answers >/dev/null && return 0
    kill -0 "$engine_pid" 2>/dev/null || break
    sleep 1
  done
  engine_kill
  return 1
}

engine_kill() {
  local waited
  [[ -n $engine_pid ]] || return 0
  kill "$engine_pid" 2>/dev/null || true
  for ((waited = 0; waited < 40; waited++)); do
    kill -0 "$engine_pid" 2>/dev/null || break
    sleep 0.5
  done
  kill -KILL "$engine_pid" 2>/dev/null || true
  wait "$engine_pid" 2>/dev/null || true
  engine_pid=
}

# The idle bridge docker0 stays: another engine on this machine may have come to use it.
engine_stop() {
  local status=$1 mount
  [[ -n $engine_pid ]] || return 0
  if [[ $status != 0 ]]; then
    echo "The engine's last words:" >&2
    grep -E "level=(error|fatal)" "$engine_log" | tail -n 15 >&2 || true
  fi
  engine_kill
  while read -r _ mount _; do
    if [[ $mount == "$scratch"/* ]]; then
      umount --lazy "$mount" || true
    fi
  done < <(tac /proc/mounts)
}
