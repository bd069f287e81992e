#!/usr/bin/env bash
# Dependencies: licences, sources and doubles from cargo's own lists, without the network.
# Advisories are checked as well where cargo-audit and a local database are present (OTKLIK_ADVISORY_DB).
set -euo pipefail
cd "$(dirname "$0")/.."
cargo metadata --format-version 1 --locked --offline 2>/dev/null > /tmp/otklik-metadata.$$ || cargo metadata --format-version 1 --locked > /tmp/otklik-metadata.$$
trap 'rm -f /tmp/otklik-metadata.$$' EXIT
python3 scripts/audit.py /tmp/otklik-metadata.$$
if [ -n "${OTKLIK_ADVISORY_DB:-}" ] && command -v cargo-audit >/dev/null; then
  cargo audit --no-fetch --db "$OTKLIK_ADVISORY_DB"
else
  echo "advisories: not checked (set OTKLIK_ADVISORY_DB to a local copy and install cargo-audit)"
fi
