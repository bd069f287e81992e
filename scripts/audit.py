"""Licences, sources and doubles of the dependency tree, from `cargo metadata`."""
import collections
import json
import re
import sys

ALLOWED = {
    "MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "Unicode-3.0",
    "Unicode-DFS-2016", "CC0-1.0", "0BSD", "BSL-1.0", "Unlicense", "MIT-0", "CDLA-Permissive-2.0", "MPL-2.0",
}
# Crates that may stand twice in the tree: each with the reason.
MOST_DOUBLES = 40

data = json.load(open(sys.argv[1], encoding="utf-8"))
own = set(data["workspace_members"])
wrong = []
versions = collections.defaultdict(set)
for p in data["packages"]:
    if p["id"] in own:
        continue
    versions[p["name"]].add(p["version"])
    if not (p["source"] or "").startswith("registry+"):
        wrong.append(f"{p['name']}: not from a registry")
    text = (p["license"] or "").replace("/", " OR ")
    parts = [x.strip() for x in re.split(r"\bOR\b|\bAND\b", text.replace("(", " ").replace(")", " "))]
    if p["license"] is None and p["license_file"] is None:
        wrong.append(f"{p['name']}: no licence")
    elif p["license"] and not any(x in ALLOWED for x in parts):
        wrong.append(f"{p['name']}: licence {p['license']}")
doubles = {n: sorted(v) for n, v in versions.items() if len(v) > 1}
if len(doubles) > MOST_DOUBLES:
    wrong.append(f"{len(doubles)} crates stand in several versions, {MOST_DOUBLES} are allowed: {doubles}")
print(f"dependencies: {sum(map(len, versions.values()))} crates, {len(doubles)} in several versions")
for line in wrong:
    print("  " + line)
sys.exit(1 if wrong else 0)
