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
    let closed = w.anna.post(&format!("/api/v1/branches/{}/closure", w.centre), json!({})).await.is(201);
    assert_eq!(closed.headers.get(header::ETAG).and_then(|v| v.to_str().ok()), closed.json()["etag"].as_str());
}

/// The same request eight times at once: whatever refuses the later ones (the code is taken, the branch is closed) is the work
/// of the first, so all get its answer. A key belongs to its path.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_the_same_request_at_once_all_get_one_answer() {
    let w = World::new().await;
    let send = |path: &str, body: &serde_json::Value| {
        let request = w.olga.request("POST", path).header(header::CONTENT_TYPE, "application/json");
        let request = request.header("idempotency-key", "at once").body(Body::from(body.to_string())).expect("a request");
        let olga = w.olga.clone();
        tokio::spawn(async move { olga.send(request).await })
    };
    let closing = format!("/api/v1/branches/{}/closure", w.centre);
    for (path, body) in [
        ("/api/v1/branches", json!({"name": "Новый", "code": "new"})),
        ("/api/v1/departments", json!({"name": "Новый"})),
        ("/api/v1/touchpoints", json!({"key": "desk", "name": "Стойка", "stage": "Визит"})),
        ("/api/v1/users", json!({"name": "Новый", "email": "new@otklik.test", "role": "viewer"})),
        (&*closing, json!({})),
    ] {
        let mut answers = std::collections::BTreeSet::new();
        for task in (0..8).map(|_| send(path, &body)).collect::<Vec<_>>() {
            let reply = task.await.expect("an answer").is(201).json();
            answers.insert((reply["id"].to_string(), reply["etag"].to_string()));
        }
        assert_eq!(answers.len(), 1, "{path}: {answers:?}");
    }
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

#[tokio::test]
async fn a_repeated_token_is_one_token_and_keeps_its_secret() {
    let w = World::new().await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let request = w.anna.request("POST", "/api/v1/tokens").header(header::CONTENT_TYPE, "application/json");
        let body = json!({"name": "once", "scopes": ["read"]}).to_string();
        let request = request.header("idempotency-key", "token").body(Body::from(body)).expect("a request");
        seen.push(w.anna.send(request).await.is(201).json());
    }
    assert!(seen[0]["token"].is_string() && seen[1].get("token").is_none(), "{seen:?}");
    assert_eq!(seen[0]["id"], seen[1]["id"]);
    let all = w.anna.get("/api/v1/tokens").await.is(200).json();
    let named = all["items"].as_array().expect("items").iter().filter(|t| t["name"] == "once").count();
    assert_eq!(named, 1, "{all}");
}
