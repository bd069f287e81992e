//! The rule is found while the client stands at the desk.

use serde_json::json;

use super::published;
use crate::world::World;

fn names(body: &serde_json::Value) -> Vec<String> {
    body["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|i| i["text"].as_str().expect("text").chars().take(12).collect())
        .collect()
}

#[tokio::test]
async fn a_rule_is_found_by_any_form_of_its_words() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    let find =
        |q: &str| format!("/api/v1/standards/search?q={}", form_urlencoded::byte_serialize(q.as_bytes()).collect::<String>());
    for q in ["вода", "ждущие", "предложить воду", "ВОДОЙ"] {
        assert_eq!(names(&w.gleb.get(&find(q)).await.is(200).json()), ["Предложите в"], "{q}");
    }
    assert_eq!(names(&w.gleb.get(&find("second")).await.is(200).json()), ["Поздоровайте"], "both languages are looked through");
    let close = w.gleb.get(&find("вода динозавр")).await.is(200).json();
    assert_eq!((names(&close), &close["close"]), (vec!["Предложите в".to_owned()], &json!(true)));
    assert_eq!(w.gleb.get(&find("динозавр")).await.is(200).json()["items"], json!([]));
    assert_eq!(w.gleb.get(&find("\" OR *'); --")).await.is(200).json()["items"], json!([]));
    assert_eq!(w.dina.get(&find("вода")).await.is(200).json()["items"], json!([]));
    assert_eq!(w.gleb.get("/api/v1/standards/search?q=").await.is(422).refused(), ["q: required"]);
    // What is not in force is not found; what was rewritten is found by its new words only.
    w.anna.patch(&format!("/api/v1/items/{}", items[1]), json!({"text": "Предложите чай"})).await.is(200);
    assert_eq!(w.gleb.get(&find("чай")).await.is(200).json()["items"], json!([]));
    w.anna.post(&format!("/api/v1/items/{}/retirement", items[2]), json!({})).await.is(201);
    let changes = json!({"changes": {(items[1].clone()): "material"}});
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), changes).await.is(201);
    assert_eq!(names(&w.gleb.get(&find("чая")).await.is(200).json()), ["Предложите ч"]);
    for q in ["воды", "попрощайтесь"] {
        assert_eq!(w.gleb.get(&find(q)).await.is(200).json()["items"], json!([]), "{q}");
    }
}

#[tokio::test]
async fn the_tip_of_the_day_is_the_same_all_day() {
    let w = World::new().await;
    assert_eq!(w.gleb.get("/api/v1/standards/tip").await.is(200).json()["item"], json!(null));
    published(&w).await;
    let first = w.gleb.get("/api/v1/standards/tip?branch=centre").await.is(200).json();
    assert_eq!(first, w.boris.get("/api/v1/standards/tip?branch=centre").await.is(200).json());
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..14 {
        w.advance(kit::time::DAY);
        seen.insert(w.gleb.get("/api/v1/standards/tip?branch=centre").await.is(200).json()["item"].to_string());
    }
    assert!(seen.len() > 1, "days differ");
    assert_eq!(w.gleb.get("/api/v1/standards/tip?branch=moon").await.is(422).refused(), ["branch: unknown"]);
}

#[tokio::test]
async fn the_tip_counts_who_works_there_today() {
    let w = World::new().await;
    published(&w).await;
    for (name, hired, left) in
        [("Мария", None, Some("2026-12-01")), ("Пётр", Some("2026-12-01"), None), ("Иван", None, Some("2026-11-01"))]
    {
        let body = json!({"name": name, "branch": "centre", "hired_on": hired, "left_on": left});
        w.anna.post("/api/v1/employees", body).await.is(201);
    }
    assert_eq!(w.gleb.get("/api/v1/standards/tip?branch=centre").await.is(200).json()["people"], 1);
}

#[tokio::test]
async fn the_search_over_everything_finds_rules_too() {
    let w = World::new().await;
    published(&w).await;
    let page = w.gleb.page("/search?q=%D0%B2%D0%BE%D0%B4%D0%B0").await.is(200).text;
    assert!(page.contains("Правила") && page.contains("<mark>воды</mark>"), "{page}");
}
