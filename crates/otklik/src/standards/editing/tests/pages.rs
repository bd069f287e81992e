//! The pages of standards: read, written, published, without a script.

use kit::Role;
use serde_json::json;

use super::{published, shown};
use crate::world::World;

fn location(reply: &crate::world::Reply) -> String {
    reply.headers.get("location").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned()
}

#[tokio::test]
async fn a_standard_is_written_and_published_by_forms() {
    let w = World::new().await;
    assert!(w.anna.page("/standards").await.is(200).text.contains("/standards/new"));
    let refused = w.anna.form("/standards/new", &[("title", ""), ("kind", "operation")]).await.is(422);
    assert!(refused.text.contains("Заполните"));
    let made = w.anna.form("/standards/new", &[("title", "Встреча"), ("kind", "operation")]).await.is(303);
    let edit = location(&made);
    let id = edit.split('/').nth(2).expect("an id").to_owned();
    w.anna.page(&edit).await.is(200);
    let bad = w.anna.form(&format!("/standards/{id}/items"), &[("text", " "), ("lang", "ru")]).await.is(422);
    assert!(bad.text.contains("Заполните"));
    w.anna.form(&format!("/standards/{id}/items"), &[("text", "Встаньте навстречу"), ("lang", "ru")]).await.is(303);
    let item = shown(&w.anna, &id).await["items"][0].clone();
    let (item_id, version) =
        (item["id"].as_str().expect("an id"), item["etag"].as_str().expect("a tag").trim_matches('"').to_owned());
    let fields = [
        ("version", version.as_str()),
        ("lang", "en"),
        ("text", "Stand up to meet"),
        ("minutes_cost", "0,5"),
        ("weight", "2"),
        ("critical", "on"),
    ];
    w.anna.form(&format!("/items/{item_id}/edit"), &fields).await.is(303);
    let now = shown(&w.anna, &id).await["items"][0].clone();
    assert_eq!(now["text"], json!({"ru": "Встаньте навстречу", "en": "Stand up to meet"}));
    assert_eq!((&now["minutes_cost"], &now["critical"], &now["mandatory"]), (&json!(0.5), &json!(true), &json!(true)));
    let wrong = w
        .anna
        .form(&format!("/items/{item_id}/edit"), &[("lang", "ru"), ("text", "Новое слово"), ("weight", "много")])
        .await
        .is(422);
    assert!(wrong.text.contains("Новое слово") && wrong.text.contains("много"), "what was typed is still there");
    // Whoever saves over an old version is told, and nothing is lost.
    let clash = w
        .olga
        .form(&format!("/items/{item_id}/draft"), &[("version", "1"), ("lang", "ru"), ("text", "Улыбнитесь")])
        .await
        .is(409);
    assert!(clash.json()["html"].as_str().expect("html").contains("Оставить моё"));
    let plain = w
        .olga
        .form(&format!("/items/{item_id}/edit"), &[("version", "1"), ("lang", "ru"), ("text", "Улыбнитесь гостю")])
        .await
        .is(422);
    assert!(
        plain.text.contains("Улыбнитесь гостю") && plain.text.contains("<del>Встаньте"),
        "both texts are seen: {}",
        plain.text
    );
    assert!(w.anna.page(&format!("/standards/{id}/publish")).await.is(200).text.contains("Встаньте навстречу"));
    w.anna.form(&format!("/standards/{id}/publish"), &[]).await.is(303);
    assert!(w.gleb.page(&format!("/standards/{id}")).await.is(200).text.contains("Встаньте навстречу"));
}

#[tokio::test]
async fn changes_are_chosen_on_the_page() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    w.anna.patch(&format!("/api/v1/items/{}", items[1]), json!({"text": "Предложите чаю ждущему дольше 10 минут"})).await.is(200);
    let page = format!("/standards/{id}/publish");
    let shown = w.anna.page(&page).await.is(200).text;
    assert!(shown.contains("<del>воды</del><ins>чаю</ins>"), "{shown}");
    let refused = w.anna.form(&page, &[]).await.is(422);
    assert!(refused.text.contains("Выберите одно из двух"));
    let name = format!("change-{}", items[1]);
    let line = w.anna.form(&format!("/standards/{id}/forecast"), &[]).await.is(200).text;
    assert!(line.contains("1 изменение"), "{line}");
    w.anna.form(&format!("/standards/{id}/forecast"), &[(&name, "material")]).await.is(200);
    w.anna.form(&page, &[(&name, "editorial")]).await.is(303);
    assert!(w.anna.page(&format!("/standards/{id}/diff")).await.is(200).text.contains("<ins>чаю</ins>"));
    for path in ["versions", "versions/1", "review", "edit"] {
        w.anna.page(&format!("/standards/{id}/{path}")).await.is(200);
    }
    w.anna.page("/standards/calendar").await.is(200);
    w.anna.page(&format!("/items/{}", items[1])).await.is(200);
}

#[tokio::test]
async fn a_head_is_changed_on_the_page() {
    let w = World::new().await;
    let (id, _) = published(&w).await;
    let version = shown(&w.anna, &id).await["etag"].as_str().expect("a tag").trim_matches('"').to_owned();
    let centre = w.centre.to_string();
    let fields = [
        ("version", version.as_str()),
        ("lang", "ru"),
        ("title", "Встреча"),
        ("kind", "communication"),
        ("branch", centre.as_str()),
        ("positions", "Администратор, Врач"),
        ("review_on", "2027-01-15"),
        ("days", "14"),
    ];
    w.anna.form(&format!("/standards/{id}/edit"), &fields).await.is(303);
    let now = shown(&w.anna, &id).await;
    assert_eq!(now["audience"], json!({"branches": [w.centre], "positions": ["Администратор", "Врач"]}));
    assert_eq!((&now["title"]["en"], &now["days"], &now["review_on"]), (&json!("Greeting"), &json!(14), &json!("2027-01-15")));
    // The same form once more is older than what it would go over.
    w.anna.form(&format!("/standards/{id}/edit"), &fields).await.is(409);
    let wrong =
        w.anna.form(&format!("/standards/{id}/edit"), &[("lang", "ru"), ("title", "Встреча"), ("days", "0")]).await.is(422);
    assert!(wrong.text.contains("От 1 до 365"));
}

#[tokio::test]
async fn staff_propose_on_the_page_and_get_an_answer() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    let nina = w.person("nina", Role::Employee, vec![w.centre]).await;
    assert!(nina.page(&format!("/standards/{id}")).await.is(200).text.contains("Предложить иначе"));
    let path = format!("/items/{}/proposals", items[0]);
    nina.form(&path, &[("text", "Поздоровайтесь в первые 15 секунд"), ("reason", "")]).await.is(422);
    nina.form(&path, &[("text", "Поздоровайтесь в первые 15 секунд"), ("reason", "Уходят")]).await.is(303);
    let page = w.anna.page("/proposals?state=open").await.is(200).text;
    assert!(page.contains("<del>30</del><ins>15</ins>"), "{page}");
    let made = w.anna.get("/api/v1/proposals").await.is(200).json()["items"][0]["id"].as_str().expect("an id").to_owned();
    let decision = format!("/proposals/{made}/decision");
    w.anna.form(&decision, &[("decision", "refuse"), ("answer", "")]).await.is(422);
    nina.form(&decision, &[("decision", "accept")]).await.is(403);
    w.anna.form(&decision, &[("decision", "accept"), ("answer", "Спасибо")]).await.is(303);
    let after = nina.page("/proposals").await.is(200).text;
    assert!(after.contains("Спасибо") && !after.contains("name=\"decision\""));
    assert!(!w.boris.page("/proposals?state=open").await.is(200).text.contains("name=\"decision\""));
}

#[tokio::test]
async fn rules_are_found_at_the_desk() {
    let w = World::new().await;
    assert!(w.gleb.page("/rules").await.is(200).text.contains("rules-found"));
    published(&w).await;
    assert!(w.gleb.page("/rules").await.is(200).text.contains("Правило дня"));
    let found = w.gleb.page("/rules?q=%D0%B2%D0%BE%D0%B4%D0%B0").await.is(200).text;
    assert!(found.contains("<mark>воды</mark>"), "{found}");
    assert!(w.gleb.page("/rules?q=%D0%B4%D0%B8%D0%BD%D0%BE%D0%B7%D0%B0%D0%B2%D1%80").await.is(200).text.contains("правил нет"));
}

#[tokio::test]
async fn pages_of_drafts_are_not_there_for_readers() {
    let w = World::new().await;
    let id = w.anna.post("/api/v1/standards", super::greeting()).await.is(201).id();
    for path in ["", "/versions"] {
        w.gleb.page(&format!("/standards/{id}{path}")).await.is(404);
        w.dina.page(&format!("/standards/{id}{path}")).await.is(404);
    }
    for path in ["/edit", "/publish", "/review"] {
        w.gleb.page(&format!("/standards/{id}{path}")).await.is(403);
        w.dina.page(&format!("/standards/{id}{path}")).await.is(404);
    }
}
