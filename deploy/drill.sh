#!/usr/bin/env bash
# The split stack under load while its processes die, for as long as you like; writes a report:
#   deploy/drill.sh [--minutes 5] [--kill-every 4] [--writers 4] [--messages 40] [--redemptions 1]
#                   [--report FILE]
# Seconds between two deaths, messages and redemptions a second. Whatever is lost, burnt, repeated or
# not settled fails it. Needs HAProxy, NATS and PostgreSQL installed, no containers.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

while [ "$#" -gt 0 ]; do
  [ "$#" -ge 2 ] || usage
  case $1 in
    --minutes) export LATCHKEY_DRILL_MINUTES=$2 ;;
    --kill-every) export LATCHKEY_DRILL_KILL_EVERY=$2 ;;
    --writers) export LATCHKEY_DRILL_WRITERS=$2 ;;
    --messages) export LATCHKEY_DRILL_MESSAGES_PER_SECOND=$2 ;;
    --redemptions) export LATCHKEY_DRILL_REDEMPTIONS_PER_SECOND=$2 ;;
    --report) LATCHKEY_DRILL_REPORT=$(realpath -m "$2"); export LATCHKEY_DRILL_REPORT ;;
    *) usage ;;
  esac
  shift 2
done

exec cargo test --quiet --package latchkey-tests --test it -- \
  --ignored --exact --nocapture split::drill::as_long_as_one_likes
