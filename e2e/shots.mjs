// Pictures of the main pages with the demonstration company, for looking at: `OTKLIK_SHOTS=dir node shots.mjs`.
import { mkdirSync } from "node:fs";
import { browser, folder, inspect, otklik, person, serve, signIn } from "./world.mjs";

process.env.OTKLIK_SHOTS ??= "/tmp/otklik-shots";
mkdirSync(process.env.OTKLIK_SHOTS, { recursive: true });
const data = folder("shots");
const made = JSON.parse(otklik(["--data", data, "demo"]));
const server = await serve(data);
const chrome = await browser();
const pages = process.argv.slice(2).length ? process.argv.slice(2).map((p) => [p.replace(/\W+/g, "_"), p]) : [
  ["overview", "/"], ["figures", "/figures"], ["nps", "/figures/nps"], ["surveys", "/surveys"], ["new", "/surveys/new"], ["responses", "/responses"],
  ["branches", "/branches"], ["employees", "/employees"], ["touchpoints", "/touchpoints"], ["users", "/users"], ["settings", "/settings"],
  ["audit", "/audit"], ["marks", "/marks"], ["tokens", "/tokens"], ["account", "/account"], ["imports", "/imports"], ["import-new", "/imports/new"],
];
for (const size of ["desktop", "phone"]) {
  const who = await person(chrome, size);
  await signIn(who, server, "olga@bereg.example", made.password);
  for (const [name, where] of pages) {
    const response = await who.page.goto(server.url + where);
    if (response.status() !== 200) who.faults.push(`${where}: ${response.status()}`);
    await who.page.waitForTimeout(400);
    await inspect(who, name);
  }
  console.log(size, who.faults);
}
await chrome.close();
await server.stop();
