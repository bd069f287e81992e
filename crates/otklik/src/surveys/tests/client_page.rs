//! What a client meets behind a printed code.

use axum::body::Body;
use serde_json::{Value as Json, json};

use crate::surveys::intake::Origin;
use crate::world::{Reply, World};

/// A survey of this content, published; its id and code.
pub async fn published(w: &World, survey: Json) -> (String, String) {
    let made = w.anna.post("/api/v1/surveys", survey).await.is(201);
    let id = made.id();
    w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201);
    (id, made.json()["code"].as_str().expect("a code").to_owned())
}

/// The one answer of the company, as the database has it: answers, raw, branch.
pub async fn answers(w: &World) -> Vec<(Json, Option<Json>, Option<uuid::Uuid>)> {
    let rows = crate::surveys::store::responses_from(&w.app.ground.db, w.olga.org, None, 0, 1000).await.expect("rows");
    let json = |t: &str| serde_json::from_str(t).expect("json");
    rows.iter().map(|r| (json(&r.answers), r.raw.as_deref().map(json), r.branch)).collect()
}

/// The value of a hidden field of the page.
pub fn hidden(page: &Reply, name: &str) -> String {
    let at = format!("type=\"hidden\" name=\"{name}\" value=\"");
    let rest = page.text.split(&at).nth(1).unwrap_or_else(|| panic!("no {name} in {}", page.text));
    rest.split('"').next().unwrap_or("").to_owned()
}

fn every_type() -> Json {
    json!({"name": "Всё сразу", "locales": ["ru"], "questions": [
        {"key": "nps", "type": "nps", "title": "Посоветуете?", "required": true},
        {"key": "csat", "type": "csat", "title": "Довольны?"},
        {"key": "ces", "type": "ces", "title": "Легко?"},
        {"key": "r", "type": "rating", "scale": {"min": 1, "max": 10}, "title": "Чисто?"},
        {"key": "one", "type": "choice", "title": "Откуда?", "options": [{"key": "a", "title": "Друзья"}, {"key": "b", "title": "Вывеска"}]},
        {"key": "many", "type": "choices", "title": "Что важно?", "options": [{"key": "a", "title": "Цена"}, {"key": "b", "title": "Люди"}]},
        {"key": "m", "type": "matrix", "title": "Оцените", "rows": [{"key": "x", "title": "Вход"}, {"key": "y", "title": "Зал"}]},
        {"key": "why", "type": "text", "title": "Почему?", "max": 20},
        {"key": "c", "type": "contact", "title": "Как ответить?", "fields": ["name", "phone", "email"], "consent": "Согласен"},
        {"key": "ok", "type": "consent", "title": "Можно процитировать"}
    ]})
}

#[tokio::test]
async fn a_client_answers_every_kind_of_question_and_is_thanked() {
    let w = World::new().await;
    let (_, code) = published(&w, every_type()).await;
    let door = format!("/s/{code}");
    let page = w.client.page(&format!("{door}?branch=centre")).await.is(200);
    assert!(page.headers.get("set-cookie").is_none());
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert!(page.headers["content-security-policy"].to_str().expect("text").contains("frame-ancestors 'none'"));
    assert!(!page.text.contains(" checked"), "nothing is ticked beforehand");
    let once = hidden(&page, "once");
    let sent = [
        ("once", once.as_str()),
        ("branch", "centre"),
        ("nps", "9"),
        ("csat", "5"),
        ("ces", "7"),
        ("r", "10"),
        ("one", "b"),
        ("many", "a"),
        ("many", "b"),
        ("m.x", "4"),
        ("m.y", "5"),
        ("why", "Тепло\r\nи чисто"),
        ("c.name", "Ольга"),
        ("c.phone", "8 (495) 123-45-67"),
        ("c.consent", "true"),
        ("ok", "true"),
        ("stray", "field"),
    ];
    let done = w.client.form(&door, &sent).await.is(303);
    let to = done.headers["location"].to_str().expect("text").to_owned();
    let thanks = w.client.page(&to).await.is(200);
    assert!(
        thanks.text.contains("Спасибо!") && thanks.text.contains("boris") && thanks.text.contains("контактам"),
        "{}",
        thanks.text
    );
    // Sent again: the same thanks, and it counts once.
    let again = w.client.form(&door, &sent).await.is(303);
    assert_eq!(again.headers["location"].to_str().expect("text"), to);
    let all = answers(&w).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].2, Some(w.centre));
    assert_eq!(
        all[0].0,
        json!({"c": {"name": "Ольга", "phone": "+74951234567", "consent": true}, "ces": 7, "csat": 5, "m": {"x": 4, "y": 5},
        "many": ["a", "b"], "nps": 9, "ok": true, "one": "b", "r": 10, "why": "Тепло\nи чисто"})
    );
}

#[tokio::test]
async fn what_the_form_would_not_allow_comes_back_with_everything_typed() {
    let w = World::new().await;
    let (_, code) = published(&w, every_type()).await;
    let door = format!("/s/{code}");
    let typed = [
        ("csat", "4"),
        ("why", "Очень длинное объяснение"),
        ("c.phone", "12"),
        ("many", "a"),
        ("m.x", "2"),
        ("r", "99"),
        ("one", "zzz"),
        ("branch", "centre"),
    ];
    let back = w.client.form(&door, &typed).await.is(422);
    for kept in [
        "Очень длинное объяснение",
        "value=\"12\"",
        "name=\"csat\" value=\"4\" checked",
        "name=\"many\" value=\"a\" checked",
        "name=\"m.x\" value=\"2\" checked",
        "name=\"branch\" value=\"centre\"",
        "href=\"#q-nps\"",
        "Не больше 20 знаков",
        "Проверьте телефон",
        "отметьте согласие",
        "от 1 до 10",
        "Такого варианта нет",
        "Нужно поправить",
    ] {
        assert!(back.text.contains(kept), "{kept} in {}", back.text);
    }
    assert!(w.client.form(&door, &[]).await.is(422).text.contains("href=\"#q-nps\""));
    assert!(answers(&w).await.is_empty());
    // A program is told by field.
    let refused = w.client.post(&door, json!({"answers": {"nps": 11, "other": 1, "why": "x".repeat(21)}})).await.is(422);
    assert_eq!(refused.refused(), ["answers.nps: not-on-scale", "answers.why: too-long", "answers.other: unknown-question"]);
}

#[tokio::test]
async fn without_a_script_the_page_goes_in_steps_and_back() {
    let w = World::new().await;
    let survey = json!({"name": "Шаги", "locales": ["ru"], "questions": [
        {"key": "nps", "type": "nps", "title": "Посоветуете?", "required": true},
        {"key": "why", "type": "text", "title": "Почему?"},
        {"key": "sorry", "type": "text", "title": "Что исправить?", "required": true, "show_if": {"question": "nps", "op": "le", "value": 6}},
        {"key": "call", "type": "choice", "title": "Позвонить?", "options": [{"key": "y", "title": "Да"}],
         "show_if": {"question": "sorry", "op": "ne", "value": "ничего"}}
    ]});
    let (_, code) = published(&w, survey).await;
    let door = format!("/s/{code}");
    let first = w.client.page(&door).await.is(200);
    let plain = |page: &Reply| {
        page.text.split("<template>").map(|p| p.split("</template>").last().unwrap_or("").to_owned()).collect::<String>()
    };
    assert!(plain(&first).contains("name=\"nps\"") && !plain(&first).contains("name=\"sorry\""));
    assert!(first.text.contains("Дальше") && first.text.contains("id=\"rules\""));
    // The required question of the first step is asked for before the next.
    let missing = w.client.form(&door, &[("step", "0"), ("why", "Так")]).await.is(422);
    assert!(plain(&missing).contains("name=\"nps\"") && missing.text.contains("Так"));
    let second =
        w.client.form(&door, &[("step", "0"), ("nps", "2"), ("why", "Долго <b>"), ("once", "0123456789abcdef")]).await.is(200);
    assert!(plain(&second).contains("name=\"sorry\"") && plain(&second).contains("Назад"));
    assert_eq!(
        (hidden(&second, "nps"), hidden(&second, "why"), hidden(&second, "step"), hidden(&second, "once")),
        ("2".into(), "Долго &#60;b&#62;".into(), "1".into(), "0123456789abcdef".into())
    );
    let back = w
        .client
        .form(&door, &[("step", "1"), ("nps", "2"), ("why", "Долго"), ("sorry", "Очередь"), ("go", "back")])
        .await
        .is(200);
    assert!(plain(&back).contains("name=\"nps\" value=\"2\" checked") && hidden(&back, "sorry") == "Очередь");
    let third = w.client.form(&door, &[("step", "1"), ("nps", "2"), ("sorry", "Очередь")]).await.is(200);
    assert!(plain(&third).contains("name=\"call\"") && plain(&third).contains("Отправить"));
    w.client.form(&door, &[("step", "2"), ("nps", "2"), ("sorry", "Очередь"), ("call", "y")]).await.is(303);
    // A changed mind drops what is no longer asked.
    w.client.form(&door, &[("step", "0"), ("nps", "10"), ("sorry", "Очередь"), ("call", "y")]).await.is(303);
    let all: Vec<Json> = answers(&w).await.into_iter().map(|a| a.0).collect();
    assert_eq!(all, [json!({"nps": 2, "sorry": "Очередь", "call": "y"}), json!({"nps": 10})]);
}

#[tokio::test]
async fn the_link_says_where_and_a_stray_one_turns_nobody_away() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let door = format!("/s/{code}");
    let origin = Origin { branch: Some("centre".into()), channel: Some("qr".into()), ..Origin::default() };
    let k = origin.sign(&w.app.ground.signing_key, &code);
    let page = w.client.page(&format!("{door}?branch=centre&channel=qr&k={k}&utm_source=x&nonsense=%00%ff")).await.is(200);
    assert_eq!(
        (hidden(&page, "branch"), hidden(&page, "channel"), hidden(&page, "k")),
        ("centre".into(), "qr".into(), k.clone())
    );
    w.client.form(&door, &[("nps", "9"), ("branch", "centre"), ("channel", "qr"), ("k", &k)]).await.is(303);
    w.client.form(&door, &[("nps", "9"), ("branch", "other"), ("channel", "qr"), ("k", &k)]).await.is(303);
    w.client.form(&format!("{door}?branch=nowhere&k="), &[("nps", "9")]).await.is(303);
    w.client.form(&door, &[("nps", "9"), ("branch", "' or 1=1--\0")]).await.is(303);
    w.client.post(&door, json!({"answers": {"nps": 9}, "branch": "x".repeat(5000), "channel": "a\u{0}b"})).await.is(201);
    let all = answers(&w).await;
    assert_eq!((all[0].2, all[0].1.clone()), (Some(w.centre), None));
    assert_eq!(
        (all[1].2, all[1].1.clone()),
        (None, Some(json!({"branch": "other", "channel": "qr"}))),
        "re-addressed: kept as written, counted nowhere"
    );
    assert_eq!((all[2].2, all[2].1.clone()), (None, Some(json!({"branch": "nowhere"}))));
    assert_eq!(all[3].1, Some(json!({"branch": "' or 1=1--"})));
    assert_eq!(all.len(), 5);
}

#[tokio::test]
async fn the_language_is_the_links_the_browsers_or_the_surveys() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let door = format!("/s/{code}");
    let speaks = |path: String, wish: &'static str| {
        let req = w.client.request("GET", &path).header("accept-language", wish).body(Body::empty()).expect("a request");
        let client = w.client.clone();
        async move { client.send(req).await.is(200).text.split("lang=\"").nth(1).and_then(|t| t.get(..2)).unwrap_or("").to_owned() }
    };
    assert_eq!(speaks(door.clone(), "en-GB,en;q=0.9").await, "en");
    assert_eq!(speaks(door.clone(), "de, en;q=0.5, ru;q=0.7").await, "ru");
    assert_eq!(speaks(door.clone(), "de").await, "ru", "the survey's first");
    assert_eq!(speaks(format!("{door}?lang=en"), "ru").await, "en");
    assert_eq!(speaks(format!("{door}?lang=xx"), "en").await, "en");
    let page = w.client.page(&format!("{door}?branch=centre")).await;
    assert!(page.text.contains(&format!("href=\"/s/{code}?branch=centre&#38;lang=en\"")), "{}", page.text);
    let thanks = w.client.form(&door, &[("nps", "9"), ("lang", "en")]).await.is(303);
    assert!(thanks.headers["location"].to_str().expect("text").contains("lang=en"));
}

#[tokio::test]
async fn words_of_clients_and_staff_are_shown_as_text() {
    let w = World::new().await;
    let evil = "</script><svg/onload=1>\"'><img src=x>";
    let (_, code) = published(
        &w,
        json!({"name": evil, "locales": ["ru"], "thanks": evil, "questions": [
            {"key": "t", "type": "text", "title": evil, "hint": evil, "required": true},
            {"key": "o", "type": "choice", "title": evil, "options": [{"key": "a", "title": evil}]},
            {"key": "u", "type": "text", "title": "u", "show_if": {"question": "t", "op": "eq", "value": evil}}
        ]}),
    )
    .await;
    let door = format!("/s/{code}");
    let query: String = form_urlencoded::byte_serialize(evil.as_bytes()).collect();
    let pages = [
        w.client.page(&format!("{door}?branch={query}&test={query}&k={query}&lang={query}")).await,
        w.client.form(&door, &[("step", "0"), ("t", evil), ("branch", evil)]).await,
        w.client.form(&door, &[("o", evil), ("u", evil)]).await,
        w.client.page(&format!("{door}/thanks?branch={query}&test={query}")).await,
        w.client.page(&format!("/s/{query}")).await,
    ];
    for page in pages {
        for bad in ["<svg/", "<img", "</script><"] {
            assert!(!page.text.contains(bad), "{bad} in {}", page.text);
        }
    }
}

#[tokio::test]
async fn a_closed_survey_says_so_and_a_draft_is_not_there() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    w.anna.delete(&format!("/api/v1/surveys/{id}/publication")).await.is(204);
    w.advance(2 * kit::time::SECOND);
    let door = format!("/s/{code}");
    assert!(w.client.page(&door).await.is(410).text.contains("Опрос закрыт. Спасибо!"));
    w.client.form(&door, &[("nps", "9")]).await.is(410);
    w.client.post(&door, json!({"answers": {"nps": 9}})).await.is(410);
    let draft = w.anna.post("/api/v1/surveys", crate::world::nps_survey()).await.is(201);
    let draft = format!("/s/{}", draft.json()["code"].as_str().expect("a code"));
    w.client.page(&draft).await.is(404);
    w.client.form(&draft, &[("nps", "9")]).await.is(404);
    w.client.post(&draft, json!({"answers": {"nps": 9}})).await.is(404);
    for bad in ["/s/%00", "/s/null", "/s/..%2f", "/s/%20"] {
        w.client.page(bad).await.is(404);
    }
}

#[tokio::test]
async fn questions_may_be_called_like_our_own_fields() {
    let w = World::new().await;
    let (_, code) = published(
        &w,
        json!({"name": "x", "locales": ["ru"], "questions": [
            {"key": "branch", "type": "choice", "title": "Где?", "options": [{"key": "a", "title": "А"}]},
            {"key": "once", "type": "text", "title": "Раз?"}
        ]}),
    )
    .await;
    let door = format!("/s/{code}");
    let page = w.client.page(&format!("{door}?branch=centre")).await.is(200);
    assert_eq!(hidden(&page, ":branch"), "centre");
    w.client
        .form(&door, &[("branch", "a"), ("once", "нет"), (":branch", "centre"), (":once", &hidden(&page, ":once"))])
        .await
        .is(303);
    assert_eq!(answers(&w).await, [(json!({"branch": "a", "once": "нет"}), None, Some(w.centre))]);
}

#[tokio::test]
async fn companies_say_who_may_frame_the_page() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    use kit::db::Query;
    let origins = "https://sosny.ru https://a.b:8443 https://x;script-src javascript:alert(1)";
    w.app
        .ground
        .db
        .run("update org set frame_origins = $2 where id = $1", kit::args![w.olga.org, origins])
        .await
        .expect("an update");
    let page = w.client.page(&format!("/s/{code}")).await.is(200);
    let csp = page.headers["content-security-policy"].to_str().expect("text");
    assert!(csp.ends_with("frame-ancestors https://sosny.ru https://a.b:8443"), "{csp}");
}

#[tokio::test]
async fn the_page_is_small_even_with_everything_it_loads() {
    let w = World::new().await;
    let (_, code) = published(&w, every_type()).await;
    let req = w
        .client
        .request("GET", &format!("/s/{code}"))
        .header("accept-encoding", "gzip, br")
        .body(Body::empty())
        .expect("a request");
    let response = tower::ServiceExt::oneshot(w.router.clone(), req).await.expect("a response");
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let page = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body").len();
    let packed = |name: &str| {
        let file = assets::url(name).rsplit('/').next().expect("a name");
        let asset = assets::get(file).expect("an asset");
        asset.gz.or(asset.br).unwrap_or(asset.bytes).len()
    };
    let all = page + packed("client.css") + packed("client.js");
    assert!(all < 30 * 1024, "{page} + {} + {} bytes", packed("client.css"), packed("client.js"));
    let text = w.client.page(&format!("/s/{code}")).await.text;
    assert_eq!(text.matches("/assets/").count(), 2, "a style and a script besides itself");
}

#[tokio::test]
async fn an_answer_belongs_to_the_form_that_was_shown() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    let door = format!("/s/{code}");
    let shown = w.client.page(&door).await.is(200);
    let mut newer = crate::world::nps_survey();
    newer["questions"]
        .as_array_mut()
        .expect("questions")
        .push(json!({"key": "new", "type": "csat", "title": "Новое", "required": true}));
    w.anna.patch(&format!("/api/v1/surveys/{id}"), json!({"questions": newer["questions"]})).await.is(200);
    w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201);
    w.advance(2 * kit::time::SECOND);
    let old = hidden(&shown, ":version");
    w.client.form(&door, &[("nps", "9"), (":version", &old)]).await.is(303);
    w.client.form(&door, &[("nps", "9"), (":version", "2")]).await.is(422);
    w.client.form(&door, &[("nps", "9"), (":version", "99")]).await.is(422);
    w.client.form(&door, &[("nps", "9")]).await.is(422);
    let rows = crate::surveys::store::responses_from(&w.app.ground.db, w.olga.org, None, 0, 10).await.expect("rows");
    assert_eq!(rows.iter().map(|r| r.version).collect::<Vec<_>>(), [1]);
}
