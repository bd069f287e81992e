// What clients do with a survey's page. Shared by the stories on both databases.
import { api, assert, browser, eventually, go, inspect, person, says, text, well } from "../world.mjs";

/** Chooses as a finger does: on the label. */
export const choose = (client, name, value) => client.page.locator(`label:has([name="${name}"][value="${value}"])`).click();
const press = (client) => go(client, () => client.page.locator("button.send").click());
const count = async (server, token, survey) => (await api(server, token, "GET", `/api/v1/metrics/responses?survey=${survey.id}`, undefined, 200)).items[0].n ?? 0;

/** With a script, in Russian: a low score opens more questions; a wrong phone comes back with everything typed. */
export async function withScript(server, token, survey, url, size = "phone") {
  const begun = await count(server, token, survey);
  const client = await person(await browser(), size);
  const { page } = client;
  await page.goto(url);
  await inspect(client, "client");
  await choose(client, "rating", 2);
  await page.getByText("Что было не так?").waitFor();
  await choose(client, "wrong", "wait");
  await choose(client, "parts.waiting", 1);
  await page.fill("[name=why]", "Ждали приёма полчаса <b>стоя</b>");
  await page.fill('[name="contact.name"]', "Пётр");
  await page.fill('[name="contact.phone"]', "двенадцать");
  await page.locator('label:has([name="contact.consent"])').click();
  await press(client);
  await says(client, "Почти готово");
  await inspect(client, "client-refused");
  assert(await page.inputValue("[name=why]") === "Ждали приёма полчаса <b>стоя</b>", "the comment was lost");
  assert(await page.inputValue('[name="contact.phone"]') === "двенадцать", "the phone was lost");
  assert(await page.isChecked('[name=wrong][value=wait]') && await page.isChecked('[name="parts.waiting"][value="1"]'), "a choice was lost");
  assert(await count(server, token, survey) === begun, "a refused answer was counted");

  // A hasty finger presses twice.
  await page.fill('[name="contact.phone"]', "+7 912 345-67-89");
  await go(client, () => page.locator("button.send").dblclick());
  await says(client, "Спасибо");
  await inspect(client, "thanks");
  await eventually(async () => (await count(server, token, survey)) === begun + 1, "one more answer");

  // What comes along in the address refuses nobody.
  await page.goto(`${server.url}/s/${survey.code}?branch=нет-такого&utm_source=mail&zzz=1`);
  await choose(client, "rating", 5);
  await press(client);
  await says(client, "Спасибо");
  assert(await count(server, token, survey) === begun + 2, "an answer with a stray branch was lost or counted twice");
  await well(client);
}

/** Without a script, in English, step by step and back; the same page sent twice counts once. */
export async function withoutScript(server, token, survey, url) {
  const begun = await count(server, token, survey);
  const client = await person(await browser(), "phone", { javaScriptEnabled: false, locale: "en-GB" });
  const { page } = client;
  await page.goto(url);
  await says(client, "How was your visit?");
  assert(await page.locator('[name="contact.phone"]').count() === 0, "the first step asks for what a later one asks");
  await choose(client, "rating", 3);
  await press(client);
  await says(client, "What went wrong?");
  await choose(client, "wrong", "rude");
  await go(client, () => page.locator("button.back").click());
  assert(await page.isChecked('[name=rating][value="3"]'), "going back forgot the score");
  await press(client);
  assert(await page.isChecked("[name=wrong][value=rude]"), "going back forgot what was said later");
  for (let steps = 0; steps < 5 && await page.locator('[name="contact.phone"]').count() === 0; steps += 1) await press(client);
  await page.fill('[name="contact.phone"]', "abc");
  await press(client);
  await says(client, "Almost");
  assert(await page.inputValue('[name="contact.phone"]') === "abc", "the phone was lost");
  assert(await page.locator("[role=alert] a").count() >= 1, "the summary does not lead to what is wrong");
  await page.fill('[name="contact.phone"]', "+7 912 345-67-90");
  await page.locator('label:has([name="contact.consent"])').click();
  const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  assert(wide <= 1, `without a script the page is ${wide} px too wide`);
  const twice = await page.locator("form.ask").evaluate((f) => [...new FormData(f)]);
  await press(client);
  await says(client, "Thank");
  const again = await fetch(`${server.url}/s/${survey.code}`, { method: "POST", redirect: "manual", headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(twice) });
  assert(again.status === 303, `sent once more: ${again.status}`);
  assert(await count(server, token, survey) === begun + 1, "the same page sent twice was not counted once");
  await well(client);
}

/** A closed survey says so. */
export async function closed(server, survey, size = "phone") {
  const client = await person(await browser(), size);
  const response = await client.page.goto(`${server.url}/s/${survey.code}`);
  assert(response.status() === 410, `a closed survey answers ${response.status()}`);
  await says(client, "Опрос закрыт");
  assert(await client.page.locator("input").count() === 0, `a closed survey still asks: ${await text(client)}`);
  await inspect(client, "closed");
  const sent = await fetch(`${server.url}/s/${survey.code}`, { method: "POST", body: new URLSearchParams({ rating: "5" }), redirect: "manual" });
  assert(sent.status === 410, `an answer to a closed survey: ${sent.status}`);
  await well(client);
}

/** A personal link: a look answers nothing, a press begins, the answer spends it. */
export async function personal(server, token, survey, url, size = "phone") {
  const begun = await count(server, token, survey);
  const client = await person(await browser(), size);
  await client.page.goto(url);
  await says(client, "Здравствуйте, Ирина");
  await inspect(client, "personal");
  assert(await client.page.locator("[name=rating]").count() === 0, "a look at a personal link shows the questions already");
  await press(client);
  await choose(client, "rating", 5);
  await inspect(client, "personal-form");
  await press(client);
  await says(client, "Спасибо");
  assert(await count(server, token, survey) === begun + 1, "an answer by personal link is not counted");
  const again = await client.page.goto(url);
  assert(again.status() === 410, `a spent personal link answers ${again.status()}`);
  await inspect(client, "personal-spent");
  await well(client);
}
