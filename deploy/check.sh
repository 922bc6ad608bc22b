#!/usr/bin/env bash
# All checks, each a function, so that a person runs what CI runs:
#   deploy/check.sh            everything
#   deploy/check.sh fmt lint   some of it
set -euo pipefail
cd "$(dirname "$0")/.."

fmt() {
  cargo fmt --all --check
}

lint() {
  cargo clippy --workspace --all-targets -- -D warnings
  if command -v npm >/dev/null; then
    types
  else
    echo "SKIPPED types of the pages' scripts: npm is not installed" >&2
  fi
}

# What npm brings in the releases of its lock file: nothing of it is in the product, and none of it runs when it comes.
npm_tools() {
  npm ci --prefix deploy/npm --ignore-scripts --no-audit --no-fund --silent
}

# The pages' scripts keep to the types that their comments say. They are checked as they are served: nothing is built.
types() {
  npm_tools
  deploy/npm/node_modules/.bin/tsc --project deploy/npm
}

docs() {
  python3 deploy/links.py
  RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items
}

# The second command of the README. With a PostgreSQL at hand the same tests run on both databases,
# and with a browser the pages are used; here a skipped test is a failure.
tests() {
  # Programs first: no test's time limit should have compiling in it.
  cargo build --workspace --bins
  npm_tools
  # Most tests of the running product wait for something: twice as many at a time as there are cores.
  LATCHKEY_TEST_REQUIRE=postgres,pgbouncer,browser,axe,haproxy,nats-server,openssl,mount \
    RUST_TEST_THREADS=$(($(nproc) * 2)) deploy/with-postgres.sh cargo test --workspace
}

# The pictures of README, made anew by the test that walks through the pages.
pictures() {
  cargo build --workspace --bins
  LATCHKEY_TEST_REQUIRE=browser LATCHKEY_TEST_PICTURES=$PWD/docs/pictures \
    cargo test --workspace --test it -- from_the_command_to_two_people_who_talk
}

# TLS to PostgreSQL, as the images have it: the right certificate is let in, a wrong one is not. Only
# what hangs on the feature is compiled anew. The images compile OpenSSL in; where Debian's is
# installed that one is linked here, which saves minutes and asks the same of our code.
tls() {
  if pkg-config --exists openssl 2>/dev/null; then
    export OPENSSL_NO_VENDOR=1
  fi
  LATCHKEY_TEST_REQUIRE=postgres-tls deploy/with-postgres.sh --tls \
    cargo test --workspace --features latchkey-common/postgres-tls --test postgres_tls
}

# PostgreSQL's roles: the one that serves can do its work, and can change no table.
roles() {
  cargo build --workspace --bins
  deploy/with-postgres.sh deploy/postgres/check.sh "${CARGO_TARGET_DIR:-target}/debug/latchkey"
}

# The manifests and the compose file, as far as that goes without a cluster: objects against each
# other, environments against the binaries, objects against published schemas.
manifests() {
  local target=${CARGO_TARGET_DIR:-target}
  local python=$target/manifests/bin/python
  if ! "$python" -c 'import kubernetes_validate' 2>/dev/null; then
    python3 -m venv "$target/manifests"
    "$python" -m pip install --quiet kubernetes-validate==1.37.0
  fi
  cargo build --workspace --bins
  # Where the release's definitions of the Gateway API lie, if they do; nothing is fetched for them.
  "$python" deploy/k8s/check --bin "$target/debug" --require schemas \
    --gateway-api "${GATEWAY_API_SCHEMAS:-../shared/schemas/gateway-api}"
  units
}

# What starts Latchkey without containers of four services: the unit of systemd, with the program where
# it was built, and the proxy's file for one process. Each where its program is there to ask.
units() {
  local target unit
  target=$(realpath "${CARGO_TARGET_DIR:-target}")
  if command -v systemd-analyze >/dev/null; then
    unit=$(mktemp -d)
    sed "s#/usr/local/bin/latchkey#$target/debug/latchkey#" deploy/systemd/latchkey.service \
      >"$unit/latchkey.service"
    systemd-analyze verify "$unit/latchkey.service"
    rm -r "$unit"
  else
    echo "SKIPPED the unit: no systemd-analyze is here" >&2
  fi
  if command -v caddy >/dev/null; then
    caddy validate --config deploy/one/Caddyfile --adapter caddyfile
  else
    echo "SKIPPED deploy/one/Caddyfile: no caddy is here" >&2
  fi
}

# Tests of races are red without the guard that they are about: each mutant lacks it.
mutations() {
  # mutant PACKAGE FILE GUARD OTHERWISE TEST...: in FILE the first GUARD becomes OTHERWISE; then each TEST, which
  # still compiles, must fail. Only the program in which they lie is built.
  mutant() (
    local package=$1 file=$2 guard=$3 otherwise=$4 test
    shift 4
    grep -qF -- "$guard" "$file" || { echo "$file has no '$guard'" >&2; exit 1; }
    local kept log
    kept=$(mktemp)
    log=$(mktemp)
    cp "$file" "$kept"
    # Written anew instead of moved back: with its old time cargo would keep the mutant.
    trap 'cat "$kept" >"$file"; rm -f "$kept" "$log"' EXIT
    GUARD=$guard OTHERWISE=$otherwise \
      perl -0pi -e 's/\Q$ENV{GUARD}\E/$ENV{OTHERWISE}/' "$file"
    local in=(--test it)
    case $package in
      latchkey-invitations) in=(--lib) ;;
      latchkey-common) in=(--test together) ;;
    esac
    local run=(cargo test --quiet -p "$package" "${in[@]}")
    "${run[@]}" --no-run
    for test in "$@"; do
      # A race may end well by luck, so it is run up to three times.
      for _ in 1 2 3; do
        LATCHKEY_TEST_REQUIRE=postgres deploy/with-postgres.sh "${run[@]}" "$test" >"$log" 2>&1 || true
        if grep -q '^test result: FAILED' "$log"; then break; fi
      done
      grep -q '^test result: FAILED' "$log" ||
        { cat "$log"; echo "$test is not red without '$guard'" >&2; exit 1; }
      echo "red without $guard: $test"
    done
  )
  local store=services/invitations/src/store
  mutant latchkey-invitations "$store/engine/claims.rs" '.filter(invitations::used.lt(invitations::max_uses))' '' \
    races::ten_of_sixty_four_are_let_in::postgres several::of_sixty_four_at_once_ten_get_all_of_it::postgres
  mutant latchkey-invitations "$store/engine/claims.rs" 'guarded.filter(invitations::further_grants.eq(0))' guarded \
    several::no_other_contract_gives_a_part::sqlite
  mutant latchkey-invitations "$store/engine/endings.rs" 'open.filter(invitations::further_grants.eq(0))' open \
    several::a_lost_first_thing_ends_nothing::sqlite
  mutant latchkey-invitations "$store/engine/acts.rs" '.filter(acts::state.eq(ActState::Pending))' '' \
    several::finished::an_act_is_decided_once::sqlite
  mutant latchkey-invitations services/invitations/src/app/invitation/finish.rs \
    'Err(reason) => asked_again(app, act, reason).await?' 'Err(reason) => Err(reason)' \
    several::finished::a_job_that_is_refused_says_so::sqlite
  mutant latchkey-invitations "$store/engine/claims.rs" '.filter(uses::state.eq(UseState::Reserved))' '' \
    engine::settling_twice_changes_nothing::sqlite
  mutant latchkey-invitations "$store/engine/edits.rs" '.filter(invitations::used.le(terms.max_uses))' '' \
    v1::edits::nobody_who_is_in_is_counted_out::sqlite
  mutant latchkey-invitations "$store/engine/edits.rs" '            .for_update()' '' \
    v1::edits::of_sixteen_edits_of_one_state_one_is_made::postgres
  mutant latchkey-invitations "$store/engine/renewals.rs" '.on_conflict_do_nothing()' '' \
    v1::edits::one_of_sixteen_takes_the_place
  mutant latchkey-invitations "$store/engine/endings.rs" '.filter(invitations::used.eq(invitations::settled))' '' \
    v1::settling::who_is_on_the_way_in_comes_in_in_spite_of_a_later_no
  mutant latchkey-invitations "$store/blocks.rs" '.filter(blocks::blocked_id.eq(issuer))' \
    '.filter(blocks::blocked_id.ne(issuer))' v1::offers::whoever_is_blocked_invites_by_no_contract
  mutant latchkey-invitations "$store/engine/claims.rs" '.filter(invitations::direction.eq($claim.direction))' '' \
    v1::requests::asking_lets_nobody_in
  mutant latchkey-invitations "$store/engine/claims.rs" '.filter(invitations::admission.eq(Admission::Open))' '' \
    v1::asking_links::a_link_may_only_ask
  mutant latchkey-invitations "$store/choir/choirs.rs" '.filter(choirs::purged_at.is_null())' '' \
    choirs::thirty_checks_tell_the_end_once
  mutant latchkey-common crates/common/src/db/together.rs 'rows.insert((self.kind.row)(&handed.item))' \
    'rows.insert((self.kind.row)(&handed.item)) || true' what_changes_the_same_row_waits
  mutant latchkey-channels services/channels/src/store/members.rs '.or(members::ends_at.gt(now.nullable()))' \
    '.or(members::ends_at.is_not_null())' ends::whoever_came_for_a_time_is_out_at_the_moment::sqlite
  mutant latchkey-discord services/discord/migrations/sqlite/*_links/up.sql \
    'CREATE UNIQUE INDEX discord_links_one_open' 'CREATE INDEX discord_links_one_open' \
    contract::thirty_at_once_make_one::sqlite
}

# The first command of the README, and every line that README and docs show; here a page that is left
# out is a failure.
tour() {
  LATCHKEY_TEST_REQUIRE=postgres,caddy deploy/with-postgres.sh python3 deploy/tour.py
}

# The plan of the house. Rooms and files by `layers.py`: http -> app -> store, everybody may use domain, no
# two files use each other, none is too long. What a path does not show stands here: where queries and HTTP are, that a
# handler asks no peer past a use case (a trait `*Api`, a `*Client`, or a peer that the app holds; the
# peers' types are free to all), and that no service depends on another.
layers() {
  local bad=0
  python3 deploy/layers.py || bad=1
  # forbid WHAT PATTERN PATH...: PATTERN must not occur below PATH.
  forbid() {
    local what=$1 pattern=$2
    shift 2
    local found
    found=$(grep -rnE --include='*.rs' "$pattern" "$@" 2>/dev/null || true)
    if [ -n "$found" ]; then
      printf '%s:\n%s\n' "$what" "$found" >&2
      bad=1
    fi
  }
  local queries='diesel::(prelude|insert_into|update|delete|select|sql_query|dsl|table|RunQueryDsl|QueryDsl)|\bon!\(|\bschema::'
  local peers='\b[A-Z]\w*(Api|Client)\b|\bapp\.(users|channels)\b'
  local service other
  for service in services/*/; do
    local src=$service/src
    forbid "domain and app know no HTTP" 'actix_web|reqwest' "$src/domain" "$src/app"
    forbid "domain and app have no queries" "$queries" "$src/domain" "$src/app"
    forbid "queries stand in store alone" "$queries" "$src/http" "$src/operator" "$src/operator.rs" \
      "$src/jobs.rs" "$src/internal.rs" "$src/lib.rs" "$src/live"
    forbid "a handler opens streams by its use case" 'live::(\{.*\b)?Live\b|\bapp\.live\b' "$src/http"
    forbid "handlers and jobs ask no peer" "$peers" "$src/http" "$src/operator" "$src/operator.rs" \
      "$src/jobs.rs"
    for other in services/*/; do
      if grep -q "^latchkey-$(basename "$other")\b" "$service/Cargo.toml"; then
        echo "$service depends on $other" >&2
        bad=1
      fi
    done
  done
  forbid "peers have no queries" "$queries" crates/peers/src
  return "$bad"
}

# A few operations against limits of the same run: a regression of two times fails, noise does not.
# The folder is one that PostgreSQL's own user can reach.
bench() (
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  chmod 755 "$folder"
  cargo run --release --quiet -p bench -- --short --folder "$folder"
)

# Clients that public generators make of our document are compiled and run against the product. Generators and what
# they bring are pinned; each runs in a folder of its own below the target, and nothing of it is kept.
clients() {
  local target at document
  target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
  at=$target/clients
  document=$PWD/crates/contracts/src/v1/openapi.json
  cargo build --workspace --bins
  mkdir -p "$at"
  if ! cmp -s deploy/clients/requirements.txt "$at/requirements.txt"; then
    python3 -m venv --clear "$at/python"
    "$at/python/bin/python" -m pip install --quiet -r deploy/clients/requirements.txt
    cp deploy/clients/requirements.txt "$at/"
  fi
  # What a generator leaves out of the client is a failure.
  PATH="$at/python/bin:$PATH" openapi-python-client generate --path "$document" \
    --output-path "$at/generated" --overwrite --fail-on-warning
  mkdir -p "$at/typescript"
  cp deploy/clients/typescript/* "$at/typescript/"
  (
    cd "$at/typescript"
    cmp -s package-lock.json node_modules/.installed || npm ci --silent --no-audit --no-fund
    cp package-lock.json node_modules/.installed
    npx openapi-typescript "$document" --output v1.d.ts --default-non-nullable false
    npx tsc
  )
  PYTHONPATH=$at/generated python3 deploy/clients/run.py "$target/debug/latchkey" \
    "$at/python/bin/python deploy/clients/client.py" "node $at/typescript/built/client.js"
}

licences() {
  cargo metadata --format-version 1 --locked | python3 deploy/licences.py
}

# What we did not write: no release too young to have been looked at, none with an advisory where a copy
# of the RustSec database lies (ADVISORY_DB, or where cargo-audit keeps it), and a list of all of it.
supply() {
  local target=${CARGO_TARGET_DIR:-target}
  local database=${ADVISORY_DB:-${CARGO_HOME:-$HOME/.cargo}/advisory-db}
  local python=$target/supply/bin/python
  python3 -m doctest deploy/supply.py
  mkdir -p "$target"
  cargo fetch --locked --quiet
  python3 deploy/supply.py ages
  if [ -d "$database/crates" ]; then
    python3 deploy/supply.py advisories "$database"
  else
    echo "SKIPPED advisories: no copy of the RustSec database is in $database" >&2
  fi
  python3 deploy/supply.py sbom "$target/latchkey.cdx.json"
  if ! "$python" -c 'import cyclonedx.validation.json' 2>/dev/null; then
    python3 -m venv "$target/supply"
    "$python" -m pip install --quiet 'cyclonedx-python-lib[json-validation]==11.12.0'
  fi
  "$python" deploy/supply.py valid "$target/latchkey.cdx.json"
}

[ "$#" -gt 0 ] || set -- fmt layers licences supply lint docs tests tls roles manifests clients mutations tour bench
for step in "$@"; do
  printf '\n== %s\n' "$step"
  SECONDS=0
  "$step"
  printf '== %s: done in %d s\n' "$step" "$SECONDS"
done
