// PostgreSQL goes away and comes back: clients hear 503, no receipt is lost, nothing is counted twice, the server recovers by itself.
import { api, assert, cluster, folder, serve, setup } from "../world.mjs";

const ROUNDS = Number(process.env.OTKLIK_PG_ROUNDS ?? 4);

export default {
  "a lost PostgreSQL connection loses no receipt and counts none twice": async () => {
    const pg = await cluster();
    pg.start();
    try {
      const data = folder("pgdata");
      const env = { OTKLIK_DATABASE_URL: pg.url };
      const { token } = setup(data, env);
      const server = await serve(data, env);
      const form = { name: "База", locales: ["ru"], questions: [{ key: "nps", type: "nps", title: "?" }] };
      const made = await api(server, token, "POST", "/api/v1/surveys", form, 201);
      await api(server, token, "POST", `/api/v1/surveys/${made.id}/publication`, {}, 201);
      const receipts = new Map();
      const seen = new Map();
      let stop = false;
      const clients = Array.from({ length: 16 }, async (_, c) => {
        for (let i = 0; !stop; i += 1) {
          // A client that hears 503 comes back with the same key until it has its receipt.
          for (let tries = 0; tries < 200; tries += 1) {
            const response = await fetch(`${server.url}/s/${made.code}`, {
              method: "POST",
              headers: { "content-type": "application/json", "idempotency-key": `${c}-${i}` },
              body: JSON.stringify({ answers: { nps: i % 11 } }),
            });
            const body = await response.json();
            seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
            if (response.status === 201) { receipts.set(`${c}-${i}`, body.id); break; }
            assert(response.status === 503 && response.headers.get("retry-after"), `${response.status}: ${JSON.stringify(body)}`);
            await new Promise((r) => setTimeout(r, 100));
          }
        }
      });
      for (let round = 0; round < ROUNDS; round += 1) {
        await new Promise((r) => setTimeout(r, 600));
        pg.stop(round % 2 ? "immediate" : "fast");
        await new Promise((r) => setTimeout(r, 700));
        pg.start();
      }
      await new Promise((r) => setTimeout(r, 1500));
      stop = true;
      await Promise.all(clients);
      const nps = await api(server, token, "GET", "/api/v1/metrics/nps", undefined, 200);
      assert(new Set(receipts.values()).size === receipts.size, "one receipt was given to two answers");
      assert(nps.items[0].n === receipts.size, `${receipts.size} receipts, figures say ${nps.items[0].n}`);
      assert((seen.get(503) ?? 0) > 0, "nobody noticed that the database was away: the test proves nothing");
      await server.stop();
      return `${ROUNDS} restarts, ${receipts.size} receipts, ${seen.get(503)} times 503, none lost, none twice`;
    } finally {
      try { pg.stop("immediate"); } catch { /* it was stopped already */ }
    }
  },
};
