use serde_json::json;

use super::figures::{answer, survey};
use crate::world::World;

#[tokio::test]
async fn the_overview_begins_with_a_first_step_and_then_shows_figures() {
    let w = World::new().await;
    let empty = w.anna.page("/").await.is(200);
    assert!(empty.text.contains("/surveys/new"), "{}", empty.text);
    assert!(!w.gleb.page("/").await.is(200).text.contains("/surveys/new"), "a viewer writes no surveys");
    let (_, code) = survey(&w, "identified").await;
    for score in [10, 10, 9, 3, 8, 10] {
        answer(&w, &code, json!({"nps": score, "ten": 7}), None, json!({"branch": "centre", "channel": "qr"})).await;
    }
    for path in [
        "/",
        "/?period=all&by=channel",
        "/?from=2026-11-01&to=2026-11-21",
        "/?metric=rating&question=ten",
        "/?branch=centre&by=employee",
    ] {
        let page = w.anna.page(path).await.is(200).text;
        assert!(page.contains("NPS") && page.contains("6\u{a0}ответов") || page.contains("6 ответов"), "{path}");
    }
    assert!(w.boris.page("/").await.is(200).text.contains("6 ответов"));
    for path in [
        "/figures",
        "/figures/nps",
        "/figures/nps?by=channel&grain=month",
        "/figures/rating",
        "/figures/rating?question=ten",
        "/figures/distribution?question=nps",
        "/figures/responses",
        "/figures/response_rate",
    ] {
        w.gleb.page(path).await.is(200);
    }
    w.gleb.page("/figures/moon").await.is(404);
    let table = w.gleb.page("/figures/nps/table.csv").await.is(200);
    assert!(table.text.contains("Центр;6;50,0000"), "{}", table.text);
    // A stranger's branch is unknown here; another branch of the own company is not for Boris.
    w.dina.page("/?branch=centre").await.is(422);
}

#[tokio::test]
async fn before_the_first_answer_the_overview_shows_three_steps_and_ticks_them() {
    let w = World::new().await;
    let ticks = |text: &str| text.matches("step-done").count();
    let begun = w.anna.page("/").await.is(200).text;
    assert_eq!(ticks(&begun), 1, "the branch is there: {begun}");
    let (id, code) = survey(&w, "identified").await;
    let published = w.anna.page("/").await.is(200).text;
    assert!(ticks(&published) == 2 && published.contains(&format!("/surveys/{id}")), "{published}");
    assert_eq!(ticks(&w.gleb.page("/").await.is(200).text), 0);
    answer(&w, &code, json!({"nps": 9}), Some("2024-02-01"), json!({})).await;
    let later = w.anna.page("/").await.is(200).text;
    assert!(later.contains("За эти дни ответов нет") && later.contains("period=all"), "{later}");
}

#[tokio::test]
async fn last_year_is_compared_with_only_when_it_had_enough_answers() {
    let w = World::new().await;
    let (_, code) = survey(&w, "identified").await;
    for day in ["2025-11-17", "2026-11-17"] {
        for _ in 0..6 {
            answer(&w, &code, json!({"nps": 9}), Some(day), json!({})).await;
        }
    }
    let page = w.anna.page("/?period=30").await.is(200).text;
    assert!(page.contains("Год назад ответов почти не было"), "{page}");
}

#[tokio::test]
async fn a_mark_is_set_on_the_axis() {
    let w = World::new().await;
    let (_, code) = survey(&w, "identified").await;
    for _ in 0..6 {
        answer(&w, &code, json!({"nps": 9}), Some("2026-11-17"), json!({})).await;
    }
    let done = w
        .anna
        .form("/overview/marks", &[("on", "2026-11-18"), ("text", "Новое приветствие"), ("back", "/?period=30")])
        .await
        .is(303);
    let to = done.headers["location"].to_str().expect("an address").to_owned();
    assert!(to.starts_with("/?period=30&marked="), "{to}");
    assert!(w.gleb.page("/").await.is(200).text.contains("Новое приветствие"));
    let refused = w.anna.form("/overview/marks", &[("on", "вчера"), ("text", " "), ("back", "//evil.test")]).await.is(422);
    assert!(refused.text.contains("error-summary") && refused.text.contains("вчера"));
    w.boris.form("/overview/marks", &[("on", "2026-11-18"), ("text", "Ремонт")]).await.is(403);
    w.boris.form("/overview/marks", &[("on", "2026-11-18"), ("text", "Ремонт"), ("branch", "centre")]).await.is(303);
    w.gleb.form("/overview/marks", &[("on", "2026-11-18"), ("text", "Ремонт")]).await.is(403);
    assert!(!w.dina.page("/").await.is(200).text.contains("Новое приветствие"));
}

#[tokio::test]
async fn a_mark_without_day_and_text_hears_of_both_by_name() {
    let w = World::new().await;
    let (_, code) = survey(&w, "identified").await;
    for score in [10, 10, 9, 3, 8, 10] {
        answer(&w, &code, json!({"nps": score}), None, json!({"branch": "centre"})).await;
    }
    let told = w.anna.form("/overview/marks", &[("on", ""), ("text", ""), ("back", "/")]).await.is(422).text;
    let summary = told.split("error-summary").nth(1).and_then(|s| s.split("</ul>").next()).unwrap_or("");
    assert!(summary.contains("#f-on") && summary.contains("#f-text"), "{summary}");
    assert!(summary.contains("День: ") && summary.contains("Что изменилось: "), "each line names its field: {summary}");
    // A branch head is not offered what would be refused.
    let own = w.boris.page("/").await.is(200).text;
    let form = own.split("action=\"/overview/marks\"").nth(1).and_then(|s| s.split("</form>").next()).unwrap_or("");
    assert!(!form.contains("<option value=\"\""), "{form}");
    // The figure leads to the answers behind it, of the same days and branch.
    let figure = w.anna.page(&format!("/figures/nps?branch={}&from=2026-11-01&to=2026-11-21", w.centre)).await.is(200).text;
    let behind = format!("/responses?branch={}&amp;from=2026-11-01&amp;to=2026-11-21&amp;all=1", w.centre);
    assert!(figure.replace("&#38;", "&amp;").contains(&behind), "{figure}");
}
