use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_template_becomes_a_survey_that_can_be_published_at_once() {
    let w = World::new().await;
    let all = w.anna.get("/api/v1/surveys/templates").await.is(200).json();
    let keys: Vec<&str> = all["items"].as_array().expect("items").iter().filter_map(|t| t["key"].as_str()).collect();
    assert_eq!(keys, ["nps", "csat", "ces", "visit", "pulse"]);
    for key in keys {
        let made = w.anna.post(&format!("/api/v1/surveys/templates/{key}/copy"), json!({})).await.is(201);
        assert_eq!(made.headers["location"], format!("/api/v1/surveys/{}", made.id()));
        w.anna.post(&format!("/api/v1/surveys/{}/publication", made.id()), json!({})).await.is(201);
        assert_eq!(w.history(&made.id()).await, ["survey.created", "survey.published"]);
    }
    w.anna.post("/api/v1/surveys/templates/none/copy", json!({})).await.is(404);
    w.gleb.post("/api/v1/surveys/templates/nps/copy", json!({})).await.is(403);
}

#[tokio::test]
async fn a_copy_has_a_name_and_a_code_of_its_own() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    let copy = w.anna.post(&format!("/api/v1/surveys/{id}/copy"), json!({})).await.is(201).json();
    assert_eq!(copy["name"], json!({"ru": "После визита (копия)", "en": "After the visit (copy)"}));
    assert_eq!(copy["state"], "draft");
    assert_ne!(copy["code"].as_str(), Some(&*code));
    w.gleb.post(&format!("/api/v1/surveys/{id}/copy"), json!({})).await.is(403);
    w.dina.post(&format!("/api/v1/surveys/{id}/copy"), json!({})).await.is(404);
}

#[tokio::test]
async fn the_first_steps_on_the_pages() {
    let w = World::new().await;
    let empty = w.anna.page("/surveys").await.is(200).text;
    assert!(empty.contains("Здесь будут ваши опросы") && empty.contains("/surveys/new"), "{empty}");
    let reader = w.gleb.page("/surveys").await.is(200).text;
    assert!(!reader.contains("/surveys/new"), "a reader is not offered what is refused");
    let choose = w.anna.page("/surveys/new").await.is(200).text;
    assert!(choose.contains("Готовность советовать") && choose.contains("Пульс команды"));
    w.gleb.page("/surveys/new").await.is(403);
    let made = w.anna.form("/surveys/new", &[("template", "visit")]).await.is(303);
    let place = made.headers["location"].to_str().expect("text").to_owned();
    assert!(w.anna.page(&place).await.is(200).text.contains("builder-data"));
    let refused = w.anna.form("/surveys/new", &[("name", " ")]).await.is(422);
    assert!(refused.text.contains("Заполните это поле"), "{}", refused.text);
    assert!(w.anna.page("/surveys").await.is(200).text.contains("После визита"));
}
