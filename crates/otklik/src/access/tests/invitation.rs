//! Coming in: by a link, by a printed code, into a second company.

use kit::time::DAY;
use serde_json::json;

use super::doors::PASSWORD;
use crate::world::{Person, World};

async fn invited(w: &World, by: &Person, new: serde_json::Value) -> (String, String) {
    let id = by.post("/api/v1/users", new).await.is(201).id();
    let url = by.post(&format!("/api/v1/users/{id}/invitation"), json!({"kind": "link"})).await.is(201).json()["url"].clone();
    let _ = w;
    (id, url.as_str().unwrap().strip_prefix("http://otklik.test").unwrap().to_owned())
}

#[tokio::test]
async fn a_link_lets_in_once() {
    let w = World::new().await;
    let (id, path) = invited(&w, &w.olga, json!({"name": "Вера Павловна", "email": "vera@sosny.ru", "role": "manager"})).await;
    for _ in 0..2 {
        assert!(w.client.page(&path).await.is(200).text.contains("Клиника «Сосны»"), "looking changes nothing");
    }
    assert!(w.client.form(&path, &[("password", "коротко")]).await.is(422).text.contains("короче 10"));
    w.client.form(&path, &[("password", "vera@sosny.ru")]).await.is(422);
    let vera = w.client.carrying(&w.client.form(&path, &[("password", PASSWORD)]).await.is(303));
    vera.page("/branches").await.is(200);
    w.client.page(&path).await.is(410);
    w.client.form(&path, &[("password", PASSWORD)]).await.is(410);
    assert_eq!(w.history(&id).await, ["user.invited", "user.invitation", "user.joined"]);
    w.olga.post(&format!("/api/v1/users/{id}/invitation"), json!({"kind": "link"})).await.is(409);
    w.client
        .carrying(&w.client.form("/login", &[("who", "vera@sosny.ru"), ("password", PASSWORD)]).await.is(303))
        .page("/branches")
        .await
        .is(200);
}

#[tokio::test]
async fn fifty_at_once_make_one() {
    let w = World::new().await;
    let (_, path) = invited(&w, &w.olga, json!({"name": "Вера", "email": "vera@sosny.ru", "role": "viewer"})).await;
    let form = [("password", PASSWORD)];
    let replies = futures_util::future::join_all((0..12).map(|_| w.client.form(&path, &form))).await;
    assert_eq!(replies.iter().filter(|r| r.status == 303).count(), 1);
    assert!(replies.iter().all(|r| r.status.as_u16() < 500));
}

#[tokio::test]
async fn old_new_and_garbled_links_are_refused() {
    let w = World::new().await;
    let (id, path) = invited(&w, &w.olga, json!({"name": "Вера", "email": "vera@sosny.ru", "role": "viewer"})).await;
    for garbage in [
        "/invitation/x",
        "/invitation/%20",
        "/invitation/null",
        "/invitation/%00",
        "/reset/x",
        &path[..path.len() - 1],
        &format!("{path}%20"),
    ] {
        w.client.page(garbage).await.is(404);
        w.client.form(garbage, &[("password", PASSWORD)]).await.is(404);
    }
    let newer =
        w.olga.post(&format!("/api/v1/users/{id}/invitation"), json!({"kind": "link"})).await.is(201).json()["url"].clone();
    w.client.page(&path).await.is(404);
    let newer = newer.as_str().unwrap().strip_prefix("http://otklik.test").unwrap().to_owned();
    w.advance(7 * DAY + 1);
    w.client.page(&newer).await.is(410);
    w.client.form(&newer, &[("password", PASSWORD)]).await.is(410);
}

#[tokio::test]
async fn a_revoked_invitation_and_strangers_let_nobody_in() {
    let w = World::new().await;
    let (id, path) = invited(&w, &w.olga, json!({"name": "Вера", "email": "vera@sosny.ru", "role": "viewer"})).await;
    let door = format!("/api/v1/users/{id}/invitation");
    w.anna.post(&door, json!({"kind": "link"})).await.is(403);
    w.dina.post(&door, json!({"kind": "link"})).await.is(404);
    w.olga.post(&door, json!({"kind": "mail"})).await.is(409);
    w.olga.delete(&format!("/api/v1/users/{id}")).await.is(204);
    w.client.page(&path).await.is(404);
    w.olga.post(&door, json!({"kind": "link"})).await.is(409);
}

#[tokio::test]
async fn somebody_without_mail_comes_in_by_a_printed_code_and_a_phone() {
    let w = World::new().await;
    let id = w
        .olga
        .post("/api/v1/users", json!({"name": "Глеб Иванович", "phone": "8 (912) 345-67-89", "role": "employee"}))
        .await
        .is(201)
        .id();
    let sheet = w.olga.form(&format!("/users/{id}/invitation"), &[("kind", "code")]).await.is(200);
    assert!(
        sheet.text.contains("<svg") && sheet.text.contains("http://otklik.test/code") && sheet.text.contains("Глеб Иванович")
    );
    let code = sheet.text.split("sheet-code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(w.client.form("/code", &[("code", "AAAA-AAAA-AAAA")]).await.is(422).text.contains("Такого кода нет"));
    let typed = code.to_lowercase().replace('-', "");
    assert!(w.client.form("/code", &[("code", &typed)]).await.is(200).text.contains("Глеб Иванович"));
    let inside = w.client.carrying(&w.client.form("/code", &[("code", &typed), ("password", PASSWORD)]).await.is(303));
    inside.page("/account").await.is(200);
    w.client.form("/code", &[("code", &typed)]).await.is(410);
    w.client.form("/login", &[("who", "+7 912 345 67 89"), ("password", PASSWORD)]).await.is(303);
}

#[tokio::test]
async fn one_person_works_in_two_companies_that_never_see_each_other() {
    let w = World::new().await;
    let (_, first) = invited(&w, &w.olga, json!({"name": "Вера", "email": "vera@mail.ru", "role": "owner"})).await;
    w.client.form(&first, &[("password", PASSWORD)]).await.is(303);
    let (id, second) = invited(&w, &w.dina, json!({"name": "Вера", "email": "vera@mail.ru", "role": "manager"})).await;
    // Whoever holds the link but not the password stays out.
    w.client.form(&second, &[("password", "чужой пароль")]).await.is(422);
    w.client.form(&second, &[("password", PASSWORD)]).await.is(303);
    let entered = w.client.form("/login", &[("who", "vera@mail.ru"), ("password", PASSWORD)]).await.is(303);
    assert_eq!(entered.headers["location"], "/companies");
    let vera = w.client.carrying(&entered);
    vera.page("/branches").await.is(303);
    let choice = vera.page("/companies").await.is(200);
    assert!(choice.text.contains("Клиника «Сосны»") && choice.text.contains("Кафе «Другое»"));
    let at_olgas = vera.carrying(&vera.form("/companies", &[("org", &w.olga.org.to_string())]).await.is(303));
    assert!(at_olgas.page("/branches").await.is(200).text.contains("Центр"));
    let at_dinas = vera.carrying(&at_olgas.form("/companies", &[("org", &w.dina.org.to_string())]).await.is(303));
    let page = at_dinas.page("/branches").await.is(200);
    assert!(!page.text.contains("Центр") && page.text.contains("name=\"org\""), "the switch is in the frame");
    at_olgas.page("/branches").await.is(303);
    at_dinas.form("/companies", &[("org", &uuid::Uuid::nil().to_string())]).await.is(404);
    // One company's owner cannot open the other's door.
    w.dina.post(&format!("/api/v1/users/{id}/password-reset"), json!({})).await.is(409);
}
