#!/usr/bin/env bash
# Runs a command with OTKLIK_TEST_POSTGRES pointing at a throw-away PostgreSQL cluster on a free loopback port.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
dir=$(mktemp -d /tmp/otklik-pg.XXXXXX)
as() { if [ "$(id -u)" -eq 0 ]; then su postgres -s /bin/bash -c "$1"; else bash -c "$1"; fi; }
[ "$(id -u)" -eq 0 ] && chown postgres "$dir"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
stop() { as "$bin/pg_ctl -D $dir/data -m immediate -w stop" >/dev/null 2>&1 || true; rm -rf "$dir"; }
trap stop EXIT
as "$bin/initdb -D $dir/data -A trust -U postgres -E UTF8 --locale=C.UTF-8" >/dev/null
# Durability is not what these tests ask of PostgreSQL: without fsync a database a test costs milliseconds. A benchmark asks
# for it with POSTGRES_FSYNC=on.
as "$bin/pg_ctl -D $dir/data -w -l $dir/log -o '-p $port -k $dir -c listen_addresses=127.0.0.1 -c fsync=${POSTGRES_FSYNC:-off} -c max_connections=400' start" >/dev/null
export OTKLIK_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres" BENCH_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
"$@"
