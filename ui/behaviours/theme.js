// [data-theme-set="light|dark|auto"]: the theme switch.
import { applyTheme, chooseTheme, chosenTheme, onSystemChange } from "./theme_state.js";

function show() {
  const now = chosenTheme();
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === now));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-set]");
  if (!button) return;
  chooseTheme(button.dataset.themeSet);
  show();
});
onSystemChange(() => applyTheme());
show();
