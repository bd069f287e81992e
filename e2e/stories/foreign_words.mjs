// Markup in every text that a person can write stays text on every page, for every role.
import { api, assert, browser, fill, folder, go, member, open, person, send, serve, setup, signIn, text, well } from "../world.mjs";

const EVIL = [
  `"><img src=x onerror=alert(1)>`,
  `</script><svg/onload=alert(2)>`,
  `'"--><svg><animate onbegin=alert(3) attributeName=x>`,
  `javascript:alert(4)//{{constructor.constructor('alert(5)')()}}`,
];
/** A text with one of the strings; the number tells where it was written. */
const evil = (n) => `М${n} ${EVIL[n % EVIL.length]}`;

/** No page made an element or ran a script of it. */
async function clean(who, where) {
  const made = await who.page.evaluate(() => document.querySelectorAll("img[src=x], svg[onload], animate, [onerror], [onload], [onbegin], a[href^='javascript:' i]").length);
  if (made) who.faults.push(`${where}: markup of a person became ${made} elements`);
}

async function walk(who, server, pages) {
  for (const where of pages) {
    const response = await who.page.goto(server.url + where);
    if (response.status() >= 500) who.faults.push(`${where}: ${response.status()}`);
    if (!/default-src|script-src/.test(response.headers()["content-security-policy"] ?? "")) who.faults.push(`${where} has no policy`);
    await clean(who, where);
  }
}

export default {
  "markup in every text stays text for every role": async () => {
    const data = folder("evil");
    const server = await serve(data);
    const { token } = setup(data, {}, evil(1), "olga@sosny.example");
    const get = (where) => api(server, token, "GET", where, undefined, 200);
    const chrome = await browser();
    const olga = await person(chrome, "desktop");
    await signIn(olga, server, "olga@sosny.example");

    // Written through the pages, as a person would.
    await open(olga, server, "/account");
    await send(olga, "/account", { name: evil(2) });
    await open(olga, server, "/branches/new");
    await send(olga, "/branches", { name: evil(3), code: "centre", region: evil(4) });
    const branch = new URL(olga.page.url()).pathname;
    await open(olga, server, "/departments/new");
    await send(olga, "/departments", { name: evil(5) });
    await open(olga, server, "/employees/new");
    await send(olga, "/employees", { name: evil(6), position: evil(7), branch: evil(3) });
    const employee = new URL(olga.page.url()).pathname;
    await open(olga, server, "/touchpoints/new");
    await send(olga, "/touchpoints", { name_ru: evil(8), name_en: evil(9), channel: evil(10), key: "desk" });
    await open(olga, server, "/marks");
    await send(olga, "/marks", { text: evil(11) });
    await open(olga, server, "/tokens");
    await send(olga, "/tokens", { name: evil(12), scopes: ["read"] });
    await open(olga, server, "/surveys/new");
    await go(olga, async () => {
      const blank = olga.page.locator("form:has([name=name])").last();
      await blank.locator("[name=name]").fill(evil(13));
      await blank.locator("button").click();
    });
    const survey = new URL(olga.page.url()).pathname.split("/")[2];
    const title = (n) => ({ ru: evil(n), en: evil(n + 1) });
    const { etag, ...draft } = await get(`/api/v1/surveys/${survey}`);
    const questions = [
      { key: "nps", type: "nps", title: title(14), hint: title(16), low_label: title(18), high_label: title(20) },
      { key: "pick", type: "choices", title: title(22), options: [{ key: "a", title: title(24) }, { key: "b", title: title(26) }] },
      { key: "grid", type: "matrix", title: title(28), rows: [{ key: "r", title: title(30) }], scale: { min: 1, max: 5, best: "max" } },
      { key: "why", type: "text", title: title(32), show_if: { question: "nps", op: "ge", value: 0 } },
      { key: "who", type: "contact", title: title(34), fields: ["name", "phone"], consent: title(36) },
    ];
    await api(server, token, "PATCH", `/api/v1/surveys/${survey}`, { name: title(40), locales: ["ru", "en"], thanks: title(38), questions }, 200);
    await api(server, token, "POST", `/api/v1/surveys/${survey}/publication`, {}, 201);
    assert(etag && draft.id === survey, "the survey has no etag");

    // A client writes it too, by page, and in the address.
    const client = await person(chrome, "phone");
    const { code } = await get(`/api/v1/surveys/${survey}`);
    for (const lang of ["ru", "en"]) {
      const raw = encodeURIComponent(evil(41));
      await client.page.goto(`${server.url}/s/${code}?lang=${lang}&branch=${raw}&channel=${raw}&touchpoint=desk`);
      await clean(client, `/s/ ${lang}`);
      assert((await text(client)).includes("onerror") || (await text(client)).includes("onload"), "the client does not see the text as it was written");
      await client.page.locator('label:has([name=nps][value="7"])').click();
      await client.page.locator("label:has([name=pick][value=a])").click();
      await fill(client, { why: evil(42), "who.name": evil(43), "who.phone": evil(44) });
      await client.page.locator('label:has([name="who.consent"])').click();
      await go(client, () => client.page.locator("button.send").click());
      await clean(client, "the refused answer");
      assert(await client.page.inputValue('[name="who.phone"]') === evil(44), "what was typed came back changed");
      await fill(client, { "who.phone": "+7 912 345-67-89" });
      await go(client, () => client.page.locator("button.send").click());
      await clean(client, "the thanks");
    }
    await api(server, token, "POST", `/s/${code}`, { answers: { nps: 9, why: evil(45) }, branch: "centre", channel: "qr" }, 201);

    // People of every role, with such names.
    const branchId = branch.split("/")[2];
    const roles = { manager: [], supervisor: [branchId], employee: [], viewer: [] };
    for (const [role, branches] of Object.entries(roles)) await member(server, token, `${role}@sosny.example`, evil(46), role, branches);
    await api(server, token, "POST", "/api/v1/users", { name: evil(47), email: "waiting@sosny.example", role: "viewer" }, 201);
    const users = (await get("/api/v1/users")).items.map((u) => `/users/${u.id}`);
    const responses = (await get(`/api/v1/surveys/${survey}/responses`)).items;
    assert(responses.length === 3 && responses.some((r) => r.answers.why === evil(42)), "what was written is not what is kept");
    const touchpoints = (await get("/api/v1/touchpoints")).items.map((t) => `/touchpoints/${t.id}`);
    const departments = (await get("/api/v1/departments")).items.map((t) => `/departments/${t.id}`);

    const q = encodeURIComponent(evil(42));
    const pages = [
      "/", "/?by=branch", "/?by=employee", "/?by=touchpoint", "/?by=channel", "/?by=region", "/figures", "/figures/nps", "/figures/nps?by=employee", "/figures/distribution", `/figures/nps?branch=${q}`,
      "/surveys", "/surveys/new", `/surveys/${survey}`, `/surveys/${survey}/edit`, `/surveys/${survey}/preview`, `/surveys/${survey}/preview?lang=en`, `/surveys/${survey}/sheet?per=branch`, `/surveys/${survey}/sheet?per=employee`,
      `/surveys/${survey}/sheet?per=touchpoint`, `/surveys/${survey}/responses`, `/surveys/${survey}/responses?all=1`, `/surveys/${survey}/invitations`, "/responses", `/responses?q=${q}`, `/responses?channel=${q}&employee=${q}`,
      ...responses.map((r) => `/responses/${r.id}`), "/branches", `/branches?q=${q}`, branch, "/employees", employee, "/departments", ...departments, "/touchpoints", ...touchpoints, "/marks", "/users", ...users, "/users/new",
      "/settings", "/org", "/account", "/tokens", "/audit", "/imports", "/imports/new", "/exports", `/login?next=${q}`, `/${q}`,
    ];
    await walk(olga, server, pages);
    await open(olga, server, "/responses");
    assert((await text(olga)).includes(EVIL[45 % 4]) && (await text(olga)).includes(EVIL[42 % 4]), "a comment is not shown as it was written");
    const staff = [olga, client];
    await Promise.all(Object.keys(roles).map(async (role) => {
      const who = await person(chrome, "desktop");
      staff.push(who);
      await signIn(who, server, `${role}@sosny.example`);
      await walk(who, server, pages.filter((p) => !p.startsWith("/users/") || p === users[0]));
    }));
    const out = await person(chrome, "desktop");
    await walk(out, server, [`/login?next=${q}`, `/${q}`, "/reset", "/code", `/invitation/${q}`]);
    await well(...staff, out);
    await server.stop();
    return `${pages.length} pages, 5 roles, 0 dialogs`;
  },
};
