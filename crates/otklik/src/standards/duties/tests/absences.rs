//! Leave lifts what is open, and behind it the time begins anew.

use super::*;

#[tokio::test]
async fn a_leave_lifts_and_its_end_asks_again() {
    let w = World::new().await;
    let (maria, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Один"], &[], &[]).await;
    let path = format!("/api/v1/employees/{m}/absences");
    let made = w.boris.post(&path, json!({"from": "2026-11-21", "to": "2026-11-25"})).await.is(201);
    assert_eq!(duties(&w, &m).await, ["lifted v1 0"]);
    assert_eq!(w.history(&made.id()).await, ["absence.created"]);
    assert_eq!(sign(&maria, s).await.status, 409, "nothing is asked of somebody on leave");
    exact(&w).await;
    // The night pass of the 26th brings the duty back.
    for _ in 0..5 {
        w.advance(kit::time::DAY);
        w.run_jobs().await;
    }
    let duty = maria.get("/api/v1/duties").await.json()["items"][0].clone();
    assert_eq!((brief(&duty).as_str(), duty["due_on"].as_str()), ("pending v1 1", Some("2026-12-03")));
    exact(&w).await;

    // A leave that is to begin lifts when it begins.
    w.anna.post(&path, json!({"from": "2026-11-28"})).await.is(201);
    assert_eq!(duties(&w, &m).await, ["pending v1 1"]);
    w.advance(2 * kit::time::DAY);
    w.run_jobs().await;
    assert_eq!(duties(&w, &m).await, ["lifted v1 0"]);

    let list = maria.get(&path).await.is(200).json();
    let open = list["items"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!((list["items"].as_array().map(Vec::len), list["items"][0]["to"].is_null()), (Some(2), true));
    w.gleb.delete(&format!("/api/v1/absences/{open}")).await.is(403);
    maria.delete(&format!("/api/v1/absences/{open}")).await.is(403);
    w.dina.delete(&format!("/api/v1/absences/{open}")).await.is(404);
    w.boris.delete(&format!("/api/v1/absences/{open}")).await.is(204);
    w.boris.delete(&format!("/api/v1/absences/{open}")).await.is(404);
    assert_eq!(w.history(&open).await, ["absence.created", "absence.removed"]);
    assert_eq!(duties(&w, &m).await, ["pending v1 1"]);
    exact(&w).await;
}

#[tokio::test]
async fn a_leave_that_does_not_fit_is_refused() {
    let w = World::new().await;
    let north = branch(&w, "Север", "north").await;
    let (maria, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let (_, n) = worker(&w, "Нина", north, "Врач").await;
    let path = format!("/api/v1/employees/{m}/absences");
    for (body, field) in [
        (json!({}), "from: required"),
        (json!({"from": "2026-13-01"}), "from: wrong-type"),
        (json!({"from": "2026-11-21", "to": "2026-11-20"}), "to: absence-ends-before"),
        (json!({"from": "0001-01-01"}), "from: bad-day"),
        (json!({"from": "2026-11-21", "why": "x"}), "why: unknown-field"),
    ] {
        assert_eq!(w.anna.post(&path, body).await.is(422).refused(), [field]);
    }
    let body = json!({"from": "2026-11-21"});
    maria.post(&path, body.clone()).await.is(403);
    w.boris.post(&format!("/api/v1/employees/{n}/absences"), body.clone()).await.is(403);
    w.boris.get(&format!("/api/v1/employees/{n}/absences")).await.is(403);
    w.dina.post(&path, body).await.is(404);
}
