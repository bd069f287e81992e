//! A repeated request, and texts in two languages.

use axum::body::Body;
use axum::http::header;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_repeated_post_gets_the_first_answer_with_its_version() {
    let w = World::new().await;
    let body = json!({"name": "Новый", "code": "new", "region": "СЗ"}).to_string();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let request = w.anna.request("POST", "/api/v1/branches").header(header::CONTENT_TYPE, "application/json");
        let request = request.header("idempotency-key", "once").body(Body::from(body.clone())).expect("a request");
        let reply = w.anna.send(request).await.is(201);
        seen.push((reply.text.clone(), reply.headers.get(header::ETAG).cloned(), reply.headers.get(header::LOCATION).cloned()));
    }
    assert_eq!(seen[0], seen[1]);
    assert!(seen[0].1.is_some() && seen[0].2.is_some(), "{seen:?}");
}

#[tokio::test]
async fn a_mark_speaks_both_languages() {
    let w = World::new().await;
    let text = json!({"ru": "Новое приветствие", "en": "A new greeting"});
    let made = w.anna.post("/api/v1/marks", json!({"on": "2026-11-20", "text": text})).await.is(201);
    assert_eq!(made.json()["text"], text);
    let id = made.id();
    assert_eq!(w.anna.get(&format!("/api/v1/marks/{id}")).await.is(200).json()["text"], text);
    let page = w.anna.page("/marks").await.is(200).text;
    assert!(page.contains("Новое приветствие") && !page.contains("A new greeting"), "{page}");
    let plain = w.anna.patch(&format!("/api/v1/marks/{id}"), json!({"text": " Просто \"текст\" "})).await.is(200);
    assert_eq!(plain.json()["text"], "Просто \"текст\"");
    let refused = w.anna.post("/api/v1/marks", json!({"on": "2026-11-20", "text": {"ru": " "}})).await.is(422);
    assert_eq!(refused.refused(), ["text: required"]);
}
