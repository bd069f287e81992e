import { browser, person, serve, folder, go, inspect } from "./world.mjs";
import { mkdirSync } from "node:fs";
mkdirSync("/tmp/lk/e",{recursive:true}); process.env.OTKLIK_SHOTS="/tmp/lk/e";
const server=await serve(folder("empty")); const chrome=await browser();
const code=server.log.match(/[A-Z0-9]{4}(-[A-Z0-9]{4})+/)?.[0]; console.log(code, server.log.slice(0,300));
const who=await person(chrome,"phone"); const p=who.page;
await p.goto(server.url+"/"); await inspect(who,"0setup"); 
const names=await p.$$eval("input,select",(i)=>i.map(x=>x.name+":"+x.type)); console.log(names.join(" "));
await p.locator("button[type=submit]").first().click(); await p.waitForTimeout(500); await inspect(who,"0wrong");
const f={code,org:"Клиника «Сосны»",name:"Ольга Петровна",owner_name:"Ольга Петровна",email:"olga@sosny.ru",owner_email:"olga@sosny.ru",password:"длинный пароль владельца",branch:"Лесная"};
for (const [k,v] of Object.entries(f)) { const at=p.locator(`[name="${k}"]`); if (await at.count()&&await at.first().isVisible()) await at.first().fill(v); }
await go(who,()=>p.locator("button[type=submit]").first().click()).catch(e=>console.log(e.message)); console.log(p.url()); await inspect(who,"1first");
for (const h of ["/","/surveys","/responses","/employees","/standards","/marks","/imports","/branches","/touchpoints","/users","/newcomers","/quizzes","/search?q=абв","/figures/nps","/standards/knowledge","/standards/calendar"]) { await p.goto(server.url+h); await inspect(who,"2"+h.replace(/\W+/g,"_")); }
console.log(who.faults); await chrome.close(); await server.stop(); process.exit(0);
