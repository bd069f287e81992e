// [data-confirm="what will be lost"] on a form or on one of its buttons: asks before what cannot be
// undone. The yes button carries the words of the act itself, or data-confirm-yes.
import { words } from "./say.js";

document.addEventListener("submit", ask, true);

function ask(event) {
  const form = event.target;
  const by = event.submitter;
  const asks = by?.dataset.confirm ? by : form.dataset.confirm ? form : null;
  if (!asks || form.dataset.confirmed) {
    delete form.dataset.confirmed;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const yes = asks.dataset.confirmYes || by?.textContent.trim() || "OK";
  dialog(asks.dataset.confirm, yes, () => {
    form.dataset.confirmed = "yes";
    form.requestSubmit(by ?? undefined);
  });
}

function dialog(question, yes, act) {
  const box = document.createElement("dialog");
  box.className = "ask";
  const text = document.createElement("p");
  text.id = "ask-text";
  text.textContent = question;
  box.setAttribute("aria-labelledby", text.id);
  const row = document.createElement("div");
  row.className = "ask-row";
  const go = button(yes, "btn btn-danger", () => {
    box.close();
    act();
  });
  const stay = button(words("sayCancel"), "btn", () => box.close());
  row.append(stay, go);
  box.append(text, row);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  stay.focus(); // the harmless answer is the one a hasty Enter gives
}

function button(label, classes, act) {
  const b = document.createElement("button");
  b.type = "button";
  b.className = classes;
  b.textContent = label;
  b.addEventListener("click", act);
  return b;
}
