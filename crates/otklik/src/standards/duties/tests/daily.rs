//! What a new day brings: people are hired and leave, and are reminded.

use super::*;

#[tokio::test]
async fn a_hire_and_a_dismissal_in_the_future_come_with_their_day() {
    let w = World::new().await;
    standard(&w, "Приветствие", &["Один"], &[], &[]).await;
    let body = json!({"name": "Мария", "branch": "centre", "hired_on": "2026-11-23", "left_on": "2026-12-01"});
    let m = w.anna.post("/api/v1/employees", body).await.is(201).id();
    assert_eq!(duties(&w, &m).await, Vec::<String>::new());
    for (days, wanted) in [(2, "pending v1 1"), (7, "pending v1 1"), (1, "lifted v1 0")] {
        for _ in 0..days {
            w.advance(kit::time::DAY);
            w.run_jobs().await;
        }
        assert_eq!(duties(&w, &m).await, [wanted]);
    }
    exact(&w).await;
}

#[tokio::test]
async fn a_program_that_was_switched_off_makes_up_for_the_days() {
    let w = World::new().await;
    standard(&w, "Приветствие", &["Один"], &[], &[]).await;
    let m = w
        .anna
        .post("/api/v1/employees", json!({"name": "Мария", "branch": "centre", "hired_on": "2026-11-23"}))
        .await
        .is(201)
        .id();
    w.advance(10 * kit::time::DAY);
    w.run_jobs().await;
    assert_eq!(duties(&w, &m).await, ["pending v1 1"]);
}

/// The company moves west: what was to come at its midnight comes when the old day is not over yet.
#[tokio::test]
async fn days_go_on_when_the_company_changes_its_time_zone() {
    let w = World::new().await;
    standard(&w, "Приветствие", &["Один"], &[], &[]).await;
    let body = json!({"name": "Мария", "branch": "centre", "hired_on": "2026-11-30"});
    let m = w.anna.post("/api/v1/employees", body).await.is(201).id();
    w.olga.patch("/api/v1/org", json!({"timezone": "America/New_York"})).await.is(200);
    // Some minutes past midnight in Moscow it is yesterday still in New York.
    w.advance(12 * kit::time::HOUR + 10 * kit::time::MINUTE);
    w.run_jobs().await;
    for _ in 0..10 {
        w.advance(kit::time::DAY);
        w.run_jobs().await;
    }
    assert_eq!(duties(&w, &m).await, ["pending v1 1"]);
}

#[tokio::test]
async fn people_are_reminded_before_on_the_day_and_weekly_but_never_on_leave() {
    // Nobody answers there: letters are written and wait.
    let mailer = kit::mail::Mailer::from_url("smtp://127.0.0.1:9?from=Otklik <otklik@sosny.ru>").expect("a mailer");
    let w = World::with(Some(mailer), kit::limits::Limits::off()).await;
    let person = |name: &'static str, email: &'static str| {
        let w = &w;
        async move { w.anna.post("/api/v1/employees", json!({"name": name, "branch": "centre", "email": email})).await.is(201).id() }
    };
    let m = person("Мария", "maria@sosny.ru").await;
    let p = person("Пётр", "petr@sosny.ru").await;
    w.anna.post("/api/v1/employees", json!({"name": "Без почты", "branch": "centre"})).await.is(201);
    standard(&w, "Приветствие", &["Один"], &[], &[]).await;
    standard(&w, "Прощание", &["Два"], &[], &[]).await;
    w.anna.post(&format!("/api/v1/employees/{p}/absences"), json!({"from": "2026-11-25"})).await.is(201);
    let letters = || async {
        let rows = w.app.ground.db.rows("select payload from job where kind = 'mail.send'", args![]).await.expect("jobs");
        rows.iter().map(|r| r.try_get_by_index::<String>(0).expect("text")).collect::<Vec<_>>()
    };
    let mut days = Vec::new();
    for day in 22..=42 {
        w.advance(kit::time::DAY);
        let before = letters().await.len();
        w.run_jobs().await;
        w.run_jobs().await;
        let now = letters().await;
        if now.len() > before {
            assert_eq!(now.len(), before + 1, "one letter with both standards, to Maria alone");
            days.push(day);
        }
    }
    assert_eq!(days, [26, 28, 35, 42], "two days before, on the day, weekly");
    let all = letters().await;
    assert!(all.iter().all(|l| l.contains("maria@sosny.ru") && l.contains("Приветствие") && l.contains("Прощание")), "{all:?}");
    assert!(all.iter().any(|l| l.contains("срок был 28 ноября 2026")), "{all:?}");
    assert_eq!(duties(&w, &m).await, ["overdue v1 1", "overdue v1 1"]);
}
