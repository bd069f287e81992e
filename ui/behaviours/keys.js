// Keys for lists and search: j and k walk through [data-list], Enter follows (rows are links),
// / goes to the page's own search ([data-search]) or the global one, Ctrl K to the global one.
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    const box = document.querySelector("[data-search-key]");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const box = document.querySelector("[data-search]") ?? document.querySelector("[data-search-key]");
    if (box) {
      event.preventDefault();
      box.focus();
    }
  } else if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
  }
});

function typing(element) {
  return element.matches("input, textarea, select, [contenteditable]") || element.closest("dialog, .dropdown-menu");
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-list] [data-row]")].filter((row) => row.offsetParent);
  if (!rows.length) return;
  const now = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  const next = rows[now < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + by, 0), rows.length - 1)];
  (next.matches("a, button") ? next : next.querySelector("a, button"))?.focus();
  next.scrollIntoView({ block: "nearest" });
}
