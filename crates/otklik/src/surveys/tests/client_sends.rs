//! What may be sent behind a printed code: how often, how much, by whom, and what is kept of it.

use axum::body::Body;
use serde_json::json;

use super::client_page::{answers, hidden};
use crate::surveys::public::test_signature;
use crate::world::World;

#[tokio::test]
async fn fifty_presses_at_once_are_one_answer() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let once = hidden(&w.client.page(&format!("/s/{code}")).await.is(200), "once");
    let fields = [("once", once.as_str()), ("nps", "3"), ("sorry", "всё")];
    let path = format!("/s/{code}");
    let all = futures_util::future::join_all((0..50).map(|_| w.client.form(&path, &fields))).await;
    assert!(all.iter().all(|r| r.status == 303), "{all:?}");
    assert_eq!(answers(&w).await.len(), 1);
}

#[tokio::test]
async fn what_is_too_much_is_refused_quickly() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let door = format!("/s/{code}");
    let long = "ы".repeat(5_000_000);
    w.client.form(&door, &[("nps", "9"), ("why", &long)]).await.is(413);
    w.client.post(&door, json!({"answers": {"nps": 9, "why": long}})).await.is(413);
    let send = |kind: &'static str, body: Vec<u8>| {
        let req = w.client.request("POST", &door).header("content-type", kind).body(Body::from(body)).expect("a request");
        let client = w.client.clone();
        async move { client.send(req).await }
    };
    let form = "application/x-www-form-urlencoded";
    send(form, b"a=1&".repeat(250_000)).await.is(413);
    send(form, b"nps=%ff%fe&why=%00&%zz=1&=&&nps".to_vec()).await.is(422);
    send("application/x-www-form-urlencoded; charset=windows-1251", b"nps=9&why=\xcf\xf0\xe8".to_vec()).await.is(303);
    send("text/plain", b"nps=9".to_vec()).await.is(415);
    send("multipart/form-data; boundary=x", b"--x".to_vec()).await.is(415);
    send("application/json", br#"{"answers":{"nps":1e999}}"#.to_vec()).await.is(400);
    send("application/json", br#"{"answers":{"why":"\ud800"}}"#.to_vec()).await.is(400);
    send("application/json", br#"{"answers":{"why":"a\u0000b"}}"#.to_vec()).await.is(422);
    let head = w.client.request("HEAD", &door).body(Body::empty()).expect("a request");
    let head = w.client.send(head).await.is(200);
    assert!(head.text.is_empty());
}

#[tokio::test]
async fn the_past_and_the_client_need_a_token_that_may() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let door = format!("/s/{code}");
    let past = json!({"answers": {"nps": 9}, "at": "2026-01-10T10:00:00Z", "client": "c-1"});
    assert_eq!(w.client.post(&door, past.clone()).await.is(422).refused(), ["at: history-needed", "client: history-needed"]);
    assert_eq!(w.gleb.post(&door, past.clone()).await.is(422).refused(), ["at: history-needed", "client: history-needed"]);
    w.dina.post(&door, past.clone()).await.is(422);
    w.client.json("POST", &door, json!({"answers": {"nps": 9}}), &[("authorization", "Bearer otk_nobody")]).await.is(401);
    let id = w.anna.post(&door, past).await.is(201).id();
    assert_eq!(w.anna.get(&format!("/api/v1/responses/{id}")).await.is(200).json()["at"], "2026-01-10T10:00:00Z");
    assert_eq!(
        w.anna.post(&door, json!({"answers": {"nps": 9}, "at": "2027-01-10T10:00:00Z"})).await.is(422).refused(),
        ["at: in-future"]
    );
}

#[tokio::test]
async fn a_repeated_request_gets_its_receipt_and_another_with_the_same_key_is_refused() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let door = format!("/s/{code}");
    let key = [("idempotency-key", "k1")];
    let first = w.client.json("POST", &door, json!({"answers": {"nps": 9}}), &key).await.is(201).id();
    assert_eq!(w.client.json("POST", &door, json!({"answers": {"nps": 9}}), &key).await.is(201).id(), first);
    let other = w.client.json("POST", &door, json!({"answers": {"nps": 1}}), &key).await.is(422);
    assert_eq!(other.refused(), ["Idempotency-Key: key-reused"]);
    assert_eq!(answers(&w).await.len(), 1);
}

#[tokio::test]
async fn a_test_with_a_signed_link_is_not_kept_and_an_unsigned_one_counts() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let door = format!("/s/{code}");
    let sig = test_signature(&w.app.ground.signing_key, &code);
    let page = w.client.page(&format!("{door}?test={sig}")).await.is(200);
    assert!(page.text.contains("Это проба") && hidden(&page, "test") == sig);
    let done = w.client.form(&door, &[("nps", "9"), ("test", &sig)]).await.is(303);
    assert!(w.client.page(done.headers["location"].to_str().expect("text")).await.is(200).text.contains("Это проба"));
    w.client.post(&format!("{door}?test={sig}"), json!({"answers": {"nps": 9}})).await.is(201);
    assert!(answers(&w).await.is_empty());
    assert!(!w.client.page(&format!("{door}?test=AAAA")).await.is(200).text.contains("Это проба"));
    w.client.form(&door, &[("nps", "9"), ("test", "AAAA")]).await.is(303);
    assert_eq!(answers(&w).await.len(), 1);
}
