//! A track is made and changed.

use serde_json::json;

use crate::standards::quizzes::tests::standard;
use crate::world::World;

#[tokio::test]
async fn a_track_is_made_and_changed_by_whom_it_concerns() {
    let w = World::new().await;
    let starter = w.anna.post("/api/v1/onboarding-tracks/starter", json!({})).await.is(201);
    let door = format!("/api/v1/onboarding-tracks/{}", starter.id());
    assert_eq!(starter.json()["title"]["ru"], json!("Первые три месяца"));
    let days: Vec<i64> = starter.json()["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .filter(|s| s["kind"] == "assessment")
        .filter_map(|s| s["day"].as_i64())
        .collect();
    assert_eq!(days, [30, 60, 90]);
    for reader in [&w.gleb, &w.boris] {
        reader.get(&door).await.is(200);
        reader
            .post("/api/v1/onboarding-tracks", json!({"title": "x", "steps": [{"day": 1, "kind": "talk", "title": "x"}]}))
            .await
            .is(403);
        reader.patch(&door, json!({"active": false})).await.is(403);
    }
    w.dina.get(&door).await.is(404);
    w.dina.patch(&door, json!({"active": false})).await.is(404);
    let etag = starter.json()["etag"].as_str().expect("an etag").to_owned();
    w.olga.json("PATCH", &door, json!({"positions": ["Администратор"]}), &[("if-match", &etag)]).await.is(200);
    w.anna.json("PATCH", &door, json!({"active": false}), &[("if-match", &etag)]).await.is(409);
    assert_eq!(w.history(&starter.id()).await, ["track.created", "track.changed"]);
    let (standard, _) = standard(&w).await;
    let steps = |s: serde_json::Value| json!({"title": "Т", "steps": [s]});
    w.anna
        .post("/api/v1/onboarding-tracks", steps(json!({"day": 0, "kind": "read", "title": "Прочитать", "standard": standard})))
        .await
        .is(201);
    for (bad, field) in [
        (json!({"day": 0, "kind": "read", "title": "x", "standard": w.centre}), "steps[0].standard: unknown"),
        (json!({"day": 0, "kind": "quiz", "title": "x", "quiz": standard}), "steps[0].quiz: unknown"),
        (json!({"day": -1, "kind": "talk", "title": "x"}), "steps[0].day: out-of-range"),
        (json!({"day": 1.5, "kind": "talk", "title": "x"}), "steps[0].day: wrong-type"),
        (json!({"day": 1, "kind": "talk", "title": "a\u{0}"}), "steps[0].title: control-characters"),
        (json!({"day": 1, "kind": "talk", "title": "x", "who": "me"}), "steps[0].who: unknown-variant"),
    ] {
        assert_eq!(w.anna.post("/api/v1/onboarding-tracks", steps(bad)).await.is(422).refused(), [field]);
    }
    // A standard of another company is unknown there.
    let theirs = json!({"day": 0, "kind": "read", "title": "x", "standard": standard});
    assert_eq!(w.dina.post("/api/v1/onboarding-tracks", steps(theirs)).await.is(422).refused(), ["steps[0].standard: unknown"]);
}
