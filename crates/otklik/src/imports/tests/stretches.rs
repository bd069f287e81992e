use std::fmt::Write;

use serde_json::{Value as Json, json};

use super::{counts, import, sound, survey, upload, values};
use crate::imports::run::{Pace, run};
use crate::world::World;

fn questions() -> Json {
    json!([{"key": "nps", "type": "nps", "title": "Посоветуете?"}])
}

fn map(survey: &str) -> Json {
    json!({"survey": survey, "columns": {"n": "external_id", "day": "at", "branch": "branch", "who": "employee", "score": "answer:nps"},
        "create": ["branches", "employees"]})
}

/// Rows `from..to`; every employee has an answer or two on a day, and both halves of a file meet on the same days.
fn rows(from: usize, to: usize) -> String {
    let mut out = String::from("n,day,branch,who,score\n");
    for i in from..to {
        let _ = writeln!(out, "n{i},2025-03-{:02},b{},e{},{}", 1 + i % 7, i % 3, i % 61, i % 11);
    }
    out
}

#[tokio::test]
async fn days_that_come_in_pieces_are_counted_as_one() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    assert_eq!(counts(&import(&w, "responses", map(&id), rows(0, 300).as_bytes()).await), ("done".into(), 300, 0, 0));
    sound(&w).await;
    // A third of these came before: the others stand behind what is stored.
    assert_eq!(counts(&import(&w, "responses", map(&id), rows(200, 500).as_bytes()).await), ("done".into(), 200, 100, 0));
    sound(&w).await;
    assert_eq!(values(&w, &id, "nps").await.iter().map(|v| v.1).sum::<i64>(), 500);
}

#[tokio::test]
async fn many_chunks_may_share_a_transaction() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    let file = rows(0, 5300) + "n7,2025-03-01,b0,e0,5\nx,2025-03-01,b0,e0,77\n";
    let made = upload(
        &w.anna,
        "/api/v1/imports",
        &[("kind", "responses"), ("map", &map(&id).to_string())],
        Some(("f.csv", file.as_bytes())),
    )
    .await
    .is(202)
    .id();
    let mut heard = Vec::new();
    let id_of = uuid::Uuid::try_parse(&made).expect("an id");
    run(&w.app.ground, w.olga.org, id_of, || Pace::ALONE, |row| heard.push(row.rows_done)).await.expect("an import");
    assert_eq!(heard, [5302]);
    let done = w.anna.get(&format!("/api/v1/imports/{made}")).await.is(200).json();
    assert_eq!(counts(&done), ("done".into(), 5300, 1, 1), "{done}");
    sound(&w).await;
}
