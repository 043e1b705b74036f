#!/usr/bin/env bash
# A real Keystone and a real Aodh on loopback, from Debian 12's packages, to try Vigil against. No systemd, and nothing
# in /etc is touched: configuration, databases, logs and pid files are all below $VIGIL_DEV_HOME.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: deploy/dev/openstack.sh COMMAND

  up      install what is missing (as root), start MariaDB, RabbitMQ, Keystone and Aodh, make accounts and catalog
  env     print the variables that OpenStack clients need: eval "$(deploy/dev/openstack.sh env [USER PROJECT])"
  event   publish an event as Ceilometer does: event TYPE PROJECT_ID [trait=value ...]
  stop    stop one service: stop keystone          start  start it again: start keystone
  down    stop everything that `up` started
  wipe    the same, and delete all of its data

Every command may be repeated. From nothing `up` takes about a minute, without the download of packages.

Settings: VIGIL_DEV_HOME (/tmp/vigil-dev), VIGIL_DEV_PASSWORD, VIGIL_DEV_TOKEN_TTL_S (3600), and the ports
VIGIL_DEV_KEYSTONE_PORT, _AODH_PORT, _DATABASE_PORT, _AMQP_PORT, _VIGIL_PORT (the one Keystone's catalog names).
TEXT
}

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="${VIGIL_DEV_HOME:-/tmp/vigil-dev}"
password="${VIGIL_DEV_PASSWORD:-dev-only}"
host=127.0.0.1
region=RegionOne
keystone_port="${VIGIL_DEV_KEYSTONE_PORT:-25000}"
aodh_port="${VIGIL_DEV_AODH_PORT:-28042}"
database_port="${VIGIL_DEV_DATABASE_PORT:-23306}"
amqp_port="${VIGIL_DEV_AMQP_PORT:-25672}"
amqp_peer_port=$((amqp_port + 1))
epmd_port=$((amqp_port + 2))
vigil_port="${VIGIL_DEV_VIGIL_PORT:-9322}"
keystone_url="http://$host:$keystone_port/v3"
amqp_url="rabbit://vigil-dev:$password@$host:$amqp_port/"

# Debian's own Python and servers; a proxy for the outside must not see loopback calls.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
unset PYTHONPATH PYTHONHOME http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY || true

PACKAGES=(curl mariadb-server mariadb-client rabbitmq-server uwsgi-core uwsgi-plugin-python3 python3-pymysql
  keystone aodh-api aodh-evaluator aodh-listener aodh-notifier
  python3-openstackclient python3-aodhclient python3-watcherclient)

note() { printf '%s\n' "$*" >&2; }
fail() { note "openstack.sh: $*"; exit 1; }

install_packages() {
  local missing=() name made_policy=0
  for name in "${PACKAGES[@]}"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q '^install ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" -eq 0 ] || fail "these packages are missing, and only root can install them: ${missing[*]}"
  note "installing ${#missing[@]} packages ..."
  # Debian's way to keep the packages from starting services of their own.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
    made_policy=1
  fi
  local status=0
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o Dpkg::Options::=--force-confold "${missing[@]}"; } >>"$home/log/apt.log" 2>&1 || status=$?
  [ $made_policy -eq 1 ] && rm -f /usr/sbin/policy-rc.d
  [ $status -eq 0 ] || fail "apt-get failed; see $home/log/apt.log"
}

# A pid alone may be another process by now; with its start time it names one.
started_at() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

is_running() {
  local pid at
  { read -r pid at <"$home/run/$1"; } 2>/dev/null || return 1
  [ -n "$at" ] && [ "$(started_at "$pid")" = "$at" ]
}

launch() { # NAME COMMAND...: in a session of its own, so that it can be stopped with its children
  local name=$1 pid
  shift
  is_running "$name" && return
  HOME="$home" setsid "$@" >>"$home/log/$name.log" 2>&1 </dev/null &
  pid=$!
  echo "$pid $(started_at $pid)" >"$home/run/$name"
}

halt() { # NAME
  local pid at tries
  is_running "$1" || { rm -f "$home/run/$1"; return 0; }
  read -r pid at <"$home/run/$1"
  kill -TERM -- "-$pid" 2>/dev/null || true
  for tries in $(seq 150); do
    is_running "$1" || break
    [ "$tries" -eq 100 ] && kill -KILL -- "-$pid" 2>/dev/null
    sleep 0.1
  done
  rm -f "$home/run/$1"
}

until_true() { # WHAT SECONDS SERVICE COMMAND...
  local what=$1 tries=$(($2 * 5)) service=$3
  shift 3
  while ! "$@" >/dev/null 2>&1; do
    is_running "$service" || { tail -20 "$home/log/$service.log" >&2; fail "$service ended before $what"; }
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "waited in vain for $what; see $home/log/$service.log"
    sleep 0.2
  done
}

is_free() { ! (exec 3<>"/dev/tcp/$host/$1") 2>/dev/null; }
check_port() { # SERVICE PORT SETTING
  is_running "$1" || is_free "$2" || fail "port $2 for $1 is in use by something else; choose another with $3"
}
answers() { curl --silent --fail --max-time 20 --output /dev/null "$1"; }

database() { mariadb --no-defaults --user="$(id -un)" --socket="$home/mysql.sock" "$@"; }
database_of() { printf 'mysql+pymysql://openstack:%s@%s:%s/%s' "$password" "$host" "$database_port" "$1"; }

start_mariadb() {
  check_port mariadb "$database_port" VIGIL_DEV_DATABASE_PORT
  [ -d "$home/mysql/mysql" ] || mariadb-install-db --no-defaults --datadir="$home/mysql" --user="$(id -un)" \
    --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" --skip-test-db >>"$home/log/mariadb.log" 2>&1
  launch mariadb mariadbd --no-defaults --user="$(id -un)" --datadir="$home/mysql" --socket="$home/mysql.sock" \
    --pid-file="$home/mysql.pid" --bind-address=$host --port="$database_port" --skip-name-resolve --skip-log-bin \
    --max-connections=500 --innodb-flush-log-at-trx-commit=0 --character-set-server=utf8mb3
  until_true "its socket" 60 mariadb database -e 'select 1'
  database <<SQL
create database if not exists keystone;
create database if not exists aodh;
create user if not exists openstack@'$host' identified by '$password';
grant all on keystone.* to openstack@'$host';
grant all on aodh.* to openstack@'$host';
SQL
}

with_rabbit() {
  env HOME="$home/rabbit" RABBITMQ_NODENAME=vigil-dev@localhost RABBITMQ_BASE="$home/rabbit" \
    RABBITMQ_MNESIA_BASE="$home/rabbit/data" RABBITMQ_LOG_BASE="$home/log" RABBITMQ_LOGS="$home/log/rabbit-server.log" \
    RABBITMQ_NODE_IP_ADDRESS=$host RABBITMQ_NODE_PORT="$amqp_port" RABBITMQ_DIST_PORT="$amqp_peer_port" \
    RABBITMQ_CONFIG_FILE="$home/rabbit/rabbitmq" RABBITMQ_CONF_ENV_FILE="$home/rabbit/env" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$home/rabbit/plugins" RABBITMQ_PID_FILE="$home/rabbit/pid" \
    ERL_EPMD_ADDRESS=$host ERL_EPMD_PORT="$epmd_port" ERL_AFLAGS="-kernel inet_dist_use_interface {127,0,0,1}" "$@"
}
# /usr/sbin has wrappers that insist on Debian's own user.
rabbitmqctl() { with_rabbit /usr/lib/rabbitmq/bin/rabbitmqctl --quiet "$@"; }

start_rabbitmq() {
  check_port rabbitmq "$amqp_port" VIGIL_DEV_AMQP_PORT
  mkdir -p "$home/rabbit/data"
  : >"$home/rabbit/env"
  echo '[].' >"$home/rabbit/plugins"
  printf 'listeners.tcp.default = %s:%s\nlog.file.level = warning\n' $host "$amqp_port" >"$home/rabbit/rabbitmq.conf"
  launch epmd env HOME="$home/rabbit" epmd -address $host -port "$epmd_port"
  # launch takes a program, with_rabbit is a function.
  export -f with_rabbit && export home host amqp_port amqp_peer_port epmd_port
  launch rabbitmq bash -c 'with_rabbit /usr/lib/rabbitmq/bin/rabbitmq-server'
  until_true "an answer" 90 rabbitmq rabbitmqctl await_startup --timeout 5
  # Passwords go in by standard input: every user of the machine can read arguments.
  rabbitmqctl authenticate_user vigil-dev <<<"$password" >/dev/null 2>&1 && return
  rabbitmqctl add_user vigil-dev <<<"$password" >/dev/null 2>&1 ||
    rabbitmqctl change_password vigil-dev <<<"$password" >/dev/null
  rabbitmqctl set_permissions vigil-dev '.*' '.*' '.*' >/dev/null
}

serve_wsgi() { # NAME PORT FILE [VARIABLE=VALUE ...]
  local name=$1 port=$2 file=$3
  shift 3
  launch "$name" env "$@" uwsgi --plugins python3 --http-socket "$host:$port" --wsgi-file "$file" --master --die-on-term \
    --processes 2 --lazy-apps --enable-threads --need-app --honour-stdin --buffer-size 65535 --add-header 'Connection: close'
}

start_keystone() {
  check_port keystone "$keystone_port" VIGIL_DEV_KEYSTONE_PORT
  local etc="$home/etc/keystone" manage
  mkdir -p "$etc" "$home/keys/fernet" "$home/keys/credential"
  chmod 700 "$home/keys/fernet" "$home/keys/credential"
  cat >"$etc/keystone.conf" <<CONF
[DEFAULT]
log_file = $home/log/keystone-app.log
public_endpoint = http://$host:$keystone_port
[database]
connection = $(database_of keystone)
[token]
expiration = ${VIGIL_DEV_TOKEN_TTL_S:-3600}
[fernet_tokens]
key_repository = $home/keys/fernet
[credential]
key_repository = $home/keys/credential
CONF
  printf 'from keystone.server import wsgi\napplication = wsgi.initialize_public_application()\n' >"$etc/serve.py"
  manage=(keystone-manage --config-file "$etc/keystone.conf")
  if [ ! -e "$home/keystone.made" ]; then
    {
      HOME="$home" "${manage[@]}" db_sync
      HOME="$home" "${manage[@]}" fernet_setup --keystone-user "$(id -un)" --keystone-group "$(id -gn)"
      HOME="$home" "${manage[@]}" credential_setup --keystone-user "$(id -un)" --keystone-group "$(id -gn)"
      # keystone-manage takes this password from the environment, where other users don't see it.
      HOME="$home" OS_BOOTSTRAP_PASSWORD="$password" "${manage[@]}" bootstrap --bootstrap-service-name keystone \
        --bootstrap-region-id $region --bootstrap-public-url "$keystone_url" --bootstrap-internal-url "$keystone_url" \
        --bootstrap-admin-url "$keystone_url"
    } >>"$home/log/keystone-manage.log" 2>&1 || fail "Keystone could not be set up; see $home/log/keystone-manage.log"
    touch "$home/keystone.made"
  fi
  serve_wsgi keystone "$keystone_port" "$etc/serve.py" OS_KEYSTONE_CONFIG_DIR="$etc" OS_KEYSTONE_CONFIG_FILES=keystone.conf
  until_true "an answer" 60 keystone answers "$keystone_url"
}

# Accounts and catalog; what is there stays, an address that changed is corrected.
seed_keystone() {
  VIGIL_DEV_PASSWORD="$password" /usr/bin/python3 "$here/seed_keystone.py" "$keystone_url" $region \
    "infra-optim=http://$host:$vigil_port" "alarming=http://$host:$aodh_port"
}

account() { # USER: the section by which an OpenStack service logs in
  printf '%s\n' "www_authenticate_uri = http://$host:$keystone_port" "auth_url = $keystone_url" "auth_type = password" \
    "username = $1" "password = $password" "project_name = service" "user_domain_id = default" \
    "project_domain_id = default" "region_name = $region"
}

start_aodh() {
  check_port aodh-api "$aodh_port" VIGIL_DEV_AODH_PORT
  local etc="$home/.aodh" part
  mkdir -p "$etc"
  # Aodh looks for a project's alarms once a minute by default; tests want to go on after a second.
  cat >"$etc/aodh.conf" <<CONF
[DEFAULT]
transport_url = $amqp_url
log_dir = $home/log
event_alarm_cache_ttl = 1
[database]
connection = $(database_of aodh)
[api]
auth_mode = keystone
[evaluator]
evaluation_interval = 10
[listener]
event_alarm_topic = alarm.all
[keystone_authtoken]
$(account aodh)
[service_credentials]
interface = public
$(account aodh | grep -v www_authenticate_uri)
CONF
  chmod 600 "$etc/aodh.conf"
  if [ ! -e "$home/aodh.made" ]; then
    HOME="$home" aodh-dbsync --config-file "$etc/aodh.conf" >>"$home/log/aodh-dbsync.log" 2>&1 ||
      fail "Aodh's database could not be made; see $home/log/aodh-dbsync.log"
    touch "$home/aodh.made"
  fi
  serve_wsgi aodh-api "$aodh_port" /usr/bin/aodh-api
  for part in evaluator listener notifier; do
    launch aodh-$part /usr/bin/python3 /usr/bin/aodh-$part --config-file "$etc/aodh.conf"
  done
  until_true "an answer" 60 aodh-api answers "http://$host:$aodh_port/"
  until_true "its queue" 60 aodh-listener consumes alarm.all.sample
  until_true "its queue" 60 aodh-notifier consumes alarming.sample
}
consumes() { rabbitmqctl list_queues name consumers | grep -q "^$1[[:space:]][1-9]"; }

up() {
  mkdir -p "$home/log" "$home/run" "$home/etc"
  # Configuration files hold passwords.
  chmod 700 "$home"
  install_packages
  start_mariadb
  start_rabbitmq
  start_keystone
  seed_keystone
  start_aodh
  note "Keystone answers on $keystone_url, Aodh on http://$host:$aodh_port; data and logs are in $home"
}

down() {
  local name
  for name in aodh-notifier aodh-listener aodh-evaluator aodh-api keystone rabbitmq epmd mariadb; do halt $name; done
}

print_env() { # [USER PROJECT]
  printf 'export %s\n' "OS_AUTH_URL=$keystone_url" "OS_AUTH_TYPE=password" "OS_USERNAME=${1:-admin}" "OS_PASSWORD=$password" \
    "OS_PROJECT_NAME=${2:-${1:-admin}}" OS_USER_DOMAIN_ID=default OS_PROJECT_DOMAIN_ID=default \
    OS_IDENTITY_API_VERSION=3 OS_REGION_NAME=$region OS_INTERFACE=public
}

publish_event() {
  [ $# -ge 2 ] || fail "wanted: event TYPE PROJECT_ID [trait=value ...]"
  # The address holds a password, which arguments would show to every user.
  VIGIL_DEV_AMQP_URL="$amqp_url" /usr/bin/python3 "$here/publish_event.py" "$@"
}

command="${1:-}"
[ $# -gt 0 ] && shift
case "$command" in
up) up ;;
env) print_env "$@" ;;
event) publish_event "$@" ;;
start) case "${1:-}" in
  keystone) start_keystone ;;
  mariadb) start_mariadb ;;
  rabbitmq) start_rabbitmq ;;
  aodh) start_aodh ;;
  *) fail "wanted one of keystone, mariadb, rabbitmq, aodh" ;;
  esac ;;
stop) [ -n "${1:-}" ] || fail "wanted the name of a service"; halt "$1" ;;
down) down ;;
wipe)
  down
  case "$home" in
  /tmp/?* | /var/tmp/?*) rm -rf "$home" ;;
  *) fail "$home is not below /tmp: delete it yourself" ;;
  esac
  ;;
-h | --help | help) usage ;;
*) usage >&2; exit 2 ;;
esac
