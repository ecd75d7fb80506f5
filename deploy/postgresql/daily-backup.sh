#!/bin/bash
# A dump of the database and a copy of the configuration, once a day:
#
#   30 2 * * *  mcp  BACKUPS=/backups /opt/mcp-coordinator/deploy/postgresql/daily-backup.sh
#
# The password comes from ~/.pgpass or PGPASSWORD. `mcp-coordinator backup create --keep 14` does the same with a manifest
# that says what is in it, so that it can be verified table by table; this script needs nothing but PostgreSQL's programs.
set -euo pipefail
umask 077

BACKUPS=${BACKUPS:-/backups}
DATABASE=${DB_DATABASE:-mcp_integration}
KEEP_DAYS=${KEEP_DAYS:-14}
CONFIGURATION=${CONFIGURATION:-$PWD}
stamp=$(date +%Y%m%d_%H%M%S)
dump="$BACKUPS/${DATABASE}_$stamp.sql.gz"

mkdir -p "$BACKUPS"
trap 'rm -f "$dump.unfinished"' EXIT
pg_dump -h "${DB_HOST:-localhost}" -p "${DB_PORT:-5432}" -U "${DB_USER:-mcp_user}" -d "$DATABASE" |
  gzip > "$dump.unfinished"
# Whole to the last line: pg_dump ends with these words, and a dump that was cut off does not.
gzip -dc "$dump.unfinished" | tail -n 5 | grep -q 'PostgreSQL database dump complete'
mv "$dump.unfinished" "$dump"

files=()
for name in .env config; do [ -e "$CONFIGURATION/$name" ] && files+=("$name"); done
if [ ${#files[@]} -gt 0 ]; then
  tar -czf "$BACKUPS/config_backup_$stamp.tar.gz" -C "$CONFIGURATION" "${files[@]}"
fi

# Only after the new one is whole.
find "$BACKUPS" -maxdepth 1 -type f \( -name "${DATABASE}_*.sql.gz" -o -name 'config_backup_*.tar.gz' \) \
  -mtime "+$KEEP_DAYS" -delete
echo "$dump"
