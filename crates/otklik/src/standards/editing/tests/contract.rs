//! The contract's page on standards, line by line.

use serde_json::{Value as Json, json};

use super::{ids, published};
use crate::standards::duties::tests::{branch, duties, sign, worker};
use crate::standards::quizzes::tests as quizzes;
use crate::world::{Person, Reply, World};

/// What a thing that was made answers with.
#[track_caller]
fn made(reply: &Reply, at: &str, tagged: bool) {
    assert_eq!(reply.status.as_u16(), 201, "{reply:?}");
    assert_eq!(reply.headers["location"].to_str().expect("text"), format!("/api/v1{at}"), "{reply:?}");
    if tagged {
        assert_eq!(reply.headers["etag"].to_str().ok(), reply.json()["etag"].as_str(), "{reply:?}");
    }
}

#[tokio::test]
async fn a_standard_has_the_defaults_of_the_contract() {
    let w = World::new().await;
    let bare = w
        .anna
        .post(
            "/api/v1/standards",
            json!({"title": "Форма", "kind": "materials", "items": [{"text": "Будьте вежливы и отвечайте быстро"}]}),
        )
        .await;
    made(&bare, &format!("/standards/{}", bare.id()), true);
    let said = bare.json();
    assert_eq!(
        (&said["owner"], &said["review_on"], &said["version"]),
        (&json!(w.anna.member), &json!("2027-11-21"), &json!(null))
    );
    assert_eq!(said["audience"], json!({"branches": [], "positions": []}));
    assert_eq!(
        (&said["items"][0]["weight"], &said["items"][0]["mandatory"], &said["items"][0]["critical"]),
        (&json!(1.0), &json!(true), &json!(false))
    );
    let full = json!({"title": "Ф", "kind": "profession", "audience": {"branches": ["centre"], "positions": ["Врач"]}, "owner": w.boris.member, "review_on": "2027-01-01"});
    let full = w.anna.post("/api/v1/standards", full).await.is(201).json();
    assert_eq!(full["audience"], json!({"branches": [w.centre], "positions": ["Врач"]}));
    assert_eq!((&full["owner"], &full["review_on"]), (&json!(w.boris.member), &json!("2027-01-01")));
    for strange in ["title", "kind"] {
        let mut body = json!({"title": "а", "kind": "materials"});
        body.as_object_mut().expect("an object").remove(strange);
        assert_eq!(w.anna.post("/api/v1/standards", body).await.is(422).refused(), [format!("{strange}: required")]);
    }
    let item = w.anna.post(&format!("/api/v1/standards/{}/items", bare.id()), json!({"text": "Ещё"})).await;
    made(&item, &format!("/items/{}", item.id()), true);
    let lint = w.anna.get(&format!("/api/v1/standards/{}/lint", bare.id())).await.is(200).json();
    let rules = ["specific", "measurable", "relevant", "transparent", "current", "free", "complete", "economic"];
    for finding in lint.as_array().expect("a list") {
        assert!(finding.get("item").is_some() && finding["message"].is_string() && finding["severity"].is_string());
        assert!(finding["rule"].as_str().is_some_and(|r| rules.contains(&r)), "{finding}");
    }
    assert!(!lint.as_array().expect("a list").is_empty());
}

#[tokio::test]
async fn changes_hold_to_the_version_that_was_seen() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    let quiz = w
        .anna
        .post("/api/v1/quizzes", quizzes::quiz(id.parse().expect("an id"), &[items[0].parse().expect("an id")]))
        .await
        .is(201)
        .id();
    let track = w.anna.post("/api/v1/onboarding-tracks/starter", json!({})).await.is(201).id();
    let things = [
        (format!("/standards/{id}"), json!({"days": 3})),
        (format!("/items/{}", items[0]), json!({"norm": "10 секунд"})),
        (format!("/quizzes/{quiz}"), json!({"pass_share": 0.7})),
        (format!("/onboarding-tracks/{track}"), json!({"active": false})),
    ];
    for (path, change) in things {
        let path = format!("/api/v1{path}");
        let etag = w.anna.get(&path).await.is(200).headers["etag"].to_str().expect("text").to_owned();
        let tagged = [("if-match", &*etag)];
        let merge = [("if-match", &*etag), ("content-type", "application/merge-patch+json")];
        let done = w.anna.json("PATCH", &path, change.clone(), &tagged).await.is(200);
        assert_ne!(done.headers["etag"], &*etag, "{path}");
        w.anna.json("PATCH", &path, change.clone(), &tagged).await.is(409);
        w.anna.json("PATCH", &path, change.clone(), &merge[..1]).await.is(409);
        w.anna
            .json("PATCH", &path, change.clone(), &[("if-match", "nonsense")])
            .await
            .status
            .is_client_error()
            .then_some(())
            .expect("refused");
        assert_eq!(w.anna.patch(&path, json!({"surprise": 1})).await.is(422).refused(), ["surprise: unknown-field"]);
        for who in [&w.boris, &w.gleb] {
            who.patch(&path, change.clone()).await.is(403);
        }
        w.dina.patch(&path, change).await.is(404);
    }
}

/// Sent again with the same key: the same answer, and nothing happens twice.
async fn again(who: &Person, path: &str, body: Json) -> Reply {
    let key = [("idempotency-key", path)];
    let path = format!("/api/v1{path}");
    let first = who.json("POST", &path, body.clone(), &key).await;
    assert!([200, 201].contains(&first.status.as_u16()), "{path}: {first:?}");
    let second = who.json("POST", &path, body, &key).await;
    assert_eq!((first.status, &first.text), (second.status, &second.text), "{path}");
    assert_eq!(first.headers.get("location"), second.headers.get("location"), "{path}");
    assert_eq!(
        who.json("POST", &path, json!({"other": 1}), &key).await.is(422).refused(),
        ["Idempotency-Key: key-reused"],
        "{path}"
    );
    first
}

#[tokio::test]
async fn every_post_is_good_for_one_time_under_its_key() {
    let w = World::new().await;
    let (vera, card) = worker(&w, "Вера", w.centre, "Врач").await;
    let (_, other) = worker(&w, "Пётр", w.centre, "Врач").await;
    let standard = again(&w.anna, "/standards", super::greeting()).await;
    let (id, items) = (standard.id(), ids(&standard.json()["items"]));
    again(&w.anna, &format!("/standards/{id}/items"), json!({"text": "Ещё"})).await;
    again(&w.anna, &format!("/standards/{id}/order"), json!({"items": [items[1], items[0]]})).await;
    again(&w.anna, &format!("/standards/{id}/paste"), json!({"text": "1. Раз\n2. Два"})).await;
    again(&w.anna, &format!("/items/{}/retirement", items[2]), json!({})).await;
    made(
        &again(&w.anna, &format!("/standards/{id}/publication"), json!({})).await,
        &format!("/standards/{id}/versions/1"),
        false,
    );
    let proposal = again(&vera, &format!("/standards/{id}/proposals"), json!({"item": items[0], "reason": "Так"})).await;
    made(&proposal, &format!("/proposals/{}", proposal.id()), false);
    again(&w.anna, &format!("/proposals/{}/refusal", proposal.id()), json!({"answer": "Нет"})).await;
    let mine = vera.get("/api/v1/duties").await.is(200).json()["items"][0].clone();
    let body = json!({"version": mine["version"], "items": mine["items"], "statement": "Прочитала"});
    let signed = again(&vera, &format!("/standards/{id}/signatures"), body).await;
    made(&signed, &format!("/signatures/{}", signed.id()), false);
    let sheet = again(
        &w.boris,
        &format!("/standards/{id}/sheets"),
        json!({"version": 1, "employees": [other], "signed_on": "2026-11-21"}),
    )
    .await
    .json();
    assert_eq!((&sheet["signatures"][0]["via"], &sheet["signatures"][0]["entered_by"]), (&json!("paper"), &json!("boris")));
    let quiz = again(&w.anna, "/quizzes", quizzes::quiz(id.parse().expect("an id"), &[items[0].parse().expect("an id")])).await;
    let run = again(&vera, &format!("/quizzes/{}/attempts", quiz.id()), json!({})).await;
    again(&vera, &format!("/attempts/{}/submission", run.id()), json!({"answers": {"k0": "a"}})).await;
    let track = again(&w.anna, "/onboarding-tracks/starter", json!({})).await;
    let newcomer = again(&w.boris, "/newcomers", json!({"employee": card, "track": track.id()})).await;
    made(&newcomer, &format!("/newcomers/{}", newcomer.id()), false);
    again(&w.boris, &format!("/employees/{other}/absences"), json!({"from": "2026-11-21"})).await;
    assert_eq!(w.anna.get(&format!("/api/v1/standards/{id}/items")).await.json()["items"].as_array().map(Vec::len), Some(6));
}

#[tokio::test]
async fn lists_refuse_what_they_do_not_know() {
    let w = World::new().await;
    let (_, card) = worker(&w, "Вера", w.centre, "Врач").await;
    let (id, _) = published(&w).await;
    let lists = [
        "standards".into(),
        "standards/calendar".into(),
        "proposals".into(),
        "quizzes".into(),
        "onboarding-tracks".into(),
        "newcomers".into(),
        format!("standards/{id}/versions"),
        format!("standards/{id}/duties"),
        format!("standards/{id}/proposals"),
        format!("employees/{card}/absences"),
    ];
    for list in lists {
        let path = format!("/api/v1/{list}");
        let good = w.anna.get(&format!("{path}?limit=1")).await.is(200).json();
        assert!(good["items"].is_array() && good.get("next").is_some(), "{path}: {good}");
        for bad in [
            "limit=0",
            "limit=501",
            "limit=x",
            "after=x",
            "after=%00",
            "after=W10",
            "surprise=1",
            "limit=1&limit=2",
            "after=WyJ4IiwieSJd",
        ] {
            let reply = w.anna.get(&format!("{path}?{bad}")).await;
            assert!([400, 422].contains(&reply.status.as_u16()), "{path}?{bad}: {reply:?}");
        }
    }
    w.anna.get(&format!("/api/v1/standards/{id}/duties?state=bogus")).await.is(422);
    w.anna.get("/api/v1/standards?kind=bogus").await.is(422);
    w.anna.get(&format!("/api/v1/standards/{id}/diff?from=x")).await.is(422);
    w.anna.get(&format!("/api/v1/standards/{id}/diff?from=-1")).await.is(422);
    w.anna.get("/api/v1/standards/not-an-id").await.is(404);
}

#[tokio::test]
async fn a_retired_item_stays_known_and_asks_nobody() {
    let w = World::new().await;
    let south = branch(&w, "Юг", "south").await;
    let (vera, card) = worker(&w, "Вера", south, "Врач").await;
    let (id, items) = published(&w).await;
    let item = format!("/api/v1/items/{}", items[0]);
    let retired = w.anna.post(&format!("{item}/retirement"), json!({})).await.is(201);
    assert_eq!(retired.json()["state"], "retiring");
    w.anna.post(&format!("{item}/retirement"), json!({})).await.is(409);
    assert_eq!(duties(&w, &card).await, ["pending v1 2"], "in force until the next publication");
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), json!({})).await.is(201);
    assert_eq!(duties(&w, &card).await, ["pending v2 1"]);
    for (method, path, body) in [
        ("PATCH", item.clone(), json!({"norm": "1"})),
        ("POST", format!("{item}/retirement"), json!({})),
        ("DELETE", format!("{item}/retirement"), json!({})),
    ] {
        w.anna.json(method, &path, body, &[]).await.is(409);
    }
    vera.post(&format!("/api/v1/standards/{id}/proposals"), json!({"item": items[0], "reason": "Верните"})).await.is(409);
    let asked = quizzes::quiz(id.parse().expect("an id"), &[items[0].parse().expect("an id")]);
    assert_eq!(w.anna.post("/api/v1/quizzes", asked).await.is(422).refused(), ["questions[0].item: quiz-item-retired"]);
    assert_eq!(w.gleb.get(&item).await.is(200).json()["state"], "retired");
    w.gleb.get(&format!("{item}/thread")).await.is(200);
    w.gleb.get(&format!("{item}/versions")).await.is(200);
    sign(&vera, id.parse().expect("an id")).await.is(201);
    assert_eq!(duties(&w, &card).await, ["signed v2 1"]);
    let old = json!({"version": 1, "items": [items[1]], "statement": "Прочитала"});
    vera.post(&format!("/api/v1/standards/{id}/signatures"), old).await.is(409);
}
