//! What was promised confidence is shown by closed blocks: whoever reads again and again learns nobody's answer.

use kit::db::{Engine, Query};
use kit::{Role, args};
use serde_json::{Value as Json, json};

use super::client_page::hidden;
use crate::world::{Person, World};

const WEEK: i64 = 7 * kit::time::DAY;

async fn published(w: &World, anonymity: &str) -> (String, String) {
    let form = json!({"name": "Пульс", "locales": ["ru"], "anonymity": anonymity, "questions": [
        {"key": "nps", "type": "nps", "title": "?"}, {"key": "why", "type": "text", "title": "?"}]});
    let made = w.anna.post("/api/v1/surveys", form).await.is(201);
    w.anna.post(&format!("/api/v1/surveys/{}/publication", made.id()), json!({})).await.is(201);
    (made.id(), made.json()["code"].as_str().expect("a code").to_owned())
}

async fn answer(w: &World, code: &str, nps: i64, more: Json) -> String {
    let mut body = json!({"answers": {"nps": nps, "why": format!("слово {nps}")}});
    for (k, v) in more.as_object().into_iter().flatten() {
        body[k] = v.clone();
    }
    w.client.post(&format!("/s/{code}"), body).await.is(201).id()
}

async fn items(who: &Person, path: &str) -> Vec<Json> {
    who.get(path).await.is(200).json()["items"].as_array().cloned().unwrap_or_default()
}

/// Everything that somebody with a token can read of a survey, in one text.
async fn reading(w: &World, survey: &str) -> Vec<String> {
    let mut out = Vec::new();
    for path in [
        format!("surveys/{survey}/responses"),
        format!("surveys/{survey}/responses?q=слово"),
        format!("surveys/{survey}/responses?branch=centre"),
        format!("surveys/{survey}/responses?version=1"),
        format!("surveys/{survey}/invitations"),
        format!("metrics/nps?survey={survey}"),
        format!("metrics/nps?survey={survey}&by=branch"),
        format!("metrics/nps?survey={survey}&by=version"),
        format!("metrics/nps?survey={survey}&by=week"),
        format!("metrics/nps?survey={survey}&branch=centre"),
        format!("metrics/rating?survey={survey}&question=nps"),
        format!("metrics/distribution?survey={survey}&question=nps"),
        format!("metrics/responses?survey={survey}"),
        format!("exports/responses?survey={survey}"),
        format!("exports/responses?survey={survey}&format=jsonl"),
    ] {
        let reply = w.olga.get(&format!("/api/v1/{path}")).await;
        assert!([200, 422].contains(&reply.status.as_u16()), "{path}: {}", reply.text);
        out.push(format!("{path}\n{}\n", reply.text));
    }
    for path in [format!("/surveys/{survey}/responses"), format!("/surveys/{survey}/invitations"), format!("/?survey={survey}")] {
        let text = w.olga.page(&path).await.text;
        // The page's own moment and keys are not what was answered.
        out.push(format!("{path}\n{}", text.split("<main").nth(1).unwrap_or(&text)));
    }
    out
}

#[tokio::test]
async fn two_readings_never_differ_by_the_answer_that_came_between() {
    for promise in ["anonymous", "confidential"] {
        let w = World::new().await;
        let (survey, code) = published(&w, promise).await;
        for _ in 0..8 {
            answer(&w, &code, 10, json!({"branch": "centre"})).await;
        }
        let people: Vec<Json> =
            (0..6).map(|n| json!({"name": format!("Человек {n}"), "email": format!("p{n}@sosny.ru")})).collect();
        let made = w.anna.post(&format!("/api/v1/surveys/{survey}/invitations"), json!({ "items": people })).await.is(201).json();
        w.advance(WEEK);
        let before = reading(&w, &survey).await;
        let has = |all: &[String], words: &str| all.iter().any(|one| one.contains(words));
        assert!(has(&before, "\"n\":8") && has(&before, "слово 10"), "closed weeks are shown: {before:?}");
        let link =
            |n: usize| made["items"][n]["link"].as_str().expect("a link").trim_start_matches("http://otklik.test").to_owned();
        for n in 0..5 {
            let proof = hidden(&w.client.form(&link(n), &[]).await.is(200), "once");
            let sent = [("nps", "0"), ("why", "слово и дело"), ("once", &*proof)];
            w.client.form(&link(n), &sent).await.is(303);
            for (now, before) in reading(&w, &survey).await.iter().zip(&before) {
                assert_eq!(now, before, "{promise}: answer {n} shows");
            }
        }
        let page = w.olga.page(&format!("/surveys/{survey}/invitations")).await.is(200).text;
        assert!(page.contains("обещает не узнавать"));
        w.advance(WEEK);
        let after = reading(&w, &survey).await;
        assert!(has(&after, "\"n\":13") && has(&after, "слово и дело"), "{after:?}");
        let states = items(&w.anna, &format!("/api/v1/surveys/{survey}/invitations")).await;
        assert_eq!(states.iter().filter(|i| i["state"] == "answered").count(), 5);
        assert!(states.iter().all(|i| i["answered_on"].is_null()));
    }
}

#[tokio::test]
async fn the_removal_of_an_answer_gives_no_score_away() {
    let w = World::new().await;
    let (survey, code) = published(&w, "anonymous").await;
    let mut last = String::new();
    for nps in [10, 10, 10, 10, 10, 10, 0] {
        last = answer(&w, &code, nps, json!({"branch": "centre"})).await;
    }
    let fresh = answer(&w, &code, 5, json!({})).await;
    w.olga.delete(&format!("/api/v1/responses/{fresh}")).await.is(204);
    assert_eq!(w.wrong_cells().await, 0);
    w.advance(WEEK);
    let figure = format!("/api/v1/metrics/nps?survey={survey}");
    let before = w.olga.get(&figure).await.is(200).text;
    assert!(before.contains("\"n\":7"), "{before}");
    assert!(w.olga.page(&format!("/responses/{last}")).await.is(200).text.contains("вычитанием"));
    w.olga.delete(&format!("/api/v1/responses/{last}")).await.is(204);
    w.olga.delete(&format!("/api/v1/responses/{last}")).await.is(404);
    assert_eq!(w.olga.get(&figure).await.is(200).text, before);
    let list = items(&w.olga, &format!("/api/v1/surveys/{survey}/responses")).await;
    assert_eq!(list.len(), 6);
    w.olga.get(&format!("/api/v1/responses/{last}")).await.is(404);
    assert_eq!(items(&w.olga, &format!("/api/v1/surveys/{survey}/responses?q=слово")).await.len(), 6);
    let out = w.olga.get(&format!("/api/v1/exports/responses?survey={survey}")).await.is(200).text;
    assert!(!out.contains("слово 0") && out.lines().count() == 7, "{out}");
    let kept = w.app.ground.db.scalar::<String>("select answers from response where removed_on is not null", args![]).await;
    assert_eq!(kept.expect("a row").as_deref(), Some(r#"{"nps":0}"#), "the words are gone from the database too");
    assert_eq!(w.wrong_cells().await, 0);
    assert_eq!(w.history(&last).await, ["response.removed"]);
}

#[tokio::test]
async fn whoever_does_not_read_the_whole_company_gets_one_verdict() {
    let w = World::new().await;
    let (survey, code) = published(&w, "confidential").await;
    let (mut own, mut other) = (String::new(), String::new());
    for _ in 0..5 {
        own = answer(&w, &code, 9, json!({"branch": "centre"})).await;
        other = answer(&w, &code, 9, json!({})).await;
    }
    let vera = w.person("vera", Role::Employee, vec![]).await;
    let everybody = async |status: u16| {
        for (who, id) in [(&w.boris, &own), (&w.boris, &other), (&vera, &own), (&vera, &other)] {
            who.get(&format!("/api/v1/responses/{id}")).await.is(404);
            who.page(&format!("/responses/{id}")).await.is(404);
        }
        for id in [&own, &other] {
            w.anna.get(&format!("/api/v1/responses/{id}")).await.is(status);
            w.anna.page(&format!("/responses/{id}")).await.is(status);
        }
    };
    everybody(404).await;
    w.advance(WEEK);
    everybody(200).await;
    let shown = w.anna.get(&format!("/api/v1/responses/{own}")).await.json();
    assert_eq!((&shown["source"], &shown["branch"]), (&json!("guarded"), &Json::Null));
    assert_eq!(items(&w.boris, &format!("/api/v1/surveys/{survey}/responses")).await.len(), 5, "the own branch, five together");
}

#[tokio::test]
async fn a_cursor_asks_for_no_moment_and_no_order() {
    let w = World::new().await;
    let (survey, code) = published(&w, "confidential").await;
    let mut came = Vec::new();
    for n in 0..12 {
        came.push(answer(&w, &code, n % 10, json!({})).await);
        w.advance(kit::time::HOUR);
    }
    w.advance(WEEK);
    let base = format!("/api/v1/surveys/{survey}/responses");
    for query in ["", "&q=слово"] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let part = w.anna.get(&format!("{base}?limit=5{query}{after}")).await.is(200).json();
            seen.extend(part["items"].as_array().expect("items").iter().map(|i| i["id"].as_str().unwrap_or("").to_owned()));
            let Some(next) = part["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        assert_eq!((seen.len(), &seen), (12, &sorted), "the order of ids that were drawn by lot");
        assert_ne!(seen, came);
        assert!(!came.iter().rev().eq(&seen));
    }
    let cursor = |parts: Json| parts.to_string().bytes().map(|b| format!("{b:02x}")).collect::<String>();
    let at = w.app.ground.now().0.to_string();
    for forged in [
        json!([at, "5"]),
        json!(["", "5"]),
        json!(["id", came[3]]),
        json!(["block", "x", came[3]]),
        json!(["block", "1", "2", "3"]),
    ] {
        for query in ["", "&q=слово"] {
            let refused = w.anna.get(&format!("{base}?after={}{query}", cursor(forged.clone()))).await.is(422).refused();
            assert_eq!(refused, ["after: bad-cursor"], "{forged}");
        }
    }
    // And the other way round.
    let (open, code) = w.survey().await;
    answer(&w, &code, 3, json!({})).await;
    let block = cursor(json!(["block", "1", came[3]]));
    w.anna.get(&format!("/api/v1/surveys/{open}/responses?after={block}")).await.is(422);
}

#[tokio::test]
async fn an_anonymous_answer_keeps_no_words_of_its_link() {
    let w = World::new().await;
    let (survey, code) = published(&w, "anonymous").await;
    for n in 0..5 {
        let stray =
            json!({"branch": "emp-42", "employee": "petrova", "touchpoint": "t-petrova", "channel": format!("person{n}")});
        answer(&w, &code, 9, stray).await;
    }
    answer(&w, &code, 9, json!({"branch": "centre", "channel": "QR"})).await;
    let made = w.anna.post(&format!("/api/v1/surveys/{survey}/invitations"), json!({"channel": "person17"})).await.is(201).json();
    let link = made["link"].as_str().expect("a link").trim_start_matches("http://otklik.test").to_owned();
    let proof = hidden(&w.client.form(&link, &[]).await.is(200), "once");
    w.client.form(&link, &[("nps", "1"), ("once", &proof)]).await.is(303);
    let id: uuid::Uuid = survey.parse().expect("an id");
    let sql = "select cast(count(*) as bigint) from response where survey = $1 and raw is not null";
    assert_eq!(w.app.ground.db.scalar::<i64>(sql, args![id]).await.expect("a count"), Some(0));
    let names = w.app.ground.db.rows("select name from channel", args![]).await.expect("rows");
    let names: Vec<String> = names.iter().map(|r| r.try_get_by_index(0).expect("a name")).collect();
    assert_eq!(names, ["QR"]);
    w.advance(WEEK);
    let told = w.olga.get(&format!("/api/v1/metrics/nps?survey={survey}&by=channel")).await.is(200).text;
    assert!(!told.contains("person"), "{told}");
}

#[tokio::test]
async fn a_repetition_is_recognised_by_nothing_that_leads_to_the_answer() {
    let w = World::new().await;
    let (_, code) = published(&w, "anonymous").await;
    let (door, body) = (format!("/s/{code}"), json!({"answers": {"nps": 9, "why": "Слово"}}));
    let send = async |body: &Json| w.client.json("POST", &door, body.clone(), &[("idempotency-key", "k-1")]).await;
    let id = send(&body).await.is(201).id();
    assert_eq!(send(&body).await.is(201).id(), id, "the same receipt");
    send(&json!({"answers": {"nps": 1}})).await.is(422);
    let q = &w.app.ground.db;
    let row = q.rows("select key, body, body_hash from idempotency where actor = 'public'", args![]).await.expect("rows");
    let text = |i: usize| row[0].try_get_by_index::<String>(i).expect("text");
    assert_eq!(row.len(), 1);
    assert!(!text(0).contains("k-1") && text(1) != id);
    assert_ne!(text(2), kit::ids::sha256_hex(body.to_string().as_bytes()));
    if q.engine == Engine::Sqlite {
        let sql = "select sql from sqlite_master where name = 'idempotency'";
        let made = q.scalar::<String>(sql, args![]).await.expect("a table").unwrap_or_default();
        assert!(made.to_lowercase().contains("without rowid"), "{made}");
    }
}

#[tokio::test]
async fn when_the_day_is_over_no_transaction_joins_a_link_with_its_answer() {
    let w = World::new().await;
    for promise in ["anonymous", "confidential"] {
        let (survey, code) = published(&w, promise).await;
        for n in 0..6 {
            let made = w.anna.post(&format!("/api/v1/surveys/{survey}/invitations"), json!({})).await.is(201).json();
            let link = made["link"].as_str().expect("a link").trim_start_matches("http://otklik.test").to_owned();
            let proof = hidden(&w.client.form(&link, &[]).await.is(200), "once");
            w.client.form(&link, &[("nps", "9"), ("why", &format!("Слово {n}")), ("once", &proof)]).await.is(303);
        }
        answer(&w, &code, 9, json!({})).await;
    }
    let (_, open) = w.survey().await;
    answer(&w, &open, 3, json!({})).await;
    w.advance(2 * kit::time::DAY);
    let wrote = crate::surveys::mix_closed_days(&w.app.ground).await.expect("mixed");
    let q = &w.app.ground.db;
    if q.engine == Engine::Sqlite {
        assert_eq!(wrote, 0);
        return;
    }
    assert_eq!(wrote, 26);
    let count = async |sql: &str| q.scalar::<i64>(sql, args![]).await.expect("a count").unwrap_or(-1);
    let joined = "select count(*) from response r join invitation i on cast(r.xmin as text) = cast(i.xmin as text)";
    assert_eq!(count(joined).await, 0);
    assert_eq!(count("select count(distinct cast(xmin as text)) from response").await, 2, "one for all, and the open survey's");
    assert_eq!(count("select count(*) from response").await, 15);
    assert_eq!(w.wrong_cells().await, 0);
    assert_eq!(crate::surveys::mix_closed_days(&w.app.ground).await.expect("mixed"), 12, "links of the last days again");
}
