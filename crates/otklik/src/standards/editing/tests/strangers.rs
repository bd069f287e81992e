//! What belongs to another company is not there, whichever way it is named.

use serde_json::{Value as Json, json};

use super::{greeting, published};
use crate::doors::Door;
use crate::standards::duties::tests::{branch, sign, worker};
use crate::standards::quizzes::tests as quizzes;
use crate::world::World;

/// Every door that changes something, with the ids of Olga's company and bodies that would do for them.
#[tokio::test]
async fn nothing_of_ours_is_changed_by_another_company() {
    let w = World::new().await;
    let (vera, card) = worker(&w, "Вера", w.centre, "Врач").await;
    let (id, items) = published(&w).await;
    let standard = id.parse().expect("an id");
    let quiz = w.anna.post("/api/v1/quizzes", quizzes::quiz(standard, &[items[0].parse().expect("an id")])).await.is(201).id();
    let run = vera.post(&format!("/api/v1/quizzes/{quiz}/attempts"), json!({})).await.is(201).id();
    let proposal =
        vera.post(&format!("/api/v1/standards/{id}/proposals"), json!({"item": items[0], "reason": "Так"})).await.is(201).id();
    let signed = sign(&vera, standard).await.is(201).id();
    let away = w
        .anna
        .post(&format!("/api/v1/employees/{card}/absences"), json!({"from": "2026-11-01", "to": "2026-11-02"}))
        .await
        .is(201)
        .id();
    let track = w.anna.post("/api/v1/onboarding-tracks/starter", json!({})).await.is(201).id();
    let newcomer = w.anna.post("/api/v1/newcomers", json!({"employee": card, "track": track})).await.is(201).id();
    let ids = [id.clone(), items[1].clone(), quiz, run, proposal, signed, away, track, newcomer, card];
    let bodies = [
        json!({}),
        json!({"text": "а"}),
        json!({"reason": "а"}),
        json!({"answer": "а"}),
        json!({"answers": {"k0": "a"}}),
        json!({"items": [items[0]]}),
        json!({"version": 1, "items": [items[0]], "statement": "а"}),
        json!({"version": 1, "employees": ["а"]}),
        json!({"from": "2026-11-01"}),
        json!({"keys": ["greet"]}),
        json!({"mark": 5}),
    ];
    let fields = [
        ("text", "а"),
        ("reason", "а"),
        ("answer", "а"),
        ("decision", "accept"),
        ("from", "2026-11-01"),
        ("title", "а"),
        ("agreed", "on"),
        ("version", "1"),
    ];
    let seq = "select cast(count(*) as bigint) from history where org = $1";
    let count = async || -> i64 {
        use kit::db::Query;
        w.app.ground.db.scalar(seq, kit::args![w.olga.org]).await.expect("a count").unwrap_or(0)
    };
    let before = count().await;
    for entry in w.entries.iter().filter(|e| e.method != "GET" && e.path.contains("{id}") && !matches!(e.door, Door::Public)) {
        for id in &ids {
            let path = entry.path.replace("{id}", id).replace("{n}", "1");
            let page = matches!(entry.door, Door::Page);
            let mut replies = Vec::new();
            if page {
                replies.push(w.dina.form(&path, &fields).await);
            } else {
                for body in &bodies {
                    replies.push(w.dina.json(&entry.method, &format!("{path}?reason=a"), body.clone(), &[]).await);
                    replies.push(w.dina.json(&entry.method, &path, body.clone(), &[]).await);
                    if entry.method == "DELETE" {
                        break;
                    }
                }
            }
            for reply in replies {
                assert!(reply.status.is_client_error(), "{} {path}: {reply:?}", entry.method);
            }
        }
    }
    assert_eq!(count().await, before, "nothing of ours has a new entry");
}

#[tokio::test]
async fn what_a_body_names_must_be_ours() {
    let w = World::new().await;
    let south = w.dina.post("/api/v1/branches", json!({"name": "Юг", "code": "south"})).await.is(201).id();
    let card = w.dina.post("/api/v1/employees", json!({"name": "Чужой", "branch": south})).await.is(201).id();
    let point = w.dina.post("/api/v1/touchpoints", json!({"key": "theirs", "name": "Их", "stage": "visit"})).await;
    let theirs = w.dina.post("/api/v1/standards", greeting()).await.is(201);
    let (standard, item) = (theirs.id(), theirs.json()["items"][0]["id"].clone());
    w.dina.post(&format!("/api/v1/standards/{standard}/publication"), json!({})).await.is(201);
    let quiz = w
        .dina
        .post(
            "/api/v1/quizzes",
            quizzes::quiz(standard.parse().expect("an id"), &[item.as_str().and_then(|i| i.parse().ok()).expect("an id")]),
        )
        .await
        .is(201)
        .id();
    let track = w.dina.post("/api/v1/onboarding-tracks/starter", json!({})).await.is(201).id();
    let (own, items) = published(&w).await;
    let (_, ours) = worker(&w, "Вера", w.centre, "Врач").await;
    let ours_track = w.anna.post("/api/v1/onboarding-tracks/starter", json!({})).await.is(201).id();
    let head = |more: Json| {
        let mut body = json!({"title": "а", "kind": "materials"});
        body.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
        body
    };
    let question = |item: &Json| json!({"item": item, "text": "Что?", "options": ["Да", "Нет"], "correct": "Да"});
    let mut cases = vec![
        ("/standards".to_owned(), head(json!({"audience": {"branches": [south]}})), "audience.branches[0]"),
        ("/standards".into(), head(json!({"audience": {"branches": ["centre", "south"]}})), "audience.branches[1]"),
        ("/standards".into(), head(json!({"owner": w.dina.member})), "owner"),
        ("/standards".into(), head(json!({"approver": w.dina.member})), "approver"),
        ("/standards".into(), head(json!({"items": [{"text": "а", "touchpoint": "theirs"}]})), "items[0].touchpoint"),
        (format!("/standards/{own}/proposals"), json!({"item": item, "reason": "а"}), "item"),
        (format!("/standards/{own}/order"), json!({"items": [item]}), "items[0]"),
        (format!("/standards/{own}/sheets"), json!({"version": 1, "employees": [card]}), "employees[0]"),
        ("/quizzes".into(), json!({"standard": standard, "pass_share": 1, "questions": [question(&item)]}), "standard"),
        ("/quizzes".into(), json!({"standard": own, "pass_share": 1, "questions": [question(&item)]}), "questions[0].item"),
        (
            "/onboarding-tracks".into(),
            json!({"title": "а", "steps": [{"day": 1, "kind": "read", "title": "а", "standard": standard}]}),
            "steps[0].standard",
        ),
        (
            "/onboarding-tracks".into(),
            json!({"title": "а", "steps": [{"day": 1, "kind": "quiz", "title": "а", "quiz": quiz}]}),
            "steps[0].quiz",
        ),
        ("/newcomers".into(), json!({"employee": card, "track": ours_track}), "employee"),
        ("/newcomers".into(), json!({"employee": ours, "track": track}), "track"),
    ];
    if point.status.as_u16() == 201 {
        cases.push((
            "/standards".into(),
            head(json!({"items": [{"text": "а", "touchpoint": point.id()}]})),
            "items[0].touchpoint",
        ));
    }
    for (path, body, field) in cases {
        let reply = w.olga.post(&format!("/api/v1{path}"), body.clone()).await;
        assert_eq!(reply.is(422).refused(), [format!("{field}: unknown")], "{path} {body}");
    }
    assert_eq!(
        w.olga.patch(&format!("/api/v1/items/{}", items[0]), json!({"touchpoint": "theirs"})).await.is(422).refused(),
        ["touchpoint: unknown"]
    );
    for query in [format!("standard={standard}"), format!("item={}", item.as_str().unwrap_or("")), "branch=south".into()] {
        let reply = w.olga.get(&format!("/api/v1/metrics/acknowledged?{query}")).await;
        assert!(reply.refused().iter().any(|r| r.ends_with(": unknown")), "{query}: {reply:?}");
    }
    let lists = [
        format!("standards/{own}/duties?branch=south"),
        "standards/tip?branch=south".into(),
        "newcomers?branch=south".into(),
        format!("quizzes?standard={standard}"),
    ];
    for path in lists {
        assert!(w.olga.get(&format!("/api/v1/{path}")).await.is(422).text.contains("unknown"), "{path}");
    }
}

/// The figures keep to the reader's reach as the lists do.
#[tokio::test]
async fn figures_name_nobody_beyond_the_own_reach() {
    let w = World::new().await;
    let south = branch(&w, "Потаённый филиал", "south").await;
    let (igor, _) = worker(&w, "Скрытный Игорь", south, "Стеклодув").await;
    let (vera, _) = worker(&w, "Вера", w.centre, "Врач").await;
    let (id, items) = published(&w).await;
    let standard = id.parse().expect("an id");
    let quiz = w.anna.post("/api/v1/quizzes", quizzes::quiz(standard, &[items[0].parse().expect("an id")])).await.is(201).id();
    for who in [&igor, &vera] {
        sign(who, standard).await.is(201);
        who.post(&format!("/api/v1/quizzes/{quiz}/attempts"), json!({"answers": {"k0": "b"}})).await.is(201);
    }
    for key in ["acknowledged", "quiz"] {
        for by in [
            "",
            "?by=branch",
            "?by=employee",
            "?by=item",
            "?by=standard",
            "?by=region",
            "?by=day",
            "?branch=south",
            "?by=question",
        ] {
            for who in [&w.boris, &vera] {
                let api = who.get(&format!("/api/v1/metrics/{key}{by}")).await;
                let page = who.page(&format!("/figures/{key}{by}")).await;
                let table = who.page(&format!("/figures/{key}/table.csv{by}")).await;
                for reply in [api, page, table] {
                    assert!(reply.status.as_u16() < 500, "{key}{by}: {reply:?}");
                    assert!(!reply.text.contains("Скрытный") && !reply.text.contains("Потаённый"), "{key}{by}: {}", reply.text);
                }
            }
        }
    }
    let all = w.anna.get("/api/v1/metrics/quiz").await.is(200).json();
    let own = w.boris.get("/api/v1/metrics/quiz").await.is(200).json();
    assert_eq!((&all["items"][0]["n"], &own["items"][0]["n"]), (&json!(2), &json!(1)));
    let results = w.boris.get(&format!("/api/v1/quizzes/{quiz}/results")).await.is(200).json();
    assert_eq!((&results["people"], results["branches"].as_array().map(Vec::len)), (&json!(1), Some(1)));
    vera.get(&format!("/api/v1/quizzes/{quiz}/results")).await.is(403);
    vera.get("/api/v1/metrics/acknowledged").await.is(403);
}
