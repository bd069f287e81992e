use serde_json::json;

use crate::world::{Person, Reply, World, nps_survey};

/// Posts JSON as the builder's script does: with the session.
async fn autosave(who: &Person, id: &str, body: &serde_json::Value) -> Reply {
    let req = axum::http::Request::builder()
        .method("POST")
        .uri(format!("/surveys/{id}/draft"))
        .header("host", "otklik.test")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/json")
        .header("cookie", format!("{}={}", crate::doors::COOKIE, who.cookie))
        .body(axum::body::Body::from(body.to_string()))
        .expect("a request");
    who.send(req).await
}

#[tokio::test]
async fn the_draft_is_saved_by_version_and_a_clash_loses_nothing() {
    let w = World::new().await;
    let id = w.anna.post("/api/v1/surveys", nps_survey()).await.is(201).id();
    let mut form = nps_survey();
    form["questions"][0]["title"]["ru"] = json!("Посоветуете?");
    let saved = autosave(&w.anna, &id, &json!({"version": 1, "form": form})).await.is(200).json();
    assert_eq!(saved["version"], 2);
    form["questions"][0]["title"]["ru"] = json!("Иначе");
    autosave(&w.olga, &id, &json!({"version": 1, "form": form})).await.is(409);
    let page = format!("/surveys/{id}/draft");
    let theirs = w.olga.page(&page).await.is(200).json();
    assert_eq!(
        (theirs["version"].as_i64(), theirs["form"]["questions"][0]["title"]["ru"].as_str()),
        (Some(2), Some("Посоветуете?"))
    );
    autosave(&w.olga, &id, &json!({"version": 2, "form": form})).await.is(200);
    assert_eq!(w.history(&id).await, ["survey.created", "survey.edited", "survey.edited"]);
}

#[tokio::test]
async fn a_refused_draft_names_the_fields_as_the_form_does() {
    let w = World::new().await;
    let id = w.anna.post("/api/v1/surveys", nps_survey()).await.is(201).id();
    let mut form = nps_survey();
    form["questions"][1]["title"]["ru"] = json!("");
    let refused = autosave(&w.anna, &id, &json!({"version": 1, "form": form})).await.is(422);
    assert_eq!(refused.refused(), ["questions[1].title: required"]);
    form["questions"][1]["colour"] = json!("red");
    let refused = autosave(&w.anna, &id, &json!({"version": 1, "form": form})).await.is(422);
    assert_eq!(refused.refused(), ["questions[1].colour: unknown-field"]);
    autosave(&w.gleb, &id, &json!({"version": 1, "form": nps_survey()})).await.is(403);
    autosave(&w.dina, &id, &json!({"version": 1, "form": nps_survey()})).await.is(404);
}

#[tokio::test]
async fn without_a_script_the_draft_is_text() {
    let w = World::new().await;
    let id = w.anna.post("/api/v1/surveys", nps_survey()).await.is(201).id();
    let door = format!("/surveys/{id}/edit");
    let refused = w.anna.form(&door, &[("version", "1"), ("draft", "{\"name\": \"Моё название")]).await.is(422);
    assert!(refused.text.contains("Моё название"), "what was typed comes back");
    w.anna.form(&door, &[("version", "1"), ("draft", &nps_survey().to_string())]).await.is(303);
    let clash = w.anna.form(&door, &[("version", "1"), ("draft", &nps_survey().to_string())]).await.is(422);
    assert!(clash.text.contains("кто-то уже сохранил"), "{}", clash.text);
}

#[tokio::test]
async fn the_preview_speaks_both_languages_and_only_we_may_frame_it() {
    let w = World::new().await;
    let id = w.anna.post("/api/v1/surveys", nps_survey()).await.is(201).id();
    let ru = w.anna.page(&format!("/surveys/{id}/preview?lang=ru")).await.is(200);
    assert!(ru.text.contains("Посоветуете нас близким?"));
    assert!(ru.headers["content-security-policy"].to_str().expect("text").contains("frame-ancestors 'self'"));
    assert!(w.anna.page(&format!("/surveys/{id}/preview?lang=en")).await.is(200).text.contains("Would you recommend us?"));
    w.dina.page(&format!("/surveys/{id}/preview")).await.is(404);
}
