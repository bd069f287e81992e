// With a script the page is whole: questions of other steps join it, and the steps fall away.
export function joinSteps(form) {
  if (!form.querySelector("[data-steps]")) return;
  for (const part of form.querySelectorAll("template")) part.replaceWith(part.content);
  for (const part of form.querySelectorAll("[data-steps]")) part.remove();
  const send = form.querySelector("[data-send]");
  if (send) send.textContent = send.dataset.send;
}
