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
    let m = w.anna.post("/api/v1/employees", json!({"name": "Мария", "branch": "centre", "hired_on": "2026-11-23"})).await.is(201).id();
    w.advance(10 * kit::time::DAY);
    w.run_jobs().await;
    assert_eq!(duties(&w, &m).await, ["pending v1 1"]);
}
