// A receipt means stored: a killed process and a power cut lose nothing that was acknowledged and count nothing twice.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { api, assert, folder, serve, setup } from "../world.mjs";

const ROUNDS = Number(process.env.OTKLIK_FAULT_ROUNDS ?? 20);
const CLIENTS = 16;

const form = { name: "Удары", locales: ["ru"], questions: [{ key: "nps", type: "nps", title: "?" }, { key: "why", type: "text", title: "?" }] };

async function open(data) {
  const { token } = setup(data);
  const server = await serve(data);
  const made = await api(server, token, "POST", "/api/v1/surveys", form, 201);
  await api(server, token, "POST", `/api/v1/surveys/${made.id}/publication`, {}, 201);
  await server.stop();
  return { token, id: made.id, code: made.code };
}

/** Sixteen clients answer, each with its own key, and try again after a failure; returns the receipts. */
async function storm(server, code, round, ms) {
  const receipts = new Map();
  const until = Date.now() + ms;
  let stopped = false;
  const clients = Array.from({ length: CLIENTS }, async (_, c) => {
    for (let i = 0; Date.now() < until && !stopped; i += 1) {
      const key = `${round}-${c}-${i}`;
      try {
        const response = await fetch(`${server.url}/s/${code}`, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": key },
          body: JSON.stringify({ answers: { nps: (c + i) % 11, why: `ключ ${key}` } }),
        });
        if (response.status === 201) receipts.set(key, (await response.json()).id);
      } catch {
        stopped = true;
      }
    }
  });
  return { receipts, done: Promise.all(clients) };
}

async function answers(server, token, id) {
  const all = new Map();
  let after = "";
  for (;;) {
    const part = await api(server, token, "GET", `/api/v1/surveys/${id}/responses?limit=500${after}`, undefined, 200);
    for (const item of part.items) all.set(item.id, item.answers.why);
    if (!part.next) return all;
    after = `&after=${part.next}`;
  }
}

async function verify(data, survey, receipts, mayLose = false) {
  const server = await serve(data);
  const stored = await answers(server, survey.token, survey.id);
  const nps = await api(server, survey.token, "GET", "/api/v1/metrics/nps", undefined, 200);
  // Every receipt again under its key: the same id, no second answer.
  const [key, id] = [...receipts].at(-1) ?? [];
  await server.stop();
  const lost = [...receipts.values()].filter((r) => !stored.has(r)).length;
  const texts = [...stored.values()];
  assert(new Set(texts).size === texts.length, "an answer was counted twice");
  assert(nps.items[0].n === stored.size, `figures say ${nps.items[0].n}, answers are ${stored.size}`);
  if (!mayLose) assert(lost === 0, `${lost} of ${receipts.size} receipts are lost (last ${key} ${id})`);
  return lost;
}

async function kills() {
  const data = folder("kill");
  const survey = await open(data);
  const receipts = new Map();
  for (let round = 0; round < ROUNDS; round += 1) {
    const server = await serve(data);
    const { receipts: some, done } = await storm(server, survey.code, round, 3000);
    await new Promise((r) => setTimeout(r, 200 + Math.random() * 600));
    await server.stop("SIGKILL");
    await done;
    for (const [k, v] of some) receipts.set(k, v);
  }
  await verify(data, survey, receipts);
  return `${ROUNDS} kills, ${receipts.size} receipts, none lost, none twice`;
}

function build(into) {
  const shim = path.join(into, "powercut.so");
  execFileSync("cc", ["-shared", "-fPIC", "-O1", "-o", shim, path.join(import.meta.dirname, "powercut.c"), "-ldl", "-lpthread"]);
  return shim;
}

/** The disk is full three times and free again: no receipt while it is full, receipts at once afterwards, all of them stored. */
async function full() {
  const data = folder("full");
  const aside = folder("full-flag");
  const flag = path.join(aside, "full");
  const survey = await open(data);
  const server = await serve(data, { LD_PRELOAD: build(aside), POWERCUT_DIR: data, POWERCUT_FULL: flag });
  const receipts = new Map();
  const some = async (ms) => {
    const before = receipts.size;
    const { receipts: got, done } = await storm(server, survey.code, `${receipts.size}`, ms);
    await done;
    for (const [k, v] of got) receipts.set(k, v);
    return receipts.size - before;
  };
  for (let round = 0; round < 3; round += 1) {
    assert((await some(300)) > 0, "no answer was taken while there was room");
    writeFileSync(flag, "");
    assert((await some(500)) === 0, "a receipt was given while the disk was full");
    await api(server, survey.token, "POST", "/api/v1/departments", { name: `Отдел ${round}` }, 503);
    await api(server, survey.token, "GET", "/api/v1/metrics/nps", undefined, 200);
    rmSync(flag);
    await api(server, survey.token, "POST", "/api/v1/departments", { name: `Цех ${round}` }, 201);
  }
  assert((await some(300)) > 0, "no answer was taken after there was room again");
  await server.stop();
  await verify(data, survey, receipts);
  return `3 times full, ${receipts.size} receipts, none lost`;
}

async function cuts(rounds, forget) {
  const data = folder("cut");
  const shadow = folder("shadow");
  const shim = build(shadow);
  const survey = await open(data);
  const receipts = new Map();
  let lost = 0;
  for (let round = 0; round < rounds; round += 1) {
    const kept = path.join(shadow, `round-${round}`);
    mkdirSync(kept);
    for (const f of readdirSync(data).filter((f) => f.startsWith("otklik.db"))) cpSync(path.join(data, f), path.join(kept, f));
    const env = { LD_PRELOAD: shim, POWERCUT_DIR: data, POWERCUT_SHADOW: kept, ...(forget ? { POWERCUT_FORGET: "-wal" } : {}) };
    const server = await serve(data, env);
    const { receipts: some, done } = await storm(server, survey.code, round, 3000);
    await new Promise((r) => setTimeout(r, 300 + Math.random() * 500));
    await server.stop("SIGKILL");
    await done;
    for (const [k, v] of some) receipts.set(k, v);
    for (const f of readdirSync(data).filter((f) => f.startsWith("otklik.db"))) rmSync(path.join(data, f));
    for (const f of ["otklik.db", "otklik.db-wal"]) if (existsSync(path.join(kept, f))) cpSync(path.join(kept, f), path.join(data, f));
    rmSync(kept, { recursive: true });
    if (forget) lost += await verify(data, survey, some, true);
  }
  if (!forget) await verify(data, survey, receipts);
  return { receipts: receipts.size, lost };
}

export default {
  "a killed process loses no receipt and counts none twice": kills,
  "a full disk takes no answer, loses none, and all goes on when there is room": full,
  "a power cut loses no receipt": async () => {
    const { receipts } = await cuts(ROUNDS, false);
    return `${ROUNDS} cuts, ${receipts} receipts, none lost`;
  },
  "the power cut bites: without syncing the log it loses": async () => {
    const { receipts, lost } = await cuts(2, true);
    assert(lost > 0, "the control run lost nothing, so the test proves nothing");
    return `${lost} of ${receipts} receipts lost, as it must be`;
  },
};
