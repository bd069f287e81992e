// Hides what does not apply, by the rules the server judges by too: key -> show_if, where show_if is
// {question, op, value}, {all: [...]} or {any: [...]}.

export function rules(form) {
  const source = document.getElementById("rules");
  if (!source) return;
  const all = JSON.parse(source.textContent);
  const show = () => {
    // In the page's order: a hidden question has no answer, so those that hang on it hide too.
    const hidden = new Set();
    for (const block of form.querySelectorAll("[data-q]")) {
      const rule = all[block.dataset.q];
      const off = rule ? !holds(rule, (key) => (hidden.has(key) ? [] : answers(form, key))) : false;
      if (off) hidden.add(block.dataset.q);
      block.hidden = off;
      // Disabled inputs are neither sent nor required.
      for (const input of block.querySelectorAll("input, textarea, select")) input.disabled = off;
    }
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}

function answers(form, key) {
  const found = [];
  for (const input of form.elements) {
    if (input.name !== key) continue;
    if (/^(radio|checkbox)$/.test(input.type) && !input.checked) continue;
    if (input.value !== "") found.push(input.value);
  }
  return found;
}

export function holds(rule, given) {
  if (rule.all) return rule.all.every((part) => holds(part, given));
  if (rule.any) return rule.any.some((part) => holds(part, given));
  const values = given(rule.question);
  if (!values.length) return false; // an unanswered question shows nothing
  const wanted = rule.value;
  const same = (value, other) => value === String(other) || (value.trim() !== "" && Number(value) === other);
  switch (rule.op) {
    case "eq": return values.some((v) => same(v, wanted));
    case "ne": return !values.some((v) => same(v, wanted));
    case "in": return values.some((v) => wanted.some((w) => same(v, w)));
    case "lt": return values.some((v) => Number(v) < wanted);
    case "le": return values.some((v) => Number(v) <= wanted);
    case "gt": return values.some((v) => Number(v) > wanted);
    case "ge": return values.some((v) => Number(v) >= wanted);
    default: return true; // an unknown rule must not hide a question
  }
}
