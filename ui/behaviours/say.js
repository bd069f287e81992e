// One voice for screen readers, and a short visible note where asked for.
let clearing;

export function say(text) {
  const live = document.getElementById("live");
  if (!live || !text) return;
  live.textContent = "";
  // A pause, or an equal text would not be read again.
  setTimeout(() => (live.textContent = text), 50);
}

export function note(text) {
  say(text);
  document.querySelector(".note-pop")?.remove();
  const pop = document.createElement("div");
  pop.className = "note-pop";
  pop.setAttribute("aria-hidden", "true");
  pop.textContent = text;
  document.body.append(pop);
  clearTimeout(clearing);
  clearing = setTimeout(() => pop.remove(), 2500);
}

export function words(name) {
  return document.body.dataset[name] ?? "";
}
