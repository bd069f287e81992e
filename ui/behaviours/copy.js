// [data-copy="text"] or [data-copy="#id"]: copies the text, or the value of that element.
import { note, words } from "./say.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const wanted = button.dataset.copy;
  const source = /^#[\w-]+$/.test(wanted) ? document.querySelector(wanted) : null;
  const text = source ? (source.value ?? source.textContent.trim()) : wanted;
  if (await put(text, source)) note(words("sayCopied"));
});

async function put(text, source) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https there is no clipboard: at least mark the text for Ctrl+C.
    source?.select?.();
    return source ? document.execCommand("copy") : false;
  }
}
