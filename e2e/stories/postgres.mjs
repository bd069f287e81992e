// The heart of the stories once more on PostgreSQL: prepare, answer, read.
import { api, assert, browser, cluster, folder, member, open, person, says, send, serve, setup, signIn, well } from "../world.mjs";
import * as client from "../walks/client.mjs";
import * as manager from "../walks/manager.mjs";
import { company, director } from "../walks/director.mjs";

export default {
  "a manager, clients and a director on PostgreSQL": async () => {
    const pg = await cluster();
    pg.start();
    try {
      const env = { OTKLIK_DATABASE_URL: pg.url };
      const data = folder("pgstory");
      const { token } = setup(data, env, "Бор", "pavel@bor.example");
      const server = await serve(data, env);
      await member(server, token, "anna@bor.example", "Анна Сергеевна", "manager");
      const anna = await person(await browser(), "desktop");
      await signIn(anna, server, "anna@bor.example");
      await manager.places(anna, server);
      const visit = await manager.fromTemplate(anna, server, token);
      const links = await manager.ways(anna, server, token, visit);
      await client.withScript(server, token, visit, links["На Лесной"]);
      await client.withoutScript(server, token, visit, links["На Лесной"]);
      await open(anna, server, `/surveys/${visit.id}`);
      await send(anna, `/surveys/${visit.id}/closure`);
      await client.closed(server, visit);

      await company(data, server, env, "Сосны", "olga@sosny.example");
      const olga = await person(await browser(), "phone");
      await signIn(olga, server, "olga@sosny.example");
      await director(olga, server);
      const mine = await api(server, token, "GET", "/api/v1/metrics/responses", undefined, 200);
      assert(mine.items[0].n === 3, `another company's answers are counted: ${mine.items[0].n}`);
      await open(anna, server, "/responses");
      await says(anna, "Ждали приёма полчаса");
      await well(anna, olga);
      await server.stop();
    } finally {
      pg.stop("immediate");
    }
  },
};
