#!/bin/bash
# Keeps a finished WAL segment, for recovery to any point in time. In postgresql.conf:
#
#   archive_mode = on
#   archive_command = '/opt/mcp-coordinator/deploy/postgresql/archive-wal.sh %p %f /backups/wal'
#   archive_timeout = 300        # at most five minutes are lost with the disk
#
# PostgreSQL keeps the segment, and tries again, until this ends with 0.
set -euo pipefail
umask 077

segment=$1 name=$2 archive=$3
mkdir -p "$archive"
if [ -e "$archive/$name" ]; then
  # Said to be kept already: true only if it is the same.
  cmp -s "$segment" "$archive/$name" && exit 0
  echo "$archive/$name is there and differs from $segment; nothing was overwritten" >&2
  exit 1
fi
cp "$segment" "$archive/.$name.unfinished"
sync "$archive/.$name.unfinished"
mv "$archive/.$name.unfinished" "$archive/$name"
sync "$archive"
