// A file of old answers comes in, is understood, and goes out again.
import { readFileSync } from "node:fs";
import path from "node:path";
import { api, assert, browser, eventually, fill, folder, go, inspect, member, once, open, person, says, send, serve, setup, signIn, text, well } from "../world.mjs";

const ground = once(async () => {
  const data = folder("imports");
  return { data, server: await serve(data) };
});

/** Text as Russian spreadsheets write it. */
function windows1251(words) {
  const of = new Map(Array.from({ length: 256 }, (_, byte) => [new TextDecoder("windows-1251").decode(Uint8Array.of(byte)), byte]));
  return Buffer.from([...words].map((letter) => of.get(letter)));
}

const ROWS = 2000;
const lines = ["Номер;Дата;Оценка;Комментарий;Филиал"];
for (let n = 1; n <= ROWS; n += 1) lines.push(`A-${n};${String((n % 28) + 1).padStart(2, "0")}.0${(n % 9) + 1}.2026;${n % 11};${n % 5 ? "" : `"Ждали; ёлку № ${n}"`};${n % 2 ? "Центр" : "Новая Ёлочная"}`);
lines.push("A-2001;31.02.2026;9;;Центр", "A-2002;01.03.2026;42;;Центр", "A-1;01.02.2026;1;;Центр");

function story(size) {
  return async () => {
    const { data, server } = await ground();
    const { token } = setup(data, {}, `Сосны (${size})`, `olga-${size}@sosny.example`);
    await api(server, token, "POST", "/api/v1/branches", { name: "Центр", code: "centre" }, 201);
    const survey = await api(server, token, "POST", "/api/v1/surveys", { name: "Прежние ответы", locales: ["ru"], questions: [{ key: "nps", type: "nps", title: "Посоветуете?" }, { key: "why", type: "text", title: "Почему?" }] }, 201);
    await api(server, token, "POST", `/api/v1/surveys/${survey.id}/publication`, {}, 201);
    await member(server, token, `anna-${size}@sosny.example`, "Анна Сергеевна", "manager");
    const anna = await person(await browser(), size);
    await signIn(anna, server, `anna-${size}@sosny.example`);
    const file = { name: "отзывы 2026.csv", mimeType: "text/csv", buffer: windows1251(`${lines.join("\r\n")}\r\n`) };

    await open(anna, server, "/imports");
    await inspect(anna, "imports-empty");
    const upload = async (buffer) => {
      await open(anna, server, "/imports/new");
      await inspect(anna, "import-new");
      await send(anna, "/imports/new", { kind: "responses", survey: survey.id, file: { ...file, buffer } });
    };
    await upload(Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0]));
    await says(anna, "Сохраните её как CSV");
    await inspect(anna, "import-refused");

    // The mapping: words are read right, columns are guessed, and a person decides.
    const start = async () => {
      const action = new URL(anna.page.url()).pathname;
      await send(anna, action, { c0: "external_id", c1: "at", c2: "answer:nps", c3: "answer:why", c4: "branch", create: ["branches"] });
      await eventually(async () => !(await anna.page.locator("[data-poll]").count()), "the end of the import", 60);
    };
    await upload(file.buffer);
    await says(anna, "Ждали; ёлку № 5");
    assert(await anna.page.inputValue("[name=c1]") === "at" && await anna.page.inputValue("[name=c4]") === "branch", "date and branch were not guessed");
    await inspect(anna, "import-map");
    await start();
    await says(anna, "Готово");
    await inspect(anna, "import-done");
    const figures = async () => (await anna.page.locator(".figure-value").allInnerTexts()).map((n) => Number(n.replaceAll(/\s/g, "")));
    assert((await figures()).join() === "2003,2000,1,2", `total, accepted, duplicates, rejected: ${await figures()}`);
    const [download] = await Promise.all([anna.page.waitForEvent("download"), anna.page.click('a[href$="/rejects"]')]);
    const rejects = readFileSync(await download.path());
    const readable = (bytes) => { const utf8 = bytes.toString("utf8"); return utf8.includes("\ufffd") ? new TextDecoder("windows-1251").decode(bytes) : utf8; };
    assert(readable(rejects).includes("A-2001") && readable(rejects).includes("A-2002") && !readable(rejects).includes("A-1;"), `rejects: ${readable(rejects).slice(0, 400)}`);

    // The same file again brings nothing twice.
    await upload(file.buffer);
    await start();
    assert((await figures()).join() === "2003,0,2001,2", `the second time: ${await figures()}`);
    await open(anna, server, "/imports");
    await inspect(anna, "imports");
    await open(anna, server, "/branches");
    await says(anna, "Новая Ёлочная");
    const nps = (await api(server, token, "GET", "/api/v1/metrics/nps", undefined, 200)).items[0];
    assert(nps.n === ROWS, `figures count ${nps.n}`);
    await open(anna, server, "/responses?q=%D0%B5%D0%BB%D0%BA%D0%B0");
    assert(await anna.page.locator(".said mark").count() > 0, "imported words are not found (ё = е)");

    // Out again.
    await open(anna, server, "/exports");
    await inspect(anna, "exports");
    await fill(anna, { kind: "responses", survey: survey.id }, ".form");
    const [out] = await Promise.all([anna.page.waitForEvent("download"), anna.page.click(".form button[type=submit]")]);
    const csv = readFileSync(path.resolve(await out.path()), "utf8");
    assert(csv.split("\n").length >= ROWS + 1 && csv.includes("Ждали; ёлку № 5") && csv.includes(";centre;"), `the export: ${csv.slice(0, 300)}`);
    await well(anna);
    return `${ROWS + 3} rows in, ${csv.trim().split("\n").length - 1} out`;
  };
}

export default { "a Windows-1251 table comes in and goes out, desktop": story("desktop"), "a Windows-1251 table comes in and goes out, phone": story("phone") };
