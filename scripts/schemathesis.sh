#!/usr/bin/env bash
# Tries the whole API against its own description: no 5xx, no undocumented answer. `schemathesis.sh [examples]`.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${OTKLIK_BINARY:-target/debug/otklik}
[ -x .venv/bin/st ] || { scripts/needs.sh mail; .venv/bin/pip install -q --disable-pip-version-check 'schemathesis==4.32.5'; }
dir=$(mktemp -d /tmp/otklik-st.XXXXXX)
stop() { [ -n "${pid:-}" ] && kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; rm -rf "$dir"; }
trap stop EXIT
echo 'a long enough password' > "$dir/password"
token=$("$binary" --data "$dir" setup --org Fuzz --owner-email owner@fuzz.test --owner-password-file "$dir/password" | python3 -c 'import json,sys; print(json.load(sys.stdin)["token"])')
OTKLIK_LIMITS=off OTKLIK_LOG=error "$binary" --data "$dir" serve --listen 127.0.0.1:0 > "$dir/out" 2> "$dir/log" &
pid=$!
for _ in $(seq 50); do url=$(sed -n 's/listening on //p' "$dir/out"); [ -n "$url" ] && break; sleep 0.1; done
.venv/bin/st run "$url/api/v1/openapi.json" -H "Authorization: Bearer $token" --max-examples "${1:-20}" --seed 1 \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --phases examples,coverage,fuzzing --workers 2 --request-timeout 10 || { tail -n 20 "$dir/log"; exit 1; }
if grep -q "a defect" "$dir/log"; then cat "$dir/log"; exit 1; fi
