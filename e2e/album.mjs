// Photographs every page that a person can walk to, from the first one on, and reports what axe, the policy or the browser
// find on the way: node album.mjs FOLDER [names] [sizes] [light|dark]
import { mkdirSync } from "node:fs";
import { browser, folder, inspect, otklik, person, serve, signIn } from "./world.mjs";

const [, , out, names = "olga,anna,boris,gleb,vera", sizes = "desktop,phone", colorScheme = "light"] = process.argv;
if (!out) throw new Error("where to? node album.mjs FOLDER");
mkdirSync(out, { recursive: true });
process.env.OTKLIK_SHOTS = out;

const data = folder("album");
const made = JSON.parse(otklik(["--data", data, "demo", "--seed", "7", "--until", "2026-11-22"]));
const server = await serve(data);
const chrome = await browser();
// Pages of one kind are photographed once.
const kind = (where) => where.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id").replace(/versions\/\d+/, "versions/:n").replace(/\/figures\/(?!nps)[a-z_]+/, "/figures/:key").replace(/\?.*/, "");
const elsewhere = /logout|\/assets|\.csv|\.svg|\/exports\/|\/s\/|\/i\/|\/files\/|\/rejects|\/bundle/;

for (const name of names.split(",")) {
  const email = made.people.map(([login]) => login).find((login) => login.startsWith(name));
  let walk = null;
  for (const size of sizes.split(",")) {
    const who = await person(chrome, size, { colorScheme });
    await signIn(who, server, email, made.password);
    const seen = new Set(["/"]);
    const queue = walk ? [...walk] : ["/"];
    const walked = [];
    while (queue.length) {
      const where = queue.shift();
      const answer = await who.page.goto(server.url + where);
      if (answer.status() !== 200) who.faults.push(`${where}: ${answer.status()}`);
      await who.page.waitForTimeout(150); // charts are drawn
      await inspect(who, `${name}-${kind(where).replace(/\W+/g, "_") || "home"}`);
      walked.push(where);
      if (walk) continue;
      for (const link of await who.page.$$eval("a[href^='/']", (all) => all.map((a) => a.getAttribute("href").split("#")[0]))) {
        if (elsewhere.test(link) || seen.has(kind(link))) continue;
        seen.add(kind(link));
        queue.push(link);
      }
    }
    walk ??= walked;
    console.log(name, size, walked.length, who.faults);
    await who.context.close();
  }
}
await chrome.close();
await server.stop();
