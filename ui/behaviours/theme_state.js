// The theme in force; shared by the early script and the switch.
const KEY = "otklik-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export function chosenTheme() {
  try {
    return localStorage.getItem(KEY) ?? "auto";
  } catch {
    return "auto"; // storage may be forbidden
  }
}

export function chooseTheme(theme) {
  try {
    if (theme === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // then the choice lasts for this page
  }
  applyTheme(theme);
}

export function applyTheme(theme = chosenTheme()) {
  const name = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
  document.documentElement.setAttribute("data-bs-theme", name);
  document.documentElement.dataset.js = ""; // styles may rely on scripts
}

export function onSystemChange(act) {
  dark.addEventListener("change", act);
}
