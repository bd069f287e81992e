// The README's pictures, taken of the demonstration company: `node pictures.mjs`.
import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { api, browser, eventually, folder, open, otklik, person, root, serve, signIn } from "./world.mjs";

const out = path.join(root, "docs/pictures");
mkdirSync(out, { recursive: true });
const data = folder("pictures");
const made = JSON.parse(otklik(["--data", data, "demo"]));
const { token } = JSON.parse(otklik(["--data", data, "token", "--org", made.name, "--user", "olga@bereg.example"]));
const server = await serve(data);
const chrome = await browser();

const olga = await person(chrome, "desktop");
await signIn(olga, server, "olga@bereg.example", made.password);
await open(olga, server, "/");
await eventually(() => olga.page.locator("figure[data-drawn] svg").count(), "the charts");
await olga.page.screenshot({ path: path.join(out, "overview.png") });

const { items: standards } = await api(server, token, "GET", "/api/v1/standards", undefined, 200);
const greeting = standards.find((s) => s.version >= 2) ?? standards[0];
const { items } = await api(server, token, "GET", `/api/v1/standards/${greeting.id}/items`, undefined, 200);
await open(olga, server, `/items/${items[0].id}`);
await olga.page.locator(".thread-figures").first().waitFor();
await olga.page.screenshot({ path: path.join(out, "thread.png") });

const surveys = await api(server, token, "GET", "/api/v1/surveys", undefined, 200);
const survey = surveys.items.find((s) => s.state === "open" && s.about === "clients" && s.questions.length > 2) ?? surveys.items.find((s) => s.state === "open");
const links = await api(server, token, "GET", `/api/v1/surveys/${survey.id}/links`, undefined, 200);
const client = await person(chrome, "phone", { deviceScaleFactor: 2 });
await open(client, server, links.items[0].url);
await client.page.locator(".scale label").nth(8).click();
await client.page.screenshot({ path: path.join(out, "client.png") });

await chrome.close();
await server.stop();
for (const name of ["overview.png", "thread.png", "client.png"]) console.log(name, Math.round(statSync(path.join(out, name)).size / 1024), "KB");
