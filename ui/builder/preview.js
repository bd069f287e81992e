// The draft as the client sees it, beside the builder, read anew after every save.
export function preview(data) {
  const box = document.getElementById("build-preview");
  const frame = box.querySelector("iframe");
  let lang = data.form.locales.includes(data.lang) ? data.lang : data.form.locales[0];
  box.hidden = false;
  for (const b of box.querySelectorAll("[data-preview-lang]")) {
    b.addEventListener("click", () => {
      lang = b.dataset.previewLang;
      refresh();
    });
  }
  refresh();
  return { refresh };

  function refresh() {
    for (const b of box.querySelectorAll("[data-preview-lang]")) b.setAttribute("aria-pressed", String(b.dataset.previewLang === lang));
    let at = 0;
    try {
      at = frame.contentWindow.scrollY;
    } catch {
      at = 0;
    }
    frame.addEventListener("load", () => frame.contentWindow?.scrollTo(0, at), { once: true });
    const src = `${frame.dataset.src}?lang=${lang}`;
    // The same address again would not be read anew.
    if (frame.getAttribute("src") === src) frame.contentWindow.location.reload();
    else frame.src = src;
  }
}
