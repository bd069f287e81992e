// The card of one question.
import { area, button, el, field, input, number, select, tick } from "./dom.js";
import { anyText, blank, fit, freeKey, textOf, write } from "./model.js";
import { rules } from "./rules.js";

export function question(q, index, ctx) {
  const { form, w, kinds, changed, open, fresh } = ctx;
  const at = `questions[${index}]`;
  const name = () => anyText(q.title, form.locales) || w.untitled;
  const kind = kinds.find((k) => k.key === q.type);
  const words = el("span", { class: "build-title" }, name());
  const details = el("details", { class: "build-body" },
    el("summary", {}, el("span", { class: "build-number" }, `${index + 1}.`), words, el("span", { class: "build-kind" }, kind?.title ?? q.type)));
  details.open = open.has(q);
  details.addEventListener("toggle", () => {
    if (details.open) open.add(q);
    else open.delete(q);
    if (details.open && !details.dataset.drawn) fill();
  });
  const item = el("li", { class: "build-q card", "data-sort-item": true, "data-name": name(), "data-at": at }, el("div", { class: "build-head" }, handles(), details, tools()));
  item.question = q;
  if (details.open) fill();
  return item;

  function handles() {
    const named = (word) => w[word].replace("NAME", () => name());
    const grip = el("span", { class: "sort-grip", "data-sort-grip": true, "aria-hidden": "true" });
    grip.append(ctx.icon("grip-vertical"));
    const step = (word, symbol, mark) => {
      const b = button(named(word), symbol, () => {}, { quiet: true });
      b.setAttribute(mark, "");
      return b;
    };
    return el("span", { class: "sort-handles" }, grip, step("up", "arrow-up", "data-sort-up"), step("down", "arrow-down", "data-sort-down"));
  }

  function tools() {
    const label = (word) => `${w[word]}: ${name()}`;
    return el("span", { class: "build-tools" },
      button(label("copy"), "copy", () => ctx.repeat(q), { quiet: true }),
      button(label("delete"), "trash", () => ctx.remove(q), { quiet: true }));
  }

  // A text in every language of the survey.
  function texts(owner, key, label, path, { many = false, after } = {}) {
    const boxes = form.locales.map((lang) => {
      const set = (text) => {
        write(owner, key, lang, text, form.locales);
        after?.();
        changed();
      };
      const control = (many ? area : input)(textOf(owner[key], lang), set, { lang });
      return field(form.locales.length > 1 ? `${label} ${w[`lang-${lang}`]}` : label, control, path);
    });
    return el("div", { class: "field-row" }, boxes);
  }

  function redraw() {
    changed();
    ctx.redraw();
  }

  function fill() {
    details.dataset.drawn = "yes";
    const body = el("div", { class: "build-fields" });
    const retitle = () => {
      words.textContent = name();
      item.dataset.name = name();
    };
    body.append(texts(q, "title", w.title, `${at}.title`, { many: true, after: retitle }));
    const type = select(q.type, kinds.map((k) => [k.key, k.title]), (value) => {
      q.type = value;
      fit(q, form, fresh);
      redraw();
    });
    body.append(el("div", { class: "field-row" }, field(w.type, type, `${at}.type`),
      el("div", { class: "field build-tick" }, tick(w.required, q.required ?? false, (on) => {
        if (on) q.required = true;
        else delete q.required;
        changed();
      }))));
    body.append(...special());
    body.append(rules(q, index, ctx));
    body.append(more());
    details.append(body);
  }

  function special() {
    const parts = [];
    if (q.type === "matrix") {
      parts.push(choices("rows", w.rows));
      const by = q.options?.length ? "options" : "scale";
      parts.push(field(w["matrix-by"], select(by, [["scale", w["matrix-scale"]], ["options", w["matrix-options"]]], (value) => {
        if (value === "options") {
          delete q.scale;
          q.options = [{ key: "o1", title: blank(form, fresh, "new-option", 1) }];
        } else delete q.options;
        fit(q, form, fresh);
        redraw();
      })));
    }
    if (q.scale) {
      const end = (key) => number(q.scale[key], (v) => {
        q.scale[key] = v ?? 0;
        changed();
      }, { min: "-100", max: "100" });
      parts.push(el("fieldset", { class: "build-scale", "data-path": `${at}.scale` }, el("legend", { class: "form-label" }, w.scale),
        el("div", { class: "field-row" }, field(w.min, end("min"), `${at}.scale.min`), field(w.max, end("max"), `${at}.scale.max`),
          field(w.best, select(q.scale.best ?? "max", [["max", w["best-max"]], ["min", w["best-min"]]], (value) => {
            q.scale.best = value;
            changed();
          }), `${at}.scale.best`))));
    }
    if (["nps", "csat", "ces", "rating"].includes(q.type)) {
      parts.push(texts(q, "low_label", w.low, `${at}.low_label`), texts(q, "high_label", w.high, `${at}.high_label`));
    }
    if (q.options) parts.push(choices("options", w.options));
    if (q.type === "contact") {
      parts.push(el("fieldset", { class: "build-ticks", "data-path": `${at}.fields` }, el("legend", { class: "form-label" }, w.fields),
        ["name", "phone", "email"].map((key) => tick(w[`contact-${key}`], q.fields.includes(key), (on) => {
          q.fields = ["name", "phone", "email"].filter((k) => (k === key ? on : q.fields.includes(k)));
          changed();
        }))));
    }
    if (q.type === "contact" || q.type === "consent") parts.push(texts(q, "consent", w.consent, `${at}.consent`, { many: true }));
    if (q.type === "text") {
      parts.push(field(w["max-length"], number(q.max, (v) => {
        if (v === undefined) delete q.max;
        else q.max = v;
        changed();
      }, { min: "1", max: "10000", placeholder: "2000" }), `${at}.max`));
    }
    return parts;
  }

  // Options or rows: their texts, points, order.
  function choices(key, label) {
    const list = q[key];
    const box = el("fieldset", { class: "build-choices", "data-path": `${at}.${key}` }, el("legend", { class: "form-label" }, label));
    const items = el("ol", { "data-sortable": true, "data-say-moved": w.moved });
    list.forEach((o, i) => items.append(choice(o, i)));
    items.addEventListener("sorted", (event) => {
      event.stopPropagation();
      q[key] = [...items.children].map((li) => li.choice);
      redraw();
    });
    box.append(items, button(`${w["item-add"]}: ${label.toLowerCase()}`, "plus", () => {
      const [letter, word] = key === "rows" ? ["r", "new-row"] : ["o", "new-option"];
      const n = list.length + 1;
      const one = { key: freeKey(`${letter}${n}`, list.map((o) => o.key)), title: blank(form, fresh, word, n) };
      if (q.type === "scored_choice" && key === "options") one.points = list.length;
      list.push(one);
      redraw();
      ctx.focus(`[data-path="${at}.${key}[${list.length - 1}].title"] input`);
    }));
    return box;

    function choice(o, i) {
      const path = `${at}.${key}[${i}]`;
      const said = () => anyText(o.title, form.locales) || o.key;
      const inputs = form.locales.map((lang) => {
        const control = input(textOf(o.title, lang), (text) => {
          write(o, "title", lang, text, form.locales);
          changed();
        }, { lang, "aria-label": form.locales.length > 1 ? `${label} ${i + 1} ${w[`lang-${lang}`]}` : `${label} ${i + 1}` });
        return el("div", { class: "field", "data-path": `${path}.title` }, control);
      });
      const step = (word, symbol, mark) => {
        const b = button(w[word].replace("NAME", said), symbol, () => {}, { quiet: true });
        b.setAttribute(mark, "");
        return b;
      };
      const grip = el("span", { class: "sort-grip", "data-sort-grip": true, "aria-hidden": "true" }, ctx.icon("grip-vertical"));
      const li = el("li", { "data-sort-item": true, "data-name": said(), class: "build-choice" },
        el("span", { class: "sort-handles" }, grip, step("up", "arrow-up", "data-sort-up"), step("down", "arrow-down", "data-sort-down")),
        el("div", { class: "build-choice-texts" }, inputs),
        q.type === "scored_choice" && key === "options" ? el("div", { class: "field build-points", "data-path": `${path}.points` }, number(o.points, (v) => {
          o.points = v ?? 0;
          changed();
        }, { "aria-label": `${w.points}: ${said()}`, min: "-1000", max: "1000" })) : null,
        button(w["item-delete"].replace("NAME", said), "trash", () => {
          list.splice(i, 1);
          redraw();
        }, { quiet: true }));
      li.choice = o;
      return li;
    }
  }

  function more() {
    const box = el("details", { class: "build-more" }, el("summary", {}, w.more));
    box.append(texts(q, "hint", w.hint, `${at}.hint`));
    const points = [["", w["no-touchpoint"]], ...ctx.touchpoints.map((p) => [p.id, p.name])];
    if (q.touchpoint && !points.some(([id]) => id === q.touchpoint)) points.push([q.touchpoint, q.touchpoint]);
    const items = [["", w["no-item"]], ...ctx.items.map((p) => [p.id, p.name])];
    if (q.item && !items.some(([id]) => id === q.item)) items.push([q.item, q.item]);
    box.append(el("div", { class: "field-row" },
      field(w.touchpoint, select(q.touchpoint ?? "", points, (value) => {
        if (value) q.touchpoint = value;
        else delete q.touchpoint;
        changed();
      }), `${at}.touchpoint`),
      field(w.item, select(q.item ?? "", items, (value) => {
        if (value) q.item = value;
        else delete q.item;
        changed();
      }), `${at}.item`, { hint: w["item-hint"] }),
      field(w.key, input(q.key, (value) => {
        rename(q.key, value);
        changed();
      }), `${at}.key`, { hint: w["key-hint"] })));
    return box;
  }

  // A question's key is what rules and the low score hang on: they follow.
  function rename(from, to) {
    const walk = (rule) => {
      if (!rule) return;
      if (rule.question === from) rule.question = to;
      for (const part of rule.all ?? rule.any ?? []) walk(part);
    };
    for (const other of form.questions) walk(other.show_if);
    if (form.low_score?.question === from) form.low_score.question = to;
    q.key = to;
  }
}
