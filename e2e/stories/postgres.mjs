// The heart of the stories once more on PostgreSQL: prepare, answer, read.
import { api, assert, browser, cluster, folder, member, open, person, says, send, serve, setup, signIn, well } from "../world.mjs";
import * as client from "../walks/client.mjs";
import * as manager from "../walks/manager.mjs";
import { company, director } from "../walks/director.mjs";
import * as rules from "../walks/standards.mjs";

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
  "a standard is written, signed, changed and understood on PostgreSQL": async () => {
    const pg = await cluster();
    pg.start();
    try {
      const env = { OTKLIK_DATABASE_URL: pg.url };
      const data = folder("pgrules");
      const { token } = setup(data, env, "Бор", "pavel@bor.example");
      const server = await serve(data, env);
      const mail = (name) => `${name}@bor.example`;
      const { centre } = await rules.place(server, token, mail);
      const anna = await rules.come(server, mail("anna"), "desktop");
      const pavel = await rules.come(server, mail("pavel"), "desktop");
      const boris = await rules.come(server, mail("boris"), "desktop");
      const maria = await rules.come(server, mail("maria"), "phone");
      const standard = await rules.begin(anna, server, token);
      await rules.paste(anna, server, standard);
      await rules.forWhom(anna, server, standard, centre);
      const [own, call, , , water] = await rules.items(server, token, standard);
      await rules.clash(anna, pavel, server, token, standard, call);
      await rules.publish(anna, server, standard);
      await rules.sign(maria, server, "Встреча гостя");
      await rules.verify(maria, server, "Встреча гостя");
      await rules.write(anna, server, standard, own, { text: "Подойдите к гостю за минуту; если администратор занят, кивните" });
      await rules.publish(anna, server, standard, { [own]: "editorial" });
      await rules.spared(anna, server, standard, "подписей сбережено");
      await rules.write(anna, server, standard, water, { text: "Предложите воду тому, кто ждёт дольше 5 минут." });
      await rules.publish(anna, server, standard, { [water]: "material" });
      const asked = await rules.sign(maria, server, "Встреча гостя");
      assert(asked.length === 1 && asked[0].includes("5"), `asked again: ${asked.join(" | ")}`);
      await rules.paper(boris, server, standard, "Пётр Ильич Сом");
      await rules.take(maria, server, await rules.quiz(anna, server, standard, [own, water]));
      await rules.thread(anna, server, own, ["Кто знает", "Что понимают"]);
      const lida = await rules.newcomer(anna, boris, server, token, standard, mail("lida"), "phone");
      await rules.search(maria, server, "гостями", "Подойдите к гостю за минуту");
      await open(anna, server, "/standards/knowledge");
      await says(anna, "Центр");
      await well(anna, pavel, boris, maria, lida);
      await server.stop();
    } finally {
      pg.stop("immediate");
    }
  },
};
