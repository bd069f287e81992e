use kit::args;
use kit::db::Query;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn every_branch_gets_a_signed_link_with_its_code() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    let list = w.anna.get(&format!("/api/v1/surveys/{id}/links?per=branch")).await.is(200).json();
    let link = &list["items"][0];
    assert_eq!(link["label"], "Центр");
    let url = link["url"].as_str().expect("a url");
    assert!(url.starts_with(&format!("http://otklik.test/s/{code}?branch=centre&k=")), "{url}");
    let qr = link["qr"].as_str().and_then(|q| q.strip_prefix("http://otklik.test")).expect("our own");
    let drawn = w.anna.get(qr).await.is(200);
    assert_eq!(drawn.headers["content-type"], "image/svg+xml");
    assert!(drawn.text.starts_with("<svg"));
    w.dina.get(&format!("/api/v1/surveys/{id}/links")).await.is(404);
    w.dina.get(&format!("/api/v1/surveys/{id}/qr.svg")).await.is(404);
    w.anna.get(&format!("/api/v1/surveys/{id}/links?per=planet")).await.is(422);
    w.anna.get(&format!("/api/v1/surveys/{id}/qr.svg?channel={}", "x".repeat(5000))).await.is(422);
}

#[tokio::test]
async fn links_come_in_parts_and_closed_branches_in_none() {
    let w = World::new().await;
    let (id, _) = w.survey().await;
    for (code, closed) in [("a", None), ("b", Some(1_i64)), ("c", None)] {
        w.app
            .ground
            .db
            .run(
                "insert into branch (org, id, name, code, closed_at, created_at) values ($1,$2,$3,$4,$5,0)",
                args![w.anna.org, w.app.ground.entropy.id(w.app.ground.now()), format!("Филиал {code}"), code, closed],
            )
            .await
            .expect("a branch");
    }
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let part = w.anna.get(&format!("/api/v1/surveys/{id}/links?limit=1{next}")).await.is(200).json();
        seen.extend(part["items"].as_array().expect("items").iter().filter_map(|l| l["label"].as_str().map(str::to_owned)));
        match part["next"].as_str() {
            Some(cursor) => next = format!("&after={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["Филиал a", "Филиал c", "Центр"]);
    let own = w.boris.get(&format!("/api/v1/surveys/{id}/links")).await.is(200).json();
    assert_eq!(own["items"].as_array().map(Vec::len), Some(1), "a branch head prints for the own branches");
}

#[tokio::test]
async fn the_survey_page_publishes_closes_and_prints() {
    let w = World::new().await;
    let id = w.anna.post("/api/v1/surveys", json!({"name": "Пустой", "locales": ["ru"], "questions": []})).await.is(201).id();
    let refused = w.anna.form(&format!("/surveys/{id}/publication"), &[]).await.is(422);
    assert!(refused.text.contains("Добавьте хотя бы один вопрос"), "{}", refused.text);
    let (id, code) = w.survey().await;
    let page = w.anna.page(&format!("/surveys/{id}")).await.is(200).text;
    assert!(page.contains(&format!("http://otklik.test/s/{code}")) && page.contains("?test="), "{page}");
    assert!(page.contains("версия 1"));
    let sheet = w.anna.page(&format!("/surveys/{id}/sheet?per=branch")).await.is(200).text;
    assert!(sheet.contains("Расскажите, как всё прошло") && sheet.contains("Центр"));
    w.anna.page(&format!("/surveys/{id}/sheet?per=employee")).await.is(200);
    w.anna.form(&format!("/surveys/{id}/closure"), &[]).await.is(303);
    w.anna.form(&format!("/surveys/{id}/closure"), &[]).await.is(409);
    w.anna.form(&format!("/surveys/{id}/publication"), &[]).await.is(303);
    w.anna.form(&format!("/surveys/{id}/copy"), &[]).await.is(303);
    w.gleb.form(&format!("/surveys/{id}/closure"), &[]).await.is(403);
    w.dina.page(&format!("/surveys/{id}")).await.is(404);
    w.gleb.page(&format!("/surveys/{id}")).await.is(200);
}
