// form[data-draft="key"]: what is typed is kept in this browser until the form was accepted.
// Secrets and files are never kept.
import { say, words } from "./say.js";

const PREFIX = "otklik-draft:";
const SENT = "otklik-draft-sent";
const SKIPPED = "[type=password], [type=file], [type=hidden], [data-draft-skip]";

export function keep(root = document) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    if (form.dataset.draftKept) continue;
    form.dataset.draftKept = "yes";
    restore(form);
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => save(form), 400);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      save(form);
      store(sessionStorage, SENT, form.dataset.draft);
    });
  }
}

// A sent draft goes once another page came: not when the form came back with errors, nor when it was
// reloaded because sending never reached us.
export function dropAccepted() {
  const key = load(sessionStorage, SENT);
  if (!key) return;
  const again = document.querySelector(`form[data-draft="${CSS.escape(key)}"]`);
  const refused = again && document.querySelector(".error-summary, .is-invalid");
  const came = performance.getEntriesByType("navigation")[0]?.type;
  if (again && (refused || came !== "navigate")) return;
  store(sessionStorage, SENT, null);
  store(localStorage, PREFIX + key, null);
}

function fields(form) {
  return [...form.elements].filter((f) => f.name && !f.matches(SKIPPED) && !f.matches("button, fieldset"));
}

function save(form) {
  const data = fields(form)
    .filter((f) => !f.matches("[type=checkbox], [type=radio]") || f.checked)
    .map((f) => [f.name, f.value]);
  store(localStorage, PREFIX + form.dataset.draft, JSON.stringify(data));
}

function restore(form) {
  const raw = load(localStorage, PREFIX + form.dataset.draft);
  if (!raw || document.querySelector(".error-summary")) return;
  let data;
  try {
    data = JSON.parse(raw);
  } catch {
    return;
  }
  let changed = false;
  const left = [...data];
  for (const field of fields(form)) {
    if (field.matches("[type=checkbox], [type=radio]")) {
      const on = data.some(([name, value]) => name === field.name && value === field.value);
      changed ||= on !== field.checked;
      field.checked = on;
      continue;
    }
    const at = left.findIndex(([name]) => name === field.name);
    if (at < 0) continue;
    const [[, value]] = left.splice(at, 1);
    changed ||= value !== field.value;
    field.value = value;
  }
  if (changed) tell(form);
}

function tell(form) {
  const box = document.createElement("div");
  box.className = "draft-note";
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "btn btn-sm";
  drop.textContent = words("sayDraftDrop");
  drop.addEventListener("click", () => {
    store(localStorage, PREFIX + form.dataset.draft, null);
    form.reset();
    box.remove();
  });
  box.append(words("sayDraft"), " ", drop);
  form.prepend(box);
  say(words("sayDraft"));
}

function load(where, key) {
  try {
    return where.getItem(key);
  } catch {
    return null;
  }
}

function store(where, key, value) {
  try {
    if (value === null) where.removeItem(key);
    else where.setItem(key, value);
  } catch {
    // full or forbidden: the form works without
  }
}
