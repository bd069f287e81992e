// node shoot.mjs OUT [who,...] [size,...] [lang] [dark|light] [only paths]
import { browser, inspect, person, signIn, serve } from "/work/wt/look/e2e/world.mjs";
import { readFileSync, mkdirSync } from "node:fs";
const [,, out, whos="olga", sizes="desktop,phone", lang="ru", scheme="light", only=""] = process.argv;
const data = process.env.D ?? "/tmp/lk/demo";
const made = JSON.parse(readFileSync("/tmp/lk/made.json"));
mkdirSync(out,{recursive:true}); process.env.OTKLIK_SHOTS = out;
const server = await serve(data); const url = server.url;
const chrome = await browser();
const norm = (p) => p.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id").replace(/versions\/\d+/,"versions/:n").replace(/\/figures\/[a-z_]+/, (m)=>m==="/figures/nps"||m==="/figures/acknowledged"?m:"/figures/x").replace(/\?.*/, (q)=>/add|edit|tab|view/.test(q)?q:"");
for (const email of whos.split(",")) { let list = null;
 for (const size of sizes.split(",")) {
  const who = await person(chrome, size, { locale: lang==="ru"?"ru-RU":"en-US", colorScheme: scheme });
  const mail = email.includes("@")?email:`${email}7@bereg.example`;
  await signIn(who, {url}, mail, process.env.PW ?? made.password);
  const shoot = async (p) => { const name = `${email.replace(/@.*/,"")}${lang==="en"?"-en":""}${scheme==="dark"?"-dark":""}-${norm(p).replace(/\W+/g,"_")||"_home"}`; const r = await who.page.goto(url+p).catch(()=>null); if(!r) {console.log("download",p);return [];} if (r.status()!==200) {who.faults.push(`${p}: ${r.status()}`);} await who.page.waitForTimeout(150); await inspect(who,name).catch(e=>console.log(p,e.message)); return who.page.$$eval("a[href]", (as)=>as.map(a=>a.getAttribute("href"))); };
  if (only) { for (const p of only.split(",")) await shoot(p); console.log(email,size, who.faults); await who.context.close(); continue; }
  if (!list) { list=[]; const seen = new Set(["/"]); const queue = ["/"];
    while (queue.length) { const p = queue.shift(); list.push(p);
      for (const h of await shoot(p)) { if (!h.startsWith("/")) continue; const clean=h.split("#")[0]; const k=norm(clean); if (/logout|\/assets|\.csv|\.svg|\.json|\/exports\/|\/s\/|\/i\/|\/files\/|download|rejects/.test(k)||seen.has(k)) continue; seen.add(k); queue.push(clean); } }
  } else for (const p of list) await shoot(p);
  console.log(email, size, list.length, who.faults); await who.context.close();
 } }
await chrome.close(); await server.stop(); process.exit(0);
