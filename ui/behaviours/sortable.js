// [data-sortable]: a list put in order by dragging (mouse, pen, finger) or by keyboard.
//   <ol data-sortable data-say-moved="NAME: место POS из TOTAL">
//     <li data-sort-item data-name="Приветствие">… {grip} {up} {down} <input type="hidden" name="order" …></li>
// The order is simply the order of the elements, so hidden inputs inside them are sent in it.
// After every move the list gets a bubbling `sorted` event: hx-trigger="sorted" may save it.
import { say } from "./say.js";

const ITEM = "[data-sort-item]";
let drag = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-sort-grip]");
  if (!grip || event.button !== 0) return;
  const item = grip.closest(ITEM);
  const list = item.closest("[data-sortable]");
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  drag = { item, list, id: event.pointerId, from: place(item) };
  item.classList.add("sort-lifted");
});

document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const { item } = drag;
  const over = items(drag.list).find((other) => {
    if (other === item) return false;
    const box = other.getBoundingClientRect();
    const sameColumn = event.clientX > box.left - 40 && event.clientX < box.right + 40;
    return sameColumn && event.clientY > box.top && event.clientY < box.bottom;
  });
  if (over) {
    const box = over.getBoundingClientRect();
    const below = event.clientY > box.top + box.height / 2;
    const neighbour = below ? over.nextElementSibling : over;
    if (neighbour !== item) drag.list.insertBefore(item, neighbour);
  }
  nearEdge(event.clientY);
});

for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    const { item, list, from } = drag;
    item.classList.remove("sort-lifted");
    drag = null;
    if (place(item) !== from) settled(list, item);
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-sort-up], [data-sort-down]");
  if (!button) return;
  move(button.closest(ITEM), button.hasAttribute("data-sort-up") ? -1 : 1);
  button.focus();
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  const item = event.target.closest?.(ITEM);
  if (!item) return;
  event.preventDefault();
  const focused = document.activeElement;
  move(item, event.key === "ArrowUp" ? -1 : 1);
  focused.focus(); // moving an element takes the focus from it
});

function items(list) {
  return [...list.children].filter((child) => child.matches(ITEM));
}

function place(item) {
  return items(item.parentElement).indexOf(item);
}

function move(item, by) {
  const list = item.closest("[data-sortable]");
  const all = items(list);
  const to = all.indexOf(item) + by;
  if (to < 0 || to >= all.length) return;
  list.insertBefore(item, by < 0 ? all[to] : all[to].nextElementSibling);
  item.scrollIntoView({ block: "nearest" });
  settled(list, item);
}

function settled(list, item) {
  const text = (list.dataset.sayMoved ?? "NAME: POS / TOTAL")
    .replace("POS", place(item) + 1)
    .replace("TOTAL", items(list).length)
    .replace("NAME", () => item.dataset.name ?? "");
  say(text);
  list.dispatchEvent(new CustomEvent("sorted", { bubbles: true, detail: { item } }));
  list.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));
}

// A list longer than the screen moves along while something is held near its edge.
function nearEdge(y) {
  const zone = 60;
  if (y < zone) scrollBy(0, -12);
  else if (y > innerHeight - zone) scrollBy(0, 12);
}
