// Which questions a client sees. The server judges by the same rules (surveys/rules/show.rs);
// show_cases.json is run against both.

// `rules`: key -> {question, op, value}, {all: [...]} or {any: [...]}; `given`: key -> list of words as the
// inputs hold them. Returns the keys that are hidden. What was said to a hidden question is not heard later.
export function hiddenKeys(keys, rules, given) {
  const hidden = new Set();
  for (const key of keys) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : null;
    if (rule && !holds(rule, (other) => (hidden.has(other) ? [] : given(other)))) hidden.add(key);
  }
  return hidden;
}

export function holds(rule, given) {
  if (rule.all) return rule.all.every((part) => holds(part, given));
  if (rule.any) return rule.any.some((part) => holds(part, given));
  const values = given(rule.question);
  if (!values.length) return false; // an unanswered question shows nothing
  const wanted = rule.value;
  switch (rule.op) {
    case "eq": return values.some((v) => same(v, wanted));
    case "ne": return !values.some((v) => same(v, wanted));
    case "in": return values.some((v) => wanted.some((w) => same(v, w)));
    case "lt": return Number(values[0]) < wanted;
    case "le": return Number(values[0]) <= wanted;
    case "gt": return Number(values[0]) > wanted;
    case "ge": return Number(values[0]) >= wanted;
    default: return true; // an unknown rule must not hide a question
  }
}

// Inputs hold words, rules hold numbers, ticks and words.
function same(word, wanted) {
  return word === String(wanted);
}
