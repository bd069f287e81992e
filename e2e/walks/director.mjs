// What a director reads once answers are there. Shared by the stories on both databases.
import { api, assert, eventually, fill, go, inspect, open, says, send, setup, text } from "../world.mjs";

/** Two branches with 120 answers of the last four weeks: the first keeps people waiting. */
export async function company(data, server, env = {}, name = "Сосны", mail = "olga@sosny.example") {
  const { token } = setup(data, env, name, mail);
  const post = (where, body, status = 201) => api(server, token, "POST", where, body, status);
  const branches = [await post("/api/v1/branches", { name: "Центр", code: "centre" }), await post("/api/v1/branches", { name: "На Лесной", code: "lesnaya" })];
  const form = {
    name: { ru: "После приёма", en: "After the visit" }, locales: ["ru", "en"],
    questions: [
      { key: "nps", type: "nps", title: { ru: "Посоветуете ли нас?", en: "Would you recommend us?" }, required: true },
      { key: "why", type: "text", title: { ru: "Почему?", en: "Why?" } },
      { key: "contact", type: "contact", fields: ["name", "phone"], title: { ru: "Перезвонить?", en: "Call back?" }, consent: { ru: "Согласен", en: "I agree" } },
    ],
  };
  const survey = await post("/api/v1/surveys", form);
  await post(`/api/v1/surveys/${survey.id}/publication`, {});
  const now = Date.now();
  const one = (n) => {
    const slow = n % 2 === 0;
    const nps = slow ? [2, 5, 6, 7, 9, 4][n % 6] : [9, 10, 9, 8, 10, 7][n % 6];
    const why = n % 3 === 0 ? { why: slow ? `Долго ждали у регистратуры, талон ${n}` : `Спасибо доктору за внимание, приём ${n}` } : {};
    const contact = n % 10 === 0 ? { contact: { name: "Пётр Ильич", phone: "+79123456789", consent: true } } : {};
    return api(server, token, "POST", `/s/${survey.code}`, {
      answers: { nps, ...why, ...contact }, branch: slow ? "centre" : "lesnaya", channel: n % 4 < 2 ? "qr" : "mail", at: new Date(now - (n % 27) * 86_400_000 - 3_600_000).toISOString(),
    }, 201);
  };
  for (let n = 0; n < 120; n += 20) await Promise.all(Array.from({ length: 20 }, (_, i) => one(n + i)));
  await post("/api/v1/marks", { on: new Date(now - 10 * 86_400_000).toISOString().slice(0, 10), text: "Второй регистратор" });
  return { token, branches, survey };
}

/** The overview, a figure, the comments, a mark, paper. */
export async function director(who, server) {
  const { page } = who;
  await open(who, server, "/");
  await says(who, "NPS");
  const nps = (await page.locator(".stat", { hasText: "NPS" }).first().innerText()).replaceAll("\u00a0", " ");
  assert(/от .+ до /.test(nps) && /120 ответ/.test(nps), `the NPS card shows no interval or n: ${nps}`);
  await eventually(() => page.locator("figure[data-drawn] svg").count(), "a drawn chart");
  await inspect(who, "overview");

  // The table twin, by key.
  const figure = page.locator("figure[data-chart]").first();
  assert(!(await figure.locator("table").isVisible()), "the table stands beside its chart");
  await page.locator("body").press("t");
  await figure.locator("table").waitFor();
  assert(await figure.locator("tbody tr").count() >= 3, "the table twin is empty");
  await inspect(who, "overview-tables");
  await page.locator("body").press("t");

  // Breakdowns: tiers of branches, then channels; the distribution.
  const tiers = (await text(who, ".tiers")).replaceAll("\u00a0", " ");
  assert(tiers.includes("Центр") && tiers.includes("На Лесной"), `tiers: ${tiers}`);
  assert(await page.locator(".tier").count() === 2, `a gap of 60 points makes no two tiers: ${tiers}`);
  await go(who, () => page.getByRole("link", { name: "По каналам" }).or(page.locator('nav.chips a[href*="by=channel"]')).first().click());
  assert(/qr/i.test(await text(who, ".tiers")), `no channels: ${await text(who)}`);
  await inspect(who, "overview-channels");
  assert(await page.locator('figure[data-chart=dist], figure[data-chart=bars]').count() >= 1, "no distribution");
  await open(who, server, "/figures/nps");
  await says(who, "95 %");
  await eventually(() => page.locator("figure[data-drawn] svg").count(), "a drawn chart");
  await inspect(who, "figure-nps");
  await open(who, server, "/figures/distribution");
  await inspect(who, "figure-distribution");
  await open(who, server, "/figures");
  await inspect(who, "figures");

  // Comments by any form of a word.
  await open(who, server, "/responses");
  await inspect(who, "comments");
  await fill(who, { q: "ждать" }, ".filters");
  await go(who, () => page.locator(".filters [name=q]").press("Enter"));
  assert((await page.locator(".said mark").allInnerTexts()).includes("ждали"), `«ждать» does not find «ждали»: ${await text(who)}`);
  assert(await page.locator(".said li").count() === 20 && !(await text(who)).includes("доктору"), "the search finds others as well, or not all");
  await inspect(who, "comments-found");

  // A mark of one's own is on the axis at once.
  await open(who, server, "/");
  await send(who, "/overview/marks", { on: new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10), text: "Новая запись" });
  await says(who, "Новая запись", ".chart-marks");
  await says(who, "Второй регистратор", ".chart-marks");
  await inspect(who, "overview-marked");

  // Paper.
  await page.emulateMedia({ media: "print" });
  const pdf = await page.pdf({ format: "A4" });
  assert(pdf.length > 20_000, `the printed overview has ${pdf.length} bytes`);
  assert(!(await page.locator(".side").isVisible()) && !(await page.locator("form[action='/overview/marks']").isVisible()), "the menu or a form is printed");
  await page.emulateMedia({ media: "screen" });
}
