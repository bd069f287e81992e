//! The printed sheet: a manager or the branch head enters who signed.

use super::*;

#[tokio::test]
async fn a_sheet_is_entered_by_the_head_of_the_branch() {
    let w = World::new().await;
    let north = branch(&w, "Север", "north").await;
    let (_, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let (_, p) = worker(&w, "Пётр", w.centre, "Врач").await;
    let (_, n) = worker(&w, "Нина", north, "Врач").await;
    let s = standard(&w, "Приветствие", &["Один"], &[], &[]).await;
    let path = format!("/api/v1/standards/{s}/sheets");
    w.advance(kit::time::DAY);
    let sheet = |who: Json| json!({"version": 1, "employees": who, "signed_on": "2026-11-21"});
    let made = w.boris.post(&path, sheet(json!([m]))).await.is(201).json();
    let one = &made["signatures"][0];
    assert_eq!(
        (one["via"].as_str(), one["employee_name"].as_str(), one["entered_by"].as_str()),
        (Some("paper"), Some("Мария"), Some("boris"))
    );
    assert!(one["statement"].as_str().is_some_and(|s| s.contains("21 ноября 2026")), "{one}");
    assert_eq!(duties(&w, &m).await, ["signed v1 1"]);
    assert_eq!(w.history(&s.to_string()).await.last().map(String::as_str), Some("sheet.created"));

    assert_eq!(w.boris.post(&path, sheet(json!([m, p]))).await.is(422).refused(), ["employees[0]: nothing-to-sign"]);
    assert_eq!(duties(&w, &p).await, ["pending v1 1"], "all or nothing");
    w.boris.post(&path, sheet(json!([n]))).await.is(403);
    assert_eq!(
        w.anna.post(&path, sheet(json!([n, n, "nobody"]))).await.is(422).refused(),
        ["employees[1]: duplicate", "employees[2]: unknown"]
    );
    for (body, field) in [
        (json!({"version": 1, "employees": []}), "employees: required"),
        (json!({"version": 1, "employees": [p], "signed_on": "2026-11-20"}), "signed_on: signed-on-range"),
        (json!({"version": 1, "employees": [p], "signed_on": "2026-11-23"}), "signed_on: signed-on-range"),
        (json!({"version": 1, "employees": [p], "at": "2026-11-20T00:00:00Z"}), "at: unknown-field"),
    ] {
        assert_eq!(w.anna.post(&path, body).await.is(422).refused(), [field]);
    }
    w.anna.post(&path, json!({"version": 7, "employees": [p]})).await.is(409);
    w.gleb.post(&path, sheet(json!([p]))).await.is(403);
    w.dina.post(&path, sheet(json!([p]))).await.is(404);
    w.anna.post(&path, sheet(json!([p, n]))).await.is(201);
    exact(&w).await;
}
