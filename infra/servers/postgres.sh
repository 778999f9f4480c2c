# shellcheck shell=bash
# PostgreSQL with pgvector. Settings: postgres_port; postgres_password (none: everyone on loopback is trusted);
# postgres_safe=off gives up what only a crash of the machine would need.

postgres_data=$root/postgres

newest_postgres() { ls /usr/lib/postgresql 2>/dev/null | sort -n | tail -1; }
postgres_bin() { echo "/usr/lib/postgresql/$(newest_postgres)/bin"; }
has_pgvector() { [ -f "/usr/share/postgresql/$(newest_postgres)/extension/vector.control" ]; }
# initdb and postgres refuse to run as root.
as_postgres() { if is_root; then runuser -u postgres -- "$@"; else "$@"; fi; }

postgres_install() {
  if [ ! -x "$(postgres_bin)/initdb" ]; then
    if is_root && [ ! -f /etc/postgresql-common/createcluster.conf ]; then
      mkdir -p /etc/postgresql-common # keep Debian from making a cluster of its own
      echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
    need_packages PostgreSQL postgresql
  fi
  if has_pgvector; then return; fi
  is_root || fail "pgvector is missing; run this once as root, or install it into PostgreSQL $(newest_postgres)"
  update_lists
  install_packages "postgresql-$(newest_postgres)-pgvector" || build_pgvector
}

# Debian 12 has no package, Debian 13's source builds against any PostgreSQL. Its index is read apart from the system's.
build_pgvector() {
  say "building pgvector"
  install_packages "postgresql-server-dev-$(newest_postgres)" gcc make dpkg-dev || fail "cannot install a compiler, see $log/apt.log"
  local build=$root/pgvector archive
  rm -rf "$build" && mkdir -p "$build/lists/partial"
  # The archive that this machine installs Debian from holds the next release's sources too.
  archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
  [ -n "$archive" ] || fail "apt knows no Debian archive to take pgvector's sources from"
  echo "deb-src $archive trixie main" >"$build/sources.list"
  local options=(-o "Dir::Etc::sourcelist=$build/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$build/lists"
    -o APT::Sandbox::User=root)
  (
    cd "$build"
    apt-get "${options[@]}" update
    apt-get "${options[@]}" source pgvector
    cd pgvector-*/
    # Empty OPTFLAGS: no -march=native, for the build may be kept and used on another machine.
    make OPTFLAGS="" PG_CONFIG="$(postgres_bin)/pg_config"
    make install PG_CONFIG="$(postgres_bin)/pg_config"
  ) >"$log/pgvector.log" 2>&1 || fail "cannot build pgvector, see $log/pgvector.log"
}

postgres_pid() { head -n 1 "$postgres_data/cluster/postmaster.pid" 2>/dev/null; }
postgres_runs() { [ -f "$postgres_data/cluster/postmaster.pid" ] && runs "$(postgres_pid)" && postgres_ctl status >/dev/null 2>&1; }
postgres_answers() { "$(postgres_bin)/pg_isready" -q -h 127.0.0.1 -p "$postgres_port"; }
postgres_is_up() { postgres_runs && postgres_answers; }
postgres_ctl() { (cd "$postgres_data" && as_postgres "$(postgres_bin)/pg_ctl" -D cluster "$@" 9>&-); }

postgres_start() {
  if postgres_is_up; then return; fi
  mkdir -p "$postgres_data"
  if is_root; then chown postgres: "$postgres_data"; fi
  if [ ! -f "$postgres_data/cluster/PG_VERSION" ]; then postgres_init; fi
  if ! postgres_runs; then
    need_free "$postgres_port"
    postgres_ctl -l "$postgres_data/server.log" -W start >>"$log/postgres.out" 2>&1 || true
  fi
  wait_for 120 postgres_is_up || fail "PostgreSQL did not start, see $postgres_data/server.log"
}

postgres_init() {
  local secret=$postgres_data/password how=(-A trust)
  if [ -n "${postgres_password:-}" ]; then
    (umask 077 && printf '%s\n' "$postgres_password" >"$secret")
    if is_root; then chown postgres: "$secret"; fi
    how=(-A scram-sha-256 "--pwfile=$secret")
  fi
  as_postgres "$(postgres_bin)/initdb" -D "$postgres_data/cluster" -U imagepipeline "${how[@]}" -E UTF8 --locale=C --no-sync \
    >"$log/initdb.log" 2>&1 || fail "initdb failed, see $log/initdb.log"
  rm -f "$secret"
  # Commits wait for the write, so that kill -9 of the server loses nothing that a client was told is stored.
  as_postgres tee -a "$postgres_data/cluster/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $postgres_port
unix_socket_directories = ''
max_connections = 200
fsync = ${postgres_safe:-on}
shared_buffers = 256MB
max_wal_size = 2GB
jit = off
dynamic_shared_memory_type = posix
CONF
}

postgres_stop() { if postgres_runs; then postgres_ctl -m fast -w -t 60 stop >/dev/null; fi; }

# Its processes are sessions of their own, so they are found by their parent; which is halted first, or it would replace one.
postgres_kill() {
  if ! postgres_runs; then return; fi
  local parent children
  parent=$(postgres_pid)
  kill -STOP "$parent"
  children=$(ps -o pid= --ppid "$parent")
  # shellcheck disable=SC2086 # words, on purpose
  kill -KILL "$parent" $children 2>/dev/null || true
  # shellcheck disable=SC2086
  wait_for 20 postgres_are_gone "$parent" $children || fail "PostgreSQL does not die"
  # Nobody asked for its exit code: the number is still taken, and the next server would believe in it.
  if [ -d "/proc/$parent" ]; then rm -f "$postgres_data/cluster/postmaster.pid"; fi
}

postgres_are_gone() {
  local pid
  for pid in "$@"; do if runs "$pid"; then return 1; fi; done
}

postgres_describe() { echo "PostgreSQL $(newest_postgres) with pgvector on 127.0.0.1:$postgres_port"; }
