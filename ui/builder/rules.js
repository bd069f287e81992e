// When a question is shown: conditions over the questions above it.
import { button, el, field, input, number, select } from "./dom.js";
import { anyText, firstValue, flat, opsFor, PICKS, unflat } from "./model.js";

const joints = new WeakMap();

export function rules(q, index, ctx) {
  const { form, w, changed } = ctx;
  const box = el("fieldset", { class: "build-rules", "data-path": `questions[${index}].show_if` }, el("legend", { class: "form-label" }, w["show-if"]));
  const before = form.questions.slice(0, index).filter((o) => opsFor(o).length);
  const now = flat(q.show_if);
  if (!now) {
    box.append(el("p", { class: "quiet" }, w.nested));
    return box;
  }
  // One condition alone says nothing of its joint: it is remembered until there are two.
  if (now.list.length < 2) now.joint = joints.get(q) ?? now.joint;
  const keep = () => {
    joints.set(q, now.joint);
    const rule = unflat(now);
    if (rule) q.show_if = rule;
    else delete q.show_if;
    changed();
  };
  const redraw = () => {
    keep();
    box.replaceWith(rules(q, index, ctx));
  };
  const mode = now.list.length ? now.joint : "always";
  const choices = [["always", w.always], ["all", w.all], ["any", w.any]];
  const how = select(mode, before.length || now.list.length ? choices : choices.slice(0, 1), (value) => {
    if (value === "always") now.list = [];
    else {
      now.joint = value;
      if (!now.list.length) now.list.push(fresh(before.at(-1)));
    }
    redraw();
  }, { "aria-label": w["show-if"] });
  box.append(how);
  now.list.forEach((c, i) => box.append(condition(c, i)));
  if (now.list.length && before.length) {
    box.append(button(w["condition-add"], "plus", () => {
      now.list.push(fresh(before.at(-1)));
      redraw();
    }));
  }
  return box;

  function fresh(other) {
    const op = opsFor(other)[0];
    return { question: other.key, op, value: firstValue(other, op) };
  }

  function condition(c, i) {
    const other = before.find((o) => o.key === c.question);
    const names = before.map((o) => [o.key, anyText(o.title, form.locales) || o.key]);
    if (!other) names.unshift([c.question, `${c.question}: ${w["condition-gone"]}`]);
    const which = select(c.question, names, (key) => {
      Object.assign(c, fresh(before.find((o) => o.key === key)));
      redraw();
    }, { "aria-label": w.question });
    const ops = (other ? opsFor(other) : [c.op]).map((op) => [op, w[`op-${op}`]]);
    const op = select(c.op, ops, (value) => {
      const many = value === "in";
      if (many !== Array.isArray(c.value)) c.value = many ? [c.value] : c.value[0];
      c.op = value;
      redraw();
    }, { "aria-label": w.if });
    const bin = button(w["item-delete"].replace("NAME", () => anyText(other?.title, form.locales) || c.question), "trash", () => {
      now.list.splice(i, 1);
      redraw();
    }, { quiet: true });
    return el("div", { class: "build-rule" }, which, op, value(c, other), bin);
  }

  function value(c, other) {
    const name = { "aria-label": w.value };
    const set = (v) => {
      c.value = v;
      keep();
    };
    if (!other) return el("span", { class: "quiet" }, JSON.stringify(c.value));
    if (other.type === "consent") return select("true", [["true", w.yes]], () => set(true), name);
    if (PICKS.includes(other.type)) {
      const options = other.options.map((o) => [o.key, anyText(o.title, form.locales) || o.key]);
      if (c.op !== "in") return select(c.value, options, set, name);
      return el("div", { class: "build-ticks", role: "group", ...name }, options.map(([key, label]) => {
        const box = el("input", { type: "checkbox", class: "form-check-input", onchange: (e) => set(e.target.checked ? [...c.value, key] : c.value.filter((v) => v !== key)) });
        box.checked = c.value.includes(key);
        return el("label", { class: "form-check" }, box, el("span", { class: "form-check-label" }, label));
      }));
    }
    return other.type === "text" ? input(c.value, set, name) : number(c.value, (v) => set(v ?? 0), name);
  }
}
