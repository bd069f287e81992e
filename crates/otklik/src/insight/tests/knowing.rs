//! `acknowledged`: how things stood, by place and over time.

use serde_json::json;

use crate::standards::duties::tests as known;
use crate::standards::editing::rules::Change;
use crate::world::World;

#[tokio::test]
async fn the_stock_is_that_of_its_day() {
    let w = World::new().await;
    let north = known::branch(&w, "Север", "north").await;
    let (maria, m) = known::worker(&w, "Мария", w.centre, "Врач").await;
    let (nina, _) = known::worker(&w, "Нина", north, "Администратор").await;
    let s = known::standard(&w, "Приветствие", &["Один", "Два"], &[], &[]).await;
    let id = known::items(&w, s).await;
    known::sign(&maria, s).await.is(201);
    w.advance(3 * kit::time::DAY);
    known::sign(&nina, s).await.is(201);
    w.advance(3 * kit::time::DAY);
    known::reword(&w, id[0], "Один иначе").await;
    known::publish(&w, s, &[(id[0], Change::Material)]).await;
    // 21: 2 of 4, 24: 4 of 4, 27: 2 of 4.
    let ask = |query: &'static str| {
        let w = &w;
        async move {
            let reply = w.anna.get(&format!("/api/v1/metrics/acknowledged?{query}")).await.is(200).json();
            let items = reply["items"].as_array().cloned().unwrap_or_default();
            items.iter().map(|i| format!("{} {} {}", i["label"].as_str().unwrap_or("?"), i["n"], i["value"])).collect::<Vec<_>>()
        }
    };
    assert_eq!(ask("").await, ["Всё вместе 4 50.0"]);
    assert_eq!(ask("to=2026-11-26").await, ["Всё вместе 4 100.0"]);
    assert_eq!(ask("from=2026-11-24&to=2026-11-28&compare=previous").await, ["Всё вместе 4 50.0"]);
    assert_eq!(ask("by=branch").await, ["Север 2 50.0", "Центр 2 50.0"]);
    assert_eq!(ask("by=branch&to=2026-11-23").await, ["Север 2 0.0", "Центр 2 100.0"]);
    assert_eq!(ask("by=item").await, ["Два 2 100.0", "Один иначе 2 0.0"]);
    assert_eq!(ask("by=item&branch=centre&to=2026-11-23").await, ["Два 1 100.0", "Один иначе 1 100.0"]);
    assert_eq!(ask("by=position&to=2026-11-23").await, ["Администратор 2 0.0", "Врач 2 100.0"]);
    assert_eq!(ask("by=position&branch=centre").await, ["Администратор 0 null", "Врач 2 50.0"]);
    assert_eq!(ask("by=standard").await, ["Приветствие 4 50.0"]);
    let days = w.anna.get("/api/v1/metrics/acknowledged?by=day&from=2026-11-20&to=2026-11-29").await.is(200).json();
    let values: Vec<String> = days["items"].as_array().expect("days").iter().map(|d| d["value"].to_string()).collect();
    assert_eq!(
        values,
        ["null", "50.0", "50.0", "50.0", "100.0", "100.0", "100.0", "50.0", "null"],
        "an empty day carries over, a coming one is not known"
    );
    let weeks = ask("by=week&branch=north&chart=1").await;
    assert_eq!(weeks.iter().map(|w| w.rsplit(' ').next().unwrap_or("").to_owned()).collect::<Vec<_>>(), ["0.0", "50.0"]);
    assert_eq!(ask("by=month").await.len(), 1);
    // A transfer takes what she knows along.
    w.anna.patch(&format!("/api/v1/employees/{m}"), json!({"branch": north})).await.is(200);
    assert_eq!(ask("by=branch").await, ["Север 4 50.0", "Центр 0 null"]);
    known::exact(&w).await;

    for (query, field) in [
        ("by=employee", "by: not-for-metric"),
        ("survey=x", "survey: not-for-metric"),
        ("position=Космонавт", "position: unknown"),
        ("item=x", "item: unknown"),
        ("standard=x", "standard: unknown"),
    ] {
        assert_eq!(w.anna.get(&format!("/api/v1/metrics/acknowledged?{query}")).await.is(422).refused(), [field]);
    }
    assert_eq!(w.anna.get("/api/v1/metrics/nps?by=item").await.is(422).refused(), ["by: not-for-metric"]);
    assert_eq!(w.boris.get("/api/v1/metrics/acknowledged").await.is(200).json()["items"][0]["n"], 0);
    w.boris.get("/api/v1/metrics/acknowledged?branch=north").await.is(403);
    maria.get("/api/v1/metrics/acknowledged").await.is(403);
    for path in [
        "/figures/acknowledged",
        "/figures/acknowledged?by=item&period=all",
        "/figures/acknowledged?by=position&grain=day",
        "/figures/acknowledged/table.csv?by=standard",
    ] {
        w.anna.page(path).await.is(200);
    }
}
