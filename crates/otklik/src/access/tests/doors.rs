//! Signing in and out, sessions, other sites' forms.

use axum::body::Body;
use axum::http::{Request, header};
use kit::limits::{Limits, Steady};
use serde_json::json;

use crate::world::{Person, World};

pub const PASSWORD: &str = "тихий лес у реки";

/// Gives a person a password by a reset link of the owner, and returns them signed in.
pub async fn with_password(w: &World, person: &Person) -> Person {
    let url =
        w.olga.post(&format!("/api/v1/users/{}/password-reset", person.member), json!({})).await.is(201).json()["url"].clone();
    let path = url.as_str().unwrap().strip_prefix("http://otklik.test").unwrap().to_owned();
    w.client.page(&path).await.is(200);
    let done = w.client.form(&path, &[("password", PASSWORD)]).await.is(303);
    w.client.page(&path).await.is(410);
    w.client.form(&path, &[("password", PASSWORD)]).await.is(410);
    person.carrying(&done)
}

#[tokio::test]
async fn a_person_signs_in_and_out_and_the_old_cookie_is_worth_nothing() {
    let w = World::new().await;
    let anna = with_password(&w, &w.anna).await;
    anna.page("/branches").await.is(200);
    w.anna.page("/branches").await.is(303);
    let planted = Person { cookie: "planted".into(), ..w.client.clone() };
    let entered =
        planted.form("/login", &[("who", "Anna@Sosny.ru"), ("password", PASSWORD), ("next", "/branches?q=a")]).await.is(303);
    assert_eq!(entered.headers["location"], "/branches?q=a");
    let cookie = entered.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Lax")
            && cookie.contains("Path=/")
            && !cookie.contains("planted")
    );
    let inside = w.client.carrying(&entered);
    inside.page("/branches").await.is(200);
    assert_eq!(inside.page("/login?next=/marks").await.is(303).headers["location"], "/marks");
    inside.form("/logout", &[]).await.is(303);
    inside.page("/branches").await.is(303);
    w.client.page("/login").await.is(200);
}

#[tokio::test]
async fn next_leads_nowhere_else() {
    let w = World::new().await;
    with_password(&w, &w.anna).await;
    for evil in ["//evil.ru", "/\\evil.ru", "https:evil.ru", "https://evil.ru", "javascript:alert(1)", "%2f%2fevil"] {
        let entered = w.client.form("/login", &[("who", "anna@sosny.ru"), ("password", PASSWORD), ("next", evil)]).await.is(303);
        assert_eq!(entered.headers["location"], "/", "{evil}");
    }
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let w = World::new().await;
    with_password(&w, &w.anna).await;
    let ask = async |who: &str, path: &str| {
        let reply = w.client.form(path, &[("who", who), ("password", "wrong password")]).await;
        (reply.status.as_u16(), reply.text.replace(who, "WHO"))
    };
    assert_eq!(ask("anna@sosny.ru", "/login").await, ask("nobody@sosny.ru", "/login").await);
    assert_eq!(ask("anna@sosny.ru", "/login").await.0, 422);
    assert_eq!(ask("boris@sosny.ru", "/login").await, ask("+79123456789", "/login").await, "without a password, or a phone");
    assert_eq!(ask("anna@sosny.ru", "/reset").await, ask("nobody@sosny.ru", "/reset").await);
    w.olga.delete(&format!("/api/v1/users/{}", w.anna.member)).await.is(204);
    let revoked = w.client.form("/login", &[("who", "anna@sosny.ru"), ("password", PASSWORD)]).await;
    assert_eq!((revoked.status.as_u16(), revoked.text.replace("anna@sosny.ru", "WHO")), ask("nobody@sosny.ru", "/login").await);
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_and_tokens() {
    let w = World::new().await;
    let anna = with_password(&w, &w.anna).await;
    w.anna.get("/api/v1/branches").await.is(401);
    let second = w.client.carrying(&w.client.form("/login", &[("who", "anna@sosny.ru"), ("password", PASSWORD)]).await.is(303));
    anna.form("/account/password", &[("present", "wrong password"), ("password", "другой пароль")]).await.is(422);
    anna.form("/account/password", &[("present", PASSWORD), ("password", "коротко")]).await.is(422);
    second.page("/branches").await.is(200);
    anna.form("/account/password", &[("present", PASSWORD), ("password", "другой пароль")]).await.is(303);
    anna.page("/branches").await.is(200);
    second.page("/branches").await.is(303);
    let third =
        w.client.carrying(&w.client.form("/login", &[("who", "anna@sosny.ru"), ("password", "другой пароль")]).await.is(303));
    anna.form("/account/sessions", &[]).await.is(303);
    third.page("/branches").await.is(303);
    anna.form("/account", &[("name", "Анна Ильинична"), ("locale", "en")]).await.is(303);
    assert!(anna.page("/branches").await.is(200).text.contains("Branches"));
    assert!(w.history(&w.anna.member.to_string()).await.contains(&"user.password-changed".to_owned()));
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let w = World::new().await;
    let send = async |path: &str, headers: &[(&str, &str)]| {
        let mut b = Request::builder().method("POST").uri(path).header(header::HOST, "otklik.test");
        b = b.header(header::COOKIE, format!("{}={}", crate::doors::COOKIE, w.anna.cookie));
        for (k, v) in headers {
            b = b.header(*k, *v);
        }
        w.anna
            .send(b.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from("name=x")).unwrap())
            .await
            .status
            .as_u16()
    };
    for path in ["/departments", "/login", "/logout", "/setup", "/companies", "/reset", "/code", "/invitation/x"] {
        assert_eq!(send(path, &[]).await, 403, "{path} without an origin");
        assert_eq!(send(path, &[("origin", "https://evil.ru")]).await, 403, "{path}");
        assert_eq!(send(path, &[("origin", "null")]).await, 403, "{path}");
        assert_eq!(send(path, &[("sec-fetch-site", "cross-site"), ("origin", "http://otklik.test")]).await, 403, "{path}");
        assert_eq!(send(path, &[("sec-fetch-site", "same-site")]).await, 403, "{path}");
        assert_ne!(send(path, &[("origin", "http://otklik.test")]).await, 403, "{path} from our own page");
    }
}

#[tokio::test]
async fn guessing_is_slowed_by_account_and_address() {
    let w = World::with(None, Limits::new(std::sync::Arc::new(Steady::start()))).await;
    let mut statuses = Vec::new();
    for _ in 0..7 {
        statuses.push(w.client.form("/login", &[("who", "anna@sosny.ru"), ("password", "guess guess")]).await.status.as_u16());
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429]);
    assert_eq!(
        w.client.form("/login", &[("who", " ANNA@sosny.ru"), ("password", "guess guess")]).await.status,
        429,
        "another spelling"
    );
    let codes: Vec<u16> = futures_util::future::join_all((0..7).map(|_| w.client.form("/code", &[("code", "AAAA-AAAA-AAAA")])))
        .await
        .iter()
        .map(|r| r.status.as_u16())
        .collect();
    assert_eq!(codes.iter().filter(|s| **s == 429).count(), 2, "{codes:?}");
}
