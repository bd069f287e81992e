//! The red thread of an item: what points at it, what does not.

use serde_json::json;

use crate::world::World;

/// A published standard of two items; the first belongs to the touchpoint `desk`.
async fn standard(w: &World) -> (String, String, String) {
    w.anna.post("/api/v1/touchpoints", json!({"key": "desk", "name": "Стойка", "stage": "service"})).await.is(201);
    let made = w
        .anna
        .post(
            "/api/v1/standards",
            json!({"title": "Приветствие", "kind": "communication", "items": [
                {"text": "Поздоровайтесь в первые 30 секунд", "touchpoint": "desk"}, {"text": "Попрощайтесь по имени"}]}),
        )
        .await
        .is(201);
    let id = made.id();
    let item = |i: usize| made.json()["items"][i]["id"].as_str().expect("an id").to_owned();
    let (first, second) = (item(0), item(1));
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), json!({})).await.is(201);
    (id, first, second)
}

#[tokio::test]
async fn a_question_about_an_item_brings_its_figure_to_the_thread() {
    let w = World::new().await;
    let (_, first, second) = standard(&w).await;
    let path = |item: &str| format!("/api/v1/items/{item}/thread");

    let lonely = w.anna.get(&path(&second)).await.is(200).json();
    assert_eq!(lonely["orphan"], true);
    assert_eq!(lonely["questions"]["count"], 0);
    let orphans = w.anna.get("/api/v1/items/orphans").await.is(200).json();
    assert_eq!(orphans["items"].as_array().map(Vec::len), Some(2), "nobody has rated the desk yet");

    let form = json!({"name": "После визита", "locales": ["ru"], "questions": [
        {"key": "bye", "type": "csat", "title": "С вами попрощались?", "item": second, "touchpoint": "desk"}]});
    let survey = w.anna.post("/api/v1/surveys", form).await.is(201);
    let code = w.anna.post(&format!("/api/v1/surveys/{}/publication", survey.id()), json!({})).await.is(201).json();
    let code = code["code"].as_str().expect("a code").to_owned();
    for mark in [5, 4, 2, 5] {
        w.client.post(&format!("/s/{code}"), json!({"answers": {"bye": mark}})).await.is(201);
    }

    let thread = w.gleb.get(&path(&second)).await.is(200).json();
    assert_eq!((&thread["orphan"], &thread["questions"]["count"]), (&json!(false), &json!(1)));
    let figure = &thread["questions"]["figures"][0];
    assert_eq!((&figure["metric"], &figure["n"], &figure["value"]), (&json!("csat"), &json!(4), &json!(0.75)));
    // The question spoke of the desk, and the other item belongs to it.
    let felt = w.anna.get(&path(&first)).await.is(200).json();
    assert_eq!(felt["touchpoint"]["figures"][0]["n"], 4);
    assert_eq!(felt["orphan"], false);
    let orphans = w.anna.get("/api/v1/items/orphans").await.is(200).json();
    assert_eq!(orphans["items"], json!([]));

    for page in [format!("/items/{second}/thread"), format!("/items/{second}/strands"), format!("/items/{second}")] {
        w.anna.page(&page).await.is(200);
    }
    let page = w.anna.page(&format!("/items/{second}/thread")).await.is(200);
    assert!(page.text.contains("С вами попрощались?") && page.text.contains("75"), "{}", page.text);
    w.anna.page("/standards/orphans").await.is(200);
}

#[tokio::test]
async fn a_stranger_finds_no_thread_and_no_item_to_ask_about() {
    let w = World::new().await;
    let (standard, first, _) = standard(&w).await;
    w.dina.get(&format!("/api/v1/items/{first}/thread")).await.is(404);
    w.dina.get(&format!("/api/v1/standards/{standard}/effect")).await.is(404);
    assert_eq!(w.dina.get("/api/v1/items/orphans").await.is(200).json()["items"], json!([]));
    let form =
        json!({"name": "Чужое", "locales": ["ru"], "questions": [{"key": "a", "type": "csat", "title": "?", "item": first}]});
    let refused = w.dina.post("/api/v1/surveys", form).await.is(422).json();
    assert_eq!(refused["errors"][0]["field"], "questions[0].item");
    assert_eq!(refused["errors"][0]["code"], "unknown");
}

#[tokio::test]
async fn a_version_is_followed_by_what_its_touchpoint_did() {
    let w = World::new().await;
    let (id, first, _) = standard(&w).await;
    let form = json!({"name": "После визита", "locales": ["ru"], "questions": [
        {"key": "desk", "type": "csat", "title": "Как вас встретили?", "touchpoint": "desk"}]});
    let survey = w.anna.post("/api/v1/surveys", form).await.is(201);
    let code = w.anna.post(&format!("/api/v1/surveys/{}/publication", survey.id()), json!({})).await.is(201).json();
    let code = code["code"].as_str().expect("a code").to_owned();
    let answer = |w: &World, mark: i64| {
        let (client, path) = (w.client.clone(), format!("/s/{code}"));
        async move { client.post(&path, json!({"answers": {"desk": mark}})).await.is(201) }
    };
    for i in 0..40 {
        answer(&w, if i % 2 == 0 { 5 } else { 2 }).await;
    }
    w.advance(15 * kit::time::DAY);
    w.anna.patch(&format!("/api/v1/items/{first}"), json!({"text": "Поздоровайтесь в первые 10 секунд"})).await.is(200);
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), json!({"changes": {first.as_str(): "material"}})).await.is(201);
    assert!(w.anna.get(&format!("/api/v1/standards/{id}/effect")).await.is(200).json()["items"].as_array().unwrap().is_empty());
    w.advance(14 * kit::time::DAY);
    for i in 0..40 {
        answer(&w, if i % 10 == 0 { 2 } else { 5 }).await;
    }
    let list = w.anna.get(&format!("/api/v1/standards/{id}/effect")).await.is(200).json();
    let moved = &list["items"][0];
    assert_eq!((&moved["version"], &moved["metric"]), (&json!(2), &json!("csat")), "{list}");
    assert_eq!((&moved["before"]["value"], &moved["after"]["value"]), (&json!(0.5), &json!(0.9)));
    assert!(moved["p"].as_f64().unwrap() < 0.01 && moved["difference"].as_f64().unwrap() > 0.39);
}

/// The company to look at: its surveys ask about rules, and the thread says what clients answered.
#[tokio::test]
async fn in_the_demonstration_rules_have_what_clients_say_of_them() {
    let w = World::new().await;
    let made = crate::demo::load(&w.app, 7, crate::demo::today(w.app.ground.now())).await.expect("the demonstration");
    let actor = crate::access::entry::system(made.org, &made.name, "Europe/Moscow", kit::Via::Cli);
    let db = &w.app.ground.db;
    let asked = crate::surveys::questions_about(db, made.org, None).await.expect("questions");
    let mut keys: Vec<&str> = asked.iter().map(|a| a.question.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["desk", "tone", "warned"]);
    for about in asked {
        let item = about.question.item.expect("an item");
        let thread = crate::insight::thread::thread(db, &actor, w.app.ground.now(), item).await.expect("a thread");
        let strand = thread.strands.iter().find(|s| s.key == "questions").expect("the strand");
        let figure = strand.figures.first().expect("a figure");
        assert!(figure.n.is_some_and(|n| n > 100), "{figure:?}");
        assert!(figure.value.is_some() && figure.ci.is_some() && !figure.interval.is_empty(), "{figure:?}");
        assert!(thread.rule.in_force() && !thread.orphan(), "{}", about.question.key);
    }
}
