// form[data-draft="code"]: answers survive a reload or a lost connection for a day, in this browser only.
const SENT = "otklik:sent";
const DAY = 24 * 60 * 60 * 1000;

export function draft(form) {
  const code = form.dataset.draft;
  if (!code) return;
  const key = `otklik:${code}`;
  restore(form, key, unsure(code));
  // Back to a page that was kept alive: when its answer was taken, the next one needs a page of its own.
  addEventListener("pageshow", (event) => {
    if (event.persisted && !unsure(code) && !kept(key)) location.reload();
  });
  form.addEventListener("input", () => save(form, key));
  form.addEventListener("submit", () => {
    save(form, key);
    try {
      sessionStorage.setItem(SENT, code);
    } catch {
      // then the draft goes after a day
    }
  });
}

// The draft goes when a page without its form came after sending (the thanks), so that a send which
// never arrived loses nothing.
export function dropSent() {
  try {
    const code = sessionStorage.getItem(SENT);
    if (!code || document.querySelector(`form[data-draft="${CSS.escape(code)}"]`)) return;
    sessionStorage.removeItem(SENT);
    drop(`otklik:${code}`);
  } catch {
    // nothing was kept then
  }
}

function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function save(form, key) {
  const data = [...new FormData(form)].filter(([, value]) => typeof value === "string" && value !== "");
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), data }));
  } catch {
    // private windows may refuse
  }
}

// Was it sent without a thanks ever coming back? Then it may have been stored.
function unsure(code) {
  try {
    return sessionStorage.getItem(SENT) === code;
  } catch {
    return false;
  }
}

function restore(form, key, again) {
  try {
    const found = kept(key);
    if (!found) return;
    if (Date.now() - found.at > DAY) return drop(key);
    if (form.querySelector("[aria-invalid], .problem, :checked")) return; // the server knows better
    for (const [name, value] of found.data) {
      for (const input of form.elements) {
        if (input.name !== name) continue;
        // Sent again after a lost connection it keeps its key, so that it counts once.
        if (again && /^:?once$/.test(name) && form.getAttribute("action").startsWith("/s/")) input.value = value;
        if (input.type === "hidden") continue;
        if (/^(radio|checkbox)$/.test(input.type)) input.checked ||= input.value === value;
        else if (!input.value) input.value = value;
      }
    }
  } catch {
    drop(key);
  }
}

function drop(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was kept then
  }
}
