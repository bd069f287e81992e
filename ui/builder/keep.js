// Saves the draft by itself, with the version it was read in. What cannot be saved stays in this browser.
import { say } from "../behaviours/say.js";
import { button, el } from "./dom.js";
import { anyText } from "./model.js";

const PAUSE = 700;

export function keepSaved(root, data, editor, saved) {
  const w = data.words;
  const kept = `otklik-builder:${data.id}`;
  const status = document.getElementById("build-status");
  const url = `/surveys/${data.id}/draft`;
  let version = data.version;
  let timer, busy = false, again = false, dirty = false, clash = false;

  addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  addEventListener("online", () => dirty && save());
  document.getElementById("build-done").addEventListener("click", async (event) => {
    if (!dirty) return;
    event.preventDefault();
    const href = event.currentTarget.href;
    clearTimeout(timer);
    await save();
    if (!dirty) location.assign(href);
  });
  return { changed, restore };

  function tell(word, state = "") {
    status.textContent = word;
    status.dataset.state = state;
  }

  function changed() {
    dirty = true;
    remember({ version, form: editor.form });
    if (clash) return;
    tell(w.unsaved);
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  async function save() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    tell(w.saving);
    const body = JSON.stringify({ version, form: editor.form });
    let answer;
    try {
      answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    } catch {
      answer = null;
    }
    busy = false;
    const newer = again;
    again = false;
    if (!answer || answer.status >= 500 || answer.status === 429) {
      tell(w.offline, "bad");
      timer = setTimeout(save, 5000);
      return;
    }
    const reply = await answer.json().catch(() => ({}));
    if (answer.ok) {
      version = reply.version;
      editor.show([]);
      if (newer) return save();
      dirty = false;
      remember(null);
      tell(w.saved, "good");
      saved();
    } else if (answer.status === 409) {
      await meet();
    } else {
      editor.show(reply.errors ?? [{ field: "", message: reply.detail ?? reply.title ?? String(answer.status) }]);
      tell(w.unsaved, "bad");
      if (newer) return save();
    }
  }

  // Somebody else saved: both are shown, and nothing is thrown away before a choice.
  async function meet() {
    clash = true;
    const theirs = await (await fetch(url)).json();
    const title = (form) => form.questions.map((q) => JSON.stringify(q));
    const [mine, other] = [title(editor.form), title(theirs.form)];
    const named = (q) => anyText(JSON.parse(q).title, ["ru", "en"]);
    const differ = [...mine.filter((q) => !other.includes(q)), ...other.filter((q) => !mine.includes(q))].map(named);
    const words = w["clash-text"].replace("MINE", mine.length).replace("THEIRS", other.length).replace("DIFF", () => [...new Set(differ)].join("; ") || "—");
    const column = (label, form) => el("section", { class: "build-side" }, el("h3", {}, label), el("ol", {}, form.questions.map((q) => el("li", {}, anyText(q.title, ["ru", "en"])))));
    const box = el("div", { class: "alert alert-warn build-clash", role: "alert", tabindex: "-1" }, el("div", { class: "alert-words" },
      el("h2", {}, w.clash), el("p", {}, words),
      el("div", { class: "build-sides" }, column(w["clash-mine"], editor.form), column(w["clash-theirs"], theirs.form)),
      el("p", {}, button(w["clash-mine"], "device-floppy", () => settle(false), { small: false }), " ", button(w["clash-theirs"], "download", () => settle(true), { small: false }))));
    root.prepend(box);
    box.focus();
    tell(w.unsaved, "bad");

    function settle(take) {
      box.remove();
      clash = false;
      version = theirs.version;
      if (take) {
        editor.form = theirs.form;
        dirty = false;
        remember(null);
        tell(w.saved, "good");
        saved();
      } else save();
    }
  }

  // What was typed before the browser closed, or while nothing could be saved.
  function restore() {
    let left;
    try {
      left = JSON.parse(localStorage.getItem(kept));
    } catch {
      left = null;
    }
    if (!left || JSON.stringify(left.form) === JSON.stringify(data.form)) return;
    editor.form = left.form;
    version = left.version;
    dirty = true;
    const box = el("div", { class: "draft-note" }, w.restored, " ", button(w["restored-drop"], null, () => {
      remember(null);
      dirty = false;
      location.reload();
    }));
    root.prepend(box);
    say(w.restored);
    save();
  }

  function remember(what) {
    try {
      if (what) localStorage.setItem(kept, JSON.stringify(what));
      else localStorage.removeItem(kept);
    } catch {
      // full or forbidden: the builder works without
    }
  }
}
