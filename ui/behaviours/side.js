// The navigation of a phone is a dialog while it is open, and a dialog needs a name; closed (and on a wide
// screen) it is a plain box around the navigation and must have none.
addEventListener("show.bs.offcanvas", ({ target }) => {
  if (target.dataset.name) target.setAttribute("aria-label", target.dataset.name);
});
addEventListener("hidden.bs.offcanvas", ({ target }) => {
  if (target.dataset.name) target.removeAttribute("aria-label");
});
