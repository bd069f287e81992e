// After a refusal the reader begins at what is wrong, and a link in the summary puts the cursor there.
export function problems() {
  const summary = document.getElementById("problems");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView({ block: "start" });
    (target.matches("fieldset") ? (target.querySelector("input") ?? target) : target).focus({ preventScroll: true });
  });
}
