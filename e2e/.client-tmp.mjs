import { browser, person, serve, api, go, eventually } from "./world.mjs";
import { readFileSync, mkdirSync } from "node:fs";
mkdirSync("/tmp/lk/c",{recursive:true});
const made=JSON.parse(readFileSync("/tmp/lk/made.json"));
const server=await serve(process.env.D??"/tmp/lk/demo"); const chrome=await browser();
const code=process.argv[2];
for (const js of [true,false]) for (const lang of ["ru-RU","en-US"]) {
  const who=await person(chrome,"phone",{javaScriptEnabled:js,locale:lang}); const p=who.page; const n=`${js?"js":"nojs"}-${lang}`;
  const shot=(s)=>p.screenshot({path:`/tmp/lk/c/${n}-${s}.png`,fullPage:true});
  await p.goto(`${server.url}/s/${code}?branch=nevsky`); await p.waitForTimeout(300); await shot("1open");
  await p.locator("button.send").click(); await p.waitForTimeout(500); await shot("2empty");
  const nps=p.locator('input[name="nps"]'); const names=await p.$$eval("input[type=radio]",(r)=>[...new Set(r.map(x=>x.name))]);
  console.log(n,names);
  for (const name of names) { const r=p.locator(`input[name="${name}"]`); const c=await r.count(); if (await r.first().isVisible().catch(()=>false)||true) await r.nth(Math.min(2,c-1)).check({force:true}).catch(e=>console.log(name,e.message.slice(0,80))); }
  await p.waitForTimeout(300); await shot("3low");
  const tel=p.locator("input[type=tel]"); if (await tel.count()) { await tel.first().fill("12").catch(()=>{}); }
  await p.locator("button.send").click(); await p.waitForTimeout(700); await shot("4sent"); 
  if (await p.locator("input[type=tel]").count()) { await p.locator("input[type=tel]").first().fill("89123456789").catch(()=>{}); for (const c of await p.locator('input[type=checkbox]').all()) await c.check({force:true}).catch(()=>{}); await p.locator("button.send").click().catch(()=>{}); await p.waitForTimeout(700); await shot("5sent"); }
  console.log(p.url(), who.faults); await who.context.close();
}
await chrome.close(); await server.stop(); process.exit(0);
