# shellcheck shell=bash
# Ceph's radosgw as an S3 server: one monitor, one manager, one store, one gateway.
# Settings: s3_port (gateway), s3_monitor_port (the next one too), s3_access_key, s3_secret_key,
# s3_store: memstore (tests; what is stored is gone when the store is killed) or bluestore (a file of s3_store_bytes, sparse).
#
# `kill` ends the gateway alone, which is what a client sees of a broken S3 server; the store goes on.

s3_data=$root/s3
s3_conf=$s3_data/ceph.conf
s3_url=http://127.0.0.1:$s3_port
s3_store_bytes=${s3_store_bytes:-8589934592}

s3_install() {
  local missing=() pair
  for pair in radosgw:radosgw ceph-osd:ceph-osd ceph-mon:ceph-mon ceph-mgr:ceph-mgr ceph:ceph-common curl:curl; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  if [ ${#missing[@]} -gt 0 ]; then need_packages "Ceph's radosgw" "${missing[@]}"; fi
}

s3_is_up() { alive s3-mon && alive s3-mgr && alive s3-osd && alive s3-gateway && s3_answers; }
s3_answers() { curl -s -o /dev/null --max-time 5 "$s3_url/"; }
s3_ceph() { timeout 40 ceph -c "$s3_conf" --connect-timeout 30 "$@" 9>&-; }
s3_spawn() { local name=$1; shift; (cd "$s3_data" && spawn "s3-$name" "$@"); }

s3_start() {
  if s3_is_up; then return; fi
  if [ "$s3_store" = memstore ] && { ! alive s3-mon || ! alive s3-osd; }; then
    s3_stop
    rm -rf "$s3_data"
  fi
  if [ ! -e "$s3_data/ready" ]; then s3_make; fi
  s3_start_cluster
  if ! alive s3-gateway || ! s3_answers; then
    end s3-gateway
    need_free "$s3_port"
    s3_spawn gateway radosgw -f -c "$s3_conf" -n client.rgw
    wait_for 120 s3_answers_or_dead && alive s3-gateway || fail "radosgw did not start, see $log/s3-gateway.out and $s3_data/log"
  fi
  s3_user
}

s3_answers_or_dead() { ! alive s3-gateway || s3_answers; }

# Keys, monitor and store, from nothing.
s3_make() {
  rm -rf "$s3_data"
  mkdir -p "$s3_data"/{mon,mgr,osd,rgw,log,run}
  need_free "$s3_monitor_port" $((s3_monitor_port + 1))
  local fsid
  fsid=$(cat /proc/sys/kernel/random/uuid)
  s3_write_conf "$fsid"
  s3_make_monitor "$fsid" >"$log/s3-make.out" 2>&1 || fail "cannot make Ceph's monitor, see $log/s3-make.out"
  s3_spawn mon ceph-mon -f -c "$s3_conf" -i a
  s3_make_store >>"$log/s3-make.out" 2>&1 || fail "cannot make Ceph's store, see $log/s3-make.out"
  touch "$s3_data/ready"
}

s3_make_monitor() {
  ceph-authtool -C "$s3_data/mon.init" --gen-key -n mon. --cap mon 'allow *' &&
    ceph-authtool -C "$s3_data/admin.keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' &&
    ceph-authtool "$s3_data/mon.init" --import-keyring "$s3_data/admin.keyring" &&
    monmaptool --create --fsid "$1" --addv a "[v2:127.0.0.1:$s3_monitor_port,v1:127.0.0.1:$((s3_monitor_port + 1))]" "$s3_data/monmap" &&
    ceph-mon -c "$s3_conf" --mkfs -i a --monmap "$s3_data/monmap" --keyring "$s3_data/mon.init"
}

# The first store is number 0.
s3_make_store() {
  local uuid key
  uuid=$(cat /proc/sys/kernel/random/uuid)
  key=$(ceph-authtool --gen-print-key)
  s3_ceph mon stat &&
    s3_ceph auth get-or-create mgr.x mon 'allow profile mgr' osd 'allow *' -o "$s3_data/mgr/keyring" &&
    s3_ceph auth get-or-create client.rgw mon 'allow rw' osd 'allow rwx' -o "$s3_data/rgw/keyring" &&
    echo "{\"cephx_secret\": \"$key\"}" | s3_ceph osd new "$uuid" -i - &&
    ceph-authtool -C "$s3_data/osd/keyring" -n osd.0 --add-key "$key" &&
    ceph-osd -c "$s3_conf" -i 0 --mkfs --osd-uuid "$uuid"
}

s3_start_cluster() {
  alive s3-mon || s3_spawn mon ceph-mon -f -c "$s3_conf" -i a
  alive s3-mgr || s3_spawn mgr ceph-mgr -f -c "$s3_conf" -i x
  alive s3-osd || s3_spawn osd ceph-osd -f -c "$s3_conf" -i 0
  wait_for 60 s3_store_is_up || fail "Ceph's store did not start, see $log/s3-osd.out and $s3_data/log"
}

s3_store_is_up() { ! alive s3-osd || s3_ceph osd stat 2>/dev/null | grep -q ' 1 up'; }

s3_user() {
  if [ -e "$s3_data/user" ]; then return; fi
  timeout 60 radosgw-admin -c "$s3_conf" -n client.rgw user create --uid=imagepipeline --display-name=imagepipeline \
    --access-key="$s3_access_key" --secret-key="$s3_secret_key" >/dev/null 2>"$log/s3-user.out" 9>&- || fail "cannot make the S3 user, see $log/s3-user.out"
  touch "$s3_data/user"
}

s3_write_conf() {
  (umask 077 && cat >"$s3_conf") <<CONF
[global]
fsid = $1
mon host = [v2:127.0.0.1:$s3_monitor_port/0,v1:127.0.0.1:$((s3_monitor_port + 1))/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
keyring = $s3_data/admin.keyring
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon warn on pool no redundancy = false
mon max pg per osd = 1000
log file = $s3_data/log/\$name.log
admin socket = $s3_data/run/\$name.\$pid.asok
run dir = $s3_data/run
crash dir = $s3_data/run
# Nothing is gathered for a log of every request and message: it costs a good part of a small request. Errors are logged at any level.
debug ms = 0/0
debug rgw = 0/0
debug objecter = 0/0
debug rados = 0/0
debug osd = 0/0
debug monc = 0/0
debug objclass = 0/0
[mon]
mon data = $s3_data/mon
keyring = $s3_data/mon/keyring
mon data avail crit = 1
[mgr]
mgr data = $s3_data/mgr
keyring = $s3_data/mgr/keyring
mgr initial modules =
[osd]
osd data = $s3_data/osd
keyring = $s3_data/osd/keyring
osd objectstore = $s3_store
memstore device bytes = $s3_store_bytes
bluestore block size = $s3_store_bytes
osd memory target = 939524096
osd enable op tracker = false
[client.rgw]
keyring = $s3_data/rgw/keyring
rgw data = $s3_data/rgw
rgw frontends = beast endpoint=127.0.0.1:$s3_port tcp_nodelay=1
rgw crypt require ssl = false
rgw enable usage log = false
rgw enable ops log = false
CONF
}

s3_stop() { local name; for name in gateway osd mgr mon; do end "s3-$name"; done; }
s3_kill() { end s3-gateway KILL; }
s3_describe() { echo "S3 (radosgw, $s3_store) on $s3_url"; }
