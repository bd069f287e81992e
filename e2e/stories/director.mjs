// What a director sees once answers are there, and what others may see of it.
import { api, assert, browser, folder, inspect, member, once, open, person, says, serve, signIn, text, well } from "../world.mjs";
import { company, director } from "../walks/director.mjs";

const ground = once(async () => {
  const data = folder("director");
  return { data, server: await serve(data) };
});

function story(size) {
  return async () => {
    const { data, server } = await ground();
    const mail = (name) => `${name}-${size}@sosny.example`;
    const { token, branches, survey } = await company(data, server, {}, `Сосны (${size})`, mail("olga"));
    await member(server, token, mail("vera"), "Вера Андреевна", "viewer");
    await member(server, token, mail("boris"), "Борис Ильич", "supervisor", [branches[1].id]);
    const olga = await person(await browser(), size);
    await signIn(olga, server, mail("olga"));
    await director(olga, server);
    const other = (await api(server, token, "GET", `/api/v1/surveys/${survey.id}/responses?branch=centre`, undefined, 200)).items.find((r) => r.answers.contact);

    // The owner reads a contact where it was left.
    await open(olga, server, `/responses/${other.id}`);
    await says(olga, "345-67-89");

    // The head of a branch sees that branch and no other.
    const boris = await person(await browser(), size);
    await signIn(boris, server, mail("boris"));
    await open(boris, server, "/");
    await inspect(boris, "overview-branch");
    assert(/60 ответ/.test((await text(boris)).replaceAll("\u00a0", " ")) && !(await text(boris)).includes("Центр"), `a branch head sees more than the own branch: ${await text(boris)}`);
    await open(boris, server, "/responses");
    assert(!(await text(boris)).includes("ждали"), "a branch head reads comments of another branch");
    await inspect(boris, "comments-branch");
    const foreign = await boris.page.goto(`${server.url}/responses/${other.id}`);
    assert([403, 404].includes(foreign.status()), `another branch's answer: ${foreign.status()}`);
    await open(boris, server, "/users", 403);
    await inspect(boris, "forbidden");

    // A viewer sees figures and words, no contacts.
    const vera = await person(await browser(), size);
    await signIn(vera, server, mail("vera"));
    await open(vera, server, "/");
    await inspect(vera, "overview-viewer");
    await open(vera, server, `/responses/${other.id}`);
    const seen = await vera.page.content();
    assert(!seen.includes("345-67-89") && !seen.includes("Пётр Ильич"), "a viewer reads contacts");
    await inspect(vera, "response-viewer");
    await open(vera, server, "/tokens");
    await open(vera, server, "/surveys/new", 403);
    await well(olga, boris, vera);
  };
}

export default { "a director reads figures and words, desktop": story("desktop"), "a director reads figures and words, phone": story("phone") };
