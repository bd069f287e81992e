// [data-bulk]: a list whose rows can be chosen. [data-bulk-all] chooses every row,
// [data-bulk-bar] appears while any is chosen, [data-bulk-count] says how many.
document.addEventListener("change", (event) => {
  const root = event.target.closest("[data-bulk]");
  if (!root || !event.target.matches("[type=checkbox]")) return;
  const rows = [...root.querySelectorAll("[type=checkbox][data-bulk-row]")];
  if (event.target.matches("[data-bulk-all]")) {
    for (const row of rows) row.checked = event.target.checked;
  }
  const chosen = rows.filter((row) => row.checked).length;
  const all = root.querySelector("[data-bulk-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === rows.length;
    all.indeterminate = chosen > 0 && chosen < rows.length;
  }
  for (const bar of root.querySelectorAll("[data-bulk-bar]")) bar.hidden = chosen === 0;
  for (const count of root.querySelectorAll("[data-bulk-count]")) count.textContent = chosen;
});
