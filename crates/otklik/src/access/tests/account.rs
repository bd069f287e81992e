//! The own account through the API, and the devices where one is signed in.

use axum::body::Body;
use axum::http::header;
use kit::limits::{Limits, Steady};
use serde_json::json;

use super::doors::{PASSWORD, with_password};
use crate::world::{Person, World};

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn signed_in(w: &World, password: &str) -> Person {
    let done = w.client.form("/login", &[("who", "anna@sosny.ru"), ("password", password)]).await.is(303);
    Person { token: String::new(), ..w.client.carrying(&done) }
}

/// A token that is made after the password, which ended those before.
async fn with_token(person: &Person) -> Person {
    let page =
        person.form("/tokens", &[("name", "own"), ("scopes", "read"), ("scopes", "write"), ("scopes", "admin")]).await.is(200);
    let (_, rest) = page.text.split_once("otk_").expect("a token");
    let secret: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect();
    Person { token: format!("otk_{secret}"), ..person.clone() }
}

#[tokio::test]
async fn the_own_account_is_shown_and_changed() {
    let w = World::new().await;
    let shown = w.boris.get("/api/v1/account").await.is(200).json();
    assert_eq!(shown["id"], json!(w.boris.member));
    assert_eq!((&shown["role"], &shown["locale"]), (&json!("supervisor"), &json!(null)));
    assert_eq!(shown["branches"], json!([w.centre]));
    assert_eq!(shown["companies"], json!([{"id": w.olga.org, "name": "Клиника «Сосны»", "role": "supervisor"}]));
    let etag = shown["etag"].as_str().unwrap();
    let patch = json!({"name": "Борис Ильич", "locale": "en"});
    let changed = w.boris.json("PATCH", "/api/v1/account", patch.clone(), &[("if-match", etag)]).await.is(200).json();
    assert_eq!((&changed["name"], &changed["locale"]), (&json!("Борис Ильич"), &json!("en")));
    w.boris.json("PATCH", "/api/v1/account", patch, &[("if-match", etag)]).await.is(409);
    assert_eq!(w.boris.patch("/api/v1/account", json!({"locale": null})).await.is(200).json()["locale"], json!(null));
    assert_eq!(w.boris.patch("/api/v1/account", json!({"locale": "de"})).await.is(422).refused(), ["locale: unknown-locale"]);
    assert_eq!(w.boris.patch("/api/v1/account", json!({"name": " "})).await.is(422).refused(), ["name: required"]);
    assert_eq!(w.boris.patch("/api/v1/account", json!({"name": null})).await.is(422).refused(), ["name: required"]);
    assert_eq!(w.boris.patch("/api/v1/account", json!({"role": "owner"})).await.is(422).refused(), ["role: unknown-field"]);
    assert_eq!(w.boris.patch("/api/v1/account", json!({"name": "a\0"})).await.is(422).refused().len(), 1);
    w.client.get("/api/v1/account").await.is(401);
    assert_eq!(w.history(&w.boris.member.to_string()).await.iter().filter(|v| *v == "user.changed").count(), 2);
    // The page carries a version too: the tab that was opened before is told.
    w.boris.form("/account", &[("name", "Б"), ("locale", "ru"), ("version", "1")]).await.is(409);
}

#[tokio::test]
async fn a_token_that_only_writes_does_not_change_whose_it_is() {
    let w = World::new().await;
    let made = w.gleb.post("/api/v1/tokens", json!({"name": "w", "scopes": ["read", "write"]})).await.is(201).json();
    let writer = Person { token: made["token"].as_str().unwrap().into(), ..w.gleb.clone() };
    writer.get("/api/v1/account").await.is(200);
    writer.get("/api/v1/account/sessions").await.is(200);
    writer.patch("/api/v1/account", json!({"name": "x"})).await.is(403);
    writer.post("/api/v1/account/password", json!({"current": "x", "new": "другой пароль"})).await.is(403);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_keeps_the_token_at_hand() {
    let w = World::new().await;
    let anna = with_token(&with_password(&w, &w.anna).await).await;
    let other = with_token(&anna).await;
    let post =
        async |current: &str, new: &str| anna.post("/api/v1/account/password", json!({"current": current, "new": new})).await;
    assert_eq!(post("не тот пароль", "другой пароль").await.is(422).refused(), ["current: wrong-password"]);
    assert_eq!(post(PASSWORD, "коротко").await.is(422).refused(), ["new: password-short"]);
    assert_eq!(post(PASSWORD, "anna@sosny.ru").await.is(422).refused(), ["new: password-is-email"]);
    anna.post("/api/v1/account/password", json!({"current": PASSWORD})).await.is(422);
    anna.page("/branches").await.is(200);
    post(PASSWORD, "другой пароль").await.is(204);
    anna.page("/branches").await.is(303);
    anna.get("/api/v1/account").await.is(200);
    other.get("/api/v1/account").await.is(401);
    signed_in(&w, "другой пароль").await.page("/branches").await.is(200);
    // Nothing of a password is kept, not even for a repeated request.
    let key = [("idempotency-key", "k1")];
    let form = json!({"current": "другой пароль", "new": "третий пароль"});
    anna.json("POST", "/api/v1/account/password", form.clone(), &key).await.is(204);
    assert_eq!(anna.json("POST", "/api/v1/account/password", form, &key).await.is(422).refused(), ["current: wrong-password"]);
}

#[tokio::test]
async fn guessing_the_password_is_slowed() {
    let w = World::with(None, Limits::new(std::sync::Arc::new(Steady::start()))).await;
    let mut statuses = Vec::new();
    for _ in 0..7 {
        let form = json!({"current": "guess guess", "new": "другой пароль"});
        statuses.push(w.anna.post("/api/v1/account/password", form).await.status.as_u16());
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429]);
    let page = w.anna.form("/account/password", &[("present", "x"), ("password", "другой пароль")]).await;
    assert_eq!(page.status.as_u16(), 429, "the page shares the tries");
}

#[tokio::test]
async fn devices_are_listed_and_ended_one_by_one() {
    let w = World::new().await;
    let anna = with_token(&with_password(&w, &w.anna).await).await;
    let second = signed_in(&w, PASSWORD).await;
    let open = second.browser("GET", "/branches").header(header::USER_AGENT, FIREFOX);
    second.send(open.body(Body::empty()).unwrap()).await.is(200);
    let page = anna.page("/account").await.is(200).text;
    assert!(page.contains("Firefox, Windows") && page.contains("вы здесь") && page.contains("Неизвестное устройство"), "{page}");
    let list = anna.get("/api/v1/account/sessions").await.is(200).json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let firefox = items.iter().find(|s| s["device"] == json!("Firefox, Windows")).expect("the second");
    assert!(list["items"].to_string().contains("null") && !list.to_string().contains("hash"));
    let id = firefox["id"].as_str().unwrap().to_owned();
    let one = anna.get("/api/v1/account/sessions?limit=1").await.is(200).json();
    let next = one["next"].as_str().expect("a second part");
    let two = anna.get(&format!("/api/v1/account/sessions?limit=1&after={next}")).await.is(200).json();
    assert_ne!(one["items"][0]["id"], two["items"][0]["id"]);
    assert_eq!(two["next"], json!(null));
    anna.get("/api/v1/account/sessions?after=00").await.is(422);
    // Nobody ends somebody else's.
    w.olga.delete(&format!("/api/v1/account/sessions/{id}")).await.is(404);
    w.olga.form(&format!("/account/sessions/{id}/removal"), &[]).await.is(404);
    second.page("/branches").await.is(200);
    anna.delete(&format!("/api/v1/account/sessions/{id}")).await.is(204);
    anna.delete(&format!("/api/v1/account/sessions/{id}")).await.is(404);
    second.page("/branches").await.is(303);
    assert_eq!(w.history(&id).await, ["session.ended"]);
    // The page does the same, one and all.
    let third = signed_in(&w, PASSWORD).await;
    let fourth = signed_in(&w, PASSWORD).await;
    let list = anna.get("/api/v1/account/sessions").await.is(200).json();
    let shown = anna.page("/account").await.is(200).text;
    assert_eq!(shown.matches("/removal\"").count(), list["items"].as_array().unwrap().len() - 1);
    let (_, rest) = shown.split_once("action=\"/account/sessions/").unwrap();
    anna.form(&format!("/account/sessions/{}", rest.split('"').next().unwrap()), &[]).await.is(303);
    let left = [third.page("/branches").await.status.as_u16(), fourth.page("/branches").await.status.as_u16()];
    assert_eq!(left.iter().filter(|s| **s == 200).count(), 1);
    anna.form("/account/sessions", &[]).await.is(303);
    third.page("/branches").await.is(303);
    fourth.page("/branches").await.is(303);
    anna.page("/branches").await.is(200);
    assert!(w.history(&w.anna.member.to_string()).await.contains(&"user.sessions-ended".to_owned()));
}
