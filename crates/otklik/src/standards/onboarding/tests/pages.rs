//! The pages of tracks and newcomers, without a script.

use serde_json::json;

use crate::standards::quizzes::tests::colleague;
use crate::world::World;

#[tokio::test]
async fn a_track_is_written_on_a_page() {
    let w = World::new().await;
    w.anna.page("/onboarding-tracks").await.is(200);
    w.anna.page("/onboarding-tracks/new").await.is(200);
    let made =
        w.anna.form("/onboarding-tracks/starter", &[]).await.is(303).headers["location"].to_str().expect("text").to_owned();
    assert!(w.anna.page(&made).await.is(200).text.contains("Аттестация за первый месяц"));
    assert!(w.boris.page(&made).await.is(200).text.contains("Аттестация за первый месяц"));
    w.boris.form(&made, &[]).await.is(403);
    w.dina.page(&made).await.is(404);
    let fields = |day: &'static str| {
        vec![
            ("version", "1"),
            ("title", "Наш путь"),
            ("positions", "Врач\nМедсестра"),
            ("active", "on"),
            ("order", "1"),
            ("order", "0"),
            ("s0.was", "0"),
            ("s0.day", "0"),
            ("s0.kind", "talk"),
            ("s0.title", "Встреча"),
            ("s0.who", "head"),
            ("s1.was", ""),
            ("s1.day", day),
            ("s1.kind", "watch"),
            ("s1.title", "Смена рядом"),
            ("s1.who", "newcomer"),
        ]
    };
    let told = w.anna.form(&made, &fields("сто")).await.is(422).text;
    assert!(told.contains("Смена рядом") && told.contains("#f-s0.day"), "{told}");
    let told = w.anna.form(&made, &fields("121")).await.is(422).text;
    assert!(told.contains("#f-s0.day"), "{told}");
    w.anna.form(&made, &fields("0")).await.is(303);
    let seen = w.anna.get(&format!("/api/v1{made}")).await.is(200).json();
    assert_eq!((&seen["steps"][0]["title"], &seen["positions"]), (&json!("Смена рядом"), &json!(["Врач", "Медсестра"])));
    assert_eq!(seen["steps"][1]["title"]["ru"], json!("Встреча"));
    assert!(seen["steps"][1]["title"]["en"].as_str().expect("kept").starts_with("First day"), "the other language stays");
    assert!(w.anna.form(&made, &fields("0")).await.is(422).text.contains("кто-то уже сохранил"));
    w.anna.form("/onboarding-tracks/new", &[("title", "")]).await.is(422);
}

#[tokio::test]
async fn a_newcomer_is_led_on_pages() {
    let w = World::new().await;
    let track = w.anna.post("/api/v1/onboarding-tracks/starter", json!({})).await.is(201).id();
    w.boris.page("/newcomers").await.is(200);
    let (vera, card) = colleague(&w, "vera", "centre").await;
    assert!(vera.page("/newcomers/mine").await.is(200).text.contains("Вы не в пути"));
    w.boris.page("/newcomers/new").await.is(200);
    w.boris.form("/newcomers/new", &[("employee", "x"), ("track", &track)]).await.is(422);
    let card = card.to_string();
    let fields = [("employee", &*card), ("track", &*track), ("started_on", "2026-11-01")];
    let made = w.boris.form("/newcomers/new", &fields).await.is(303).headers["location"].to_str().expect("text").to_owned();
    w.boris.form("/newcomers/new", &fields).await.is(422);
    let page = made.split('?').next().expect("a page").to_owned();
    let seen = w.boris.page(&page).await.is(200).text;
    assert!(seen.contains("21-й день") && seen.contains("задержива"), "{seen}");
    assert_eq!(vera.page("/newcomers/mine").await.is(303).headers["location"], page.as_str());
    assert!(vera.page(&page).await.is(200).text.contains("/steps/3"), "a newcomer ticks the own steps");
    assert!(!vera.page(&page).await.text.contains(&format!("{page}/steps/7\"")), "and no assessment");
    vera.form(&format!("{page}/steps/3"), &[("note", "Три вопроса")]).await.is(303);
    let told = w.boris.form(&format!("{page}/steps/7"), &[("note", "Хорошо идёт")]).await.is(422).text;
    assert!(told.contains("Хорошо идёт") && told.contains("Заполните"), "{told}");
    w.boris.form(&format!("{page}/steps/7"), &[("mark", "4"), ("note", "Хорошо идёт")]).await.is(303);
    w.boris.form(&format!("{page}/steps/7/undo"), &[]).await.is(303);
    assert!(w.boris.page("/newcomers").await.is(200).text.contains("vera"));
    w.gleb.page(&page).await.is(403);
    w.dina.page(&page).await.is(404);
    w.dina.form(&format!("{page}/steps/3"), &[]).await.is(404);
}
