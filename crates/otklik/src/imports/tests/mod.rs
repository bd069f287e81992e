//! Acts of imports and exports, each through its door.

mod dialects;
mod exports;
mod hires;
mod imports;
mod pages;
mod reference;
mod stretches;

use kit::args;
use kit::db::Query;
use serde_json::{Value as Json, json};

use crate::world::{Person, Reply, World};

/// Sends a file as this person.
pub async fn upload(who: &Person, path: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Reply {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    if let Some((name, bytes)) = file {
        body.extend_from_slice(
            format!("--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--X--\r\n");
    let request = who.request("POST", path).header("content-type", "multipart/form-data; boundary=X");
    who.send(request.body(axum::body::Body::from(body)).expect("a request")).await
}

/// Imports a file to its end and shows what became of it.
pub async fn import(w: &World, kind: &str, map: Json, bytes: &[u8]) -> Json {
    let made =
        upload(&w.anna, "/api/v1/imports", &[("kind", kind), ("map", &map.to_string())], Some(("file.csv", bytes))).await.is(202);
    w.run_jobs().await;
    w.anna.get(&format!("/api/v1/imports/{}", made.id())).await.is(200).json()
}

/// State, then accepted, duplicates, rejected.
pub fn counts(import: &Json) -> (String, i64, i64, i64) {
    let n = |name: &str| import[name].as_i64().unwrap_or(-1);
    (import["state"].as_str().unwrap_or("?").into(), n("accepted"), n("duplicates"), n("rejected"))
}

/// The codes of the errors, once each.
pub fn codes(import: &Json) -> Vec<String> {
    let mut out: Vec<String> = import["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|e| format!("{}: {}", e["column"].as_str().unwrap_or("?"), e["code"].as_str().unwrap_or("?")))
        .collect();
    out.sort();
    out.dedup();
    out
}

/// A published survey with these questions.
pub async fn survey(w: &World, questions: Json) -> String {
    let id = w
        .anna
        .post("/api/v1/surveys", json!({"name": "Старые ответы", "locales": ["ru"], "questions": questions}))
        .await
        .is(201)
        .id();
    w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201);
    id
}

/// How often each value of a question was counted, of all time.
pub async fn values(w: &World, survey: &str, question: &str) -> Vec<(i64, i64)> {
    use crate::figures::{Dim, Keys, Period, Range, Slice};
    let org = w.olga.org;
    let series = crate::figures::all_series(&w.app.ground.db, org).await.expect("series");
    let ids: Vec<i64> =
        series.iter().filter(|s| s.key.source.to_string() == survey && s.key.question == question).map(|s| s.id).collect();
    let slice = Slice {
        series: ids,
        dim: Dim::All,
        keys: Keys::Whole,
        range: Range::default(),
        by_key: false,
        by_period: Period::None,
        by_series: false,
    };
    let rows = crate::figures::read(&w.app.ground.db, org, &slice).await.expect("cells");
    rows.into_iter().next().map(|r| r.hist.values).unwrap_or_default()
}

/// Cells must equal a recount from the answers.
pub async fn sound(w: &World) {
    assert_eq!(w.wrong_cells().await, 0, "cells equal a recount");
}

/// The answers of a survey as they are stored, in order.
pub async fn stored(w: &World, survey: &str) -> Vec<Json> {
    let id = uuid::Uuid::try_parse(survey).expect("an id");
    let rows = w
        .app
        .ground
        .db
        .rows("select answers from response where org = $1 and survey = $2 order by seq", args![w.olga.org, id])
        .await
        .expect("rows");
    rows.iter().map(|r| serde_json::from_str(&r.try_get_by_index::<String>(0).expect("text")).expect("JSON")).collect()
}

/// The bytes of an answer, in whatever letters.
pub async fn bytes(who: &Person, w: &World, path: &str) -> Vec<u8> {
    use tower::ServiceExt;
    let request = who.request("GET", path).body(axum::body::Body::empty()).expect("a request");
    let response = w.router.clone().oneshot(request).await.expect("an answer");
    axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body").to_vec()
}
