//! Usual swings are counted anew where a person says so.

use jiff::ToSpan as _;
use serde_json::{Value as Json, json};

use super::figures::{answer, survey};
use crate::world::{Person, World};

const YEAR: &str = "nps?by=week&from=2026-06-01&to=2026-11-16&chart=1";

async fn signals(p: &Person, path: &str) -> Vec<Json> {
    let figure = p.get(&format!("/api/v1/metrics/{path}")).await.is(200).json();
    figure["signals"].as_array().expect("signals").clone()
}

#[tokio::test]
async fn a_mark_rebases_the_charts_of_its_place() {
    let w = World::new().await;
    let (_, code) = survey(&w, "identified").await;
    // Twelve weeks of −50, then twelve of 50.
    let first = jiff::civil::date(2026, 6, 1);
    for week in 0..24 {
        let day = first.saturating_add((week * 7).days()).to_string();
        let scores = if week < 12 { [6, 6, 6, 6, 9, 8] } else { [10, 9, 10, 9, 6, 8] };
        for score in scores {
            answer(&w, &code, json!({ "nps": score }), Some(&day), json!({"branch": "centre"})).await;
        }
    }
    assert!(!signals(&w.gleb, YEAR).await.is_empty(), "a step of a hundred points is a signal");

    // A mark of one branch speaks for that branch alone.
    let form = json!({"on": "2026-08-24", "text": "Новая стойка", "branch": "centre", "rebase": true});
    let made = w.anna.post("/api/v1/marks", form).await.is(201).json();
    assert_eq!(made["rebase"], true);
    assert!(!signals(&w.gleb, YEAR).await.is_empty());
    assert!(signals(&w.gleb, &format!("{YEAR}&branch=centre")).await.is_empty());

    // For the whole company it speaks for every chart, and the page says so.
    let path = format!("/api/v1/marks/{}", made["id"].as_str().expect("an id"));
    w.anna.patch(&path, json!({"branch": null})).await.is(200);
    let figure = w.gleb.get(&format!("/api/v1/metrics/{YEAR}")).await.is(200).json();
    assert_eq!(figure["signals"], json!([]));
    assert_ne!(figure["items"][0]["limits"], figure["items"][23]["limits"]);
    let says = "Обычные колебания считаем заново с 24.08.2026";
    let page = w.gleb.page("/figures/nps?from=2026-06-01&to=2026-11-15").await.is(200).text;
    assert!(page.contains(says), "{page}");

    // Without the word it is a mark like any other.
    w.anna.patch(&path, json!({"rebase": false})).await.is(200);
    assert!(!signals(&w.gleb, YEAR).await.is_empty());
    let page = w.gleb.page("/figures/nps?from=2026-06-01&to=2026-11-15").await.is(200).text;
    assert!(!page.contains(says));

    // The forms of both pages say it, too.
    let fields = [("on", "2026-08-24"), ("text", "Новое приветствие"), ("branch", ""), ("rebase", "1"), ("back", "/")];
    w.anna.form("/overview/marks", &fields).await.is(303);
    assert!(signals(&w.gleb, YEAR).await.is_empty());
    let list = w.anna.get("/api/v1/marks").await.is(200).json();
    let of = |text: &str| list["items"].as_array().expect("items").iter().find(|m| m["text"] == text).cloned().expect("a mark");
    let (greeting, desk) = (of("Новое приветствие"), of("Новая стойка"));
    assert_eq!((&greeting["rebase"], &desk["rebase"]), (&json!(true), &json!(false)));
    let page = format!("/marks/{}", greeting["id"].as_str().expect("an id"));
    assert!(w.anna.page(&page).await.is(200).text.contains("checked"));
    w.anna.form(&page, &[("on", "2026-08-24"), ("text", "Новое приветствие"), ("branch", "")]).await.is(303);
    assert!(!signals(&w.gleb, YEAR).await.is_empty());
}

/// Every publication of a standard sets a mark: in a year there are more than a picture holds.
#[tokio::test]
async fn of_many_marks_the_own_the_latest_and_those_that_count_anew_stay() {
    use kit::args;
    use kit::db::Query;
    use uuid::Uuid;

    use crate::insight::store::{MARKS, marks};

    let w = World::new().await;
    let db = &w.app.ground.db;
    let other = w.anna.post("/api/v1/branches", json!({"name": "Север", "code": "north"})).await.is(201).id();
    let other: Uuid = other.parse().expect("an id");
    let put = async |on: &str, text: &str, branch: Option<Uuid>, rebase: bool| {
        let sql = "insert into mark (org, id, on_date, text, branch, rebase, created_at) values ($1,$2,$3,$4,$5,$6,0)";
        db.run(sql, args![w.olga.org, w.app.ground.entropy.id(w.app.ground.now()), on, text, branch, rebase])
            .await
            .expect("a mark");
    };
    put("2025-01-01", "\"с чистого листа\"", None, true).await;
    for n in 0..MARKS + 5 {
        put(&format!("2025-{:02}-{:02}", n / 28 + 2, n % 28 + 1), "\"чужое\"", Some(other), false).await;
    }
    put("2025-12-30", "\"своё\"", Some(w.centre), false).await;
    let read = async |branches: Option<&[Uuid]>| {
        let rows = marks(db, w.olga.org, "2025-01-01", "2026-01-01", branches).await.expect("marks");
        rows.iter().map(|m| m.words(kit::i18n::Lang::Ru)).collect::<Vec<_>>()
    };
    assert_eq!(read(Some(&[w.centre])).await, ["с чистого листа", "своё"]);
    assert_eq!(read(Some(&[])).await, ["с чистого листа"]);
    let all = read(None).await;
    assert_eq!((all.len(), all.first(), all.last()), (200, Some(&"с чистого листа".to_owned()), Some(&"своё".to_owned())));
}
