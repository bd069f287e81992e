//! Personal links: who was asked, who answered, never what.

use serde_json::{Value as Json, json};

use super::client_page::{answers, hidden, published};
use crate::surveys::invitations;
use crate::world::{World, nps_survey};

fn path(made: &Json) -> String {
    made["link"].as_str().expect("a link").trim_start_matches("http://otklik.test").to_owned()
}

async fn one(w: &World, survey: &str, who: Json) -> (String, String) {
    let made = w.anna.post(&format!("/api/v1/surveys/{survey}/invitations"), who).await.is(201).json();
    (made["id"].as_str().expect("an id").to_owned(), path(&made))
}

#[tokio::test]
async fn a_link_gives_one_answer_after_a_gesture() {
    let w = World::new().await;
    let (survey, _) = w.survey().await;
    let (id, link) =
        one(&w, &survey, json!({"name": "Вера <b>", "email": "Vera@Example.ru", "branch": "centre", "channel": "mail"})).await;
    assert!(link.len() >= 3 + 22, "{link}");
    // A scanner looks, looks again, and presses blindly: nothing happens.
    let first = w.client.page(&link).await.is(200);
    assert!(
        first.text.contains("Вера &#60;b&#62;") && first.text.contains("Ответить") && first.headers.get("set-cookie").is_none()
    );
    let head = w.client.request("HEAD", &link).body(axum::body::Body::empty()).expect("a request");
    w.client.send(head).await.is(200);
    assert!(
        w.client.form(&link, &[("nps", "9")]).await.is(200).text.contains("name=\"nps\" value=\"9\" checked"),
        "it is only shown the form"
    );
    w.client.post(&link, json!({"answers": {"nps": 9}})).await.is(200);
    w.client.form(&link, &[("nps", "9"), ("once", "1795251600.AAAAAAAAAAAA")]).await.is(200);
    assert!(answers(&w).await.is_empty());
    let form = w.client.form(&link, &[]).await.is(200);
    let proof = hidden(&form, "once");
    // The proof holds for this link only.
    let (_, other) = one(&w, &survey, json!({})).await;
    w.client.form(&other, &[("nps", "9"), ("once", &proof)]).await.is(200);
    w.client.form(&link, &[("once", &proof)]).await.is(422);
    let done = w.client.form(&link, &[("nps", "9"), ("once", &proof)]).await.is(303);
    w.client.page(done.headers["location"].to_str().expect("text")).await.is(200);
    let again = w.client.form(&link, &[("nps", "1"), ("once", &proof)]).await.is(410);
    assert!(again.text.contains("Вы уже ответили"));
    w.client.page(&link).await.is(410);
    let all = answers(&w).await;
    assert_eq!(all, [(json!({"nps": 9}), None, Some(w.centre))]);
    let shown = w.anna.get(&format!("/api/v1/invitations/{id}")).await.is(200).json();
    assert_eq!(
        (shown["state"].as_str(), shown["answered_on"].as_str(), shown["email"].as_str()),
        (Some("answered"), Some("2026-11-21"), Some("vera@example.ru"))
    );
    assert!(shown.get("link").is_none());
    let (delivered, answered) =
        invitations::counts(&w.app.ground.db, w.olga.org, survey.parse().expect("an id"), None).await.expect("counts");
    assert_eq!((delivered, answered), (2, 1));
    assert_eq!(w.history(&survey).await, ["survey.created", "survey.published", "invitation.created", "invitation.created"]);
}

#[tokio::test]
async fn fifty_at_once_through_one_link_are_one_answer() {
    let w = World::new().await;
    let (survey, _) = w.survey().await;
    let (_, link) = one(&w, &survey, json!({})).await;
    let proof = hidden(&w.client.form(&link, &[]).await.is(200), "once");
    let fields = [("nps", "7"), ("once", proof.as_str())];
    let all = futures_util::future::join_all((0..50).map(|_| w.client.form(&link, &fields))).await;
    assert_eq!(all.iter().filter(|r| r.status == 303).count(), 1);
    assert!(all.iter().all(|r| r.status == 303 || r.status == 410), "{all:?}");
    assert_eq!(answers(&w).await.len(), 1);
}

#[tokio::test]
async fn rubbish_old_and_closed_links_say_what_they_are() {
    let w = World::new().await;
    let (survey, _) = w.survey().await;
    for bad in ["null", "0", "%20", "a%00b", &"A".repeat(43), &"A".repeat(5000)] {
        w.client.page(&format!("/i/{bad}")).await.is(404);
        w.client.form(&format!("/i/{bad}"), &[("nps", "9")]).await.is(404);
    }
    let (_, link) = one(&w, &survey, json!({})).await;
    let proof = hidden(&w.client.form(&link, &[]).await.is(200), "once");
    w.advance(2 * kit::time::DAY);
    let kept = w.client.form(&link, &[("nps", "9"), ("why", "Долго думал"), ("once", &proof)]).await.is(200);
    assert!(kept.text.contains("Долго думал"), "an old proof costs nothing that was typed");
    w.advance(60 * kit::time::DAY);
    w.client.page(&link).await.is(410);
    let (_, link) = one(&w, &survey, json!({})).await;
    w.anna.delete(&format!("/api/v1/surveys/{survey}/publication")).await.is(204);
    w.advance(2 * kit::time::SECOND);
    assert!(w.client.page(&link).await.is(410).text.contains("Опрос закрыт"));
    w.anna.post(&format!("/api/v1/surveys/{survey}/invitations"), json!({})).await.is(409);
}

#[tokio::test]
async fn people_are_left_in_peace_and_each_item_says_what_is_wrong() {
    let w = World::new().await;
    let mut form = nps_survey();
    form["quarantine_days"] = json!(30);
    let (survey, _) = published(&w, form).await;
    let door = format!("/api/v1/surveys/{survey}/invitations");
    w.anna.post(&door, json!({"email": "a@b.ru"})).await.is(201);
    assert_eq!(w.anna.post(&door, json!({"email": "A@b.ru"})).await.is(422).refused(), ["email: quarantine"]);
    let many = json!({"items": [{"email": "a@b.ru"}, {"phone": "12"}, {"phone": "84951234567"}, {"phone": "+7 495 123-45-67"}, {"branch": "nowhere"}, {"name": "x\ny"}]});
    assert_eq!(
        w.anna.post(&door, many).await.is(422).refused(),
        [
            "items[1].phone: bad-phone",
            "items[4].branch: unknown",
            "items[5].name: control-characters",
            "items[0].email: quarantine",
            "items[3].phone: duplicate"
        ]
    );
    w.advance(31 * kit::time::DAY);
    let made = w.anna.post(&door, json!({"items": [{"email": "a@b.ru"}, {"phone": "84951234567"}]})).await.is(201).json();
    assert_eq!(made["items"].as_array().map(Vec::len), Some(2));
    w.anna.post(&door, json!({"items": []})).await.is(422);
    w.anna.post(&door, json!({"items": vec![json!({}); 1001]})).await.is(422);
    w.anna.post(&door, json!({"items": [{}], "name": "x"})).await.is(422);
    w.anna.post(&door, json!({"send": true, "email": "z@b.ru"})).await.is(422);
    // A repeated request makes no second link, and the secret is not told again.
    let key = [("idempotency-key", "once")];
    w.advance(kit::time::SECOND);
    let first = w.anna.json("POST", &door, json!({"email": "k@b.ru"}), &key).await.is(201).json();
    let again = w.anna.json("POST", &door, json!({"email": "k@b.ru"}), &key).await.is(201).json();
    assert_eq!((&again["id"], again.get("link")), (&first["id"], None), "{first}");
    let listed = w.anna.get(&format!("{door}?limit=2")).await.is(200).json();
    assert_eq!((listed["items"][0]["email"].as_str(), listed["items"].as_array().map(Vec::len)), (Some("k@b.ru"), Some(2)));
    let next = listed["next"].as_str().expect("more").to_owned();
    assert_eq!(w.anna.get(&format!("{door}?after={next}")).await.is(200).json()["items"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_reader_may_not_and_a_stranger_finds_nothing() {
    let w = World::new().await;
    let (survey, _) = w.survey().await;
    let (id, _) = one(&w, &survey, json!({})).await;
    let door = format!("/api/v1/surveys/{survey}/invitations");
    for p in [&w.gleb, &w.boris] {
        p.post(&door, json!({})).await.is(403);
        p.get(&door).await.is(403);
        p.page(&format!("/surveys/{survey}/invitations")).await.is(403);
    }
    w.dina.post(&door, json!({})).await.is(404);
    w.dina.get(&door).await.is(404);
    w.dina.get(&format!("/api/v1/invitations/{id}")).await.is(404);
    w.dina.page(&format!("/surveys/{survey}/invitations")).await.is(404);
    w.client.post(&door, json!({})).await.is(401);
}

#[tokio::test]
async fn an_anonymous_answer_shares_nothing_with_the_link_that_gave_it() {
    let w = World::new().await;
    let mut form = nps_survey();
    form["anonymity"] = json!("anonymous");
    let (survey, _) = published(&w, form).await;
    let (id, link) = one(&w, &survey, json!({"email": "a@b.ru"})).await;
    let proof = hidden(&w.client.form(&link, &[]).await.is(200), "once");
    w.client.form(&link, &[("nps", "7"), ("once", &proof)]).await.is(303);
    let shown = w.anna.get(&format!("/api/v1/invitations/{id}")).await.is(200).json();
    assert_eq!((shown["state"].as_str(), shown["answered_on"].clone()), (Some("waiting"), Json::Null), "told with four others");
    let row = &crate::surveys::store::responses_from(&w.app.ground.db, w.olga.org, None, i64::MIN, 10).await.expect("rows")[0];
    assert_eq!(row.id.get_version_num(), 4, "an id that says nothing of its time");
    assert_eq!(row.at.map(|at| at % kit::time::DAY), Some(21 * kit::time::HOUR), "the day in Moscow, not the moment");
    use kit::db::Query;
    let kept: Option<i64> = w
        .app
        .ground
        .db
        .scalar("select cast(count(*) as bigint) from idempotency where actor = 'public'", kit::args![])
        .await
        .expect("a count");
    assert_eq!(kept, Some(0));
}

#[tokio::test]
async fn staff_paste_a_list_and_copy_links() {
    let w = World::new().await;
    let (survey, _) = w.survey().await;
    let door = format!("/surveys/{survey}/invitations");
    w.anna.page(&door).await.is(200);
    let refused =
        w.anna.form(&door, &[("people", "Вера; vera@\nОлег <b>; +7 495 123-45-67"), ("branch", "centre")]).await.is(422);
    assert!(
        refused.text.contains("Строка 1: Проверьте адрес почты") && refused.text.contains("Олег &#60;b&#62;"),
        "{}",
        refused.text
    );
    w.anna.form(&door, &[("people", " ")]).await.is(422);
    let made = w
        .anna
        .form(&door, &[("people", "Вера; vera@b.ru\nОлег <b>; +7 495 123-45-67\n\npetr@b.ru"), ("branch", "centre")])
        .await
        .is(200);
    assert_eq!(made.text.matches("http://otklik.test/i/").count(), 3);
    assert!(made.text.contains("+7 (495) 123-45-67") && !made.text.contains("Олег <b>"));
    let seen = w.anna.page(&door).await.is(200);
    assert!(!seen.text.contains("/i/"), "a secret is shown once");
}
