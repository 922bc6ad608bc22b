#!/usr/bin/env bash
# Whether Latchkey can do its work in the roles of roles.sh, and nothing beyond it:
#   deploy/with-postgres.sh deploy/postgres/check.sh target/debug/latchkey
# It makes roles and databases under their real names: for a server that is thrown away.
set -euo pipefail
latchkey=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)

server=${LATCHKEY_TEST_POSTGRES_URL#postgres://}
place=${server#*@}
place=${place%%/*}
export PGUSER=${server%%@*} PGHOST=${place%:*} PGPORT=${place#*:}
unset LATCHKEY_TEST_POSTGRES_URL

folder=$(mktemp -d)
served=
finish() {
  [ -z "$served" ] || kill "$served" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"

"$latchkey" secrets --dir secrets --postgres "$place" >made
PASSWORDS=secrets/postgres "$here/roles.sh"
PASSWORDS=secrets/postgres "$here/roles.sh" # a second time: nothing in it is for once alone

in_roles() { # FOLDER-ENDING: every service's database in the role whose URL lies there
  local service
  while read -r service _; do
    export "LATCHKEY_${service^^}__DATABASE_URL_FILE=$folder/secrets/$service$1/database-url"
  done < <("$latchkey" plan)
}
port=$(shuf -i 30000-32000 -n 1)
export LATCHKEY_LISTEN=127.0.0.1:$port LATCHKEY_INTERNAL_LISTEN=127.0.0.1:$((port + 1))
in_roles -migrations
"$latchkey" migrate
in_roles ""
"$latchkey" serve >log 2>&1 &
served=$!
for _ in $(seq 100); do
  "$latchkey" healthcheck >/dev/null 2>&1 && break
  sleep 0.2
done

post() { # PATH BODY ARGUMENT...
  local path=$1 body=$2
  shift 2
  curl -sS --fail-with-body -H 'Content-Type: application/json' -d "$body" "$@" \
    "http://$LATCHKEY_LISTEN/api$path" || { tail log >&2; exit 1; }
  echo
}
link=$("$latchkey" admin invite create --super-user | tail -n 1)
post /user/create "{\"username\": \"alice\", \"password\": \"correct horse\", \"inviteToken\": \"${link#*t=}\"}"
post /user/login '{"username": "alice", "password": "correct horse"}' -c jar
post /channel/create '{"channelName": "Garden", "channelType": "private"}' -b jar
post /channel/messages/create '{"channelId": 1, "type": "text", "content": "Hello"}' -b jar

refused() { # ROLE DATABASE STATEMENT WORDS
  if PGUSER=$1 psql -qAt -d "$2" -c "$3" >said 2>&1 || ! grep -q "$4" said; then
    cat said >&2
    echo "$1 in $2 is not refused: $3" >&2
    exit 1
  fi
  echo "refused to $1: $3"
}
refused latchkey_users latchkey_users 'DROP TABLE accounts' 'must be owner'
refused latchkey_users latchkey_users 'CREATE TABLE mine ()' 'permission denied'
refused latchkey_users latchkey_channels 'SELECT 1' 'permission denied'
refused latchkey_channels_owner latchkey_users 'SELECT 1' 'permission denied'
