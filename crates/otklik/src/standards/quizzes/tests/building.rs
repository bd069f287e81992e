//! A quiz is made, changed and closed.

use kit::{args, db::Query};
use serde_json::json;

use super::{colleague, quiz, standard};
use crate::world::World;

#[tokio::test]
async fn a_quiz_is_made_changed_and_closed_by_whom_it_concerns() {
    let w = World::new().await;
    let (standard, items) = standard(&w).await;
    let (vera, _) = colleague(&w, "vera", "centre").await;
    let made = w.anna.post("/api/v1/quizzes", quiz(standard, &items)).await.is(201);
    let door = format!("/api/v1/quizzes/{}", made.id());
    assert_eq!(made.headers["location"], door.as_str());
    let seen = made.json();
    assert_eq!((&seen["questions"][0]["correct"], &seen["questions"][0]["orphaned"]), (&json!("a"), &json!(false)));
    for reader in [&vera, &w.gleb, &w.boris] {
        let text = reader.get(&door).await.is(200).text;
        assert!(!text.contains("correct") && !text.contains("explain") && !text.contains("Так написано"), "{text}");
        assert!(!reader.get("/api/v1/quizzes").await.is(200).text.contains("correct"));
        reader.post("/api/v1/quizzes", quiz(standard, &items)).await.is(403);
        reader.patch(&door, json!({"pass_share": 0})).await.is(403);
        reader.delete(&door).await.is(403);
    }
    w.dina.get(&door).await.is(404);
    w.dina.patch(&door, json!({"pass_share": 0})).await.is(404);
    assert_eq!(w.dina.post("/api/v1/quizzes", quiz(standard, &items)).await.is(422).refused(), ["standard: unknown"]);
    assert_eq!(w.dina.get(&format!("/api/v1/quizzes?standard={standard}")).await.is(422).refused(), ["standard: unknown"]);

    let etag = seen["etag"].as_str().expect("an etag").to_owned();
    let changed = w.olga.json("PATCH", &door, json!({"pass_share": 1.0, "attempts": 2}), &[("if-match", &etag)]).await.is(200);
    assert_eq!((changed.json()["attempts"].as_i64(), changed.json()["version"].as_i64()), (Some(2), Some(1)));
    w.anna.json("PATCH", &door, json!({"pass_share": 0.5}), &[("if-match", &etag)]).await.is(409);
    w.anna.delete(&door).await.is(204);
    w.anna.delete(&door).await.is(409);
    w.anna.patch(&door, json!({"pass_share": 0.5})).await.is(409);
    vera.post(&format!("{door}/attempts"), json!({})).await.is(409);
    assert_eq!(vera.get("/api/v1/quizzes").await.is(200).json()["items"], json!([]));
    assert_eq!(
        w.anna.get(&format!("/api/v1/quizzes?standard={standard}")).await.json()["items"].as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(w.history(&made.id()).await, ["quiz.created", "quiz.changed", "quiz.closed"]);
}

#[tokio::test]
async fn bad_quizzes_are_refused_in_words() {
    let w = World::new().await;
    let (one, items) = standard(&w).await;
    let (other, _) = standard(&w).await;
    let sound = quiz(one, &items);
    let refused = async |change: &dyn Fn(&mut serde_json::Value)| {
        let mut body = sound.clone();
        change(&mut body);
        w.anna.post("/api/v1/quizzes", body).await.is(422).refused()
    };
    assert_eq!(refused(&|b| b["standard"] = json!(other)).await.len(), 3, "items of another standard");
    assert_eq!(refused(&|b| b["questions"][1]["item"] = json!(one)).await, ["questions[1].item: unknown"]);
    assert_eq!(refused(&|b| b["questions"][0]["correct"] = json!("z")).await, ["questions[0].correct: unknown-option"]);
    assert_eq!(refused(&|b| b["pass_share"] = json!(1.01)).await, ["pass_share: out-of-range"]);
    assert_eq!(refused(&|b| b["attempts"] = json!(0)).await, ["attempts: out-of-range"]);
    assert_eq!(refused(&|b| b["org"] = json!(1)).await, ["org: unknown-field"]);
    assert_eq!(refused(&|b| b["questions"] = json!([])).await, ["questions: required"]);
    assert_eq!(refused(&|b| b["questions"][0]["text"] = json!("a\u{0}b")).await, ["questions[0].text: control-characters"]);
    assert_eq!(refused(&|b| b["questions"][0]["text"] = json!({"ru": "", "en": "x"})).await, ["questions[0].text: required"]);
    assert_eq!(refused(&|b| b["questions"][1]["key"] = json!("k0")).await, ["questions[1].key: duplicate"]);
    refused(&|b| b["questions"] = json!({})).await;
    refused(&|b| b["pass_share"] = json!("many")).await;
    w.anna.post("/api/v1/quizzes", json!([])).await.is(422);
    for path in ["/api/v1/quizzes?standard=x", "/api/v1/quizzes?limit=0", "/api/v1/quizzes?after=zz", "/api/v1/quizzes?q=1"] {
        w.anna.get(path).await.is(422);
    }
    w.anna.get("/api/v1/quizzes/x").await.is(404);
}

#[tokio::test]
async fn a_retired_item_is_asked_no_more() {
    let w = World::new().await;
    let (standard, items) = standard(&w).await;
    let (vera, _) = colleague(&w, "vera", "centre").await;
    let door = format!("/api/v1/quizzes/{}", w.anna.post("/api/v1/quizzes", quiz(standard, &items)).await.is(201).id());
    let begun = vera.post(&format!("{door}/attempts"), json!({})).await.is(201);
    let retire = async |item| {
        let db = &w.app.ground.db;
        db.run("update item set retired_in = 2 where org = $1 and id = $2", args![w.olga.org, item]).await.expect("retired");
    };
    retire(items[0]).await;
    // What was begun goes on as it was asked.
    let answers = json!({"answers": {"k0": "a", "k1": "a", "k2": "b"}});
    assert_eq!(
        vera.post(&format!("/api/v1/attempts/{}/submission", begun.id()), answers.clone()).await.is(201).json()["of"],
        json!(3)
    );
    assert_eq!(vera.post(&format!("{door}/attempts"), json!({})).await.is(201).json()["of"], json!(2));
    let mut again = answers.clone();
    again["number"] = json!(2);
    assert_eq!(vera.post(&format!("{door}/attempts"), again).await.is(422).refused(), ["answers.k0: unknown-question"]);
    assert_eq!(w.anna.get(&door).await.json()["questions"][0]["orphaned"], json!(true));
    // The author may keep it, or take it out; nobody may ask about it anew.
    w.anna.patch(&door, json!({"pass_share": 0.9})).await.is(200);
    assert_eq!(
        w.anna.post("/api/v1/quizzes", quiz(standard, &items)).await.is(422).refused(),
        ["questions[0].item: quiz-item-retired"]
    );
    retire(items[1]).await;
    retire(items[2]).await;
    let (igor, _) = colleague(&w, "igor", "centre").await;
    igor.post(&format!("{door}/attempts"), json!({})).await.is(409);
}
