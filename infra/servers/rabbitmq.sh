# shellcheck shell=bash
# RabbitMQ with its management plugin. Settings: rabbitmq_port (amqp; the next three are epmd's, the node's and management's),
# rabbitmq_user, rabbitmq_password (used when the node is made).

rabbitmq_data=$root/rabbitmq
rabbitmq_epmd_port=$((rabbitmq_port + 1))
rabbitmq_node_port=$((rabbitmq_port + 2))
rabbitmq_management_port=$((rabbitmq_port + 3))
# Debian's /usr/sbin/rabbitmq-server insists on root and changes to another user; this one runs as whoever calls it.
rabbitmq_bin=/usr/lib/rabbitmq/bin

rabbitmq_install() { if [ ! -x $rabbitmq_bin/rabbitmq-server ]; then need_packages RabbitMQ rabbitmq-server; fi; }

# The node is alive and opens an AMQP connection: the answer to a protocol header begins with 1.
rabbitmq_is_up() { alive rabbitmq && rabbitmq_answers; }
rabbitmq_answers() {
  local first
  first=$( { exec 3<>"/dev/tcp/127.0.0.1/$rabbitmq_port" && printf 'AMQP\0\0\11\1' >&3 && timeout 5 head -c 1 <&3 | od -An -tx1; } 2>/dev/null | tr -d ' ') || true
  [ "$first" = 01 ] && listens "$rabbitmq_management_port"
}

rabbitmq_start() {
  if rabbitmq_is_up; then return; fi
  end rabbitmq
  mkdir -p "$rabbitmq_data"/{home,mnesia,log,generated}
  rabbitmq_write_config
  need_free "$rabbitmq_port" "$rabbitmq_node_port" "$rabbitmq_management_port"
  rabbitmq_start_epmd
  (
    rabbitmq_environment
    cd "$rabbitmq_data"
    spawn rabbitmq "$rabbitmq_bin/rabbitmq-server"
  )
  wait_for 120 rabbitmq_is_up_or_dead && rabbitmq_is_up || fail "RabbitMQ did not start, see $log/rabbitmq.out and $rabbitmq_data/log"
}

rabbitmq_is_up_or_dead() { ! alive rabbitmq || rabbitmq_answers; }

# Started first and known by its pid: otherwise the node starts one that outlives it.
rabbitmq_start_epmd() {
  if alive epmd; then return; fi
  need_free "$rabbitmq_epmd_port"
  spawn epmd epmd -address 127.0.0.1 -port "$rabbitmq_epmd_port"
  wait_for 20 listens "$rabbitmq_epmd_port" || fail "epmd did not start, see $log/epmd.out"
}

rabbitmq_write_config() {
  local cookie=$rabbitmq_data/home/.erlang.cookie
  if [ ! -f "$cookie" ]; then (umask 077 && head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$cookie") && chmod 400 "$cookie"; fi
  echo '[rabbitmq_management].' >"$rabbitmq_data/enabled_plugins"
  (umask 077 && cat >"$rabbitmq_data/rabbitmq.conf") <<CONF
listeners.tcp.default = 127.0.0.1:$rabbitmq_port
management.tcp.ip = 127.0.0.1
management.tcp.port = $rabbitmq_management_port
default_user = $rabbitmq_user
default_pass = $rabbitmq_password
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 200MB
log.console = false
log.file.level = warning
CONF
}

rabbitmq_environment() {
  export HOME=$rabbitmq_data/home # where Erlang's cookie is
  export ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$rabbitmq_epmd_port
  export RABBITMQ_NODENAME=imagepipeline@localhost
  export RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$rabbitmq_port RABBITMQ_DIST_PORT=$rabbitmq_node_port
  export RABBITMQ_MNESIA_BASE=$rabbitmq_data/mnesia RABBITMQ_LOG_BASE=$rabbitmq_data/log RABBITMQ_LOGS=$rabbitmq_data/log/rabbitmq.log
  export RABBITMQ_PID_FILE=$rabbitmq_data/node.pid
  export RABBITMQ_CONF_ENV_FILE=$rabbitmq_data/none # not the system's
  export RABBITMQ_CONFIG_FILE=$rabbitmq_data/rabbitmq.conf RABBITMQ_ENABLED_PLUGINS_FILE=$rabbitmq_data/enabled_plugins
  export RABBITMQ_GENERATED_CONFIG_DIR=$rabbitmq_data/generated
  # No busy waiting of idle schedulers: the cores are shared with everything else here.
  export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false +sbwt none +sbwtdcpu none +sbwtdio none"
  export RABBITMQ_CTL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
  export RUNNING_UNDER_SYSTEMD=true # the script then becomes the server, and the pid is the server's
}

rabbitmq_stop() { end rabbitmq TERM 60; end epmd; }
rabbitmq_kill() { end rabbitmq KILL; }
rabbitmq_describe() { echo "RabbitMQ on 127.0.0.1:$rabbitmq_port, management on 127.0.0.1:$rabbitmq_management_port"; }
