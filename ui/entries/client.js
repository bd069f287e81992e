// The client's page works without this file; with it, questions that do not apply step aside, a draft
// survives a lost connection, and a second press on «Отправить» does nothing.
import { draft, dropSent } from "../client/draft.js";
import { once } from "../client/once.js";
import { rules } from "../client/rules.js";

dropSent();
for (const form of document.querySelectorAll("form.ask")) {
  draft(form);
  rules(form);
  once(form);
}
