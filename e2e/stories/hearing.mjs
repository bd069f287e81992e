// From an empty company to the first answers: the manager prepares, clients answer.
import { api, assert, browser, folder, inspect, member, once, open, person, says, send, serve, setup, signIn, well } from "../world.mjs";
import * as client from "../walks/client.mjs";
import * as manager from "../walks/manager.mjs";

const ground = once(async () => {
  const data = folder("hearing");
  const server = await serve(data);
  return { data, server };
});

function story(size) {
  return async () => {
    const { data, server } = await ground();
    const { token } = setup(data, {}, `Сосны (${size})`, `olga-${size}@sosny.example`);
    await member(server, token, `anna-${size}@sosny.example`, "Анна Сергеевна", "manager");
    const anna = await person(await browser(), size);
    await signIn(anna, server, `anna-${size}@sosny.example`);
    await manager.places(anna, server);
    const visit = await manager.fromTemplate(anna, server, token);
    const booking = await manager.fromNothing(anna, server, token);
    const links = await manager.ways(anna, server, token, visit);
    await client.withScript(server, token, visit, links["На Лесной"], size);
    await client.withoutScript(server, token, visit, links["На Лесной"]);

    // The signed link said whose answer it was; nobody can put it to another branch.
    const said = await api(server, token, "GET", `/api/v1/surveys/${visit.id}/responses`, undefined, 200);
    const branches = await api(server, token, "GET", "/api/v1/branches", undefined, 200);
    const home = branches.items.find((b) => b.code === "lesnaya").id;
    assert(said.items.length === 3 && said.items.filter((r) => r.branch === home || r.branch?.id === home).length === 2, `answers by branch: ${JSON.stringify(said.items.map((r) => r.branch))}`);

    await open(anna, server, `/surveys/${visit.id}/responses`);
    await says(anna, "Ждали приёма полчаса <b>стоя</b>");
    await inspect(anna, "responses-first");
    await anna.page.locator(".said-head a").first().click();
    await anna.page.waitForURL(/\/responses\/[0-9a-f-]{36}/);
    await inspect(anna, "response");

    // A personal link, copied.
    const invitations = `/surveys/${visit.id}/invitations`;
    await open(anna, server, invitations);
    await inspect(anna, "invitations-empty");
    await send(anna, invitations, { people: "Ирина; irina@mail.example" });
    await inspect(anna, "invitations-made");
    await client.personal(server, token, visit, (await anna.page.inputValue("#links")).match(/https?:\/\/\S+/)[0], size);
    await open(anna, server, invitations);
    await says(anna, "есть ответ");

    await open(anna, server, `/surveys/${visit.id}`);
    await send(anna, `/surveys/${visit.id}/closure`);
    await says(anna, "Опрос закрыт");
    await client.closed(server, visit, size);
    await send(anna, `/surveys/${visit.id}/publication`);
    const open2 = await fetch(`${server.url}/s/${visit.code}`);
    assert(open2.status === 200, `reopened, it answers ${open2.status}`);
    await well(anna);
    return `«${booking.name?.ru ?? booking.name}» from nothing, 4 answers by page`;
  };
}

export default {
  "a manager prepares surveys and clients answer, desktop": story("desktop"),
  "a manager prepares surveys and clients answer, phone": story("phone"),
};
