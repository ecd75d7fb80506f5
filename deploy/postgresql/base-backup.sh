#!/bin/bash
# The copy that recovery to a point in time begins with; once a day or once a week, as a user who may replicate:
#
#   PGHOST=… PGUSER=… base-backup.sh /backups/base /backups/wal
#
# It is verified against its own manifest. All but the KEEP newest go, and with them the WAL that none of the rest needs.
set -euo pipefail
umask 077

base=$1 archive=$2
KEEP=${KEEP:-7}
stamp=$(date -u +%Y%m%dT%H%M%S%NZ)

mkdir -p "$base"
trap 'rm -rf "$base/.$stamp.unfinished"' EXIT
pg_basebackup --pgdata="$base/.$stamp.unfinished" --checkpoint=fast --wal-method=stream --manifest-checksums=SHA256
pg_verifybackup --quiet "$base/.$stamp.unfinished"
mv "$base/.$stamp.unfinished" "$base/$stamp"

mapfile -t kept < <(find "$base" -mindepth 1 -maxdepth 1 -type d -name '2*Z' -printf '%f\n' | sort -r)
for name in "${kept[@]:$KEEP}"; do rm -rf "${base:?}/$name"; done
oldest=${kept[$((${#kept[@]} < KEEP ? ${#kept[@]} - 1 : KEEP - 1))]}
first=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$base/$oldest/backup_label")
if [ -d "$archive" ]; then pg_archivecleanup "$archive" "$first"; fi
echo "$base/$stamp"
