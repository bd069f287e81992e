// form[data-autosubmit]: filters apply as soon as one is chosen; empty ones stay out of the URL.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.matches("select, [type=checkbox], [type=radio], [type=date], [data-pick]")) form.requestSubmit();
});

document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-autosubmit]")) return;
  const data = event.formData;
  for (const name of [...new Set(data.keys())]) {
    const kept = data.getAll(name).filter((value) => value !== "");
    data.delete(name);
    for (const value of kept) data.append(name, value);
  }
});
