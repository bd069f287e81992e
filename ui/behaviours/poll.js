// [data-poll="/address"]: asks for a newer version of itself every data-poll-every seconds (2) and takes
// its place; a version without data-poll ends the asking. data-say-done on it is read aloud.
import { say } from "./say.js";

const seen = new WeakSet();

export function poll(root = document) {
  for (const element of root.querySelectorAll("[data-poll]")) {
    if (seen.has(element)) continue;
    seen.add(element);
    plan(element, 0);
  }
}

function plan(element, failures) {
  // After a failure ask less often; the work goes on without us.
  const wait = Number(element.dataset.pollEvery || 2) * 1000 * Math.min(2 ** failures, 16);
  setTimeout(() => ask(element, failures), wait);
}

async function ask(element, failures) {
  if (!element.isConnected) return;
  if (document.hidden) return plan(element, failures);
  let fresh;
  try {
    const answer = await fetch(element.dataset.poll, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    fresh = page.body.firstElementChild;
  } catch {
    return plan(element, failures + 1);
  }
  if (!fresh) return plan(element, failures + 1);
  document.adoptNode(fresh);
  element.replaceWith(fresh);
  if (fresh.dataset.sayDone) say(fresh.dataset.sayDone);
  window.htmx?.process(fresh);
  poll(fresh.parentElement);
}
