//! A standard is written: made, changed, put in order, an item retired.

use kit::Role;
use serde_json::json;

use super::{greeting, ids, published, shown};
use crate::world::World;

#[tokio::test]
async fn a_standard_is_made_with_its_items() {
    let w = World::new().await;
    let made = w.anna.post("/api/v1/standards", greeting()).await.is(201);
    let body = made.json();
    assert_eq!(made.headers["location"], format!("/api/v1/standards/{}", made.id()));
    assert_eq!(body["label"], "Приветствие");
    assert_eq!(body["title"]["en"], "Greeting");
    assert_eq!(body["version"], json!(null));
    assert_eq!(body["owner"], w.anna.member.to_string());
    assert_eq!(body["review_on"], "2027-11-21");
    assert_eq!(body["days"], 7);
    assert_eq!(body["items"][0]["critical"], true);
    assert_eq!(body["items"][0]["state"], "new");
    assert_eq!(body["items"][1]["minutes_cost"], 1.5);
    assert_eq!(body["items"][2]["mandatory"], false);
    assert_eq!(w.history(&made.id()).await, ["standard.created"]);
}

#[tokio::test]
async fn unsound_input_is_refused_by_field_however_often() {
    let w = World::new().await;
    let bad = json!({"title": "", "kind": "communication", "days": 0, "audience": {"branches": ["nowhere"]},
        "items": [{"text": "a", "weight": 101}, {"text": "b", "minutes_cost": -1}]});
    for _ in 0..2 {
        let said = w.anna.post("/api/v1/standards", bad.clone()).await.is(422).refused();
        assert_eq!(
            said,
            ["title: required", "days: out-of-range", "items[0].weight: out-of-range", "items[1].minutes_cost: out-of-range"]
        );
    }
    for (patch, want) in [
        (json!({"audience": {"branches": ["nowhere"]}}), "audience.branches[0]: unknown"),
        (json!({"owner": w.dina.member}), "owner: unknown"),
        (json!({"approver": w.gleb.member}), "approver: cannot-approve"),
        (json!({"items": [{"text": "а", "touchpoint": "moon"}]}), "items[0].touchpoint: unknown"),
        (json!({"colour": 1}), "colour: unknown-field"),
    ] {
        let mut body = json!({"title": "Т", "kind": "operation"});
        body.as_object_mut().expect("an object").extend(patch.as_object().expect("an object").clone());
        assert_eq!(w.anna.post("/api/v1/standards", body).await.is(422).refused(), [want]);
    }
    assert_eq!(w.anna.get("/api/v1/standards").await.is(200).json()["items"], json!([]));
}

#[tokio::test]
async fn two_editors_meet_and_nothing_is_lost() {
    let w = World::new().await;
    let made = w.anna.post("/api/v1/standards", greeting()).await.is(201);
    let (id, item) = (made.id(), ids(&made.json()["items"])[0].clone());
    let tag = made.json()["items"][0]["etag"].as_str().expect("a tag").to_owned();
    let patch = |text: &str| json!({"text": text});
    let path = format!("/api/v1/items/{item}");
    let first = w.anna.json("PATCH", &path, patch("Первый"), &[("if-match", &tag)]).await.is(200);
    w.olga.json("PATCH", &path, patch("Второй"), &[("if-match", &tag)]).await.is(409);
    let now = w.olga.get(&path).await.is(200).json();
    assert_eq!(now["text"], "Первый");
    assert_eq!(now["etag"], first.json()["etag"]);
    assert_eq!(now["why"], "Клиент видит, что его заметили", "a merge patch leaves the rest");
    // The standard's own version moved with its item.
    let head = format!("/api/v1/standards/{id}");
    let old = made.json()["etag"].as_str().expect("a tag").to_owned();
    w.anna.json("PATCH", &head, json!({"days": 3}), &[("if-match", &old)]).await.is(409);
    let fresh = shown(&w.anna, &id).await["etag"].as_str().expect("a tag").to_owned();
    let changed =
        w.anna.json("PATCH", &head, json!({"days": 3, "audience": {"branches": ["centre"]}}), &[("if-match", &fresh)]).await;
    assert_eq!(changed.is(200).json()["audience"]["branches"], json!([w.centre]));
    assert_eq!(w.history(&item).await, ["item.edited"]);
    assert_eq!(w.history(&id).await, ["standard.created", "standard.edited"]);
}

#[tokio::test]
async fn items_are_put_in_order_and_added() {
    let w = World::new().await;
    let made = w.anna.post("/api/v1/standards", greeting()).await.is(201);
    let (id, items) = (made.id(), ids(&made.json()["items"]));
    let path = format!("/api/v1/standards/{id}/order");
    let body = w.anna.post(&path, json!({"items": [items[2], items[0]]})).await.is(201).json();
    assert_eq!(ids(&body["items"]), [items[2].clone(), items[0].clone(), items[1].clone()]);
    assert_eq!(w.anna.post(&path, json!({"items": [items[0], items[0]]})).await.is(422).refused(), ["items[1]: duplicate"]);
    assert_eq!(w.anna.post(&path, json!({"items": [id]})).await.is(422).refused(), ["items[0]: unknown"]);
    let more = w.anna.post(&format!("/api/v1/standards/{id}/items"), json!({"text": "Ещё"})).await.is(201);
    assert_eq!(ids(&shown(&w.anna, &id).await["items"]).last(), Some(&more.id()));
}

#[tokio::test]
async fn a_touchpoint_may_be_named_by_its_key() {
    let w = World::new().await;
    let point =
        w.anna.post("/api/v1/touchpoints", json!({"key": "greeting", "name": "Встреча", "stage": "come"})).await.is(201).id();
    let made = w.anna.post(
        "/api/v1/standards",
        json!({"title": "Т", "kind": "operation", "items": [{"text": "а", "touchpoint": "greeting"}]}),
    );
    assert_eq!(made.await.is(201).json()["items"][0]["touchpoint"], point);
}

#[tokio::test]
async fn an_item_is_retired_with_the_next_publication_and_may_be_kept() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    let path = format!("/api/v1/items/{}/retirement", items[1]);
    assert_eq!(w.anna.post(&path, json!({})).await.is(201).json()["state"], "retiring");
    w.anna.post(&path, json!({})).await.is(409);
    w.anna.delete(&path).await.is(204);
    w.anna.delete(&path).await.is(409);
    w.anna.post(&path, json!({})).await.is(201);
    assert_eq!(shown(&w.gleb, &id).await["items"].as_array().expect("items").len(), 3, "readers see what is in force");
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), json!({})).await.is(201);
    assert_eq!(shown(&w.gleb, &id).await["items"].as_array().expect("items").len(), 2);
    assert_eq!(w.anna.get(&format!("/api/v1/items/{}", items[1])).await.is(200).json()["state"], "retired");
    w.anna.patch(&format!("/api/v1/items/{}", items[1]), json!({"text": "поздно"})).await.is(409);
    w.anna.delete(&path).await.is(409);
}

#[tokio::test]
async fn readers_see_no_draft_and_strangers_nothing() {
    let w = World::new().await;
    let made = w.anna.post("/api/v1/standards", greeting()).await.is(201);
    let (id, item) = (made.id(), ids(&made.json()["items"])[0].clone());
    let nina = w.person("nina", Role::Employee, vec![w.centre]).await;
    for path in [
        format!("/api/v1/standards/{id}"),
        format!("/api/v1/standards/{id}/items"),
        format!("/api/v1/items/{item}"),
        format!("/api/v1/standards/{id}/lint"),
        format!("/api/v1/standards/{id}/versions"),
    ] {
        w.anna.get(&path).await.is(200);
        for who in [&w.boris, &w.gleb, &nina, &w.dina] {
            who.get(&path).await.is(404);
        }
        w.client.get(&path).await.is(401);
    }
    for who in [&w.boris, &w.gleb, &nina] {
        assert_eq!(who.get("/api/v1/standards").await.is(200).json()["items"], json!([]));
        who.post("/api/v1/standards", greeting()).await.is(403);
        who.patch(&format!("/api/v1/items/{item}"), json!({"text": "я"})).await.is(403);
    }
    w.dina.patch(&format!("/api/v1/items/{item}"), json!({"text": "я"})).await.is(404);
    w.dina.post(&format!("/api/v1/standards/{id}/items"), json!({"text": "я"})).await.is(404);
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), json!({})).await.is(201);
    w.anna.patch(&format!("/api/v1/items/{item}"), json!({"text": "Тайный замысел"})).await.is(200);
    w.anna.patch(&format!("/api/v1/standards/{id}"), json!({"title": "Тайное имя"})).await.is(200);
    for who in [&w.boris, &w.gleb, &nina] {
        let body = who.get(&format!("/api/v1/standards/{id}")).await.is(200).text;
        assert!(!body.contains("Тайн"), "{body}");
        assert!(!who.get(&format!("/api/v1/items/{item}")).await.is(200).text.contains("Тайн"));
        assert!(!who.get("/api/v1/standards").await.is(200).text.contains("Тайн"));
    }
}

#[tokio::test]
async fn the_list_and_the_calendar_go_on_where_they_stopped() {
    let w = World::new().await;
    for (n, day) in ["2026-12-01", "2026-11-20", "2027-01-01"].iter().enumerate() {
        w.advance(kit::time::SECOND);
        w.anna.post("/api/v1/standards", json!({"title": format!("С{n}"), "kind": "operation", "review_on": day})).await.is(201);
    }
    for (path, want) in [("/api/v1/standards", ["С2", "С1", "С0"]), ("/api/v1/standards/calendar", ["С1", "С0", "С2"])] {
        let one = w.anna.get(&format!("{path}?limit=2")).await.is(200).json();
        let next = one["next"].as_str().expect("more").to_owned();
        let two = w.anna.get(&format!("{path}?limit=2&after={next}")).await.is(200).json();
        let names: Vec<&str> = [&one, &two]
            .iter()
            .flat_map(|p| p["items"].as_array().expect("items"))
            .map(|s| s["label"].as_str().expect("a label"))
            .collect();
        assert_eq!(names, want);
        assert_eq!(w.anna.get(&format!("{path}?after=5b5d")).await.is(422).refused(), ["after: bad-cursor"]);
    }
    let first = w.anna.get("/api/v1/standards/calendar").await.is(200).json();
    assert_eq!(first["items"][0]["past_review"], true);
    assert_eq!(first["items"][1]["past_review"], false);
}
