import { browser, person, serve, signIn, go, inspect } from "./world.mjs";
import { readFileSync, mkdirSync } from "node:fs";
mkdirSync("/tmp/lk/v",{recursive:true}); process.env.OTKLIK_SHOTS="/tmp/lk/v";
const made=JSON.parse(readFileSync("/tmp/lk/made.json"));
const server=await serve("/tmp/lk/demo2"); const chrome=await browser();
for (const size of ["phone"]) {
 const who=await person(chrome,size); const p=who.page; await signIn(who,server,"olga7@bereg.example",made.password);
 await p.goto(server.url+`/?period=${size==="phone"?90:30}&about=clients`); await p.locator(".view-keep summary").click(); await inspect(who,"1keep");
 await p.fill(".view-keep [name=name]",size+" месяц"); await go(who,()=>p.locator(".view-keep button").click()); await inspect(who,"2kept"); console.log(p.url());
 await p.goto(server.url+`/responses?from=2026-11-${size==="phone"?18:20}&to=2026-11-20`); await p.locator(".view-keep summary").click(); await p.fill(".view-keep [name=name]",size+" ноябрь"); await go(who,()=>p.locator(".view-keep button").click()); await inspect(who,"3responses");
 await p.goto(server.url+"/figures/nps"); await inspect(who,"4figure"); 
 await p.goto(server.url+"/marks"); const text=await p.locator(".list-main").first().innerText(); await go(who,()=>p.locator("tr form button").first().click()); await inspect(who,"5removed"); await go(who,()=>p.locator("#flash button").click()); await inspect(who,"6back"); console.log(text, "|", await p.locator(".list-main").first().innerText());
 // a clash on a branch
 await p.goto(server.url+"/branches"); await go(who,()=>p.locator("[data-row] a").first().click()); const b=p.url();
 const other=await who.context.newPage(); await other.goto(b); await other.fill("[name=region]","Казань и область "+size); await Promise.all([other.waitForNavigation(),other.locator("#the-form button").first().click()]); await other.close();
 await p.fill("[name=code]","kremlin-"+size); await go(who,()=>p.locator("#the-form button").first().click()); await inspect(who,"7clash"); await go(who,()=>p.locator(".clash button").click()); console.log(await p.inputValue("[name=region]"), await p.inputValue("[name=code]"));
 await p.goto(server.url+"/audit"); await inspect(who,"8audit");
 await p.goto(server.url+"/"); await p.fill('form[action="/overview/marks"] [name=on]',""); await p.evaluate(()=>document.querySelector('form[action="/overview/marks"]').noValidate=true); await go(who,()=>p.locator('form[action="/overview/marks"] button').click()); await inspect(who,"9mark");
 console.log(size,who.faults); await who.context.close();
}
await chrome.close(); await server.stop(); process.exit(0);
