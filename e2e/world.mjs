// The world of the stories: a server of its own on loopback, people with names, a real browser that reports every
// Content-Security-Policy violation, script error and accessibility finding as a failure.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const root = path.resolve(import.meta.dirname, "..");
export const binary = process.env.OTKLIK_BINARY ?? path.join(root, "target/debug/otklik");
export const password = "длинный пароль владельца";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

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

export async function browser() {
  return chromium.launch({ executablePath: process.env.OTKLIK_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** A person at a screen. Everything that goes wrong on a page lands in `faults`. */
export async function person(chrome, size, options = {}) {
  const context = await chrome.newContext({ viewport: SIZES[size], locale: "ru-RU", timezoneId: "Europe/Moscow", hasTouch: size === "phone", acceptDownloads: true, ...options });
  const faults = [];
  await context.exposeBinding("otklikFault", (_, text) => faults.push(text));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (e) => globalThis.otklikFault?.(`CSP ${e.violatedDirective}: ${e.blockedURI} ${e.sourceFile ?? ""}`));
  });
  const page = await context.newPage();
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

export function assert(truth, text) {
  if (!truth) throw new Error(text);
}
