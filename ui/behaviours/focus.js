// [data-focus]: takes the focus when the page opens (the error summary does).
document.querySelector("[data-focus]")?.focus();

// Leading from the summary to a field puts the cursor into it, not just the scroll.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  const field = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!field) return;
  event.preventDefault();
  const input = field.matches("fieldset") ? field.querySelector("input") ?? field : field;
  input.focus();
  field.scrollIntoView({ block: "center" });
});
