// The client's page works without this file; with it the steps become one page, questions that do not apply step
// aside, a draft survives a lost connection, and a second press on «Отправить» does nothing.
import { draft, dropSent } from "../client/draft.js";
import { once } from "../client/once.js";
import { problems } from "../client/problems.js";
import { rules } from "../client/rules.js";
import { joinSteps } from "../client/steps.js";

dropSent();
for (const form of document.querySelectorAll("form.ask")) {
  joinSteps(form);
  if (!("preview" in form.dataset)) draft(form);
  rules(form);
  once(form);
}
problems();
