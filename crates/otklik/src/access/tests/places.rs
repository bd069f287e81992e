//! Branches, touchpoints, marks, the company and its audit log.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_branch_is_made_changed_closed_and_found() {
    let w = World::new().await;
    let made = w
        .anna
        .post("/api/v1/branches", json!({"name": "На Лесной", "code": "les", "timezone": "Asia/Omsk", "region": "Сибирь"}))
        .await
        .is(201);
    let (id, etag) = (made.id(), made.json()["etag"].as_str().unwrap().to_owned());
    assert_eq!(made.headers["location"], format!("/api/v1/branches/{id}").as_str());
    let door = format!("/api/v1/branches/{id}");
    assert_eq!(w.anna.post("/api/v1/branches", json!({"name": "x", "code": "les"})).await.is(422).refused(), ["code: duplicate"]);
    let changed =
        w.anna.json("PATCH", &door, json!({"name": "На Ёлочной", "region": null}), &[("if-match", &etag)]).await.is(200).json();
    assert_eq!(
        (changed["name"].as_str(), changed["region"].as_str(), changed["code"].as_str()),
        (Some("На Ёлочной"), None, Some("les"))
    );
    w.anna.json("PATCH", &door, json!({"name": "x"}), &[("if-match", &etag)]).await.is(409);
    for q in ["ЕЛОЧ", "ёлочной", "les", "на"] {
        let found = w
            .anna
            .get(&format!("/api/v1/branches?q={}", form_urlencoded::byte_serialize(q.as_bytes()).collect::<String>()))
            .await
            .is(200)
            .json();
        assert_eq!(found["items"][0]["id"], json!(id), "{q}: {found}");
    }
    assert_eq!(w.anna.get("/api/v1/branches?q=%25").await.is(200).json()["items"], json!([]));
    w.anna.get("/api/v1/branches?q=%00").await.is(422);
    w.anna.get("/api/v1/branches?sort=name").await.is(422);
    w.anna.post(&format!("{door}/closure"), json!({})).await.is(201);
    w.anna.post(&format!("{door}/closure"), json!({})).await.is(409);
    w.anna.delete(&format!("{door}/closure")).await.is(204);
    w.anna.delete(&format!("{door}/closure")).await.is(409);
    assert_eq!(w.history(&id).await, ["branch.created", "branch.changed", "branch.closed", "branch.reopened"]);
    w.boris.get(&door).await.is(403);
    w.boris.get(&format!("/api/v1/branches/{}", w.centre)).await.is(200);
    assert_eq!(w.boris.get("/api/v1/branches").await.is(200).json()["items"].as_array().unwrap().len(), 1);
    w.gleb.post("/api/v1/branches", json!({"name": "x", "code": "x"})).await.is(403);
    for bad in [
        json!({"name": "", "code": "x"}),
        json!({"name": "x\u{0}", "code": "x"}),
        json!({"name": "x", "code": "x", "org": w.dina.org}),
        json!({"name": "x", "code": "x", "timezone": "Mars/Base"}),
        json!({"name": 1, "code": "x"}),
    ] {
        w.anna.post("/api/v1/branches", bad).await.is(422);
    }
}

#[tokio::test]
async fn a_long_list_comes_in_parts() {
    let w = World::new().await;
    for i in 0..7 {
        w.anna.post("/api/v1/branches", json!({"name": format!("Филиал {}", i % 3), "code": format!("b{i}")})).await.is(201);
    }
    let (mut seen, mut path) = (Vec::new(), "/api/v1/branches?limit=3".to_owned());
    loop {
        let page = w.anna.get(&path).await.is(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|i| i["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/branches?limit=3&after={next}");
    }
    assert_eq!(seen.len(), 8);
    seen.sort_by_key(ToString::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 8, "one stood twice");
    w.anna.get("/api/v1/branches?after=00").await.is(422);
    w.anna.get("/api/v1/branches?limit=0").await.is(422);
}

#[tokio::test]
async fn a_branch_is_made_on_a_page_and_a_refused_form_keeps_what_was_typed() {
    let w = World::new().await;
    let refused = w.anna.form("/branches", &[("name", "Новый \"><b>"), ("code", "centre")]).await.is(422);
    assert!(refused.text.contains("Новый &#34;&#62;&#60;b&#62;") && refused.text.contains("Такое уже есть"), "{}", refused.text);
    let made = w.anna.form("/branches", &[("name", "Новый"), ("code", "new"), ("timezone", "")]).await.is(303);
    let path = made.headers["location"].to_str().unwrap().split('?').next().unwrap().to_owned();
    assert!(w.anna.page(&path).await.is(200).text.contains("Закрыть филиал"));
    w.anna.form(&path, &[("name", "Новее"), ("code", "new")]).await.is(303);
    w.anna.form(&format!("{path}/closure"), &[]).await.is(303);
    assert!(w.anna.page("/branches").await.is(200).text.contains("Новее"));
    assert!(!w.gleb.page(&path).await.is(200).text.contains("Сохранить"));
    w.boris.page(&path).await.is(403);
    w.gleb.form(&path, &[("name", "x")]).await.is(403);
    w.dina.page(&path).await.is(404);
}

#[tokio::test]
async fn touchpoints_begin_with_a_list_in_both_languages() {
    let w = World::new().await;
    let made = w.anna.post("/api/v1/touchpoints/starter", json!({})).await.is(201).json();
    assert!(made["items"].as_array().unwrap().len() >= 10);
    assert!(made["items"][0]["name"]["ru"].is_string() && made["items"][0]["name"]["en"].is_string());
    assert_eq!(
        w.anna.post("/api/v1/touchpoints/starter", json!({})).await.is(201).json()["items"],
        json!([]),
        "twice adds nothing"
    );
    let own = json!({"key": "greeting", "name": {"ru": "Приветствие"}, "stage": "come"});
    let id = w.anna.post("/api/v1/touchpoints", own.clone()).await.is(201).id();
    assert_eq!(w.anna.post("/api/v1/touchpoints", own).await.is(422).refused(), ["key: duplicate"]);
    let door = format!("/api/v1/touchpoints/{id}");
    assert_eq!(w.anna.patch(&door, json!({"name": "Привет", "channel": "place"})).await.is(200).json()["label"], json!("Привет"));
    assert_eq!(w.anna.patch(&door, json!({"owner": "no-such"})).await.is(422).refused(), ["owner: unknown"]);
    assert_eq!(w.history(&id).await, ["touchpoint.created", "touchpoint.changed"]);
    w.gleb.patch(&door, json!({"name": "x"})).await.is(403);
    w.anna.page("/touchpoints").await.is(200);
    w.anna.page(&format!("/touchpoints/{id}")).await.is(200);
    w.anna
        .form(&format!("/touchpoints/{id}"), &[("name_ru", "А"), ("name_en", "B"), ("stage", "pay"), ("key", "greeting")])
        .await
        .is(303);
    w.anna.form("/touchpoints", &[("stage", "pay"), ("key", "k")]).await.is(422);
}

#[tokio::test]
async fn marks_belong_to_the_company_or_a_branch() {
    let w = World::new().await;
    let id = w.anna.post("/api/v1/marks", json!({"on": "2026-11-03", "text": "Новый прайс"})).await.is(201).id();
    w.boris.post("/api/v1/marks", json!({"on": "2026-11-03", "text": "x"})).await.is(403);
    let own = w.boris.post("/api/v1/marks", json!({"on": "2026-11-04", "text": "Ремонт", "branch": "centre"})).await.is(201).id();
    w.boris.delete(&format!("/api/v1/marks/{id}")).await.is(403);
    let other = w.anna.post("/api/v1/branches", json!({"name": "Б", "code": "b"})).await.is(201).id();
    let far = w.anna.post("/api/v1/marks", json!({"on": "2026-11-05", "text": "Там", "branch": other})).await.is(201).id();
    w.boris.get(&format!("/api/v1/marks/{far}")).await.is(403);
    assert_eq!(w.boris.get("/api/v1/marks").await.is(200).json()["items"].as_array().unwrap().len(), 2);
    w.anna.post("/api/v1/marks", json!({"on": "2026-02-30", "text": "x"})).await.is(422);
    w.boris.delete(&format!("/api/v1/marks/{own}")).await.is(204);
    w.boris.delete(&format!("/api/v1/marks/{own}")).await.is(404);
    assert_eq!(w.history(&own).await, ["mark.created", "mark.removed"]);
    w.anna.page("/marks").await.is(200);
    w.anna.form("/marks", &[("on", "2026-11-20"), ("text", "Обучение"), ("branch", "")]).await.is(303);
    w.anna.form("/marks", &[("on", "завтра"), ("text", "")]).await.is(422);
}

#[tokio::test]
async fn the_company_changes_itself_and_everything_is_in_the_log() {
    let w = World::new().await;
    let org =
        w.olga.patch("/api/v1/org", json!({"frame_origins": ["https://Sosny.ru"], "timezone": "Asia/Omsk"})).await.is(200).json();
    assert_eq!(org["frame_origins"], json!(["https://sosny.ru"]));
    assert_eq!(
        w.olga.patch("/api/v1/org", json!({"frame_origins": ["http://x"]})).await.is(422).refused(),
        ["frame_origins[0]: bad-origin"]
    );
    assert_eq!(w.olga.patch("/api/v1/org", json!({"name": "Кафе «Другое»"})).await.is(422).refused(), ["name: duplicate"]);
    w.anna.patch("/api/v1/org", json!({"name": "x"})).await.is(403);
    w.olga
        .form("/org", &[("name", "Сосны"), ("timezone", "Europe/Moscow"), ("locale", "ru"), ("frame_origins", "")])
        .await
        .is(303);
    let log = w.anna.get("/api/v1/audit?noun=org&limit=1").await.is(200).json();
    assert_eq!(log["items"][0]["verb"], json!("org.changed"));
    assert_eq!(log["items"][0]["after"]["name"], json!("Сосны"));
    assert!(log["next"].is_string());
    assert_eq!(w.anna.get("/api/v1/audit?from=2026-11-22").await.is(200).json()["items"], json!([]));
    w.anna.get("/api/v1/audit?from=2026-11-21&to=2026-11-22").await.is(200);
    w.anna.get("/api/v1/audit?from=yesterday").await.is(422);
    w.anna.get("/api/v1/audit?noun=%27or").await.is(422);
    w.gleb.get("/api/v1/audit").await.is(403);
    assert!(w.anna.page("/audit?noun=org").await.is(200).text.contains("Компания изменена"));
    for page in
        ["/settings", "/org", "/users", "/tokens", "/audit", "/account", "/departments", "/employees", "/marks", "/touchpoints"]
    {
        let shown = w.olga.page(page).await.is(200).text;
        let missing = shown.split(['"', '>', '<', ' ']).find(|word| word.starts_with("access-") || word.starts_with("staff-"));
        assert_eq!(missing, None, "{page} shows a key");
    }
}
