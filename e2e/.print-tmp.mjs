import { browser, person, serve, signIn, go, inspect } from "./world.mjs";
import { readFileSync, mkdirSync, writeFileSync } from "node:fs";
mkdirSync("/tmp/lk/p",{recursive:true}); process.env.OTKLIK_SHOTS="/tmp/lk/p";
const made=JSON.parse(readFileSync("/tmp/lk/made.json"));
const server=await serve("/tmp/lk/demo2"); const chrome=await browser();
const who=await person(chrome,"desktop"); const p=who.page; await signIn(who,server,"olga7@bereg.example",made.password);
await p.goto(server.url+"/surveys"); const s=await p.getAttribute("[data-row] a","href");
for (const [n,u] of [["dash","/"],["sheet",s+"/sheet"]]) { await p.goto(server.url+u); await p.waitForTimeout(500); await p.pdf({path:`/tmp/lk/p/${n}.pdf`,format:"A4",printBackground:false}).catch(e=>console.log(e.message)); }
// a file in Windows-1251 with wrong rows
const text="Дата;Филиал;Готовы ли вы нас советовать;Комментарий;Телефон\r\n21.10.2025;Невский;9;Всё хорошо;\r\n32.10.2025;Невский;9;плохая дата;\r\n22.10.2025;Нигде;7,5;нет такого;\r\n23.10.2025;Сокол;11;много;\r\n24.10.2025;Сокол;3;Долго ждали;\r\n";
const map={}; for(let i=0;i<32;i++){map[String.fromCharCode(0x410+i)]=0xC0+i;map[String.fromCharCode(0x430+i)]=0xE0+i;} map["ё"]=0xB8;map["Ё"]=0xA8;
writeFileSync("/tmp/lk/p/old.csv",Buffer.from([...text].map(c=>map[c]??c.charCodeAt(0))));
for (const size of ["phone","desktop"]) { const w2=await person(chrome,size); const q=w2.page; await signIn(w2,server,"olga7@bereg.example",made.password);
 await q.goto(server.url+"/imports/new"); const sel=q.locator("[name=survey]"); await sel.selectOption({label:"После визита"}); await q.setInputFiles("[name=file]","/tmp/lk/p/old.csv"); await go(w2,()=>q.locator("main button[type=submit].btn-primary").first().click()); await inspect(w2,"map"); 
 await go(w2,()=>q.locator("main button[type=submit].btn-primary").first().click()); await q.waitForTimeout(2500); await inspect(w2,"done"); console.log(q.url(),w2.faults); }
await chrome.close(); await server.stop(); process.exit(0);
