// The world of the stories: a server of its own on loopback, people with names, a real browser that reports every
// Content-Security-Policy violation, script error and accessibility finding as a failure.
import { spawn, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const root = path.resolve(import.meta.dirname, "..");
export const binary = process.env.OTKLIK_BINARY ?? path.join(root, "target/debug/otklik");
export const password = "длинный пароль владельца";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

process.setMaxListeners(100); // every server and folder tidies up after itself

/** What is made when it is first asked for, and then shared. */
export function once(make) {
  let made;
  return () => (made ??= make());
}

/** A port that is free right now. */
export function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Comes back with the first thing that is not false; asks again for a while. */
export async function eventually(ask, what, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((r) => setTimeout(r, 50));
  }
}

/** A throw-away PostgreSQL cluster: `start()`, `stop(mode)`, `url`. */
export async function cluster() {
  const versions = readdirSync("/usr/lib/postgresql").sort((a, b) => Number(a) - Number(b));
  const bin = path.join("/usr/lib/postgresql", versions.at(-1), "bin");
  const dir = folder("pg");
  const root = process.getuid() === 0;
  const as = (command) => execFileSync(root ? "su" : "bash", root ? ["postgres", "-s", "/bin/bash", "-c", command] : ["-c", command], { stdio: "ignore" });
  if (root) execFileSync("chown", ["postgres", dir]);
  as(`${bin}/initdb -D ${dir}/data -A trust -U postgres -E UTF8 --locale=C.UTF-8`);
  const port = await freePort();
  return {
    start: () => as(`${bin}/pg_ctl -D ${dir}/data -w -l ${dir}/log -o '-p ${port} -k ${dir} -c listen_addresses=127.0.0.1' start`),
    stop: (mode) => as(`${bin}/pg_ctl -D ${dir}/data -w -m ${mode} stop`),
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
  };
}

/** A real mail server; `letter(to)` waits for what arrives for somebody. Nothing when aiosmtpd is not installed. */
export async function mailServer() {
  const python = process.env.OTKLIK_PYTHON ?? path.join(root, ".venv/bin/python");
  if (!existsSync(python)) return null;
  const port = await freePort();
  const child = spawn(python, [path.join(import.meta.dirname, "mail.py"), String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  process.on("exit", () => child.kill());
  const letters = [];
  let text = "";
  child.stdout.on("data", (d) => {
    const lines = (text += d).split("\n");
    text = lines.pop();
    for (const line of lines) letters.push(JSON.parse(line));
  });
  await eventually(() => letters.shift(), "the mail server");
  const letter = (to, subject) => eventually(() => {
    const at = letters.findIndex((l) => l.to.includes(to) && l.subject.includes(subject));
    return at >= 0 && letters.splice(at, 1)[0];
  }, `a letter «${subject}» to ${to}`, 20);
  return { url: `smtp://127.0.0.1:${port}?from=otklik@sosny.example`, letters, letter, stop: () => child.kill() };
}

/** A folder that is gone when the story is over. */
export function folder(name) {
  const dir = mkdtempSync(path.join(process.env.OTKLIK_E2E_TMP ?? tmpdir(), `otklik-${name}-`));
  process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Runs the binary to its end and returns what it printed. */
export function otklik(args, env = {}) {
  return execFileSync(binary, args, { env: { ...process.env, OTKLIK_LOG: "error", ...env }, encoding: "utf8" });
}

/** Makes a company without a browser; returns {org, user, token}. */
export function setup(data, env = {}, org = "Клиника «Сосны»", email = "olga@sosny.ru") {
  const file = path.join(data, "password");
  writeFileSync(file, password, { mode: 0o600 });
  return JSON.parse(otklik(["--data", data, "setup", "--org", org, "--owner-email", email, "--owner-password-file", file, "--owner-name", "Ольга Петровна"], env));
}

/** Starts a server; `log` collects what it says. */
export async function serve(data, env = {}, args = []) {
  const child = spawn(binary, ["--data", data, "serve", "--listen", "127.0.0.1:0", ...args], {
    env: { ...process.env, OTKLIK_LIMITS: "off", OTKLIK_LOG: "info", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const server = { child, log: "", url: "", ended: false };
  child.stderr.on("data", (d) => (server.log += d));
  const ended = new Promise((resolve) => child.on("exit", (code) => { server.ended = true; resolve(code); }));
  server.url = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (d) => {
      text += d;
      const found = text.match(/listening on (\S+)/);
      if (found) resolve(found[1]);
    });
    ended.then(() => reject(new Error(`the server ended:\n${server.log}`)));
    setTimeout(() => reject(new Error(`the server did not start in 20 s:\n${server.log}`)), 20_000).unref();
  });
  server.stop = async (signal = "SIGTERM") => { if (!server.ended) child.kill(signal); return ended; };
  process.on("exit", () => { if (!server.ended) child.kill("SIGKILL"); });
  return server;
}

/** Calls the API; throws unless the status is the expected one. */
export async function api(server, token, method, where, body, expected) {
  const response = await fetch(server.url + where, {
    method,
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (expected !== undefined && response.status !== expected) throw new Error(`${method} ${where}: ${response.status} ${text}`);
  return text && response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
}

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
export const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } };

/** The one browser of a run; every person gets a context of their own in it. */
export const browser = once(() => chromium.launch({ executablePath: process.env.OTKLIK_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS }));

/** A person at a screen. Everything that goes wrong on a page lands in `faults`. */
export async function person(chrome, size, options = {}) {
  const context = await chrome.newContext({ viewport: SIZES[size], locale: "ru-RU", timezoneId: "Europe/Moscow", hasTouch: size === "phone", acceptDownloads: true, ...options });
  const faults = [];
  await context.exposeBinding("otklikFault", (_, text) => faults.push(text));
  await context.addInitScript(() => {
    globalThis.addEventListener("unhandledrejection", (e) => globalThis.otklikFault?.(`script: ${e.reason}`));
    document.addEventListener("securitypolicyviolation", (e) => globalThis.otklikFault?.(`CSP ${e.violatedDirective}: ${e.blockedURI} ${e.sourceFile ?? ""}`));
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on("pageerror", (e) => faults.push(`script: ${e.message}`));
  page.on("dialog", (d) => { if (d.type() === "alert" || d.type() === "prompt") faults.push(`dialog: ${d.message()}`); d.accept().catch(() => {}); });
  return { context, page, faults, size };
}

/** What axe finds on the page, and whether it is wider than the screen. */
export async function inspect(who, name) {
  // The policy forbids foreign scripts, so axe comes in through the debugger, which it does not bind.
  const found = await who.page.evaluate(`(() => { ${axe}; return axe.run(document, { resultTypes: ["violations"] }); })()`);
  for (const v of found.violations) who.faults.push(`axe on ${name} (${who.size}): ${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(" | ")}`);
  const wide = await who.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 1) who.faults.push(`${name} (${who.size}) is ${wide} px wider than the screen`);
  if (process.env.OTKLIK_SHOTS) await who.page.screenshot({ path: path.join(process.env.OTKLIK_SHOTS, `${name}-${who.size}.png`), fullPage: true });
}

/** Signs in through the page. */
export async function signIn(who, server, login, secret = password) {
  await who.page.goto(`${server.url}/login`);
  await who.page.fill("[name=who]", login);
  await who.page.fill("[name=password]", secret);
  await Promise.all([who.page.waitForNavigation(), who.page.click("button[type=submit]")]);
}

/** Does something that leads to another page, and waits for that page. */
export async function go(who, act) {
  await Promise.all([who.page.waitForNavigation({ timeout: 10_000 }), act()]);
}

/** Fills fields by name: a text, `true` to tick, a list for ticks and choices. */
export async function fill(who, fields, within = "") {
  for (const [name, value] of Object.entries(fields)) {
    const at = who.page.locator(`${within} [name="${name}"]`);
    const tag = await at.first().evaluate((e) => (e.matches("select") ? "select" : e.type));
    if (tag === "select") await at.first().selectOption(value);
    else if (tag === "radio" || tag === "checkbox") for (const one of [value].flat()) await who.page.locator(`${within} [name="${name}"]${one === true ? "" : `[value="${one}"]`}`).first().check();
    else if (tag === "file") await at.first().setInputFiles(value);
    else await at.first().fill(value);
  }
}

/** Presses the button of the form with this action and waits for the page that comes. */
export async function send(who, action, fields = {}) {
  const form = `form[action="${action}"]`;
  await fill(who, fields, form);
  await go(who, () => who.page.locator(`${form} button[type=submit], ${form} button:not([type])`).first().click());
}

/** Presses, and answers the question whether one is sure. */
export async function sure(who, action) {
  await who.page.locator(`form[action="${action}"] button`).click();
  await go(who, () => who.page.locator("dialog .btn-danger").click());
}

/** Opens a page; anything but 200 is a fault. */
export async function open(who, server, where, status = 200) {
  const response = await who.page.goto(where.startsWith("http") ? where : server.url + where);
  if (response.status() !== status) who.faults.push(`${where}: ${response.status()} instead of ${status}`);
  return response;
}

/** What the page says in its main part. */
export function text(who, at = "main") {
  return who.page.locator(at).first().innerText();
}

/** The page says this, sooner or later. */
export async function says(who, words, at = "main") {
  await eventually(async () => (await text(who, at)).replaceAll("\u00a0", " ").includes(words), `«${words}» on ${who.page.url()}: ${(await text(who, at)).slice(0, 600)}`, 5);
}

/** Nothing went wrong for these people: no violation, no script error, no accessibility finding. They leave. */
export async function well(...people) {
  const faults = people.flatMap((p) => p.faults);
  for (const p of people) await p.context.close();
  if (faults.length) throw new Error(faults.join("\n"));
}

/** A member of the company with a password, made through the API and the invitation's own page. */
export async function member(server, token, email, name, role, branches = []) {
  const user = await api(server, token, "POST", "/api/v1/users", { name, email, role, branches }, 201);
  const { url } = await api(server, token, "POST", `/api/v1/users/${user.id}/invitation`, { kind: "link" }, 201);
  const response = await fetch(url, { method: "POST", redirect: "manual", headers: { origin: server.url, "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ password }) });
  assert(response.status === 303, `${email} did not come in: ${response.status} ${await response.text()}`);
  return user;
}

export function assert(truth, text) {
  if (!truth) throw new Error(text);
}
