//! A standard is published, again and again.

use serde_json::json;

use super::{published, shown};
use crate::world::World;

#[tokio::test]
async fn a_change_has_to_be_named_and_is_told_word_by_word() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    let path = format!("/api/v1/standards/{id}/publication");
    w.anna.post(&path, json!({})).await.is(409);
    w.anna.patch(&format!("/api/v1/items/{}", items[1]), json!({"text": "Предложите чаю ждущему дольше 10 минут"})).await.is(200);
    let named = format!("changes.{}", items[1]);
    assert_eq!(w.anna.post(&path, json!({})).await.is(422).refused(), [format!("{named}: required")]);
    let wrong = json!({"changes": {(items[0].clone()): "editorial", (items[1].clone()): "editorial", (id.clone()): "material"}});
    let said = w.anna.post(&path, wrong).await.is(422).refused();
    assert_eq!(said, [format!("changes.{}: not-changed", items[0]), format!("changes.{id}: unknown")]);
    let odd = w.anna.post(&path, json!({"changes": {(items[1].clone()): "new"}})).await.is(422).refused();
    assert_eq!(odd, [format!("{named}: unknown-variant")]);
    let done = w.anna.post(&path, json!({"changes": {(items[1].clone()): "material"}})).await.is(201).json();
    assert_eq!(done["version"], 2);
    assert_eq!(done["changes"], json!([{"item": items[1], "change": "material"}]));
    let now = shown(&w.gleb, &id).await;
    assert_eq!(now["version"], 2);
    assert_eq!(now["items"][1]["asked_in"], 2);
    assert_eq!(now["items"][0]["asked_in"], 1);
    let diff = w.gleb.get(&format!("/api/v1/standards/{id}/diff?from=1&to=2")).await.is(200).json();
    assert_eq!(diff["items"].as_array().expect("items").len(), 1);
    assert_eq!(diff["items"][0]["change"], "changed");
    let words = &diff["items"][0]["fields"][0]["words"];
    assert_eq!(words[1], json!({"part": "removed", "text": "воды"}));
    assert_eq!(words[2], json!({"part": "added", "text": "чаю"}));
    assert_eq!(w.gleb.get(&format!("/api/v1/standards/{id}/diff?from=7")).await.is(422).refused(), ["from: unknown"]);
    assert_eq!(w.history(&id).await, ["standard.created", "standard.published", "standard.published"]);
}

#[tokio::test]
async fn versions_never_change_and_their_hash_holds() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    w.anna.patch(&format!("/api/v1/items/{}", items[0]), json!({"norm": "20 секунд"})).await.is(200);
    w.anna
        .post(&format!("/api/v1/standards/{id}/publication"), json!({"changes": {(items[0].clone()): "editorial"}}))
        .await
        .is(201);
    let list = w.gleb.get(&format!("/api/v1/standards/{id}/versions?limit=1")).await.is(200).json();
    assert_eq!(list["items"][0]["version"], 2);
    assert_eq!(list["items"][0]["published_by"], w.anna.member.to_string());
    let next = list["next"].as_str().expect("more");
    let first = w.gleb.get(&format!("/api/v1/standards/{id}/versions?limit=1&after={next}")).await.is(200).json();
    assert_eq!((&first["items"][0]["version"], &first["next"]), (&json!(1), &json!(null)));
    let text = w.gleb.get(&format!("/api/v1/standards/{id}/versions/1")).await.is(200).json();
    assert_eq!(text["items"][0]["norm"], "30 секунд");
    let content = json!({"title": text["title"], "kind": text["kind"], "items": text["items"]});
    let canonical = super::super::rules::canonical(&content);
    assert_eq!(kit::ids::sha256_hex(canonical.as_bytes()), text["hash"].as_str().expect("a hash"));
    w.gleb.get(&format!("/api/v1/standards/{id}/versions/3")).await.is(404);
    w.gleb.get(&format!("/api/v1/standards/{id}/versions/x")).await.is(404);
    w.dina.get(&format!("/api/v1/standards/{id}/versions/1")).await.is(404);
}

#[tokio::test]
async fn an_empty_standard_is_not_published_and_a_new_audience_is() {
    let w = World::new().await;
    let id = w.anna.post("/api/v1/standards", json!({"title": "Пусто", "kind": "materials"})).await.is(201).id();
    let path = format!("/api/v1/standards/{id}/publication");
    assert_eq!(w.anna.post(&path, json!({})).await.is(422).refused(), ["items: required"]);
    w.anna.post(&format!("/api/v1/standards/{id}/items"), json!({"text": "Форма чистая"})).await.is(201);
    let bare = w.anna.send(w.anna.request("POST", &path).body(axum::body::Body::empty()).expect("a request")).await;
    assert_eq!(bare.is(201).json()["version"], 1);
    w.anna.patch(&format!("/api/v1/standards/{id}"), json!({"audience": {"positions": ["Администратор"]}})).await.is(200);
    assert_eq!(shown(&w.gleb, &id).await["audience"]["positions"], json!([]), "not in force yet");
    w.anna.post(&path, json!({})).await.is(201);
    assert_eq!(shown(&w.gleb, &id).await["audience"]["positions"], json!(["Администратор"]));
    for who in [&w.boris, &w.gleb] {
        who.post(&path, json!({})).await.is(403);
    }
    w.dina.post(&path, json!({})).await.is(404);
}

#[tokio::test]
async fn every_publication_marks_the_time_axis() {
    let w = World::new().await;
    published(&w).await;
    let marks = w.anna.get("/api/v1/marks").await.is(200).json();
    assert_eq!(marks["items"][0]["text"], "Стандарт «Приветствие», версия 1");
    assert_eq!(marks["items"][0]["on"], "2026-11-21");
}

#[tokio::test]
async fn of_two_publications_at_once_one_wins() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    w.anna.patch(&format!("/api/v1/items/{}", items[0]), json!({"norm": "20 секунд"})).await.is(200);
    let path = format!("/api/v1/standards/{id}/publication");
    let body = json!({"changes": {(items[0].clone()): "material"}});
    let (a, b) = tokio::join!(w.anna.post(&path, body.clone()), w.olga.post(&path, body));
    let mut got = [a.status.as_u16(), b.status.as_u16()];
    got.sort_unstable();
    assert!(got[0] == 201 && matches!(got[1], 409 | 422), "{got:?}");
    assert_eq!(shown(&w.anna, &id).await["version"], 2);
}

#[tokio::test]
async fn a_thousand_items_are_published_in_a_moment() {
    let w = World::new().await;
    let items: Vec<_> = (0..1000).map(|n| json!({"text": format!("Пункт {n}: ответьте за {n} минут")})).collect();
    let id =
        w.anna.post("/api/v1/standards", json!({"title": "Большой", "kind": "operation", "items": items})).await.is(201).id();
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), json!({})).await.is(201);
    assert_eq!(shown(&w.gleb, &id).await["items"].as_array().expect("items").len(), 1000);
}
