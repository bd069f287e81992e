//! What a form names must be there, and what it says may be said in either way.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_question_names_touchpoints_of_this_company() {
    let w = World::new().await;
    let form = |place: &str| {
        json!({"name": "Визит", "locales": ["ru"], "questions": [
        {"key": "a", "type": "nps", "title": "?"}, {"key": "b", "type": "csat", "title": "?", "touchpoint": place}]})
    };
    w.dina.post("/api/v1/touchpoints", json!({"key": "hers", "name": "Чужая", "stage": "contact"})).await.is(201);
    for place in ["nowhere", "hers", "01a200fb-cfd7-7c3a-a09f-37072778fb71"] {
        let refused = w.anna.post("/api/v1/surveys", form(place)).await.is(422);
        assert_eq!(refused.refused(), ["questions[1].touchpoint: unknown"]);
    }
    w.anna.post("/api/v1/touchpoints", json!({"key": "desk", "name": "Стойка", "stage": "contact"})).await.is(201);
    let id = w.anna.post("/api/v1/surveys", form("desk")).await.is(201).id();
    let refused = w.anna.patch(&format!("/api/v1/surveys/{id}"), form("nowhere")).await.is(422);
    assert_eq!(refused.refused(), ["questions[1].touchpoint: unknown"]);
}

#[tokio::test]
async fn a_consent_has_its_text() {
    let w = World::new().await;
    let form = json!({"name": "Визит", "locales": ["ru"], "questions": [
        {"key": "nps", "type": "nps", "title": "?"}, {"key": "ok", "type": "consent", "title": "Согласие", "text": "Можно мне писать"}]});
    let made = w.anna.post("/api/v1/surveys", form).await.is(201);
    let (id, code) = (made.id(), made.json()["code"].as_str().expect("a code").to_owned());
    w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201);
    let page = w.client.get(&format!("/s/{code}")).await.is(200).text;
    assert!(page.contains("Согласие") && page.contains("Можно мне писать"), "{page}");
    w.client.post(&format!("/s/{code}"), json!({"answers": {"nps": 9, "ok": true}})).await.is(201);
}

#[tokio::test]
async fn staff_try_a_survey_out_and_clients_cannot() {
    let w = World::new().await;
    let form = json!({"name": "Визит", "locales": ["ru"], "questions": [{"key": "nps", "type": "nps", "title": "?"}]});
    let made = w.anna.post("/api/v1/surveys", form).await.is(201);
    let (id, code) = (made.id(), made.json()["code"].as_str().expect("a code").to_owned());
    w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201);
    let signed = made.json()["test_url"].as_str().expect("a link").to_owned();
    let signed = &signed[signed.find("/s/").expect("a path")..];
    let plain = format!("/s/{code}?test=1");
    for (who, path, counted) in
        [(&w.client, signed, 0), (&w.gleb, plain.as_str(), 0), (&w.client, plain.as_str(), 1), (&w.dina, plain.as_str(), 2)]
    {
        w.client.get(path).await.is(200);
        who.post(path, json!({"answers": {"nps": 9}})).await.is(201);
        let figure = w.anna.get(&format!("/api/v1/metrics/nps?survey={id}")).await.is(200).json();
        assert_eq!(figure["items"][0]["n"], counted, "{path}");
    }
}

#[tokio::test]
async fn refusals_speak_of_what_was_wrong() {
    let w = World::new().await;
    let with = |title: serde_json::Value, locale: &str| json!({"name": "Визит", "locales": [locale], "questions": [{"key": "a", "type": "nps", "title": title}]});
    let say = |r: crate::world::Reply| r.json()["errors"][0]["message"].as_str().unwrap_or("?").to_owned();
    assert_eq!(say(w.anna.post("/api/v1/surveys", with(json!(5), "ru")).await.is(422)), "Нужен текст.");
    assert_eq!(say(w.anna.post("/api/v1/surveys", with(json!("?"), "de")).await.is(422)), "Подойдёт одно из: ru, en.");
    for day in ["2026-13-01", "завтра", "2026-02-30", ""] {
        let refused = w.anna.post("/api/v1/marks", json!({"on": day, "text": "x"})).await.is(422);
        assert_eq!(
            (refused.refused(), say(refused)),
            (vec!["on: wrong-type".to_owned()], "Нужна дата вида 2026-11-21.".to_owned()),
            "{day}"
        );
    }
}

/// Whoever has given notice works until the day, and so do their links.
#[tokio::test]
async fn somebody_who_leaves_next_week_is_still_here() {
    let w = World::new().await;
    let (survey, code) = w.survey().await;
    let body = json!({"name": "Мария", "branch": "centre", "code": "m", "left_on": "2026-11-28"});
    let m = w.anna.post("/api/v1/employees", body).await.is(201).id();
    let answer = || async {
        let id = w.client.post(&format!("/s/{code}"), json!({"answers": {"nps": 9}, "employee": "m"})).await.is(201).id();
        w.anna.get(&format!("/api/v1/responses/{id}")).await.is(200).json()["employee"].clone()
    };
    let links = || async {
        w.anna.get(&format!("/api/v1/surveys/{survey}/links?per=employee")).await.is(200).json()["items"].as_array().map(Vec::len)
    };
    assert_eq!((answer().await, links().await), (json!(m), Some(1)));
    w.anna.post(&format!("/api/v1/surveys/{survey}/invitations"), json!({"items": [{"employee": "m"}]})).await.is(201);
    w.advance(7 * kit::time::DAY);
    assert_eq!((answer().await, links().await), (json!(null), Some(0)), "the day has come");
}
