// How a rule lives: written, published, signed, changed, asked about. Shared by the stories on both databases.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { api, assert, binary, browser, eventually, fill, folder, go, inspect, member, open, person, says, send, signIn, text } from "../world.mjs";

const where = (who) => new URL(who.page.url()).pathname;
const plain = async (who, at = "main") => (await text(who, at)).replaceAll("\u00a0", " ");
const press = (who, at) => go(who, () => who.page.locator(at).first().click());
const today = () => new Intl.DateTimeFormat("sv", { timeZone: "Europe/Moscow" }).format(new Date());

/** A branch with people: a head; two administrators, one of them without an account; somebody of another position. */
export async function place(server, token, mail) {
  const post = (where, body) => api(server, token, "POST", `/api/v1/${where}`, body, 201);
  const centre = await post("branches", { name: "Центр", code: "centre" });
  const employee = (name, position) => post("employees", { name, branch: centre.id, position });
  const maria = await employee("Мария Лис", "Администратор");
  const pyotr = await employee("Пётр Ильич Сом", "Администратор");
  const zoya = await employee("Зоя Марковна", "Санитарка");
  await member(server, token, mail("anna"), "Анна Сергеевна", "manager");
  await member(server, token, mail("boris"), "Борис Ильич", "supervisor", [centre.id]);
  await account(server, token, mail("maria"), maria);
  return { centre, maria, pyotr, zoya };
}

/** An account for an employee. */
export async function account(server, token, login, employee) {
  const user = await member(server, token, login, employee.name, "employee", [employee.branch]);
  await api(server, token, "PATCH", `/api/v1/users/${user.id}`, { employee: employee.id }, 200);
}

/** Somebody who is signed in. */
export async function come(server, login, size) {
  const who = await person(await browser(), size);
  await signIn(who, server, login);
  return who;
}

/** Before anything exists every page says what it is for, and offers the first step to whom it belongs. */
export async function nothingYet(server, anna, maria) {
  const pages = {
    "/standards": "Стандартов пока нет", "/standards/calendar": "Пересматривать пока нечего", "/standards/knowledge": "Пока нечего показать",
    "/standards/orphans": "Правил в силе пока нет", "/rules": "найдётся любое правило", "/proposals": "Предложений нет", "/quizzes": "Тестов пока нет",
    "/quizzes/new": "Сначала нужен стандарт", "/onboarding-tracks": "Путей пока нет", "/newcomers": "никто не в пути", "/newcomers/new": "Путей пока нет",
    "/duties": "Вы пока не связаны",
  };
  for (const [at, words] of Object.entries(pages)) {
    await open(anna, server, at);
    await says(anna, words);
    await inspect(anna, `empty${at.replaceAll("/", "-")}`);
  }
  for (const [at, words] of [["/", ""], ["/duties", "Подписывать нечего"], ["/standards", "Здесь появятся правила"], ["/newcomers/mine", "не в пути новичка"], ["/proposals", "Предложений нет"]]) {
    await open(maria, server, at);
    await says(maria, words);
    await inspect(maria, `empty-employee${at.replaceAll("/", "-")}`);
  }
}

const item = (anna, n) => anna.page.locator(".write-item").nth(n);
const ids = (anna) => anna.page.locator(".write-item [name=order]").evaluateAll((all) => all.map((e) => e.value));
const kept = (anna, id) => anna.page.locator(`#item-${id} [data-autosave-status][data-state=good]`).waitFor({ timeout: 10_000 });

/** The ids of a standard's items, in their order. */
export async function items(server, token, standard) {
  return (await api(server, token, "GET", `/api/v1/standards/${standard}/items`, undefined, 200)).items.map((i) => i.id);
}

/** Types into an item of the draft and waits until it is kept. */
export async function write(anna, server, standard, id, fields) {
  await open(anna, server, `/standards/${standard}/edit?open=${id}`);
  await fill(anna, fields, `#item-${id} form[data-autosave]`);
  await kept(anna, id);
}

/** A standard out of the library, with an item of her own, in another order. Returns its id. */
export async function begin(anna, server, token) {
  const { page } = anna;
  await open(anna, server, "/touchpoints");
  await send(anna, "/touchpoints/starter");
  await open(anna, server, "/standards");
  await press(anna, "main .empty a");
  await inspect(anna, "standard-new");
  await press(anna, 'main a[href="/library"]');
  await inspect(anna, "library");
  const keys = ["clinic.call-pickup", "clinic.desk-greeting", "clinic.goodbye-next"];
  for (const key of keys) await page.check(`[name=key][value="${key}"]`);
  await says(anna, "Отмечено: 3");
  await page.fill("[name=title]", "   ");
  await press(anna, "form.library button[type=submit]");
  await inspect(anna, "library-refused");
  assert(await page.locator("[name=key]:checked").count() === 3, "a refused library forgot the ticks");
  await page.fill("[name=title]", "Встреча гостя");
  await press(anna, "form.library button[type=submit]");
  const standard = where(anna).split("/")[2];
  assert(await page.locator(".write-item").count() === 3, `out of the library: ${await text(anna)}`);
  await inspect(anna, "standard-edit");

  // The linter speaks as she types, and never blocks.
  await send(anna, `/standards/${standard}/items`, { text: "Будьте вежливы" });
  const own = item(anna, 3);
  await own.locator(".lint").getByText("каждый поймёт по-своему").waitFor();
  await own.locator("[name=text]").fill("Быстро подойдите к гостю");
  await own.locator(".lint").getByText("для одного это минута").waitFor();
  assert(await own.locator(".lint").getByText("по-своему").count() === 0, "the linter still speaks of what is gone");
  await inspect(anna, "standard-lint");
  const id = (await ids(anna))[3];
  await own.locator("[name=text]").fill("Подойдите к гостю за минуту, если администратор занят, кивните");
  await own.locator("[name=why]").fill("Кого заметили, тот ждёт спокойно");
  await own.locator("[name=minutes_cost]").fill("0,5");
  await eventually(async () => (await own.locator(".lint").count()) === 0 || !(await own.locator(".lint").innerText()).includes("Измеримо"), "the linter content with a number");
  await kept(anna, id);

  // The keyboard: her own item goes to the top.
  await own.locator("summary").focus();
  for (let n = 3; n > 0; n -= 1) await page.keyboard.press("Alt+ArrowUp");
  await eventually(async () => (await ids(anna))[0] === id, "her item on top");
  await eventually(async () => (await items(server, token, standard))[0] === id, "the order kept");
  await open(anna, server, `/standards/${standard}/edit`);
  return standard;
}

/** Rules out of a text, looked at before they come in. */
export async function paste(anna, server, standard) {
  const before = await anna.page.locator(".write-item").count();
  await press(anna, `a[href="/standards/${standard}/paste"]`);
  await inspect(anna, "paste");
  await send(anna, `/standards/${standard}/paste`, { text: "Раздел 1. Ожидание\n1. Предложите воду тому, кто ждёт дольше 10 минут.\n2. Включайте музыку.\n3. Если гость недоволен, позовите старшего смены.\n" });
  await says(anna, "Найдено 3 пункта");
  await inspect(anna, "paste-preview");
  await anna.page.locator("[name=take]").nth(1).uncheck();
  await press(anna, "form.library button[type=submit]");
  assert(await anna.page.locator(".write-item").count() === before + 2, `pasted: ${await text(anna)}`);
  await says(anna, "Предложите воду");
  assert(!(await text(anna)).includes("музыку"), "what was not ticked came in");
}

/** For whom: the administrators of the centre. */
export async function forWhom(anna, server, standard, centre) {
  await open(anna, server, `/standards/${standard}/edit`);
  await anna.page.locator("#head > summary").click();
  await inspect(anna, "standard-head");
  await send(anna, `/standards/${standard}/edit`, { branch: [centre.id], position: ["Администратор"], days: "10" });
}

/** Publishes what changed; `changes` says of each item whether its sense changed. Returns what the page foretold. Looked at when it has a name. */
export async function publish(anna, server, standard, changes = {}, name = "") {
  await open(anna, server, `/standards/${standard}/publish`);
  for (const [id, change] of Object.entries(changes)) {
    const line = anna.page.waitForResponse((r) => r.url().endsWith("/forecast"));
    await anna.page.check(`[name="change-${id}"][value=${change}]`);
    await (await line).finished();
  }
  if (name) await inspect(anna, name);
  const foretold = await plain(anna, "#forecast");
  await press(anna, "#f-publish button[type=submit]");
  await says(anna, "Опубликовано", "body");
  if (name) await inspect(anna, `${name}-done`);
  return foretold;
}

/** Two people in one item at once: nobody loses what was typed, and nobody writes over the other unseen. */
export async function clash(anna, olga, server, token, standard, id) {
  const at = `/standards/${standard}/edit?open=${id}`;
  const form = `#item-${id} form[data-autosave]`;
  const now = async (field) => (await api(server, token, "GET", `/api/v1/items/${id}`, undefined, 200))[field];
  await open(anna, server, at);
  await open(olga, server, at);
  await fill(anna, { norm: "90 из 100" }, form);
  await kept(anna, id);
  await fill(olga, { why: "Второй раз звонят уже в другую клинику" }, form);
  await olga.page.locator(`${form} .clash`).waitFor();
  await inspect(olga, "clash");
  assert((await olga.page.locator(`${form} [name=why]`).inputValue()).includes("уже в другую клинику"), "the clash took away what was typed");
  assert((await now("norm")) === "90 из 100" || (await now("norm")).ru === "90 из 100", "the first one's words were written over");
  await go(olga, () => olga.page.locator(`${form} [data-autosave-mine]`).click());
  await eventually(async () => JSON.stringify(await now("why")).includes("уже в другую клинику"), "the second one's words, after a choice");
  assert((await olga.page.locator(`${form} [name=norm]`).inputValue()) === "90 из 100", "the choice wrote over a field that the second one did not touch");

  // The same without the script that saves: the page comes back with what was typed.
  await open(anna, server, at);
  await open(olga, server, at);
  await fill(anna, { norm: "95 из 100" }, form);
  await kept(anna, id);
  await olga.page.locator(form).evaluate((f) => { f.elements.measure.value = "Тайный звонок"; f.noValidate = true; });
  await go(olga, () => olga.page.locator(form).evaluate((f) => HTMLFormElement.prototype.submit.call(f)));
  await inspect(olga, "clash-page");
  assert(await olga.page.locator(`${form} [name=measure]`).inputValue() === "Тайный звонок", "the refused page forgot what was typed");
  await says(olga, "кто-то уже сохранил другую версию");
  assert((await olga.page.locator(`${form} .clash`).innerText()).includes("Тайный звонок"), "the refused page does not show what would change");
  assert(await olga.page.locator(`${form} [name=norm]`).inputValue() === "95 из 100", "the refused page does not show what the other one saved");
}

/** Reads and signs what is asked; the first time without the tick, which is refused. Returns the texts that were shown. Looked at when it has a name. */
export async function sign(who, server, title, name = "") {
  await open(who, server, "/");
  await go(who, () => who.page.locator('a[href="/duties"]').filter({ visible: true }).first().click());
  if (name) await inspect(who, `${name}-duties`);
  await go(who, () => who.page.locator("main a", { hasText: title }).first().click());
  if (name) await inspect(who, name);
  const shown = await who.page.locator(".read-item").allInnerTexts();
  await who.page.locator("form:has([name=agreed])").evaluate((f) => { f.noValidate = true; });
  await press(who, "form:has([name=agreed]) button[type=submit]");
  await says(who, "Отметьте, что прочитали и поняли");
  if (name) await inspect(who, `${name}-refused`);
  await agree(who);
  if (name) await inspect(who, `${name}-signed`);
  return shown;
}

/** Ticks and signs the page that is open. */
export async function agree(who) {
  await who.page.check("[name=agreed]");
  await press(who, "form:has([name=agreed]) button[type=submit]");
  await says(who, "Спасибо, подпись принята");
}

/** The file of a signature proves itself on another machine, and shows a single changed character. */
export async function verify(who, server, title) {
  await go(who, () => who.page.locator("main section a", { hasText: title }).first().click());
  await inspect(who, "signature");
  const [download] = await Promise.all([who.page.waitForEvent("download"), who.page.click("a[download]")]);
  const file = path.join(folder("bundle"), "signature.json");
  await download.saveAs(file);
  const run = () => spawnSync(binary, ["verify", file], { encoding: "utf8", env: { PATH: process.env.PATH, LANG: "ru_RU.UTF-8" } });
  const good = run();
  assert(good.status === 0 && good.stdout.includes("Мария Лис"), `an intact file: ${good.status} ${good.stdout} ${good.stderr}`);
  const intact = readFileSync(file, "utf8");
  const at = intact.indexOf("Мария");
  writeFileSync(file, `${intact.slice(0, at)}Д${intact.slice(at + 1)}`);
  const bad = run();
  assert(bad.status === 1 && bad.stdout.trim() !== "", `a changed character: ${bad.status} ${bad.stdout} ${bad.stderr}`);
}

/** The page says how many signatures an editorial change saved. */
export async function spared(anna, server, standard, words) {
  await eventually(async () => {
    await open(anna, server, `/standards/${standard}`);
    return (await plain(anna, "body")).includes(words);
  }, `«${words}» on the standard's page`);
  await inspect(anna, "standard-spared");
}

/** A colleague without an account signs on paper; the head of the branch enters it. */
export async function paper(boris, server, standard, name) {
  await open(boris, server, `/standards/${standard}/people`);
  await inspect(boris, "people");
  await press(boris, `a[href^="/standards/${standard}/sheet"]`);
  await inspect(boris, "paper-sheet");
  await says(boris, name);
  const pdf = await boris.page.pdf({ preferCSSPageSize: true });
  assert(pdf.length > 5000, `the printed sheet has ${pdf.length} bytes`);
  await boris.page.getByLabel(`${name}: подписал(а) на бумаге`).check();
  await send(boris, `/standards/${standard}/sheets`, { signed_on: "2020-01-01" });
  assert(await boris.page.getByLabel(`${name}: подписал(а) на бумаге`).isChecked(), "a refused sheet forgot who was ticked");
  await inspect(boris, "paper-sheet-refused");
  await send(boris, `/standards/${standard}/sheets`, { signed_on: today() });
  await says(boris, "Подписи внесены", "body");
  await inspect(boris, "people-entered");
}

/** A quiz on a standard: two questions, each tied to its item. Returns its address. */
export async function quiz(anna, server, standard, [first, second]) {
  await open(anna, server, `/quizzes?standard=${standard}`);
  await inspect(anna, "quizzes-empty");
  await press(anna, "main .empty a");
  if (where(anna) === "/quizzes/new" && await anna.page.locator(".quiz-block").count() === 0) await press(anna, `a[href="/quizzes/new?standard=${standard}"]`);
  await inspect(anna, "quiz-new");
  const question = (n, item, words, options, right, explain) => ({
    [`q${n}.item`]: item, [`q${n}.text`]: words, ...Object.fromEntries(options.map((o, m) => [`q${n}.o${m}`, o])), [`q${n}.right`]: [String(right)], [`q${n}.explain`]: explain,
  });
  await fill(anna, { pass: "100", ...question(0, first, "Когда подойти к гостю?", ["За минуту", "Когда освободится стойка"], 0, "Кого заметили за минуту, тот ждёт спокойно.") });
  await anna.page.locator("[name='q0.right']").first().uncheck();
  await press(anna, "form.quiz-edit button[value=more]");
  await inspect(anna, "quiz-refused");
  assert(await anna.page.inputValue("[name='q0.text']") === "Когда подойти к гостю?", "a refused quiz forgot what was typed");
  await fill(anna, { "q0.right": ["0"] });
  await press(anna, "form.quiz-edit button[value=more]");
  await fill(anna, question(1, second, "Кому предложить воду?", ["Каждому", "Кто ждёт дольше 10 минут"], 1, "Воду предлагаем после десяти минут."));
  await press(anna, "form.quiz-edit button[value=save]");
  await says(anna, "Сохранено", "body");
  await inspect(anna, "quiz");
  return where(anna);
}

/** Takes the quiz that waits among the own duties: wrong the first time, right the second. */
export async function take(who, server, at) {
  await open(who, server, "/duties");
  await press(who, `main a[href="${at}"]`);
  await inspect(who, "quiz-own");
  const begin = async (words) => {
    await go(who, () => who.page.locator(`form[action="${at}/attempts"] button`).first().click());
    for (const w of words) await who.page.locator(".quiz-option", { hasText: w }).click();
  };
  await begin(["Когда освободится стойка", "дольше 10 минут"]);
  await inspect(who, "attempt");
  await press(who, ".quiz-send");
  await says(who, "Пока не сдано");
  await says(who, "Кого заметили за минуту, тот ждёт спокойно.");
  await inspect(who, "attempt-wrong");
  await begin(["За минуту", "дольше 10 минут"]);
  await press(who, ".quiz-send");
  await says(who, "Сдано");
  await inspect(who, "attempt-right");
}

/** The item's page: its versions, who knows it, what is understood of it. */
export async function thread(who, server, id, words, name = "item") {
  await open(who, server, `/items/${id}`);
  await who.page.locator("#thread .thread-strand").first().waitFor();
  for (const w of words) await says(who, w, "body");
  await inspect(who, name);
}

/** A rule is found by another form of its word, in half a second. */
export async function search(who, server, words, found) {
  await open(who, server, "/rules");
  await says(who, "Правило дня");
  await inspect(who, "rules-tip");
  await who.page.locator("main [name=q]").fill(words);
  await eventually(async () => (await plain(who)).includes(found), `«${found}» by «${words}»: ${await plain(who)}`, 5);
  await open(who, server, `/rules?q=${encodeURIComponent(words)}`);
  await says(who, found);
  assert(await who.page.locator("mark").count() > 0, "what was found is not marked");
  await inspect(who, "rules-found");
  await open(who, server, "/rules?q=динозавр");
  await says(who, "правил нет");
  await inspect(who, "rules-none");
  await who.page.locator("#search").fill(words);
  await go(who, () => who.page.keyboard.press("Enter"));
  await says(who, found);
  await inspect(who, "search-rules");
}

/** A newcomer's path: taken ready, the reading tied to the standard, begun by hiring. Returns the newcomer. */
export async function newcomer(anna, boris, server, token, standard, login, size) {
  await open(anna, server, "/onboarding-tracks");
  await send(anna, "/onboarding-tracks/starter");
  await inspect(anna, "track");
  const step = anna.page.locator(".path-line").nth(1);
  await step.locator("select[name$='.thing']").selectOption({ label: "Стандарт: Встреча гостя" });
  await press(anna, "form.path-edit button[type=submit]");
  await says(anna, "Путь сохранён", "body");
  await inspect(anna, "track-saved");

  await open(anna, server, "/employees/new");
  await send(anna, "/employees", { name: "Лида Снег", branch: "Центр", position: "Администратор", hired_on: today() });
  const lida = { id: where(anna).split("/")[2], name: "Лида Снег", branch: (await api(server, token, "GET", "/api/v1/branches", undefined, 200)).items[0].id };
  await account(server, token, login, lida);
  const she = await come(server, login, size);
  await open(she, server, "/duties");
  await says(she, "Встреча гостя");
  await press(she, 'a[href="/newcomers/mine"]');
  const path = where(she);
  await inspect(she, "path-own");
  await says(she, "0 из 13");
  const tick = async (who, n, fields = {}) => {
    const one = who.page.locator(`#step-${n}`);
    await one.locator("summary").click();
    await fill(who, fields, `#step-${n}`);
    await go(who, () => one.locator("form button").click());
  };
  // What the head ticks is not the newcomer's to tick; what is read is done by signing.
  assert(await she.page.locator("#step-1 details").count() + await she.page.locator("#step-2 details").count() === 0, "the newcomer may tick what is not hers");
  await tick(she, 3, { note: "Как быть, если двое сразу?" });
  await says(she, "Шаг отмечен", "body");
  await press(she, "#step-2 a");
  assert(where(she) === `/duties/${standard}`, `the step that is signed leads to ${she.page.url()}`);
  await sign(she, server, "Встреча гостя");
  await open(boris, server, "/newcomers");
  await inspect(boris, "newcomers");
  await press(boris, "main a:has-text('Лида Снег')");
  await says(boris, "2 из 13");
  await tick(boris, 1);
  await says(boris, "3 из 13");
  await inspect(boris, "path-head");
  await tick(boris, 7);
  await inspect(boris, "path-refused");
  assert((await text(boris, "#step-7")).length > 0 && await boris.page.locator("#step-7 .field-error").count() === 1, "an assessment without a mark was taken");
  await open(anna, server, path);
  await inspect(anna, "path-manager");
  return she;
}
