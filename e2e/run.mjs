// Runs every story and every fault, or those whose names are given: `node run.mjs survey`.
import { readdirSync } from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { root } from "./world.mjs";

// The same targets as the other tests, so that nothing is compiled a second time with other features.
if (!process.env.OTKLIK_BINARY) execFileSync("cargo", ["build", "--workspace", "--all-targets"], { cwd: root, stdio: "inherit" });
const wanted = process.argv.slice(2);
const files = ["stories", "faults"].flatMap((dir) => readdirSync(path.join(import.meta.dirname, dir)).filter((f) => f.endsWith(".mjs")).sort().map((f) => path.join(dir, f)));
let passed = 0;
let failed = 0;
for (const file of files.filter((f) => wanted.length === 0 || wanted.some((w) => f.includes(w)))) {
  const { default: stories } = await import(path.join(import.meta.dirname, file));
  for (const [name, story] of Object.entries(stories)) {
    const begun = Date.now();
    try {
      const note = await story();
      passed += 1;
      console.log(`ok    ${file}: ${name}${note ? ` — ${note}` : ""} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${file}: ${name}\n${error.stack ?? error}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
