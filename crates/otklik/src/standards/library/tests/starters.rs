//! Starters come in: through the API, for a new standard, into one that is there.

use serde_json::json;

use crate::standards::editing::rules::{ItemText, Kind, StandardForm};
use crate::standards::editing::{self, Standard};
use crate::world::World;

/// A standard of Anna's with one item.
pub async fn standard(w: &World) -> Standard {
    let actor = crate::access::authenticate_token(&w.app.ground.db, &w.anna.token, w.app.ground.now()).await;
    let actor = actor.expect("an answer").expect("Anna");
    let tx = w.app.write(&actor).await.expect("a transaction");
    let mut form = StandardForm::new("Приветствие", Kind::Communication);
    form.items.push(ItemText::new("Здоровайтесь первым."));
    let made = editing::create_standard(&tx, &form).await.expect("a standard");
    tx.commit().await.expect("kept");
    made
}

pub async fn count(w: &World, standard: &Standard) -> usize {
    editing::items(&w.app.ground.db, w.anna.org, standard.row.id).await.expect("items").len()
}

#[tokio::test]
async fn the_library_is_listed_by_business_and_kind() {
    let w = World::new().await;
    let all = w.anna.get("/api/v1/library").await.is(200).json();
    let clinic = w.gleb.get("/api/v1/library?business=clinic").await.is(200).json();
    let items = clinic["items"].as_array().expect("a list");
    assert!(items.len() >= 25 && items.len() < all["items"].as_array().expect("a list").len());
    let words = w.anna.get("/api/v1/library?business=cafe&kind=materials").await.is(200).json();
    assert!(
        words["items"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|i| i["kind"] == "materials" && i["text"]["ru"].is_string() && i["text"]["en"].is_string())
    );
    assert_eq!(w.anna.get("/api/v1/library?business=bank").await.is(422).refused(), ["business: unknown-variant"]);
    assert_eq!(w.anna.get("/api/v1/library?sort=key").await.is(422).refused(), ["sort: unknown-field"]);
    w.client.get("/api/v1/library").await.is(401);
}

#[tokio::test]
async fn starters_become_items_once() {
    let w = World::new().await;
    let s = standard(&w).await;
    let path = format!("/api/v1/standards/{}/starters", s.row.id);
    let choice = json!({"keys": ["clinic.call-greeting", "any.situation-queue"]});
    let made = w.anna.post(&path, choice.clone()).await.is(201).json();
    assert_eq!(made["items"].as_array().expect("ids").len(), 2);
    let items = editing::items(&w.app.ground.db, w.anna.org, s.row.id).await.expect("items");
    let text = &items[1].draft;
    assert_eq!(text.text.texts().count(), 2);
    assert!(text.why.is_some() && text.measure.is_some() && text.norm.is_some() && text.stage.is_some());
    assert_eq!(text.touchpoint, None, "the company has no such touchpoint yet");
    // Again: nothing new; with one more only that one.
    w.anna.post(&path, choice).await.is(409);
    let more = w.olga.post(&path, json!({"keys": ["clinic.call-greeting", "clinic.wait-notice"]})).await.is(201).json();
    assert_eq!(more["skipped"], json!(["clinic.call-greeting"]));
    assert_eq!(count(&w, &s).await, 4);

    for (body, refused) in [
        (json!({"keys": []}), "keys: library-choose"),
        (json!({"keys": ["nowhere"]}), "keys[0]: unknown"),
        (json!({"keys": ["clinic.call-need", "clinic.call-need"]}), "keys[1]: duplicate"),
        (json!({}), "keys: required"),
    ] {
        assert_eq!(w.anna.post(&path, body).await.is(422).refused(), [refused]);
    }
    w.gleb.post(&path, json!({"keys": ["clinic.call-need"]})).await.is(403);
    w.dina.post(&path, json!({"keys": ["clinic.call-need"]})).await.is(404);
    assert_eq!(count(&w, &s).await, 4);
    let history = w.anna.get("/api/v1/audit").await.is(200).text;
    assert_eq!(history.matches("standard.items-added").count(), 1, "{history}");
}

#[tokio::test]
async fn a_touchpoint_that_is_there_is_tied() {
    let w = World::new().await;
    w.anna.post("/api/v1/touchpoints/starter", json!({})).await.is(201);
    let s = standard(&w).await;
    let path = format!("/api/v1/standards/{}/starters", s.row.id);
    w.anna.post(&path, json!({"keys": ["shop.till-words"]})).await.is(201);
    let items = editing::items(&w.app.ground.db, w.anna.org, s.row.id).await.expect("items");
    assert!(items[1].draft.touchpoint.is_some());
}

#[tokio::test]
async fn the_pages_make_a_standard_and_add_to_one() {
    let w = World::new().await;
    let page = w.anna.page("/library?business=shop").await.is(200);
    assert!(page.text.contains("Первый контакт") && page.text.contains("Если действует конкурент"));
    let form = [("title", ""), ("kind", "communication"), ("business", "shop"), ("key", "shop.hall-greeting")];
    for _ in 0..2 {
        let refused = w.anna.form("/library", &form).await.is(422);
        assert!(
            refused
                .text
                .contains("value=\"shop.hall-greeting\" aria-describedby=\"why-shop.hall-greeting\" data-bulk-row checked")
        );
    }
    let form = [("title", "Зал"), ("kind", "communication"), ("key", "shop.hall-greeting"), ("key", "any.situation-shouting")];
    let made = w.anna.form("/library", &form).await.is(303);
    let to = made.headers.get("location").and_then(|l| l.to_str().ok()).expect("a place").to_owned();
    let id = to.split('/').nth(2).and_then(|i| uuid::Uuid::try_parse(i).ok()).expect("an id");
    assert_eq!(editing::items(&w.app.ground.db, w.anna.org, id).await.expect("items").len(), 2);

    let there = format!("/standards/{id}/library");
    let page = w.anna.page(&format!("{there}?business=shop")).await.is(200);
    assert!(page.text.contains("уже есть в стандарте"));
    w.anna.form(&there, &[("key", "shop.till-words")]).await.is(303);
    w.anna.form(&there, &[("business", "shop")]).await.is(422);
    let again = w.anna.form(&there, &[("key", "shop.till-words"), ("business", "shop")]).await.is(422);
    assert!(again.text.contains("уже есть"));
    w.gleb.page(&there).await.is(403);
    w.gleb.form(&there, &[("key", "shop.till-words")]).await.is(403);
    w.dina.page(&there).await.is(404);
    w.dina.form(&there, &[("key", "shop.till-words")]).await.is(404);
    w.anna.page("/library?business=bank").await.is(422);
}
