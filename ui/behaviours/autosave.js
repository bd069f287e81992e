// form[data-autosave="/address"]: what is typed is saved by itself, one saving at a time.
// The form has a hidden `version`, and `was`: what it showed, so that «mine» writes only what was changed here; the address answers JSON:
//   200 {version, was, back, html}   html goes into [data-autosave-lint]
//   409 {version, html}   somebody else saved: html (with the two ways out) goes there, and nothing is sent until one is taken
//   422 {errors}          what is wrong, said in [data-autosave-status]
// Words: data-say-saving, -saved, -failed, -wrong. [data-autosave-title] outside the form follows its `text`.
const PAUSE = 700;
const state = new WeakMap();

document.addEventListener("input", (event) => later(event.target.closest("form[data-autosave]")));
document.addEventListener("change", (event) => later(event.target.closest("form[data-autosave]")));

document.addEventListener("click", (event) => {
  const mine = event.target.closest("[data-autosave-mine]");
  if (mine) {
    const form = mine.closest("form[data-autosave]");
    form.elements.version.value = mine.dataset.autosaveMine;
    of(form).stopped = false;
    of(form).mine = true;
    save(form);
  } else if (event.target.closest("[data-autosave-theirs]")) {
    of(event.target.closest("form[data-autosave]")).dirty = false;
    location.reload();
  }
});

// Leaving with something unsaved: send it on the way out.
addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    const s = of(form);
    if (s.dirty && !s.busy && !s.stopped) navigator.sendBeacon(form.dataset.autosave, body(form));
  }
});

function of(form) {
  if (!state.has(form)) state.set(form, { timer: 0, busy: false, again: false, stopped: false, dirty: false });
  return state.get(form);
}

function later(form) {
  if (!form) return;
  const s = of(form);
  s.dirty = true;
  const title = form.closest("details")?.querySelector("[data-autosave-title]");
  if (title) title.textContent = form.elements.text.value;
  clearTimeout(s.timer);
  s.timer = setTimeout(() => save(form), PAUSE);
}

function body(form) {
  return new URLSearchParams(new FormData(form));
}

async function save(form) {
  const s = of(form);
  if (s.stopped) return;
  if (s.busy) {
    s.again = true;
    return;
  }
  s.busy = true;
  s.dirty = false;
  tell(form, "saving");
  let answer = null;
  let data = {};
  try {
    answer = await fetch(form.dataset.autosave, { method: "POST", body: body(form), headers: { accept: "application/json" } });
    data = await answer.json();
  } catch {
    answer = null;
  }
  s.busy = false;
  const box = form.querySelector("[data-autosave-lint]");
  if (answer?.ok) {
    form.elements.version.value = data.version;
    if (form.elements.was) form.elements.was.value = data.was ?? "";
    if (s.mine) {
      // The other fields hold what somebody else wrote: they are shown.
      history.replaceState(null, "", data.back);
      location.reload();
      return;
    }
    box.innerHTML = data.html;
    tell(form, s.dirty ? "saving" : "saved", "good");
  } else if (answer?.status === 409) {
    s.stopped = true;
    box.innerHTML = data.html;
    tell(form, "wrong", "bad");
  } else if (answer?.status === 422) {
    s.dirty = true;
    const words = Object.values(data.errors ?? {}).join(" ");
    tell(form, "wrong", "bad", words);
  } else {
    s.dirty = true;
    tell(form, "failed", "bad");
    s.timer = setTimeout(() => save(form), 5000);
  }
  if (s.again) {
    s.again = false;
    save(form);
  }
}

function tell(form, key, mood = "", more = "") {
  const place = form.querySelector("[data-autosave-status]");
  const said = form.dataset[`say${key[0].toUpperCase()}${key.slice(1)}`] ?? "";
  place.dataset.state = mood;
  place.textContent = more ? `${said} ${more}` : said;
}
