//! What figures call their items, and what a reader of the API may rely on beside the numbers.

use serde_json::json;

use super::figures::{answer, survey};
use crate::world::World;

fn labels(figure: &serde_json::Value) -> Vec<String> {
    figure["items"].as_array().expect("items").iter().map(|i| i["label"].as_str().unwrap_or("?").to_owned()).collect()
}

#[tokio::test]
async fn places_and_questions_are_called_by_their_words() {
    let w = World::new().await;
    let (id, code) = survey(&w, "identified").await;
    w.anna.post("/api/v1/touchpoints", json!({"key": "desk", "name": "Стойка", "stage": "contact"})).await.is(201);
    w.anna
        .post("/api/v1/touchpoints", json!({"key": "call", "name": {"ru": "Звонок", "en": "Call"}, "stage": "contact"}))
        .await
        .is(201);
    for place in ["desk", "call"] {
        answer(&w, &code, json!({"nps": 9, "stars": 1, "ten": 10}), None, json!({"touchpoint": place})).await;
    }
    let by = w.anna.get("/api/v1/metrics/nps?by=touchpoint").await.is(200).json();
    assert_eq!(labels(&by), ["Звонок", "Стойка"]);
    let page = w.anna.page("/figures/nps?by=touchpoint").await.is(200).text;
    assert!(page.contains("Звонок") && !page.contains("&quot;en&quot;") && !page.contains("&#34;en&#34;"), "{page}");
    let by = w.anna.get(&format!("/api/v1/metrics/rating?by=question&survey={id}")).await.is(200).json();
    assert_eq!(labels(&by), ["Десять", "Оценка"]);
    assert_eq!(by["items"][0]["key"], "ten");
}

#[tokio::test]
async fn surveys_of_staff_do_not_answer_for_clients() {
    let w = World::new().await;
    let form =
        json!({"name": "Пульс", "locales": ["ru"], "about": "staff", "questions": [{"key": "nps", "type": "nps", "title": "?"}]});
    let made = w.anna.post("/api/v1/surveys", form).await.is(201).json();
    let (id, code) = (made["id"].as_str().expect("an id"), made["code"].as_str().expect("a code"));
    w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201);
    answer(&w, code, json!({"nps": 9}), None, json!({})).await;
    for (query, n) in [
        (String::new(), 0),
        ("?about=staff".into(), 1),
        (format!("?survey={id}"), 1),
        (format!("?survey={id}&about=staff"), 1),
        (format!("?survey={id}&about=clients"), 0),
    ] {
        let figure = w.anna.get(&format!("/api/v1/metrics/nps{query}")).await.is(200).json();
        assert_eq!(figure["items"][0]["n"], n, "{query}");
    }
}

#[tokio::test]
async fn a_figure_is_exact_and_a_day_is_explained() {
    let w = World::new().await;
    let (_, code) = survey(&w, "identified").await;
    for score in [10, 8, 8, 8, 7, 7, 7, 8, 0, 1, 2, 3] {
        answer(&w, &code, json!({"nps": score}), None, json!({})).await;
    }
    let figure = w.anna.get("/api/v1/metrics/nps").await.is(200).json();
    // 100 × (1 − 4) ÷ 12, to the last bit: equal shares are equal figures.
    assert_eq!(figure["items"][0]["value"], -25.0);
    let refused = w.anna.get("/api/v1/metrics/nps?from=21.11.2026").await.is(422);
    assert_eq!(refused.refused(), ["from: bad-day"]);
    assert_eq!(refused.json()["errors"][0]["message"], "Нужна дата вида 2026-11-21.");
}
