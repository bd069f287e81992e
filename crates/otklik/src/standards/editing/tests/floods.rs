//! Too much, too deep, too strange: refused in words, never a defect.

use axum::body::Body;
use axum::http::header;
use serde_json::{Value as Json, json};

use super::{greeting, ids, published};
use crate::standards::duties::tests::worker;
use crate::world::{Person, Reply, World};

async fn raw(who: &Person, method: &str, path: &str, kind: &str, body: impl Into<Body>) -> Reply {
    who.send(who.request(method, path).header(header::CONTENT_TYPE, kind).body(body.into()).expect("a request")).await
}

async fn file(who: &Person, path: &str, name: &str, bytes: &[u8]) -> Reply {
    let mut body = format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes();
    body.extend(bytes);
    body.extend(b"\r\n--x--\r\n");
    raw(who, "POST", path, "multipart/form-data; boundary=x", body).await
}

/// Every door that writes and what it takes.
async fn doors(w: &World) -> Vec<(&'static str, String, Json)> {
    let (id, items) = published(w).await;
    let question = json!({"item": items[0], "text": "Что?", "options": [{"key": "a", "title": "Да"}, {"key": "b", "title": "Нет"}], "correct": "a"});
    let quiz =
        w.anna.post("/api/v1/quizzes", json!({"standard": id, "pass_share": 0.8, "questions": [question]})).await.is(201).id();
    let track = w.anna.post("/api/v1/onboarding-tracks/starter", json!({})).await.is(201).id();
    vec![
        ("POST", "/standards".into(), greeting()),
        ("PATCH", format!("/standards/{id}"), json!({"title": "а"})),
        ("POST", format!("/standards/{id}/items"), json!({"text": "а", "why": "б", "norm": "в", "stage": "г"})),
        ("PATCH", format!("/items/{}", items[0]), json!({"text": "а", "measure": "б"})),
        ("POST", format!("/standards/{id}/proposals"), json!({"text": "а", "reason": "б"})),
        ("POST", format!("/standards/{id}/signatures"), json!({"version": 1, "items": [items[0]], "statement": "а"})),
        ("POST", format!("/standards/{id}/sheets"), json!({"version": 1, "employees": ["а"]})),
        ("POST", format!("/standards/{id}/order"), json!({"items": [items[0]]})),
        ("POST", format!("/standards/{id}/publication"), json!({"changes": {(items[0].clone()): "material"}})),
        ("POST", format!("/standards/{id}/paste"), json!({"text": "1. Раз\n2. Два"})),
        ("POST", format!("/standards/{id}/starters"), json!({"keys": ["а"]})),
        ("POST", "/quizzes".into(), json!({"standard": id, "pass_share": 0.8, "questions": [question]})),
        ("PATCH", format!("/quizzes/{quiz}"), json!({"questions": [question]})),
        ("POST", format!("/quizzes/{quiz}/attempts"), json!({"answers": {"k": "а"}})),
        ("POST", "/onboarding-tracks".into(), json!({"title": "а", "steps": [{"day": 1, "kind": "talk", "title": "б"}]})),
        ("PATCH", format!("/onboarding-tracks/{track}"), json!({"title": "а"})),
        ("POST", "/newcomers".into(), json!({"employee": id, "track": track})),
    ]
}

/// The same with every text replaced.
fn filled(value: &Json, with: &str) -> Json {
    match value {
        Json::String(text) if uuid::Uuid::try_parse(text).is_err() => with.into(),
        Json::Array(list) => list.iter().map(|v| filled(v, with)).collect(),
        Json::Object(map) => map.iter().map(|(k, v)| (k.clone(), filled(v, with))).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn what_cannot_be_stored_is_refused() {
    let w = World::new().await;
    let (vera, _) = worker(&w, "Вера", w.centre, "Врач").await;
    for (method, path, body) in doors(&w).await {
        let path = format!("/api/v1{path}");
        for who in [&w.anna, &vera] {
            for text in ["\u{0}", "а\u{0}б", &"х".repeat(300_000), "\u{202e}\u{feff}", "'; drop table item; --", "%00"] {
                let reply = who.json(method, &path, filled(&body, text), &[]).await;
                assert!(reply.status.as_u16() < 500, "{method} {path} {:?}: {reply:?}", text.chars().take(9).collect::<String>());
                // Pasted text is cleaned of it: that is how some programs copy.
                if text.contains('\u{0}') && !path.ends_with("paste") && filled(&body, text) != body {
                    assert!(reply.status.is_client_error(), "{method} {path}: {reply:?}");
                }
            }
        }
        for strange in [json!(null), json!([]), json!("а"), json!(7), json!({"у": 1}), json!([[[{}]]]), json!({"id": {"а": []}})]
        {
            let reply = w.anna.json(method, &path, strange.clone(), &[]).await;
            let whole = strange.is_null() && path.ends_with("publication");
            assert!(reply.status.is_client_error() || whole, "{method} {path} {strange}: {reply:?}");
        }
        for text in ["{", "\u{feff}{}", "{\"а\":1}{", "NaN", "{\"a\":1e999}"] {
            assert!(
                raw(&w.anna, method, &path, "application/json", text).await.status.is_client_error(),
                "{method} {path} {text}"
            );
        }
        let deep = format!("{}{}", "[".repeat(60_000), "]".repeat(60_000));
        raw(&w.anna, method, &path, "application/json", deep).await.is(400);
        raw(&w.anna, method, &path, "application/json", vec![0xff, 0xfe, 0x00]).await.is(400);
        raw(&w.anna, method, &path, "text/plain", "{}").await.is(415);
        let huge = format!("{{\"text\":\"{}\"}}", "х".repeat(10 << 20));
        raw(&w.anna, method, &path, "application/json", huge).await.is(413);
        w.dina.json(method, &path, body, &[]).await;
    }
}

#[tokio::test]
async fn a_standard_holds_two_thousand_items_and_no_more() {
    let w = World::new().await;
    let many = |n: usize| json!({"title": "Много", "kind": "operation", "items": vec![json!({"text": "Раз"}); n]});
    assert_eq!(w.anna.post("/api/v1/standards", many(2001)).await.is(422).refused(), ["items: too-many"]);
    let made = w.anna.post("/api/v1/standards", many(2000)).await.is(201);
    let id = made.id();
    assert_eq!(
        w.anna.post(&format!("/api/v1/standards/{id}/items"), json!({"text": "Ещё"})).await.is(422).refused(),
        ["items: too-many"]
    );
    let text = "Ещё один пункт";
    w.anna.post(&format!("/api/v1/standards/{id}/paste"), json!({"text": text})).await.is(422);
    let order: Vec<String> = ids(&made.json()["items"]).into_iter().rev().collect();
    w.anna.post(&format!("/api/v1/standards/{id}/order"), json!({"items": order})).await.is(201);
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), json!({})).await.is(201);
    w.gleb.get(&format!("/api/v1/standards/{id}/lint")).await.is(200);
    w.gleb.get(&format!("/api/v1/standards/{id}/diff?from=0")).await.is(200);
}

/// Every form of the feature, with things in its fields that no page puts there.
#[tokio::test]
async fn a_form_takes_anything_and_breaks_nowhere() {
    let w = World::new().await;
    let (vera, card) = worker(&w, "Вера", w.centre, "Врач").await;
    let names = [
        "text",
        "title",
        "why",
        "measure",
        "norm",
        "stage",
        "weight",
        "minutes_cost",
        "touchpoint",
        "kind",
        "days",
        "review_on",
        "owner",
        "approver",
        "branch",
        "branches",
        "position",
        "positions",
        "version",
        "items",
        "item",
        "order",
        "statement",
        "agreed",
        "signed_on",
        "from",
        "to",
        "employee",
        "employees",
        "track",
        "started_on",
        "mark",
        "note",
        "passed",
        "key",
        "keys",
        "business",
        "decision",
        "answer",
        "reason",
        "proposed",
        "lang",
        "pass_share",
        "attempts",
        "standard",
        "act",
        "q.0.text",
        "q.0.item",
        "q.0.correct",
        "steps.0.day",
        "a.k0",
        "preview",
        "draft.0.text",
    ];
    let values = ["\u{0}", "-1e400", "99999999999999999999", "-009999-01-01"];
    let long = "х".repeat(5000);
    for value in values.into_iter().chain([long.as_str()]) {
        let (id, items) = published(&w).await;
        let question = json!({"key": "k0", "item": items[0], "text": "Что?", "options": ["Да", "Нет"], "correct": "Да"});
        let quiz =
            w.anna.post("/api/v1/quizzes", json!({"standard": id, "pass_share": 1, "questions": [question]})).await.is(201).id();
        let run = vera.post(&format!("/api/v1/quizzes/{quiz}/attempts"), json!({})).await.is(201).id();
        let ids = [id, items[0].clone(), quiz, run, card.clone()];
        let fields: Vec<(&str, &str)> = names.iter().map(|n| (*n, value)).collect();
        let ours = [
            "/standards",
            "/items",
            "/proposals",
            "/duties",
            "/absences",
            "/quizzes",
            "/attempts",
            "/onboarding-tracks",
            "/newcomers",
            "/employees/{id}/",
            "/library",
        ];
        let doors = w.entries.iter().filter(|e| e.method == "POST" && ours.iter().any(|o| e.path.starts_with(o)));
        for path in doors.map(|e| e.path.replace("{n}", "1")).collect::<Vec<_>>() {
            for id in &ids {
                let path = path.replace("{id}", id);
                let reply = w.anna.form(&path, &fields).await;
                assert!(reply.status.as_u16() < 500, "{path} {value}: {reply:?}");
            }
        }
        for page in [
            "/standards",
            "/standards/calendar",
            "/proposals",
            "/quizzes",
            "/newcomers",
            "/standards/knowledge",
            "/rules",
            "/duties",
        ] {
            let value: String = value.chars().take(500).collect();
            let query = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(
                    ["q", "kind", "state", "by", "standard", "branch", "after", "done", "signed", "all"].map(|n| (n, &value)),
                )
                .finish();
            assert!(w.anna.page(&format!("{page}?{query}")).await.status.as_u16() < 500, "{page} {value}");
            for one in query.split('&') {
                let reply = w.anna.page(&format!("{page}?{one}")).await;
                assert!(reply.status.as_u16() < 500, "{page}?{one}: {reply:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_search_takes_anything() {
    let w = World::new().await;
    published(&w).await;
    for typed in [
        "\"",
        "'",
        "\\",
        "*",
        "здоро*",
        "NEAR(a b)",
        "a AND",
        "NOT",
        "OR",
        ":*",
        "!",
        "&|!()",
        "stems:x",
        "^",
        "-",
        "don't",
        "%",
        "_",
        "ё",
        "{",
        "<->",
        "😀",
        "\u{200b}",
        "a\tb",
    ] {
        let q = form_urlencoded::Serializer::new(String::new()).append_pair("q", typed).finish();
        for path in [format!("/api/v1/standards/search?{q}")] {
            let reply = w.gleb.get(&path).await;
            assert!([200, 422].contains(&reply.status.as_u16()), "{typed}: {reply:?}");
        }
        for path in [format!("/rules?{q}"), format!("/search?{q}")] {
            w.gleb.page(&path).await.is(200);
        }
    }
    assert!(w.gleb.get("/api/v1/standards/search?q=%00").await.status.is_client_error());
}

#[tokio::test]
async fn only_a_picture_or_a_sound_stands_beside_a_rule() {
    let w = World::new().await;
    let bad: [(&str, &[u8]); 7] = [
        ("a.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"),
        ("a.png", b"<!doctype html><script>alert(1)</script>"),
        ("a.jpg", b"\xff\xd8\xff<script>alert(1)</script>"),
        ("a.gif", b"GIF89a<script>alert(1)</script>"),
        ("a.pdf", b"%PDF-1.7 <script>"),
        ("a.docx", b"PK\x03\x04"),
        ("a.txt", b"\xef\xbb\xbftext"),
    ];
    for (name, bytes) in bad {
        assert_eq!(file(&w.anna, "/api/v1/files", name, bytes).await.is(422).refused(), ["file: not-an-example"], "{name}");
    }
    assert_eq!(file(&w.anna, "/api/v1/files", "a.png", b"").await.is(422).refused(), ["file: required"]);
    file(&w.anna, "/api/v1/files", "a.mp3", &vec![0xff; 30 << 20]).await.is(413);
    // A sound with a page in it is a sound to every browser.
    let polyglot = [b"ID3\x03\x00\x00\x00\x00\x00\x00<script>alert(1)</script>".as_slice(), &[0; 64]].concat();
    let kept = file(&w.anna, "/api/v1/files", "../../x\"><script>.mp3", &polyglot).await.is(201).json();
    let hash = kept["id"].as_str().expect("an id");
    let shown = w.gleb.page(&format!("/files/{hash}")).await.is(200);
    assert_eq!(
        (&shown.headers["content-type"], &shown.headers["x-content-type-options"]),
        (&"audio/mpeg".parse().expect("a value"), &"nosniff".parse().expect("a value"))
    );
    w.dina.page(&format!("/files/{hash}")).await.is(404);
    w.dina.get(&format!("/api/v1/files/{hash}")).await.is(404);
    assert_eq!(w.client.get(&format!("/api/v1/files/{hash}")).await.status.as_u16(), 401);
    for range in
        ["bytes=0-", "bytes=5-2", "bytes=999999-", "bytes=-5", "bytes=0-18446744073709551615", "bytes=a-b", "bytes=0-1,3-4"]
    {
        let b = w.gleb.request("GET", &format!("/api/v1/files/{hash}")).header(header::RANGE, range);
        let reply = w.gleb.send(b.body(Body::empty()).expect("a request")).await;
        assert!([200, 206].contains(&reply.status.as_u16()), "{range}: {reply:?}");
    }
    for name in ["..%2f..%2fotklik.db", "%2e%2e", "x/../y", &hash.to_uppercase()] {
        assert!(w.gleb.get(&format!("/api/v1/files/{name}")).await.status.is_client_error(), "{name}");
    }
    // Another company that has the same file has its own.
    let dinas = file(&w.dina, "/api/v1/files", "a.mp3", &polyglot).await.is(201).json();
    assert_eq!(dinas["id"], kept["id"]);
    let (a, b, c) = tokio::join!(
        file(&w.olga, "/api/v1/files", "a.mp3", b"ID3\x03 one"),
        file(&w.anna, "/api/v1/files", "a.mp3", b"ID3\x03 one"),
        file(&w.olga, "/api/v1/files", "b.mp3", b"ID3\x03 one")
    );
    for reply in [a, b, c] {
        reply.is(201);
    }
}
