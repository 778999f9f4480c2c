# shellcheck shell=bash
# What the server scripts share: words, locks, pid files, Debian packages. Sourced, never run.
#
# The caller sets `root`, the folder that everything is kept in, and names the program in `program`.

log=$root/log

say() { echo "$program: $*" >&2; }
fail() { say "$*"; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }

# One call at a time changes the servers of one folder. What is started must not inherit the lock: spawn closes 9.
lock() {
  mkdir -p "$log"
  exec 9>"$root/lock"
  flock -w 300 9 || fail "another call has held $root/lock for five minutes"
}

# A pid file holds "pid starttime"; both must match, so that a pid which another process got since is left alone.
started_at() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
pid_of() { [ -r "$root/pids/$1" ] && cut -d' ' -f1 "$root/pids/$1"; }

# A process that ended stays as a zombie until its parent has asked for its exit code.
runs() { [[ $(sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null) == [^Z]* ]]; }

alive() {
  local pid start
  [ -r "$root/pids/$1" ] && read -r pid start <"$root/pids/$1" && [ -n "$start" ] && [ "$(started_at "$pid")" = "$start" ] && runs "$pid"
}

# spawn NAME COMMAND...: in the background, in a session of its own, output to log/NAME.out
spawn() {
  local name=$1 pid
  shift
  mkdir -p "$root/pids"
  setsid "$@" </dev/null >>"$log/$name.out" 2>&1 9>&- &
  pid=$!
  echo "$pid $(started_at "$pid")" >"$root/pids/$name"
}

# end NAME [SIGNAL] [SECONDS]: only what spawn started; killed if it does not end in time
end() {
  local name=$1 signal=${2:-TERM} seconds=${3:-20} pid
  if alive "$name"; then
    pid=$(pid_of "$name")
    kill "-$signal" "$pid" 2>/dev/null || true
    for ((i = 0; i < seconds * 10; i++)); do
      alive "$name" || break
      sleep 0.1
    done
    if alive "$name"; then
      say "$name did not end within $seconds s: killed"
      kill -KILL "$pid" 2>/dev/null || true
      sleep 0.3
    fi
  fi
  rm -f "$root/pids/$name"
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port that another program holds would make that program answer our readiness checks.
need_free() {
  local port
  for port in "$@"; do
    if listens "$port"; then fail "port $port of 127.0.0.1 is taken by another program"; fi
  done
}

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
  local seconds=$1
  shift
  for ((i = 0; i < seconds * 5; i++)); do
    if "$@"; then return 0; fi
    sleep 0.2
  done
  return 1
}

# need_packages WHAT PACKAGE...: installs them as root, else says what to do
need_packages() {
  local what=$1
  shift
  is_root || fail "$what is missing; as root: apt-get install --no-install-recommends $*"
  command -v apt-get >/dev/null || fail "$what is missing, and only Debian's packages are known here: install $*"
  say "installing $what"
  update_lists
  install_packages "$@" || fail "cannot install $*, see $log/apt.log"
}

update_lists() {
  [ -n "${lists_are_new:-}" ] && return
  lists_are_new=1
  apt-get -o DPkg::Lock::Timeout=300 update >"$log/apt.log" 2>&1 || say "apt-get update had errors, see $log/apt.log"
}

# Debian starts a server as soon as it is installed, on its usual port and open to the network. Not these: policy-rc.d says so.
install_packages() {
  local policy=/usr/sbin/policy-rc.d ours=
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && ours=1
  fi
  local code=0
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" >>"$log/apt.log" 2>&1 || code=$?
  if [ -n "$ours" ]; then rm -f $policy; fi
  return $code
}
