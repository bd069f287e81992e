// node ui/client/show.test.mjs <cases.json>: the same table that surveys/rules/show.rs is tested with.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { hiddenKeys } from "./show.js";

const { questions, cases } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const words = (value) => (value === undefined ? [] : [value].flat().map((v) => String(v).trim()).filter((v) => v !== ""));
for (const { says, rules, answers, hidden } of cases) {
  const found = hiddenKeys(questions.map((q) => q.key), rules, (key) => words(answers[key]));
  assert.deepEqual([...found], hidden, says);
}
