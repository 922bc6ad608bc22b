#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own, which is gone afterwards:
#   deploy/with-postgres.sh cargo test --workspace
# The command finds its URL in LATCHKEY_TEST_POSTGRES_URL.
#
# With --tls in front of the command the server takes nothing but TLS, under a certificate for
# localhost; LATCHKEY_TEST_POSTGRES_CA names the file with its authority's certificate, and
# LATCHKEY_TEST_POSTGRES_WRONG_CA one with another authority's.
set -euo pipefail

tls=
if [ "${1:-}" = --tls ]; then
  tls=1
  shift
fi

bin=$(find /usr/lib/postgresql /usr/local/bin /usr/bin -name initdb 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin" ] || { echo "with-postgres: no PostgreSQL server is installed" >&2; exit 1; }
bin=$(dirname "$(readlink -f "$bin")")

folder=$(mktemp -d)
chmod 755 "$folder"
# PostgreSQL refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as=(runuser -u postgres --)
fi

port=$(shuf -i 20000-29999 -n 1)
control() {
  (cd / && "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w "$@")
}
stop() {
  control -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT

(cd / && "${as[@]}" "$bin/initdb" -D "$folder/data" -U latchkey -A trust -E UTF8 --locale=C) \
  >"$folder.log" 2>&1 || { cat "$folder.log" >&2; exit 1; }
rm -f "$folder.log"

settings=()
if [ -n "$tls" ]; then
  certificate() { # NAME ARGUMENT...
    local name=$1
    shift
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
      -keyout "$folder/$name.key" -out "$folder/$name.crt" "$@" 2>/dev/null
  }
  certificate ca -subj "/CN=authority"
  certificate wrong_ca -subj "/CN=authority"
  certificate server -subj "/CN=localhost" -addext subjectAltName=DNS:localhost \
    -CA "$folder/ca.crt" -CAkey "$folder/ca.key"
  chmod 600 "$folder"/*.key
  chmod 644 "$folder"/*.crt
  chown --reference="$folder" "$folder"/*.key
  sed -i '1i hostnossl all all all reject' "$folder/data/pg_hba.conf"
  settings=(-c ssl=on -c "ssl_cert_file=$folder/server.crt" -c "ssl_key_file=$folder/server.key")
  export LATCHKEY_TEST_POSTGRES_CA=$folder/ca.crt LATCHKEY_TEST_POSTGRES_WRONG_CA=$folder/wrong_ca.crt
fi
# Tests kill the program, not the machine: what is not synced survives that.
control -l "$folder/data/log" -o "-p $port -k $folder -c listen_addresses=127.0.0.1 \
  -c max_connections=400 -c fsync=off ${settings[*]}" start >/dev/null || { cat "$folder/data/log" >&2; exit 1; }

status=0
LATCHKEY_TEST_POSTGRES_URL="postgres://latchkey@127.0.0.1:$port/postgres" "$@" || status=$?
exit "$status"
