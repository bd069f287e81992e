//! Somebody new goes a track: it begins with the hire, goes step by step, is closed, stops and goes on.

use kit::{args, db::Query};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::standards::onboarding;
use crate::standards::quizzes::tests::{colleague, quiz, standard};
use crate::world::World;

async fn track(w: &World, positions: Json, steps: Json) -> String {
    w.anna.post("/api/v1/onboarding-tracks", json!({"title": "Путь", "positions": positions, "steps": steps})).await.is(201).id()
}

fn short() -> Json {
    json!([
        {"day": 0, "kind": "talk", "title": "Встреча"},
        {"day": 3, "kind": "watch", "title": "Смена рядом"},
        {"day": 30, "kind": "assessment", "title": "Первый месяц"},
        {"day": 60, "kind": "assessment", "title": "Итог"}
    ])
}

#[tokio::test]
async fn a_hire_begins_the_track_of_the_position_and_a_dismissal_stops_it() {
    let w = World::new().await;
    let all = track(&w, json!([]), short()).await;
    let desk = track(&w, json!(["Администратор"]), short()).await;
    let hire = async |name: &str, position: &str, hired: &str| {
        let body = json!({"name": name, "branch": "centre", "position": position, "hired_on": hired});
        w.advance(kit::time::SECOND);
        w.anna.post("/api/v1/employees", body).await.is(201).id()
    };
    let list = async || w.anna.get("/api/v1/newcomers").await.is(200).json()["items"].as_array().cloned().expect("a list");
    hire("Старожил", "врач", "2026-11-06").await;
    assert!(list().await.is_empty(), "hired fifteen days ago");
    let vera = hire("Вера", "администратор ", "2026-11-20").await;
    hire("Игорь", "врач", "2026-12-01").await;
    let now = list().await;
    assert_eq!(
        now.iter().map(|n| (n["name"].as_str(), n["track"].as_str(), n["day"].as_i64())).collect::<Vec<_>>(),
        [(Some("Игорь"), Some(&*all), Some(-10)), (Some("Вера"), Some(&*desk), Some(1))]
    );
    let card = now[1].clone();
    assert_eq!(
        (&card["steps"][0]["due_on"], &card["steps"][0]["state"], &card["late"]),
        (&json!("2026-11-20"), &json!("late"), &json!(1))
    );
    // Changed elsewhere, the card keeps to one track.
    w.anna.patch(&format!("/api/v1/employees/{vera}"), json!({"position": "врач"})).await.is(200);
    assert_eq!(list().await.len(), 2);
    w.anna.patch(&format!("/api/v1/employees/{vera}"), json!({"hired_on": "2026-11-23"})).await.is(200);
    assert_eq!(list().await[1]["started_on"], json!("2026-11-23"));
    w.anna.patch(&format!("/api/v1/employees/{vera}"), json!({"hired_on": "2026-11-20", "left_on": "2026-11-21"})).await.is(200);
    let id = card["id"].as_str().expect("an id");
    let door = format!("/api/v1/newcomers/{id}");
    let stopped = w.anna.get(&door).await.is(200).json();
    assert_eq!((&stopped["state"], &stopped["late"]), (&json!("stopped"), &json!(0)));
    w.anna.post(&format!("{door}/steps/1"), json!({})).await.is(409);
    w.anna.patch(&format!("/api/v1/employees/{vera}"), json!({"left_on": null})).await.is(200);
    assert_eq!(w.anna.get(&door).await.json()["state"], json!("running"));
    assert_eq!(w.history(id).await, ["newcomer.begun", "newcomer.stopped", "newcomer.resumed"]);
    // Dismissed from a day to come: stopped on that day, without anybody's hand.
    w.anna.patch(&format!("/api/v1/employees/{vera}"), json!({"left_on": "2026-11-23"})).await.is(200);
    assert_eq!(w.anna.get(&door).await.json()["state"], json!("running"));
    w.advance(3 * kit::time::DAY);
    assert_eq!(w.anna.get(&door).await.json()["state"], json!("stopped"));
}

#[tokio::test]
async fn steps_are_ticked_by_whom_they_concern_and_the_last_assessment_closes() {
    let w = World::new().await;
    let id = track(&w, json!([]), short()).await;
    let (vera, card) = colleague(&w, "vera", "centre").await;
    let (igor, _) = colleague(&w, "igor", "centre").await;
    let new = json!({"employee": card, "track": id});
    igor.post("/api/v1/newcomers", new.clone()).await.is(403);
    w.gleb.post("/api/v1/newcomers", new.clone()).await.is(403);
    assert_eq!(w.dina.post("/api/v1/newcomers", new.clone()).await.is(422).refused(), ["employee: unknown"]);
    let begun = w.boris.post("/api/v1/newcomers", new.clone()).await.is(201);
    w.boris.post("/api/v1/newcomers", new).await.is(409);
    let door = format!("/api/v1/newcomers/{}", begun.id());
    let step = |n: &str| format!("{door}/steps/{n}");
    for (who, code) in [(&vera, 200), (&w.boris, 200), (&igor, 403), (&w.gleb, 403), (&w.dina, 404)] {
        who.get(&door).await.is(code);
    }
    assert_eq!(igor.get("/api/v1/newcomers").await.is(200).json()["items"], json!([]));
    vera.post(&step("1"), json!({})).await.is(403);
    vera.post(&step("4"), json!({"mark": 5})).await.is(403);
    igor.post(&step("2"), json!({})).await.is(403);
    vera.post(&step("2"), json!({"note": "Было интересно"})).await.is(201);
    vera.post(&step("2"), json!({})).await.is(409);
    w.boris.post(&step("1"), json!({"mark": 4})).await.is(201);
    for n in ["0", "5", "x", "-1", "99999999999999999999999"] {
        w.boris.post(&step(n), json!({})).await.is(404);
    }
    assert_eq!(w.boris.post(&step("3"), json!({})).await.is(422).refused(), ["mark: required"]);
    assert_eq!(w.boris.post(&step("3"), json!({"mark": 6})).await.is(422).refused(), ["mark: out-of-range"]);
    assert_eq!(w.boris.post(&step("3"), json!({"mark": 3, "passed": true})).await.is(422).refused(), ["passed: track-only-last"]);
    assert_eq!(
        w.boris.post(&step("3"), json!({"mark": 3, "note": "a\u{0}"})).await.is(422).refused(),
        ["note: control-characters"]
    );
    w.boris.post(&step("3"), json!({"mark": 4})).await.is(201);
    let closed = w.boris.post(&step("4"), json!({"mark": 2})).await.is(201).json();
    assert_eq!((&closed["state"], &closed["done"], closed["closed_at"].is_string()), (&json!("failed"), &json!(4), true));
    w.boris.delete(&step("1")).await.is(409);
    w.boris.delete(&step("4")).await.is(204);
    let again = w.boris.get(&door).await.json();
    assert_eq!((&again["state"], &again["closed_at"]), (&json!("running"), &Json::Null));
    w.boris.delete(&step("4")).await.is(409);
    let passed = w.boris.post(&step("4"), json!({"mark": 2, "passed": true, "note": "Возьмём"})).await.is(201).json();
    assert_eq!((&passed["state"], &passed["steps"][3]["done_by"]), (&json!("passed"), &json!("boris")));
    assert_eq!(w.history(&begun.id()).await.len(), 7);
    assert_eq!(
        w.anna.get("/api/v1/newcomers?state=passed&branch=centre").await.is(200).json()["items"].as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(w.anna.get("/api/v1/newcomers?state=gone").await.is(422).refused(), ["state: unknown-variant"]);
    assert_eq!(w.anna.get("/api/v1/newcomers?branch=gone").await.is(422).refused(), ["branch: unknown"]);
}

#[tokio::test]
async fn reading_and_quizzes_do_their_steps_and_leave_pushes_the_days() {
    let w = World::new().await;
    let (standard, items) = standard(&w).await;
    let quiz_id = w.anna.post("/api/v1/quizzes", quiz(standard, &items)).await.is(201).id();
    let steps = json!([
        {"day": 2, "kind": "read", "title": "Прочитать", "standard": standard},
        {"day": 5, "kind": "quiz", "title": "Тест", "quiz": quiz_id}
    ]);
    let id = track(&w, json!([]), steps).await;
    let (vera, card) = colleague(&w, "vera", "centre").await;
    let door = format!(
        "/api/v1/newcomers/{}",
        w.anna.post("/api/v1/newcomers", json!({"employee": card, "track": id})).await.is(201).id()
    );
    vera.post(&format!("{door}/steps/1"), json!({})).await.is(409);
    vera.post(&format!("{door}/steps/2"), json!({})).await.is(409);
    let db = &w.app.ground.db;
    // The duty takes the day over from the track.
    let duties = w.anna.get(&format!("/api/v1/employees/{card}/duties")).await.is(200).json();
    assert_eq!(duties["items"][0]["due_on"], json!("2026-11-23"), "{duties}");
    let own = vera.page("/duties").await.is(200).text;
    assert!(own.contains(&format!("/quizzes/{quiz_id}")) && own.contains("/newcomers/mine"), "{own}");
    let due = async || {
        onboarding::due_for(db, w.olga.org, card, standard).await.expect("a day").map(|d| kit::time::date_of(d).to_string())
    };
    assert_eq!(due().await.as_deref(), Some("2026-11-23"));
    assert_eq!(onboarding::due_for(db, w.olga.org, card, Uuid::nil()).await.expect("none"), None);
    let away = "insert into absence (org, id, employee, from_day, to_day, created_at) values ($1,$2,$3,$4,$5,0)";
    let day = |text: &str| kit::time::day_number(text.parse().expect("a day"));
    db.run(away, args![w.olga.org, Uuid::from_u128(5), card, day("2026-11-22"), day("2026-11-24")]).await.expect("away");
    assert_eq!(due().await.as_deref(), Some("2026-11-26"));
    w.advance(6 * kit::time::DAY);
    let seen = w.anna.get(&door).await.is(200).json();
    assert_eq!((&seen["steps"][0]["state"], &seen["steps"][1]["due_on"]), (&json!("late"), &json!("2026-11-29")));
    let run = |pick: &str| json!({"answers": {"k0": pick, "k1": pick, "k2": pick}});
    let mut again = run("a");
    again["number"] = json!(2);
    vera.post(&format!("/api/v1/quizzes/{quiz_id}/attempts"), run("b")).await.is(201);
    assert_eq!(vera.get(&door).await.json()["steps"][1]["state"], json!("open"));
    vera.post(&format!("/api/v1/quizzes/{quiz_id}/attempts"), again).await.is(201);
    assert_eq!(vera.get(&door).await.json()["steps"][1]["state"], json!("done"));
    let signed = "insert into signature (org, id, standard, number, employee, employee_name, items, statement, text_hash, hash, via, member, member_name, at) \
        values ($1,$2,$3,1,$4,'vera','[]','','','','session',$5,'vera',$6)";
    db.run(signed, args![w.olga.org, Uuid::from_u128(6), standard, card, vera.member, w.app.ground.now().0])
        .await
        .expect("signed");
    let seen = vera.get(&door).await.is(200).json();
    assert_eq!((&seen["steps"][0]["state"], &seen["done"], &seen["late"]), (&json!("done"), &json!(2), &json!(0)));
}
