use serde_json::json;

use crate::world::{World, nps_survey};

#[tokio::test]
async fn a_published_survey_takes_answers_until_it_is_closed() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    let door = format!("/s/{code}");
    let id1 = w.client.post(&door, json!({"answers": {"nps": 9}})).await.is(201).id();
    w.anna.get(&format!("/api/v1/responses/{id1}")).await.is(200);
    w.anna.delete(&format!("/api/v1/surveys/{id}/publication")).await.is(204);
    w.anna.delete(&format!("/api/v1/surveys/{id}/publication")).await.is(409);
    w.client.post(&door, json!({"answers": {"nps": 9}})).await.is(410);
    let again = w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201).json();
    assert_eq!(
        (again["code"].as_str(), again["version"].as_i64()),
        (Some(code.as_str()), Some(1)),
        "reopening keeps code and version"
    );
    w.client.post(&door, json!({"answers": {"nps": 9}})).await.is(201);
    assert_eq!(w.history(&id).await, ["survey.created", "survey.published", "survey.closed", "survey.published"]);
}

#[tokio::test]
async fn an_empty_survey_is_not_published_and_says_why() {
    let w = World::new().await;
    let mut survey = nps_survey();
    survey["questions"] = json!([]);
    let id = w.anna.post("/api/v1/surveys", survey).await.is(201).id();
    let refused = w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(422);
    assert_eq!(refused.refused(), ["questions: required"]);
}

#[tokio::test]
async fn a_reader_may_not_and_a_stranger_finds_nothing() {
    let w = World::new().await;
    let (id, _) = w.survey().await;
    let door = format!("/api/v1/surveys/{id}/publication");
    w.gleb.post(&door, json!({})).await.is(403);
    w.boris.post(&door, json!({})).await.is(403);
    w.dina.post(&door, json!({})).await.is(404);
    w.client.post(&door, json!({})).await.is(401);
}
