//! A restored copy writes to nobody until an owner says so.

use kit::db::Query;
use kit::{Via, args};
use serde_json::json;

use super::{Place, backed_up, moved};
use crate::access;
use crate::world::World;

#[tokio::test]
async fn letters_wait_until_an_owner_lets_them_go() {
    let w = World::new().await;
    let actor = access::entry::system(w.olga.org, "", "UTC", Via::Cli);
    let tx = w.app.write(&actor).await.unwrap();
    let letter = json!({"to": "vera@example.org", "subject": "Напоминание", "paragraphs": []});
    tx.enqueue(access::jobs::MAIL, letter).await.unwrap();
    tx.commit().await.unwrap();
    let place = Place::usual().await;
    place.restore(&backed_up(&w.app).await).await.unwrap();
    let (app, router) = place.house().await;
    let run = async || kit::jobs::run_due(&app.ground, &crate::app::jobs(), &app).await.unwrap();
    let (olga, anna, dina) = (moved(&w.olga, &router), moved(&w.anna, &router), moved(&w.dina, &router));
    run().await;
    let state = olga.get("/api/v1/outgoing-pause").await.is(200).json();
    assert_eq!((&state["waiting"], state["paused_at"].is_string()), (&json!(1), true));
    assert_eq!(access::outgoing::paused_companies(&app.ground.db).await.unwrap(), 2);

    // The notice stands on every page of an owner, and of nobody else.
    let login = |p: &crate::world::Person| (p.org, p.member);
    let mut shown = Vec::new();
    for person in [&olga, &anna] {
        let (org, member) = login(person);
        let sql = "select login from member where org = $1 and id = $2";
        let who = app.ground.db.scalar(sql, args![org, member]).await.unwrap().unwrap();
        let cookie = access::start_session(&app.ground, who, Some((org, member))).await.unwrap();
        let person = crate::world::Person { cookie, ..person.clone() };
        shown.push((person.page("/surveys").await.is(200).text.contains("/outgoing-pause/removal"), person));
    }
    assert_eq!(shown.iter().map(|s| s.0).collect::<Vec<_>>(), [true, false]);

    anna.get("/api/v1/outgoing-pause").await.is(403);
    anna.post("/api/v1/outgoing-pause", json!({})).await.is(403);
    anna.delete("/api/v1/outgoing-pause").await.is(403);
    shown[1].1.form("/outgoing-pause/removal", &[]).await.is(403);
    assert_eq!(olga.post("/api/v1/outgoing-pause", json!({})).await.is(409).json()["status"], 409);
    // Another company's owner lets go only their own.
    dina.delete("/api/v1/outgoing-pause").await.is(204);
    run().await;
    assert_eq!(olga.get("/api/v1/outgoing-pause").await.is(200).json()["waiting"], 1);

    shown[0].1.form("/outgoing-pause/removal", &[]).await.is(303);
    let page = shown[0].1.page("/org?done=outgoing-resumed").await.is(200).text;
    assert!(page.contains("Письма снова уходят") && !page.contains("/outgoing-pause/removal"));
    olga.delete("/api/v1/outgoing-pause").await.is(404);
    assert!(run().await >= 1);
    assert_eq!(olga.get("/api/v1/outgoing-pause").await.is(200).json(), json!({"paused_at": null, "waiting": 0}));
    shown[0].1.form("/outgoing-pause", &[]).await.is(303);
    shown[0].1.form("/outgoing-pause", &[]).await.is(303);
    olga.delete("/api/v1/outgoing-pause").await.is(204);
    let told = anna.get("/api/v1/audit?noun=org&limit=5").await.is(200).json();
    let verbs: Vec<&str> = told["items"].as_array().unwrap().iter().map(|i| i["verb"].as_str().unwrap()).collect();
    assert_eq!(verbs[..4], ["org.outgoing-resumed", "org.outgoing-paused", "org.outgoing-resumed", "org.restored"]);
}

#[tokio::test]
async fn a_token_of_before_opens_nothing() {
    let w = World::new().await;
    w.anna.get("/api/v1/org").await.is(200);
    let place = Place::usual().await;
    place.restore(&backed_up(&w.app).await).await.unwrap();
    let (app, router, _) = crate::world::house_at(place.data(), &place.url, None, kit::limits::Limits::off()).await;
    for person in [&w.anna, &w.olga, &w.dina] {
        moved(person, &router).get("/api/v1/org").await.is(401);
    }
    let left = app.ground.db.scalar::<i64>("select count(*) from token where revoked_at is null", args![]).await.unwrap();
    assert_eq!(left, Some(0));
}

#[tokio::test]
async fn what_belongs_to_no_company_waits_for_all_of_them() {
    let w = World::new().await;
    let ground = &w.app.ground;
    kit::jobs::enqueue(
        &ground.db,
        ground,
        None,
        access::jobs::RESET,
        &json!({"email": "a@b.ru", "lang": "ru"}),
        ground.now(),
        None,
    )
    .await
    .unwrap();
    w.dina.post("/api/v1/outgoing-pause", json!({})).await.is(201);
    let waiting = async || {
        w.run_jobs().await;
        let sql = "select count(*) from job where kind = 'access.reset'";
        ground.db.scalar::<i64>(sql, args![]).await.unwrap()
    };
    assert_eq!(waiting().await, Some(1));
    w.dina.delete("/api/v1/outgoing-pause").await.is(204);
    assert_eq!(waiting().await, Some(0));
}
