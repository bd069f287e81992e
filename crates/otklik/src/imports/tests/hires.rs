//! People who come with a file are hires like any others.

use jiff::ToSpan;
use serde_json::json;
use uuid::Uuid;

use super::import;
use crate::standards::duties::tests::standard as written;
use crate::world::World;

/// A file of people is another door to the same hire.
#[tokio::test]
async fn imported_hires_begin_their_track_with_its_days() {
    let w = World::new().await;
    let s = written(&w, "Приветствие", &["Здоровайтесь"], &[], &[]).await;
    let steps = json!([{"day": 5, "kind": "read", "title": "Прочитать", "standard": s},
        {"day": 30, "kind": "assessment", "title": "Итог"}]);
    let path = json!({"title": "Путь", "positions": [], "steps": steps});
    w.anna.post("/api/v1/onboarding-tracks", path).await.is(201);
    let today = w.app.ground.now().date(&jiff::tz::TimeZone::UTC);
    let file = format!("name,branch,code,hired_on\nВера,centre,v1,{today}\nСтарожил,centre,o1,2020-01-01\n");
    let columns = json!({"name": "name", "branch": "branch", "code": "code", "hired_on": "hired_on"});
    let done = import(&w, "employees", json!({"columns": columns}), file.as_bytes()).await;
    assert_eq!(done["accepted"], 2, "{done}");
    let list = w.anna.get("/api/v1/newcomers").await.is(200).json();
    let names: Vec<&str> = list["items"].as_array().expect("a list").iter().filter_map(|n| n["name"].as_str()).collect();
    assert_eq!(names, ["Вера"], "{list}");
    let vera = list["items"][0]["employee"].as_str().expect("an id").to_owned();
    let due = async |standard: Uuid| {
        let all = w.anna.get(&format!("/api/v1/employees/{vera}/duties")).await.is(200).json();
        let id = standard.to_string();
        let duty = all["items"].as_array().expect("a list").iter().find(|d| d["standard"] == *id).cloned().expect("a duty");
        duty["due_on"].as_str().expect("a day").to_owned()
    };
    assert_eq!(due(s).await, today.saturating_add(5.days()).to_string(), "the track says by which day");

    // Decision 12: what is published after somebody began keeps its own days, the same as everybody's.
    let later = written(&w, "Новый стандарт", &["Провожайте"], &[], &[]).await;
    assert_eq!(due(later).await, today.saturating_add(7.days()).to_string());
    // A track begins without what was withdrawn; who is on it is not asked for it any more.
    w.anna.post(&format!("/api/v1/standards/{s}/withdrawal"), json!({"reason": "Заменён"})).await.is(201);
    let card = w.anna.get("/api/v1/newcomers").await.is(200).json()["items"][0].clone();
    assert_eq!((&card["steps"][0]["state"], &card["late"]), (&json!("lifted"), &json!(0)));
    w.anna.page(&format!("/newcomers/{}", card["id"].as_str().expect("an id"))).await.is(200);
    let body = json!({"name": "Игорь", "branch": "centre", "hired_on": today.to_string()});
    let igor = w.anna.post("/api/v1/employees", body).await.is(201).id();
    let all = w.anna.get("/api/v1/newcomers").await.is(200).json();
    let his = all["items"].as_array().expect("a list").iter().find(|n| n["employee"] == *igor).cloned().expect("Igor");
    assert_eq!(his["steps"].as_array().map(Vec::len), Some(1), "{his}");
}
