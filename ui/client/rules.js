// Hides what does not apply, as the client answers.
import { hiddenKeys } from "./show.js";

export function rules(form) {
  const source = document.getElementById("rules");
  if (!source) return;
  const all = JSON.parse(source.textContent);
  const show = () => {
    const blocks = [...form.querySelectorAll("[data-q]")];
    const hidden = hiddenKeys(blocks.map((b) => b.dataset.q), all, (key) => answers(form, key));
    for (const block of blocks) {
      const off = hidden.has(block.dataset.q);
      if (block.hidden === off) continue;
      block.hidden = off;
      // Disabled inputs are neither sent nor required.
      for (const input of block.querySelectorAll("input, textarea, select")) input.disabled = off;
    }
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
}

function answers(form, key) {
  const found = [];
  for (const input of form.elements) {
    if (input.name !== key || input.type === "hidden") continue;
    if (/^(radio|checkbox)$/.test(input.type) && !input.checked) continue;
    const word = input.value.trim();
    if (word !== "") found.push(word);
  }
  return found;
}
