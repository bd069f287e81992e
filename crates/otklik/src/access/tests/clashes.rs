//! Two people with one form open: nobody's edit is lost unseen.

use serde_json::json;

use crate::world::{Person, Reply, World};

/// The hidden version of a page's form.
fn version(page: &Reply) -> String {
    let (_, rest) = page.text.split_once("name=\"version\" value=\"").expect("the form carries a version");
    rest.split('"').next().expect("a value").to_owned()
}

/// Opens a form, lets somebody else save, sends it, is told, and sends it again.
async fn clash(me: &Person, path: &str, other: impl AsyncFnOnce(), typed: &[(&str, &str)], mine: &str, theirs: &str) {
    let old = version(&me.page(path).await.is(200));
    other().await;
    let with = |version: &str| {
        let version = version.to_owned();
        let typed: Vec<(String, String)> = typed.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        async move {
            let mut fields: Vec<(&str, &str)> = typed.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            fields.push(("version", &version));
            me.form(path, &fields).await
        }
    };
    let told = with(&old).await.is(409);
    assert!(told.text.contains("кто-то сохранил другую версию"), "{path}: {}", told.text);
    assert!(told.text.contains(&format!("value=\"{mine}\"")), "{path} keeps what was typed");
    assert!(told.text.contains(&format!("<td data-label=\"Сохранено сейчас\">{theirs}</td>")), "{path}: {}", told.text);
    assert!(told.text.contains(&format!("href=\"{path}\"")) && told.text.contains("Сохранить моё"));
    let now = version(&told);
    assert_ne!(now, old, "{path}: what is sent next goes over what was shown");
    with(&now).await.is(303);
    // And the one before is old again.
    with(&old).await.is(409);
}

#[tokio::test]
async fn every_form_tells_of_somebody_elses_edit() {
    let w = World::new().await;
    let api = |path: &str| format!("/api/v1{path}");
    let branch = format!("/branches/{}", w.centre);
    let other = async || _ = w.olga.patch(&api(&branch), json!({"name": "Центральный"})).await.is(200);
    clash(&w.anna, &branch, other, &[("name", "Центр 2"), ("code", "centre")], "Центр 2", "Центральный").await;

    let id = w.anna.post("/api/v1/departments", json!({"name": "Касса"})).await.is(201).id();
    let path = format!("/departments/{id}");
    let other = async || _ = w.olga.patch(&api(&path), json!({"name": "Кассы"})).await.is(200);
    clash(&w.anna, &path, other, &[("name", "Кассиры")], "Кассиры", "Кассы").await;

    let id = w.anna.post("/api/v1/employees", json!({"name": "Вера", "branch": "centre"})).await.is(201).id();
    let path = format!("/employees/{id}");
    let other = async || _ = w.olga.patch(&api(&path), json!({"position": "администратор"})).await.is(200);
    let typed = [("name", "Вера Ильина"), ("branch", &*w.centre.to_string())];
    clash(&w.anna, &path, other, &typed, "Вера Ильина", "администратор").await;

    let form = json!({"key": "cash", "name": {"ru": "Касса"}, "stage": "service"});
    let id = w.anna.post("/api/v1/touchpoints", form).await.is(201).id();
    let path = format!("/touchpoints/{id}");
    let other = async || _ = w.olga.patch(&api(&path), json!({"channel": "зал"})).await.is(200);
    let typed = [("name_ru", "Кассы"), ("key", "cash"), ("stage", "service")];
    clash(&w.anna, &path, other, &typed, "Кассы", "зал").await;

    let id = w.anna.post("/api/v1/marks", json!({"on": "2026-11-01", "text": "Ремонт"})).await.is(201).id();
    let path = format!("/marks/{id}");
    let other = async || _ = w.olga.patch(&api(&path), json!({"text": "Ремонт зала"})).await.is(200);
    clash(&w.anna, &path, other, &[("text", "Ремонт входа"), ("on", "2026-11-01")], "Ремонт входа", "Ремонт зала").await;

    let path = format!("/users/{}", w.gleb.member);
    let other = async || _ = w.olga.patch(&api(&path), json!({"name": "Глеб Юрьевич"})).await.is(200);
    clash(&w.olga, &path, other, &[("name", "Глеб"), ("role", "viewer")], "Глеб", "Глеб Юрьевич").await;

    let typed = [("name", "Сосны плюс"), ("timezone", "Europe/Moscow"), ("locale", "ru"), ("frame_origins", "")];
    let other = async || _ = w.olga.patch("/api/v1/org", json!({"name": "Сосны"})).await.is(200);
    clash(&w.olga, "/org", other, &typed, "Сосны плюс", "Сосны").await;
}

#[tokio::test]
async fn a_refused_form_stays_as_old_as_it_was() {
    let w = World::new().await;
    let path = format!("/branches/{}", w.centre);
    w.olga.patch(&format!("/api/v1{path}"), json!({"name": "Центральный"})).await.is(200);
    let refused = w.anna.form(&path, &[("name", ""), ("code", "centre"), ("version", "1")]).await.is(422);
    assert_eq!(version(&refused), "1", "else the next press would go over what nobody was shown");
    w.anna.form(&path, &[("name", "Моё"), ("code", "centre"), ("version", &version(&refused))]).await.is(409);
    w.anna.form(&path, &[("name", "Моё"), ("code", "centre"), ("version", "мусор")]).await.is(409);
    let shown = w.anna.page(&path).await.is(200).text;
    assert!(shown.contains("Центральный") && !shown.contains("Моё"));
}

#[tokio::test]
async fn a_branch_head_changes_the_marks_of_the_own_branch() {
    let w = World::new().await;
    let own = w.boris.post("/api/v1/marks", json!({"on": "2026-11-01", "text": "Своя", "branch": "centre"})).await.is(201).id();
    let whole = w.anna.post("/api/v1/marks", json!({"on": "2026-11-01", "text": "Общая"})).await.is(201).id();
    assert!(w.boris.page("/marks").await.is(200).text.contains(&format!("/marks/{own}\"")));
    let centre = w.centre.to_string();
    w.boris.form(&format!("/marks/{own}"), &[("text", "Новая"), ("on", "2026-11-02"), ("branch", &centre)]).await.is(303);
    w.boris.page(&format!("/marks/{whole}")).await.is(403);
    w.boris.form(&format!("/marks/{whole}"), &[("text", "Моя"), ("on", "2026-11-02"), ("branch", &centre)]).await.is(403);
    w.gleb.page(&format!("/marks/{own}")).await.is(403);
    w.dina.page(&format!("/marks/{own}")).await.is(404);
    assert_eq!(w.history(&own).await, ["mark.created", "mark.changed"]);
}

/// What the form showed, as it carries it.
fn was(page: &Reply) -> String {
    let (_, rest) = page.text.split_once("name=\"was\" value=\"").expect("the form says what it showed");
    rest.split('"').next().expect("a value").replace("&quot;", "\"").replace("&#34;", "\"").replace("&amp;", "&")
}

#[tokio::test]
async fn keeping_mine_writes_only_what_i_changed() {
    let w = World::new().await;
    let path = format!("/branches/{}", w.centre);
    let read = w.anna.page(&path).await.is(200);
    // Olga renames it and gives it a region while Anna only corrects the code.
    w.olga.patch(&format!("/api/v1{path}"), json!({"name": "Центральный", "region": "Казань"})).await.is(200);
    let typed = |page: &Reply, name: &str, region: &str| {
        let (version, was) = (version(page), was(page));
        let fields = [("name", name), ("code", "centre-1"), ("region", region), ("timezone", "")];
        let mut fields: Vec<(String, String)> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        fields.extend([("version".to_owned(), version), ("was".to_owned(), was)]);
        fields
    };
    let send = async |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        w.anna.form(&path, &fields).await
    };
    let told = send(&typed(&read, "Центр", "")).await.is(409);
    assert!(told.text.contains("value=\"Центральный\"") && told.text.contains("value=\"centre-1\""), "{}", told.text);
    assert!(
        !told.text.contains("<td data-label=\"У вас\">Центр</td>"),
        "what Anna did not touch is no difference: {}",
        told.text
    );
    // She presses «Сохранить моё»: the form as it stands there.
    send(&typed(&told, "Центральный", "Казань")).await.is(303);
    let now = w.anna.get(&format!("/api/v1{path}")).await.is(200).json();
    assert_eq!((&now["name"], &now["region"], &now["code"]), (&json!("Центральный"), &json!("Казань"), &json!("centre-1")));
}

#[tokio::test]
async fn the_own_account_tells_of_a_clash_side_by_side() {
    let w = World::new().await;
    let read = w.anna.page("/account").await.is(200);
    w.anna.patch("/api/v1/account", json!({"locale": "en"})).await.is(200);
    w.anna.patch("/api/v1/account", json!({"locale": "ru"})).await.is(200);
    let old = version(&read);
    let fields = [("name", "Анна Ивановна"), ("locale", "ru"), ("version", &*old), ("was", &*was(&read))];
    let told = w.anna.form("/account", &fields).await.is(409);
    assert!(told.text.contains("<td data-label=\"У вас\">Анна Ивановна</td>"), "{}", told.text);
    assert!(told.text.contains("value=\"Анна Ивановна\"") && told.text.contains("Сохранить моё"));
    let now = version(&told);
    w.anna.form("/account", &[("name", "Анна Ивановна"), ("locale", "ru"), ("version", &now)]).await.is(303);
    // A refused form stays as old as it was.
    let refused = w.anna.form("/account", &[("name", ""), ("locale", "ru"), ("version", &old)]).await.is(422);
    assert_eq!(version(&refused), old);
}

#[tokio::test]
async fn a_removed_mark_comes_back_as_it_was() {
    let w = World::new().await;
    let text = json!({"ru": "Ремонт", "en": "Repairs"});
    let form = json!({"on": "2026-11-01", "text": text, "branch": "centre", "rebase": true});
    let id = w.anna.post("/api/v1/marks", form).await.is(201).id();
    let gone = w.boris.form(&format!("/marks/{id}/removal"), &[]).await.is(303);
    let next = gone.headers["location"].to_str().expect("an address").to_owned();
    let told = w.boris.page(&next).await.is(200).text;
    assert!(told.contains(&format!("action=\"/marks/{id}/restoration\"")), "undo instead of a question: {told}");
    w.dina.form(&format!("/marks/{id}/restoration"), &[]).await.is(404);
    w.gleb.form(&format!("/marks/{id}/restoration"), &[]).await.is(403);
    w.boris.form(&format!("/marks/{id}/restoration"), &[]).await.is(303);
    w.boris.form(&format!("/marks/{id}/restoration"), &[]).await.is(404);
    let back = w.anna.get(&format!("/api/v1/marks/{id}")).await.is(200).json();
    assert_eq!((&back["text"], &back["on"], &back["rebase"]), (&text, &json!("2026-11-01"), &json!(true)));
    assert_eq!(w.history(&id).await, ["mark.created", "mark.removed", "mark.restored"]);
}

#[tokio::test]
async fn a_mark_without_day_and_text_hears_of_both() {
    let w = World::new().await;
    let told = w.anna.form("/marks", &[("on", ""), ("text", "")]).await.is(422).text;
    let summary = told.split("error-summary").nth(1).and_then(|s| s.split("</ul>").next()).unwrap_or("");
    assert!(summary.contains("#f-on") && summary.contains("#f-text"), "{summary}");
    w.anna.form("/marks", &[("on", "вчера"), ("text", "Ремонт")]).await.is(422);
}
