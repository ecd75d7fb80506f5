#!/bin/bash
# Makes a data folder of PostgreSQL as of a point in time, in a new place; the server of before is not touched:
#
#   restore-to-time.sh /backups/base/20261124T023000Z /backups/wal /var/lib/postgresql/restored '2026-11-24 14:05:00+00'
#
# Start PostgreSQL on it: it replays the WAL up to that time and then takes connections. Let the coordinator say afterwards
# that history went back, so that no session and no token from before counts and witnesses know why:
#
#   mcp-coordinator audit new-epoch --reason 'restored to 2026-11-24 14:05'
set -euo pipefail
umask 077

copy=$1 archive=$(realpath "$2") target=$3 time=$4
pg_verifybackup --quiet "$copy"
if [ -e "$target" ] && [ -n "$(ls -A "$target")" ]; then
  echo "$target is not empty; nothing was restored" >&2
  exit 1
fi
mkdir -p "$target"
cp -R "$copy/." "$target"
chmod 700 "$target"
cat >> "$target/postgresql.auto.conf" << END
restore_command = 'cp "$archive/%f" "%p"'
recovery_target_time = '$time'
recovery_target_action = 'promote'
archive_mode = off
END
touch "$target/recovery.signal"
echo "$target"
