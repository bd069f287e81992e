// Who comes in, how, and what they may: invitations three ways, roles, passwords, several companies, tokens, the log of it all.
import { api, assert, browser, eventually, folder, go, inspect, mailServer, member, once, open, password, person, says, send, serve, setup, signIn, sure, text, well } from "../world.mjs";

const ground = once(async () => {
  const data = folder("people");
  const post = await mailServer();
  return { data, post, server: await serve(data, post ? { OTKLIK_SMTP_URL: post.url } : {}) };
});

const linkIn = (letter) => letter.text.match(/https?:\/\/\S+/)[0];
const where = (who) => new URL(who.page.url()).pathname;

function story(size) {
  return async () => {
    const { data, post, server } = await ground();
    const mail = (name) => `${name}-${size}@sosny.example`;
    const phone = size === "phone" ? "+79120000001" : "+79120000002";
    const { token } = setup(data, {}, `Сосны (${size})`, mail("olga"));
    await api(server, token, "POST", "/api/v1/branches", { name: "Центр", code: "centre" }, 201);
    const chrome = await browser();
    const olga = await person(chrome, size, { permissions: ["clipboard-read", "clipboard-write"] });
    const come = () => person(chrome, size);
    await open(olga, server, "/login");
    await inspect(olga, "login");
    await signIn(olga, server, mail("olga"), "не тот пароль");
    await says(olga, "не подошли");
    assert(await olga.page.inputValue("[name=who]") === mail("olga"), "the sign-in page forgot who it was");
    await inspect(olga, "login-refused");
    await signIn(olga, server, mail("olga"));
    await open(olga, server, "/settings");
    await inspect(olga, "settings");

    await open(olga, server, "/org");
    await inspect(olga, "org");
    await send(olga, "/org", { frame_origins: "сайт" });
    await inspect(olga, "org-refused");
    assert(await olga.page.inputValue("[name=frame_origins]") === "сайт" && await olga.page.locator("[name=frame_origins][aria-invalid=true]").count() === 1, "a refused form forgot what was typed");
    await open(olga, server, "/departments/new");
    await inspect(olga, "department-new");
    await send(olga, "/departments", { name: "Регистратура" });
    await inspect(olga, "departments");
    await open(olga, server, "/marks");
    await inspect(olga, "marks-empty");
    await send(olga, "/marks", { text: "Новая запись" });
    await inspect(olga, "marks");

    const invite = async (fields, kind) => {
      await open(olga, server, "/users/new");
      await inspect(olga, "user-new");
      await send(olga, "/users", fields);
      await says(olga, "Теперь передайте приглашение");
      await inspect(olga, "user-invited");
      const path = where(olga);
      await go(olga, () => olga.page.locator(`form[action="${path}/invitation"]:has(input[value=${kind}]) button`).click());
      return path;
    };

    // By a link that is copied.
    const annaPath = await invite({ name: "Анна Сергеевна", email: mail("anna"), role: "manager" }, "link");
    await inspect(olga, "invitation-link");
    const link = await olga.page.inputValue("#secret");
    await olga.page.click("[data-copy]");
    await eventually(async () => (await olga.page.evaluate(() => navigator.clipboard.readText())) === link, "the copied link");
    const anna = await come();
    await open(anna, server, link);
    await inspect(anna, "invitation");
    await send(anna, new URL(link).pathname, { password: "коротко" });
    await inspect(anna, "invitation-refused");
    assert(where(anna) === new URL(link).pathname, "a short password was taken");
    await send(anna, new URL(link).pathname, { password });
    assert(where(anna) === "/", `after the invitation: ${anna.page.url()}`);
    const spent = await come();
    await open(spent, server, link, 410);
    await inspect(spent, "invitation-used");

    // By a printed code, for somebody without e-mail.
    await invite({ name: "Борис Ильич", phone, role: "supervisor", branches: [(await api(server, token, "GET", "/api/v1/branches", undefined, 200)).items[0].id] }, "code");
    await inspect(olga, "invitation-sheet");
    const code = (await text(olga, ".sheet-code")).trim();
    assert((await olga.page.pdf()).length > 5000, "the printed sheet is empty");
    const boris = await come();
    await open(boris, server, "/login");
    await go(boris, () => boris.page.click('a[href="/code"]'));
    await inspect(boris, "code");
    await send(boris, "/code", { code: "AAAA-BBBB-CCCC" });
    await says(boris, "Такого кода нет");
    await send(boris, "/code", { code: code.toLowerCase() });
    await inspect(boris, "code-password");
    await send(boris, "/code", { password });
    assert(where(boris) === "/", `after the code: ${boris.page.url()}`);

    // By a letter.
    let glebPath;
    const gleb = await come();
    if (post) {
      glebPath = await invite({ name: "Глеб Олегович", email: mail("gleb"), role: "viewer" }, "mail");
      await says(olga, "Письмо уходит");
      const letter = await post.letter(mail("gleb"), "зовёт вас");
      await open(gleb, server, linkIn(letter));
      await send(gleb, where(gleb), { password });
    } else {
      const user = await member(server, token, mail("gleb"), "Глеб Олегович", "viewer");
      glebPath = `/users/${user.id}`;
      await signIn(gleb, server, mail("gleb"));
    }
    assert(where(gleb) === "/", `after the letter: ${gleb.page.url()}`);

    // A role bites at the next click.
    await open(gleb, server, "/surveys/new", 403);
    await open(olga, server, glebPath);
    await send(olga, glebPath, { role: "manager" });
    const begun = Date.now();
    await eventually(async () => (await gleb.page.goto(`${server.url}/surveys/new`)).status() === 200, "the new role", 5);
    const took = Date.now() - begun;
    await send(olga, glebPath, { role: "viewer" });
    await eventually(async () => (await gleb.page.goto(`${server.url}/surveys/new`)).status() === 403, "the role taken back", 5);

    // Leaving, and nothing is behind the back button.
    await open(boris, server, "/account");
    await inspect(boris, "account");
    await boris.page.locator(".top-user > button").click();
    await inspect(boris, "account-menu");
    await go(boris, () => boris.page.locator('form[action="/logout"] button').last().click());
    await says(boris, "Вы вышли");
    await open(boris, server, "/account");
    assert(where(boris) === "/login", `after signing out: ${boris.page.url()}`);
    await signIn(boris, server, phone.replace("+7", "8 ("). replace("912", "912) "));
    assert(where(boris) === "/" || where(boris) === "/account", `by phone: ${boris.page.url()}`);

    // A forgotten password: by a letter, and by a link that the owner copies.
    const renewed = "совсем другой пароль";
    if (post) {
      const forgot = await come();
      await open(forgot, server, "/reset");
      await inspect(forgot, "reset");
      await send(forgot, "/reset", { who: mail("gleb") });
      await says(forgot, "Проверьте почту");
      await inspect(forgot, "reset-sent");
      await open(forgot, server, linkIn(await post.letter(mail("gleb"), "Новый пароль")));
      await inspect(forgot, "reset-password");
      await send(forgot, where(forgot), { password: renewed });
      assert(where(forgot) === "/", `after the new password: ${forgot.page.url()}`);
      await open(gleb, server, "/account");
      assert(where(gleb) === "/login", "an old session outlived the new password");
      await signIn(gleb, server, mail("gleb"), password);
      assert(where(gleb) === "/login", "the old password still works");
      await signIn(gleb, server, mail("gleb"), renewed);
      assert(where(gleb) === "/", "the new password does not work");
      await well(forgot);
    }
    await open(olga, server, annaPath);
    await inspect(olga, "user");
    await send(olga, `${annaPath}/password-reset`);
    const reset = await olga.page.inputValue("#secret");
    await open(anna, server, reset);
    await send(anna, new URL(reset).pathname, { password: renewed });
    assert(where(anna) === "/", `after the copied link: ${anna.page.url()}`);
    await open(spent, server, reset, 410);

    // Two companies, one e-mail: a choice after sign-in, a switch at any time.
    const other = setup(data, {}, `Бор (${size})`, mail("pavel"));
    const guest = await api(server, other.token, "POST", "/api/v1/users", { name: "Анна Сергеевна", email: mail("anna"), role: "viewer" }, 201);
    const second = await api(server, other.token, "POST", `/api/v1/users/${guest.id}/invitation`, { kind: "link" }, 201);
    const again = await come();
    await open(again, server, second.url);
    await says(again, "Введите свой пароль");
    await send(again, new URL(second.url).pathname, { password: renewed });
    const twice = await come();
    await signIn(twice, server, mail("anna"), renewed);
    assert(where(twice) === "/companies", `two companies, no choice: ${twice.page.url()}`);
    await inspect(twice, "companies");
    await go(twice, () => twice.page.getByRole("button", { name: "Бор" }).click());
    await says(twice, "Бор", ".top");
    await twice.page.locator(".top-company > button").click();
    await inspect(twice, "company-menu");
    await go(twice, () => twice.page.locator(".top-company .dropdown-menu button", { hasText: "Сосны" }).click());
    await says(twice, "Сосны", ".top");

    // A token of one's own.
    await open(olga, server, "/tokens");
    await inspect(olga, "tokens");
    await send(olga, "/tokens", { name: "Выгрузка", scopes: ["read"] });
    await inspect(olga, "token-made");
    const secret = await olga.page.inputValue("#secret");
    await api(server, secret, "GET", "/api/v1/branches", undefined, 200);
    await api(server, secret, "POST", "/api/v1/branches", { name: "Нельзя" }, 403);
    await open(olga, server, "/tokens");
    const action = await olga.page.locator("tr", { hasText: "Выгрузка" }).locator("form").getAttribute("action");
    await sure(olga, action);
    await says(olga, "Убрали");
    await api(server, secret, "GET", "/api/v1/branches", undefined, 401);

    // Access ended: the next click is a sign-in page.
    await open(olga, server, glebPath);
    await sure(olga, `${glebPath}/revocation`);
    await open(gleb, server, "/surveys");
    assert(where(gleb) === "/login", `access ended, but: ${gleb.page.url()}`);

    // The log shows who did what, and no secret.
    await open(olga, server, "/audit");
    await inspect(olga, "audit");
    const log = await text(olga);
    for (const act of ["Человек приглашён", "Выдано приглашение", "Человек вошёл впервые", "Роль или имя изменены", "Выдана ссылка на новый пароль", "Пароль изменён", "Токен выпущен", "Токен отозван", "Доступ закрыт"]) {
      assert(log.includes(act), `the log does not show «${act}»: ${log.slice(0, 1500)}`);
    }
    for (const hidden of [secret, link.split("/").at(-1), reset.split("/").at(-1), code]) assert(!log.includes(hidden), "a secret stands in the log");
    await go(olga, () => olga.page.locator(".filters [name=noun]").selectOption("token"));
    assert(!(await text(olga, "table")).includes("Человек"), "the log's filter does not filter");
    await well(olga, anna, boris, gleb, spent, again, twice);
    return `role bit after ${took} ms${post ? "" : "; letters left out: aiosmtpd is not installed (scripts/needs.sh mail)"}`;
  };
}

export default { "people come in three ways and may what they may, desktop": story("desktop"), "people come in three ways and may what they may, phone": story("phone") };
