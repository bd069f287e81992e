// The first start: the one-time code, a company of one's own or the demonstration, and no second time.
import { assert, browser, eventually, fill, folder, go, inspect, open, password, person, says, send, serve, text, well } from "../world.mjs";

const code = (server) => eventually(() => server.log.match(/one-time code (\S+)/)?.[1], "the one-time code in the log");

function own(size) {
  return async () => {
    const server = await serve(folder("first"));
    const olga = await person(await browser(), size);
    await open(olga, server, "/");
    assert(olga.page.url().endsWith("/setup"), `an empty installation begins at ${olga.page.url()}`);
    await inspect(olga, "setup");

    // A wrong code and an empty company: everything typed stays, every mistake is named.
    const typed = { code: "AAAA-BBBB-CCCC", org: "Клиника «Сосны»", name: "Ольга Петровна", email: "olga@sosny.example", password, branch: "Центр" };
    await send(olga, "/setup", typed);
    await says(olga, "Такого кода нет");
    assert(await olga.page.inputValue("[name=org]") === typed.org, "the company's name was forgotten");
    assert(await olga.page.inputValue("[name=password]") === "", "a password came back in the page");
    await inspect(olga, "setup-refused");
    await send(olga, "/setup", { code: await code(server), password });
    assert(new URL(olga.page.url()).pathname === "/", `after the wizard: ${olga.page.url()}`);
    await inspect(olga, "settings-first");

    await open(olga, server, "/branches");
    await says(olga, "Центр");
    await open(olga, server, "/");
    await says(olga, "Составить опрос");
    await inspect(olga, "overview-empty");
    await open(olga, server, "/setup", 404);
    const again = await fetch(`${server.url}/setup`, { method: "POST", redirect: "manual", headers: { origin: server.url, "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(typed) });
    assert(again.status === 404, `a second company through the wizard: ${again.status}`);
    await well(olga);
    await server.stop();
  };
}

function demo(size) {
  return async () => {
    const server = await serve(folder("demo"));
    const olga = await person(await browser(), size);
    await open(olga, server, "/setup");
    await fill(olga, { code: await code(server) });
    await go(olga, () => olga.page.click("button[name=way]"));
    await open(olga, server, "/");
    assert(await olga.page.locator(".figure-value").count() >= 2, `no figures: ${await text(olga)}`);
    await says(olga, "NPS");
    await eventually(() => olga.page.locator("figure[data-drawn]").count(), "a drawn chart");
    await inspect(olga, "overview-demo");
    await open(olga, server, "/setup", 404);
    await well(olga);
    await server.stop();
  };
}

export default {
  "first start, a company of one's own, desktop": own("desktop"),
  "first start, a company of one's own, phone": own("phone"),
  "first start, the demonstration, desktop": demo("desktop"),
  "first start, the demonstration, phone": demo("phone"),
};
