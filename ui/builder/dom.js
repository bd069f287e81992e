// Small makers of elements. Text is always text: nothing here parses markup.
let last = 0;

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== "list" && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((c) => c !== undefined && c !== null && c !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  const sprite = document.querySelector("svg.icon use").getAttribute("href").split("#")[0];
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

export function button(label, symbol, act, { small = true, quiet = false } = {}) {
  const classes = `btn${small ? " btn-sm" : ""}${quiet ? " btn-icon btn-ghost" : ""}`;
  const props = { type: "button", class: classes, onclick: act };
  return quiet ? el("button", { ...props, "aria-label": label, title: label }, icon(symbol)) : el("button", props, symbol ? icon(symbol) : null, ` ${label}`);
}

// A labelled control; `path` is the field's name in the server's errors.
export function field(label, control, path, { hint = "" } = {}) {
  last += 1;
  control.id ||= `b-${last}`;
  const box = el("div", { class: "field", "data-path": path ?? null }, el("label", { class: "form-label", for: control.id }, label), control);
  if (hint) {
    const note = el("p", { class: "form-hint", id: `${control.id}-hint` }, hint);
    control.setAttribute("aria-describedby", note.id);
    box.append(note);
  }
  return box;
}

export function input(value, change, props = {}) {
  const node = el("input", { class: "form-control", type: "text", autocomplete: "off", ...props, oninput: (e) => change(e.target.value) });
  node.value = value ?? "";
  return node;
}

export function area(value, change, props = {}) {
  const node = el("textarea", { class: "form-control", rows: "2", ...props, oninput: (e) => change(e.target.value) });
  node.value = value ?? "";
  return node;
}

export function number(value, change, props = {}) {
  return input(value ?? "", (text) => change(text.trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text)), { type: "number", step: "1", ...props });
}

export function select(value, choices, change, props = {}) {
  const node = el("select", { class: "form-select", ...props, onchange: (e) => change(e.target.value) });
  for (const [key, label] of choices) node.append(el("option", { value: key }, label));
  node.value = value ?? "";
  return node;
}

export function tick(label, on, change, path) {
  const box = el("input", { type: "checkbox", class: "form-check-input", onchange: (e) => change(e.target.checked) });
  box.checked = on;
  return el("label", { class: "form-check", "data-path": path ?? null }, box, el("span", { class: "form-check-label" }, label));
}
