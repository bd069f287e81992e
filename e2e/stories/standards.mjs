// The red thread: a standard is written, published, signed and changed; people are asked exactly what concerns them.
import { api, assert, folder, go, inspect, once, open, says, send, serve, setup, text, well } from "../world.mjs";
import * as walk from "../walks/standards.mjs";

const ground = once(async () => {
  const data = folder("standards");
  return { data, server: await serve(data) };
});
const said = async (who, at) => (await text(who, at)).replaceAll("\u00a0", " ");

function story(size) {
  return async () => {
    const { data, server } = await ground();
    const mail = (name) => `${name}-${size}@sosny.example`;
    const { token } = setup(data, {}, `Сосны (${size})`, mail("olga"));
    const { centre, maria: card } = await walk.place(server, token, mail);
    const anna = await walk.come(server, mail("anna"), size);
    const olga = await walk.come(server, mail("olga"), size);
    const boris = await walk.come(server, mail("boris"), size);
    const maria = await walk.come(server, mail("maria"), size);
    await walk.nothingYet(server, anna, maria);

    // Written.
    const standard = await walk.begin(anna, server, token);
    await walk.paste(anna, server, standard);
    await walk.forWhom(anna, server, standard, centre);
    const [own, call, , , water, angry] = await walk.items(server, token, standard);
    await walk.clash(anna, olga, server, token, standard, call);

    // Published: a draft is nobody's business before.
    await open(maria, server, `/standards/${standard}`, 404);
    await inspect(maria, "draft-hidden");
    const first = await walk.publish(anna, server, standard, {}, "publish");
    assert(first.includes("Подпишут 2 человека"), `foretold: ${first}`);
    await open(anna, server, "/standards");
    await inspect(anna, "standards");

    // Read and signed; the file proves itself.
    assert((await walk.sign(maria, server, "Встреча гостя", "read")).length === 6, "not every item was asked the first time");
    await walk.verify(maria, server, "Встреча гостя");

    // An editorial change asks nobody.
    await walk.write(anna, server, standard, own, { text: "Подойдите к гостю за минуту; если администратор занят, кивните" });
    await open(anna, server, `/standards/${standard}/publish`);
    await send(anna, `/standards/${standard}/publish`);
    await says(anna, "Выберите одно из двух");
    await inspect(anna, "publish-refused");
    const second = await walk.publish(anna, server, standard, { [own]: "editorial" });
    assert(second.includes("Никого не побеспокоим"), `foretold: ${second}`);
    await walk.spared(anna, server, standard, "подписей сбережено");
    await open(maria, server, "/duties");
    await says(maria, "Всё подписано");
    await inspect(maria, "duties-done");

    // A material change asks exactly that item, with the difference. While it is read, another one comes out.
    await walk.write(anna, server, standard, water, { text: "Предложите воду тому, кто ждёт дольше 5 минут." });
    const third = await walk.publish(anna, server, standard, { [water]: "material" }, "publish-material");
    assert(/Подпиш[еу]т/.test(third) && third.includes("сбережен"), `foretold: ${third}`);
    await open(maria, server, `/duties/${standard}`);
    assert(await maria.page.locator(".read-item").count() === 1, "a material change of one item asks for others too");
    assert(await said(maria, ".read-changes del") === "10" && await said(maria, ".read-changes ins") === "5", `the difference: ${await text(maria, ".read-changes")}`);
    await inspect(maria, "read-changed");
    await api(server, token, "PATCH", `/api/v1/items/${angry}`, { text: "Если гость недоволен, позовите старшего смены за 2 минуты." }, 200);
    await api(server, token, "POST", `/api/v1/standards/${standard}/publication`, { changes: { [angry]: "material" } }, 201);
    await maria.page.check("[name=agreed]");
    await send(maria, `/duties/${standard}/signature`);
    await says(maria, "Уже вышла версия 4");
    assert(await maria.page.locator(".read-item").count() === 2, "the newer version is not what is shown now");
    await inspect(maria, "read-overtaken");
    await walk.agree(maria);

    // Who works with the rule proposes; it is accepted and credited.
    await open(maria, server, `/standards/${standard}`);
    await inspect(maria, "standard-employee");
    await open(maria, server, `/items/${water}`);
    await send(maria, `/items/${water}/proposals`, { text: "Предложите воду или чай тому, кто ждёт дольше 5 минут.", reason: "Зимой просят чай" });
    await says(maria, "Спасибо. Отв", "body");
    await inspect(maria, "proposal-sent");
    await open(anna, server, "/proposals");
    await inspect(anna, "proposals");
    await anna.page.locator("[name=answer]").fill("Спасибо, берём");
    await go(anna, () => anna.page.locator("button[value=accept]").click());
    await inspect(anna, "proposal-accepted");
    await walk.publish(anna, server, standard, { [water]: "material" });
    await open(maria, server, "/proposals");
    await says(maria, "Спасибо, берём");
    await inspect(maria, "proposals-own");
    assert((await walk.sign(maria, server, "Встреча гостя")).length === 1, "the accepted proposal asks for more than its item");
    await open(maria, server, `/items/${water}`);
    await says(maria, "Мария Лис предложил(а) эти слова", "body");

    // On paper, for who has no account; a head sees the own branch.
    await walk.paper(boris, server, standard, "Пётр Ильич Сом");
    await open(boris, server, `/employees/${card.id}/duties`);
    await inspect(boris, "person-duties");

    // Understood?
    const quiz = await walk.quiz(anna, server, standard, [own, water]);
    await walk.take(maria, server, quiz);
    for (const who of [boris, anna]) {
      await open(who, server, `${quiz}/results`);
      const worst = await said(who, ".quiz-results > li");
      assert(worst.includes("Когда подойти к гостю?") && worst.includes("0"), `what is misunderstood does not stand first: ${worst}`);
    }
    await inspect(anna, "quiz-results");
    await walk.thread(anna, server, own, ["Знают стандарты 100 %", "Тесты: верно с первого раза 0 %", "Когда подойти к гостю?"]);
    await walk.thread(maria, server, own, ["Нить пункта"], "item-of-employee");

    // A newcomer.
    const lida = await walk.newcomer(anna, boris, server, token, standard, mail("lida"), size);

    // The desk, the reports.
    await walk.search(maria, server, "гостями", "Подойдите к гостю за минуту");
    for (const [name, at] of Object.entries({
      knowledge: "/standards/knowledge", "knowledge-item": "/standards/knowledge?by=item", thread: `/items/${own}/thread`,
      acknowledged: "/figures/acknowledged", "quiz-figure": "/figures/quiz", orphans: "/standards/orphans", calendar: "/standards/calendar",
      versions: `/standards/${standard}/versions`, version: `/standards/${standard}/versions/3`, diff: `/standards/${standard}/diff?from=2&to=3`, review: `/standards/${standard}/review`,
      people: `/standards/${standard}/people`, effect: `/standards/${standard}/effect`,
    })) {
      await open(anna, server, at);
      if (name !== "effect") await inspect(anna, `report-${name}`);
    }
    await open(anna, server, "/standards/knowledge");
    await says(anna, "Центр");
    await says(anna, "100");
    await open(boris, server, "/standards/knowledge");
    await says(boris, "Центр");
    await open(boris, server, "/");
    await inspect(boris, "home-branch");
    await open(anna, server, "/");
    await inspect(anna, "home-manager");
    await well(anna, olga, boris, maria, lida);
  };
}

export default { "a standard is written, signed, changed and understood, desktop": story("desktop"), "a standard is written, signed, changed and understood, phone": story("phone") };
