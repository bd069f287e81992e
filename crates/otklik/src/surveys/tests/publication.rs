use std::time::Duration;

use kit::Via;
use serde_json::json;
use uuid::Uuid;

use crate::access::entry::system;
use crate::figures::{self, Dims, Fact};
use crate::surveys;
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

/// A draft that was never published.
async fn draft(w: &World) -> (String, Uuid) {
    let id = w.anna.post("/api/v1/surveys", nps_survey()).await.is(201).id();
    let parsed = Uuid::try_parse(&id).expect("an id");
    (id, parsed)
}

#[tokio::test]
async fn of_two_publications_at_once_both_are_sound() {
    let w = World::new().await;
    let ((_, one), (two, _)) = (draft(&w).await, draft(&w).await);
    let slow = async {
        let tx = w.app.write(&system(w.olga.org, "", "UTC", Via::Cli)).await.expect("an act");
        surveys::publish(&tx, one).await.expect("a publication");
        tokio::time::sleep(Duration::from_millis(300)).await;
        tx.commit().await.expect("a commit");
    };
    let ((), other) = tokio::join!(slow, async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        w.anna.post(&format!("/api/v1/surveys/{two}/publication"), json!({})).await
    });
    other.is(201);
    let all = figures::all_series(&w.app.ground.db, w.olga.org).await.expect("series");
    let mut numbers: Vec<i64> = all.iter().map(|s| s.id).collect();
    numbers.dedup();
    assert_eq!(numbers.len(), all.len(), "each line of figures has its own number");
}

#[tokio::test]
async fn of_two_publications_of_one_survey_at_once_one_counts() {
    let w = World::new().await;
    let (path, id) = draft(&w).await;
    let slow = async {
        let tx = w.app.write(&system(w.olga.org, "", "UTC", Via::Cli)).await.expect("an act");
        surveys::publish(&tx, id).await.expect("a publication");
        tokio::time::sleep(Duration::from_millis(300)).await;
        tx.commit().await.expect("a commit");
    };
    let ((), other) = tokio::join!(slow, async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        w.anna.post(&format!("/api/v1/surveys/{path}/publication"), json!({})).await
    });
    // Whoever comes behind opens what is open, or is told that somebody was faster.
    assert!([201, 409].contains(&other.status.as_u16()), "{other:?}");
    assert_eq!(w.anna.get(&format!("/api/v1/surveys/{path}")).await.json()["version"], 1);
}

/// History first, then cells: see the quizzes.
#[tokio::test]
async fn an_answer_is_removed_beside_an_act_that_counts_too() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let id = w.client.post(&format!("/s/{code}"), json!({"answers": {"nps": 9}})).await.is(201).id();
    let beside = async {
        let tx = w.app.write(&system(w.olga.org, "", "UTC", Via::Cli)).await.expect("an act");
        tx.record("test.begun", "a", None, None).await.expect("a line of history");
        tokio::time::sleep(Duration::from_millis(300)).await;
        let series = figures::all_series(&tx, w.olga.org).await.expect("series")[0].id;
        let fact = Fact { series, value: None, day: Some(1), dims: Dims::default(), sign: 1 };
        figures::record(&tx, w.olga.org, &[fact]).await.expect("counted");
        tx.commit().await.expect("a commit");
    };
    let path = format!("/api/v1/responses/{id}");
    let (reply, ()) = tokio::join!(w.anna.delete(&path), beside);
    reply.is(204);
}
