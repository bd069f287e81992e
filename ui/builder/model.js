// What the draft is made of, and how a text in several languages is written.
export const SCALED = { nps: [0, 10], csat: [1, 5], ces: [1, 7] };
export const PICKS = ["choice", "choices", "scored_choice"];

export function textOf(label, lang) {
  if (label === undefined || label === null) return "";
  return typeof label === "string" ? label : (label[lang] ?? "");
}

// Any language's text, for lists and announcements.
export function anyText(label, langs) {
  for (const lang of langs) {
    const text = textOf(label, lang);
    if (text.trim()) return text;
  }
  return typeof label === "object" && label ? (Object.values(label).find((t) => t.trim()) ?? "") : "";
}

// Writes one language; an optional text that is empty everywhere goes altogether. A language left empty goes too,
// so that the client reads the other one.
export function write(owner, name, lang, text, langs) {
  const was = owner[name];
  const map = typeof was === "object" && was ? { ...was } : typeof was === "string" ? Object.fromEntries(langs.map((l) => [l, was])) : {};
  if (text.trim()) map[lang] = text;
  else delete map[lang];
  owner[name] = map;
  if (!Object.keys(map).length) {
    if (name === "title" || name === "name") owner[name] = { [langs[0]]: "" };
    else delete owner[name];
  }
}

export function freeKey(wish, taken) {
  for (let n = 1; ; n++) {
    const key = n === 1 ? wish : `${wish}${n}`;
    if (!taken.includes(key)) return key;
  }
}

export function scaleOf(q) {
  if (SCALED[q.type]) return { min: SCALED[q.type][0], max: SCALED[q.type][1] };
  if (q.type === "rating" || (q.type === "matrix" && !q.options?.length)) return q.scale ?? { min: 1, max: 5, best: "max" };
  return null;
}

// What stands in a new text of the survey, in each of its languages; options and rows are numbered.
export function blank(form, fresh, word, n = "") {
  return Object.fromEntries(form.locales.map((l) => [l, `${fresh[word][l]} ${n}`.trim()]));
}

export function newQuestion(type, form, fresh) {
  const q = { key: freeKey(type === "text" ? "why" : type, form.questions.map((o) => o.key)), type, title: blank(form, fresh, "new-question") };
  return fit(q, form, fresh);
}

// Brings a question into the shape of its type: what does not belong goes, what is needed comes.
export function fit(q, form, fresh) {
  const options = PICKS.includes(q.type) || (q.type === "matrix" && q.options?.length);
  if (options && !q.options?.length) q.options = [1, 2].map((n) => ({ key: `o${n}`, title: blank(form, fresh, "new-option", n) }));
  if (!options) delete q.options;
  for (const [i, o] of (q.options ?? []).entries()) {
    if (q.type === "scored_choice") o.points ??= i;
    else delete o.points;
  }
  if (q.type === "matrix") q.rows ??= [1, 2].map((n) => ({ key: `r${n}`, title: blank(form, fresh, "new-row", n) }));
  else delete q.rows;
  if (q.type === "rating" || (q.type === "matrix" && !options)) q.scale ??= { min: 1, max: 5, best: "max" };
  else delete q.scale;
  if (q.type === "contact") {
    q.fields ??= ["name", "phone"];
    q.consent ??= blank(form, fresh, "new-consent");
  } else {
    delete q.fields;
    if (q.type !== "consent") delete q.consent;
  }
  if (q.type !== "text") delete q.max;
  if (!["nps", "csat", "ces", "rating"].includes(q.type)) {
    delete q.low_label;
    delete q.high_label;
  }
  return q;
}

// What a rule about this question can compare with.
export function opsFor(q) {
  if (["nps", "csat", "ces", "rating"].includes(q.type)) return ["le", "lt", "ge", "gt", "eq", "ne"];
  if (PICKS.includes(q.type)) return ["eq", "ne", "in"];
  if (q.type === "consent") return ["eq"];
  if (q.type === "text") return ["eq", "ne"];
  return [];
}

export function firstValue(q, op) {
  const scale = scaleOf(q);
  if (scale && q.type !== "matrix") return Math.floor((scale.min + scale.max) / 2);
  if (PICKS.includes(q.type)) return op === "in" ? [q.options[0]?.key] : q.options[0]?.key;
  return q.type === "consent" ? true : "";
}

// A rule as a flat list with its joint, or null when it nests deeper than the builder shows.
export function flat(rule) {
  if (!rule) return { joint: "all", list: [] };
  if (rule.question) return { joint: "all", list: [rule] };
  const joint = rule.any ? "any" : "all";
  const list = rule[joint] ?? [];
  return list.every((r) => r.question) ? { joint, list } : null;
}

export function unflat({ joint, list }) {
  if (!list.length) return undefined;
  return list.length === 1 ? list[0] : { [joint]: list };
}
