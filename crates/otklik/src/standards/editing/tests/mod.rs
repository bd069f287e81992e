//! Acts of writing a standard, through the doors.

mod asking;
mod contract;
mod drafting;
mod examples;
mod floods;
mod keeping;
mod leaks;
mod linting;
mod pages;
mod proposing;
mod publication;
mod review;
mod search;
mod strangers;

use serde_json::{Value as Json, json};

use crate::world::{Person, World};

/// A standard of greeting with three items, published; its id and the ids of its items.
pub(super) async fn published(w: &World) -> (String, Vec<String>) {
    let made = w.anna.post("/api/v1/standards", greeting()).await.is(201);
    let id = made.id();
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), json!({})).await.is(201);
    (id, ids(&made.json()["items"]))
}

pub(super) fn greeting() -> Json {
    json!({"title": {"ru": "Приветствие", "en": "Greeting"}, "kind": "communication", "items": [
        {"text": {"ru": "Поздоровайтесь в первые 30 секунд", "en": "Greet within 30 seconds"}, "why": "Клиент видит, что его заметили",
         "norm": "30 секунд", "critical": true},
        {"text": "Предложите воды ждущему дольше 10 минут", "minutes_cost": 1.5},
        {"text": "Попрощайтесь по имени", "mandatory": false}
    ]})
}

pub(super) fn ids(items: &Json) -> Vec<String> {
    items.as_array().expect("items").iter().map(|i| i["id"].as_str().expect("an id").to_owned()).collect()
}

pub(super) async fn shown(who: &Person, id: &str) -> Json {
    who.get(&format!("/api/v1/standards/{id}")).await.is(200).json()
}
