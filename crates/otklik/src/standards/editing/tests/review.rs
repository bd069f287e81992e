//! The head's word: sent, sent back, agreed to; a later change needs a new one.

use serde_json::json;

use super::{greeting, ids};
use crate::world::World;

#[tokio::test]
async fn exactly_the_approved_draft_is_published() {
    let w = World::new().await;
    let made = w.anna.post("/api/v1/standards", greeting()).await.is(201);
    let (id, item) = (made.id(), ids(&made.json()["items"])[0].clone());
    let at = |noun: &str| format!("/api/v1/standards/{id}/{noun}");
    w.anna.post(&at("review"), json!({})).await.is(409);
    w.anna.patch(&format!("/api/v1/standards/{id}"), json!({"approver": w.olga.member})).await.is(200);
    w.anna.post(&at("publication"), json!({})).await.is(409);
    w.olga.post(&at("approval"), json!({})).await.is(409);
    assert_eq!(w.anna.post(&at("review"), json!({})).await.is(201).json()["stage"], "review");
    w.anna.post(&at("review"), json!({})).await.is(409);
    w.anna.post(&at("approval"), json!({})).await.is(403);
    assert_eq!(w.olga.delete(&at("approval")).await.is(422).refused(), ["reason: required"]);
    w.olga.delete(&format!("{}?reason=%D0%9D%D0%B5%D1%82%20%D0%BD%D0%BE%D1%80%D0%BC%D1%8B", at("approval"))).await.is(204);
    w.anna.post(&at("review"), json!({})).await.is(201);
    assert_eq!(w.olga.post(&at("approval"), json!({})).await.is(201).json()["stage"], "approved");
    // A change after the word needs a new word.
    w.anna.patch(&format!("/api/v1/items/{item}"), json!({"norm": "10 секунд"})).await.is(200);
    w.anna.post(&at("publication"), json!({})).await.is(409);
    w.anna.post(&at("review"), json!({})).await.is(201);
    w.olga.post(&at("approval"), json!({})).await.is(201);
    w.anna.post(&at("publication"), json!({})).await.is(201);
    let version = w.anna.get(&at("versions")).await.is(200).json();
    assert_eq!(version["items"][0]["approved_by"], w.olga.member.to_string());
    w.gleb.post(&at("review"), json!({})).await.is(403);
    w.dina.post(&at("review"), json!({})).await.is(404);
}

#[tokio::test]
async fn a_draft_is_taken_back() {
    let w = World::new().await;
    let mut form = greeting();
    form["approver"] = json!(w.olga.member);
    let id = w.anna.post("/api/v1/standards", form).await.is(201).id();
    let path = format!("/api/v1/standards/{id}/review");
    w.anna.delete(&path).await.is(409);
    w.anna.post(&path, json!({})).await.is(201);
    w.anna.delete(&path).await.is(204);
    assert_eq!(w.history(&id).await, ["standard.created", "standard.sent", "standard.taken-back"]);
}
