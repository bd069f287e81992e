// The whole draft: what it is called and promises, its questions, what may be added.
import { note, say } from "../behaviours/say.js";
import { area, button, el, field, icon, input, number, select, tick } from "./dom.js";
import { anyText, freeKey, newQuestion, scaleOf, textOf, write } from "./model.js";
import { question } from "./question.js";

export function build(root, data, changed) {
  const w = data.words;
  const open = new Set();
  let form = data.form;
  const ctx = {
    w, kinds: data.kinds, touchpoints: data.touchpoints, items: data.items ?? [], fresh: data.fresh, open, changed, icon,
    get form() { return form; },
    redraw: draw, remove, repeat,
    focus: (selector) => root.querySelector(selector)?.focus(),
  };
  const head = el("section", { class: "card build-settings" });
  const list = el("ol", { class: "build-list", "data-sortable": true, "data-say-moved": w.moved });
  const gap = el("p", { class: "build-empty quiet" }, w.empty);
  const bin = el("div", { class: "build-bin", role: "status" });
  const palette = el("section", { class: "build-add", "aria-label": w.add }, el("h2", {}, w.add), el("div", { class: "build-kinds" }, data.kinds.map((k) =>
    el("button", { type: "button", class: "btn build-kind-button", onclick: () => add(k.key) }, el("strong", {}, k.title), el("span", {}, k.hint)))));
  const errors = el("div", { class: "build-errors" });
  root.append(errors, head, gap, list, bin, palette);
  // Which part of a card the keyboard stands on; a card that moves loses it for a moment.
  let stand = null;
  list.addEventListener("focusin", (event) => {
    const part = ["[data-sort-up]", "[data-sort-down]", "summary"].find((p) => event.target.matches(p)) ?? "summary";
    stand = { item: event.target.closest("li[data-at]"), part };
  });
  list.addEventListener("sorted", (event) => {
    const { question: moved } = event.detail.item;
    const part = stand?.item === event.detail.item ? stand.part : null;
    form.questions = [...list.children].map((li) => li.question);
    draw();
    // The cards were made anew: the keyboard stays where it was, once the mover has let go.
    if (part) setTimeout(() => list.children[form.questions.indexOf(moved)]?.querySelector(part)?.focus());
    changed();
  });
  draw();
  return {
    get form() { return form; },
    set form(next) {
      form = next;
      open.clear();
      draw();
    },
    show: showErrors,
  };

  function draw() {
    const at = document.activeElement?.closest?.("[data-path]")?.dataset.path;
    const folded = head.querySelector("details")?.open;
    settings(folded);
    list.replaceChildren(...form.questions.map((q, i) => question(q, i, ctx)));
    gap.hidden = form.questions.length > 0;
    if (at && !root.contains(document.activeElement)) root.querySelector(`[data-path="${CSS.escape(at)}"] :is(input, select, textarea)`)?.focus();
  }

  function add(type) {
    const q = newQuestion(type, form, data.fresh);
    form.questions.push(q);
    open.add(q);
    draw();
    changed();
    const title = list.lastElementChild.querySelector("textarea");
    title.focus();
    title.select();
  }

  function repeat(q) {
    const twin = structuredClone(q);
    twin.key = freeKey(q.key.replace(/\d+$/, "") || "q", form.questions.map((o) => o.key));
    form.questions.splice(form.questions.indexOf(q) + 1, 0, twin);
    open.add(twin);
    draw();
    changed();
    say(anyText(twin.title, form.locales));
  }

  function remove(q) {
    const place = form.questions.indexOf(q);
    form.questions.splice(place, 1);
    draw();
    changed();
    const words = w.deleted.replace("NAME", () => anyText(q.title, form.locales) || w.untitled);
    const back = button(w.undo, "arrow-back-up", () => {
      form.questions.splice(place, 0, q);
      bin.replaceChildren();
      draw();
      changed();
      list.children[place]?.querySelector("summary")?.focus();
    });
    bin.replaceChildren(el("div", { class: "alert alert-note" }, el("div", { class: "alert-words" }, words), back));
    back.focus();
  }

  function settings(unfolded) {
    const texts = (owner, key, label, path, many) => el("div", { class: "field-row" }, form.locales.map((lang) => field(
      form.locales.length > 1 ? `${label} ${w[`lang-${lang}`]}` : label,
      (many ? area : input)(textOf(owner[key], lang), (text) => {
        write(owner, key, lang, text, form.locales);
        changed();
      }, { lang }), path)));
    const put = (key, value) => {
      if (value === undefined || value === "") delete form[key];
      else form[key] = value;
      changed();
    };
    const langs = el("fieldset", { class: "build-ticks", "data-path": "locales" }, el("legend", { class: "form-label" }, w.locales), [["ru", "Русский"], ["en", "English"]].map(([lang, label]) =>
      tick(label, form.locales.includes(lang), (on) => {
        const next = ["ru", "en"].filter((l) => (l === lang ? on : form.locales.includes(l)));
        if (next.length) form.locales = next;
        else note(w["locales-one"]);
        draw();
        changed();
      })));
    const scaled = form.questions.filter((q) => scaleOf(q) && q.type !== "matrix");
    const low = form.low_score;
    const watch = [["", w["low-score-none"]], ...scaled.map((q) => [q.key, anyText(q.title, form.locales) || q.key])];
    const lowScore = el("fieldset", { "data-path": "low_score" }, el("legend", { class: "form-label" }, w["low-score"]), el("div", { class: "field-row" },
      field(w["low-score-question"], select(low?.question ?? "", watch, (key) => {
        const scale = key && scaleOf(form.questions.find((q) => q.key === key));
        put("low_score", key ? { question: key, below: key === low?.question ? low.below : Math.ceil((scale.min + scale.max) / 2) + 1 } : undefined);
        draw();
      }), "low_score.question"),
      low ? field(w["low-score-below"], number(low.below, (v) => {
        low.below = v ?? 0;
        changed();
      }), "low_score.below") : null));
    const more = el("details", { class: "build-more" }, el("summary", {}, w.settings));
    more.open = unfolded ?? false;
    more.append(langs, texts(form, "thanks", w.thanks, "thanks", true), lowScore, el("div", { class: "field-row" },
      field(w.about, select(form.about ?? "clients", [["clients", w["about-clients"]], ["staff", w["about-staff"]]], (v) => put("about", v)), "about"),
      field(w.anonymity, select(form.anonymity ?? "identified", ["identified", "confidential", "anonymous"].map((a) => [a, w[`anonymity-${a}`]]), (v) => put("anonymity", v)), "anonymity"),
      field(w.quarantine, number(form.quarantine_days, (v) => put("quarantine_days", v), { min: "0", max: "3650" }), "quarantine_days")));
    head.replaceChildren(el("div", { class: "card-body" }, texts(form, "name", w.name, "name"), more));
  }

  // What the server refused: beside its field, and on top with a link to it.
  function showErrors(faults) {
    for (const old of root.querySelectorAll("[data-fault]")) old.remove();
    for (const old of root.querySelectorAll(".is-invalid")) {
      old.classList.remove("is-invalid");
      old.removeAttribute("aria-invalid");
    }
    errors.replaceChildren();
    if (!faults.length) return;
    const lines = faults.map((fault, n) => {
      const number = /^questions\[(\d+)\]/.exec(fault.field)?.[1];
      const place = find(fault.field);
      const control = place?.matches("input, select, textarea") ? place : place?.querySelector("input, select, textarea");
      const id = `fault-${n}`;
      place?.append(el("p", { class: "field-error", id, "data-fault": true }, icon("alert-circle"), el("span", {}, ` ${fault.message}`)));
      control?.classList.add("is-invalid");
      control?.setAttribute("aria-invalid", "true");
      control?.setAttribute("aria-describedby", id);
      const words = number === undefined ? fault.message : `${w.question} ${Number(number) + 1}: ${fault.message}`;
      return el("li", {}, el("a", { href: `#${control?.id || id}`, onclick: (event) => {
        event.preventDefault();
        (find(fault.field)?.querySelector("input, select, textarea") ?? control)?.focus();
      } }, words));
    });
    errors.append(el("div", { class: "alert alert-bad error-summary", role: "alert" }, icon("alert-circle"),
      el("div", { class: "alert-words" }, el("h2", {}, w.fix), el("ul", {}, lines))));
  }

  // The place of a fault, opened: the nearest part of its path that the page shows.
  function find(path) {
    const number = /^questions\[(\d+)\]/.exec(path)?.[1];
    const card = number === undefined ? null : list.children[Number(number)];
    if (card) {
      const details = card.querySelector("details");
      if (!details.open) {
        details.open = true;
        details.dispatchEvent(new Event("toggle"));
      }
    }
    for (let part = path; part; part = part.replace(/(\.[^.[]+|\[\d+\])$/, "") === part ? "" : part.replace(/(\.[^.[]+|\[\d+\])$/, "")) {
      const found = root.querySelector(`[data-path="${CSS.escape(part)}"]`);
      if (found) {
        for (let d = found.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
        return found;
      }
    }
    return card;
  }
}
