// form[data-unsaved]: leaving with changes that were not sent makes the browser ask.
const starts = new WeakMap();

function state(form) {
  return JSON.stringify([...new FormData(form)].map(([k, v]) => [k, v instanceof File ? v.name : v]));
}

export function watch(root = document) {
  for (const form of root.querySelectorAll("form[data-unsaved]")) {
    if (!starts.has(form)) starts.set(form, state(form));
  }
}

document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) starts.delete(event.target);
});

addEventListener("beforeunload", (event) => {
  for (const form of document.querySelectorAll("form[data-unsaved]")) {
    if (starts.has(form) && starts.get(form) !== state(form)) event.preventDefault();
  }
});
