// What a quality manager does before the first client answers. Shared by the stories on both databases.
import { api, assert, eventually, fill, go, inspect, open, says, send, text } from "../world.mjs";

/** A branch, an employee, the starter touchpoints. */
export async function places(anna, server) {
  await open(anna, server, "/branches/new");
  await inspect(anna, "branch-new");
  await send(anna, "/branches", { name: "На Лесной", code: "lesnaya", region: "Петроградский" });
  await says(anna, "Добавили");
  await inspect(anna, "branch");
  await open(anna, server, "/branches/new");
  await send(anna, "/branches", { name: "Вторая на Лесной", code: "lesnaya" });
  await inspect(anna, "branch-refused");
  assert(await anna.page.locator("[name=code][aria-invalid=true]").count() === 1, "a code that is taken was not refused by its field");
  assert(await anna.page.inputValue("[name=name]") === "Вторая на Лесной", "a refused form forgot what was typed");
  await open(anna, server, "/branches");
  await says(anna, "На Лесной");
  await inspect(anna, "branches");

  await open(anna, server, "/employees/new");
  await inspect(anna, "employee-new");
  await send(anna, "/employees", { name: "Мария Лис", branch: "На Лесной", position: "Администратор" });
  await open(anna, server, "/employees");
  await says(anna, "Мария Лис");
  await inspect(anna, "employees");

  await open(anna, server, "/touchpoints");
  await inspect(anna, "touchpoints-empty");
  await send(anna, "/touchpoints/starter");
  assert(await anna.page.locator("[data-row]").count() > 5, `no starter touchpoints: ${await text(anna)}`);
  await inspect(anna, "touchpoints");
}

const saved = (anna) => anna.page.locator("#build-status[data-state=good]").waitFor({ timeout: 10_000 });
const id = (anna) => new URL(anna.page.url()).pathname.split("/")[2];

/** Publishes from the survey's own page; returns the survey as the API tells it. */
export async function publish(anna, server, token) {
  const survey = id(anna);
  await send(anna, `/surveys/${survey}/publication`);
  await says(anna, "Опубликовано");
  await inspect(anna, "survey-open");
  return api(server, token, "GET", `/api/v1/surveys/${survey}`, undefined, 200);
}

/** The survey of the template, untouched. */
export async function fromTemplate(anna, server, token, template = "visit") {
  await open(anna, server, "/surveys");
  await inspect(anna, "surveys");
  await open(anna, server, "/surveys/new");
  await inspect(anna, "survey-new");
  await go(anna, () => anna.page.locator(`form:has(input[value=${template}]) button`).click());
  await anna.page.locator(".build-list > li").first().waitFor();
  await inspect(anna, "builder-template");
  await go(anna, () => anna.page.click("#build-done"));
  await says(anna, "Опрос ещё не опубликован", "main").catch(() => {});
  return publish(anna, server, token);
}

const card = (anna, n) => anna.page.locator(".build-list > li").nth(n);

/** A survey from nothing: several types, another order, a rule, a second language, a look at the preview. */
export async function fromNothing(anna, server, token) {
  const { page } = anna;
  await open(anna, server, "/surveys/new");
  await go(anna, async () => {
    const blank = page.locator("form:has([name=name])").last();
    await blank.locator("[name=name]").fill("Запись по телефону");
    await blank.locator("button").click();
  });
  const survey = id(anna);
  await says(anna, "Запись по телефону", "body").catch(() => {});
  await page.locator(".build-kind-button").first().waitFor();
  await inspect(anna, "builder-empty");

  // nps, ces, one of several, own words, a table
  const kinds = [["nps", 0, "Посоветуете ли нас?"], ["ces", 2, "Легко ли было записаться?"], ["choice", 4, "Кто отвечал?"], ["why", 8, "Что было трудно?"], ["matrix", 7, "Оцените подробнее"]];
  for (const [, at, title] of kinds) {
    const before = await page.locator(".build-list > li").count();
    await page.locator(".build-kind-button").nth(at).click();
    await page.locator(".build-list > li").nth(before).waitFor();
    await card(anna, before).locator("textarea").first().fill(title);
  }
  await saved(anna);

  // The keyboard: the table goes above the comment.
  await card(anna, 4).locator("summary").first().focus();
  await page.keyboard.press("Alt+ArrowUp");
  await eventually(async () => (await card(anna, 3).innerText()).includes("Оцените подробнее"), "the table above the comment");
  assert(await page.evaluate(() => document.activeElement?.matches("summary")), "the keyboard lost its place after a move");
  await saved(anna);

  // The mouse or the finger: the second question above the first. Cards are folded first, so that both are near.
  const unfolded = page.locator(".build-list > li > .build-head > details[open] > summary");
  while (await unfolded.count()) await unfolded.first().click();
  await page.locator(".build-list").scrollIntoViewIfNeeded();
  const grip = card(anna, 1).locator("[data-sort-grip]").first();
  await grip.scrollIntoViewIfNeeded();
  const from = await grip.boundingBox();
  const to = await card(anna, 0).boundingBox();
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2, to.y + to.height / 4, { steps: 8 });
  await page.mouse.up();
  await eventually(async () => (await card(anna, 0).innerText()).includes("Легко ли"), "the dragged question on top");
  await saved(anna);
  const order = async () => (await api(server, token, "GET", `/api/v1/surveys/${survey}`, undefined, 200)).questions.map((q) => q.key).join(" ");
  await eventually(async () => (await order()) === "ces nps choice matrix why", `the order saved, it is ${await order()}`);

  // A rule: the comment is asked when it was hard.
  await card(anna, 4).locator("summary").first().click();
  const rule = card(anna, 4).locator(".build-rules");
  await rule.locator("select").first().selectOption("all");
  await rule.locator(".build-rule select").first().selectOption("ces");
  await rule.locator(".build-rule select").nth(1).selectOption("le");
  await rule.locator(".build-rule input").fill("4");

  // English as well.
  await page.locator(".build-settings .build-more > summary").first().click();
  await page.locator("[data-path=locales] input").nth(1).check();
  await page.locator(".build-settings [data-path=name] [lang=en]").fill("Booking by phone");
  const english = ["How easy was it to book?", "Would you recommend us?", "Who answered?", "A little more closely", "What was hard?"];
  for (let n = 0; n < english.length; n += 1) {
    const details = card(anna, n).locator(".build-head > details");
    if (!(await details.evaluate((d) => d.open))) await details.locator("summary").first().click();
    await card(anna, n).locator(`[data-path="questions[${n}].title"] [lang=en]`).fill(english[n]);
  }
  for (const [n, key, words] of [[2, "options", ["A person", "A machine"]], [3, "rows", ["Politeness", "Speed"]]]) {
    for (const [i, word] of words.entries()) await card(anna, n).locator(`[data-path="questions[${n}].${key}[${i}].title"] [lang=en]`).fill(word);
  }
  await saved(anna);
  await inspect(anna, "builder-full");

  // The preview follows the draft and the language.
  await page.locator("[data-preview-lang=en]").click();
  const preview = page.frameLocator("#build-preview iframe");
  await preview.getByText("How easy was it to book?").waitFor();
  assert(await preview.getByText("What was hard?").isVisible() === false, "the preview shows a question whose rule does not hold");
  await preview.locator('label:has([name=ces][value="2"])').click();
  await preview.getByText("What was hard?").waitFor();

  await go(anna, () => page.click("#build-done"));
  await inspect(anna, "survey-draft");
  return publish(anna, server, token);
}

/** The ways to a survey: link, code, sheets. Returns the signed links by branch name. */
export async function ways(anna, server, token, survey) {
  await open(anna, server, `/surveys/${survey.id}`);
  assert((await text(anna, "#survey-url")).includes(`/s/${survey.code}`), "the survey's page does not show its link");
  const svg = await anna.page.request.get(`${server.url}/surveys/${survey.id}/qr.svg?branch=lesnaya`);
  assert(svg.ok() && (await svg.text()).startsWith("<svg"), "the QR code is no picture");
  await open(anna, server, `/surveys/${survey.id}/sheet?per=branch`);
  await says(anna, "На Лесной");
  await inspect(anna, "sheet");
  const pdf = await anna.page.pdf({ preferCSSPageSize: true });
  assert(pdf.length > 5000 && pdf.toString("latin1").includes("/Page"), `the printed sheet has ${pdf.length} bytes`);
  const links = await api(server, token, "GET", `/api/v1/surveys/${survey.id}/links`, undefined, 200);
  return Object.fromEntries(links.items.map((l) => [l.label, l.url]));
}
