#!/usr/bin/env bash
# A database for each service, and two roles in it: latchkey_X_owner owns the tables and migrates,
# latchkey_X serves and may change rows, nothing else. Nobody comes into another service's database.
#
# The image of PostgreSQL runs this at its first start (/docker-entrypoint-initdb.d). By hand, with
# the variables that psql knows (PGHOST, PGUSER, PGPASSWORD):
#
#   PASSWORDS=secrets/postgres deploy/postgres/roles.sh
#
# PASSWORDS is the folder that `latchkey secrets` made: one file ROLE.password for each role. It may
# run again: what is there stays, and passwords are set anew.

# Not every image executes this file in a process of its own, so nothing may leak out of it.
(
  set -euo pipefail
  passwords=${PASSWORDS:-/run/latchkey}
  # The image's first server listens on a socket alone, and builds differ in where that lies.
  if [ -z "${PGHOST:-}" ]; then
    for folder in /var/run/postgresql /tmp; do
      [ -S "$folder/.s.PGSQL.5432" ] && export PGHOST=$folder
    done
  fi
  export PGUSER=${PGUSER:-${POSTGRES_USER:-postgres}} PGDATABASE=${PGDATABASE:-postgres}

  sql() {
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$@"
  }
  for owner in "$passwords"/latchkey_*_owner.password; do
    owner=$(basename "$owner" .password)
    database=${owner%_owner}
    for role in "$database" "$owner"; do
      file=$passwords/$role.password
      [ -r "$file" ] || { echo "$0: $file is not there; \`latchkey secrets\` makes it" >&2; exit 1; }
      # Handed over on standard input, because arguments can be read by every process.
      sql <<SQL
\\set password '$(cat "$file")'
SELECT 'CREATE ROLE $role' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$role') \\gexec
ALTER ROLE $role LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
SQL
    done
    sql <<SQL
SELECT 'CREATE DATABASE $database OWNER $owner'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$database') \\gexec
REVOKE ALL ON DATABASE $database FROM PUBLIC;
GRANT CONNECT ON DATABASE $database TO $database;
SQL
    # Before the first migration: everything that the owner makes is usable when it is made.
    sql --dbname "$database" <<SQL
ALTER SCHEMA public OWNER TO $owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO $database;
ALTER DEFAULT PRIVILEGES FOR ROLE $owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO $database;
ALTER DEFAULT PRIVILEGES FOR ROLE $owner GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO $database;
SQL
  done
)
