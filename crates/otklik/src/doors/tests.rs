//! What strangers try with a request itself: its host, its length, its packing, its body.

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use serde_json::json;

use crate::doors::Hosts;
use crate::world::{Person, Reply, World};

/// A body that must not be read.
fn unread() -> Body {
    Body::from_stream(futures_util::stream::once(async { panic!("the body was read") as Result<Bytes, std::io::Error> }))
}

async fn say(who: &Person, b: axum::http::request::Builder, body: Body) -> Reply {
    who.send(b.body(body).expect("a request")).await
}

/// The administrator said what we are called: another name that leads here gets nothing, and signs nobody in.
#[tokio::test]
async fn a_foreign_name_gets_no_page_and_signs_nobody_in() {
    let w = World::new().await;
    let _ = w.app.hosts.set(Hosts::new("https://otklik.example.ru", "127.0.0.1".parse().expect("an address")).expect("hosts"));
    let open = async |host: &str, path: &str| say(&w.client, Request::get(path).header(header::HOST, host), Body::empty()).await;
    for host in ["otklik.example.ru", "otklik.example.ru:443", "127.0.0.1:8080", "localhost:8080", "[::1]:8080"] {
        open(host, "/login").await.is(200);
    }
    for host in ["evil.test", "otklik.example.ru.evil.test", "10.0.0.1", "8.8.8.8", ""] {
        for path in ["/login", "/", "/s/abc", "/api/v1/org", "/assets/none.js", "/nowhere"] {
            open(host, path).await.is(421);
        }
        open(host, "/health/live").await.is(200);
        open(host, "/health/ready").await.is(200);
        open(host, "/metrics").await.is(401);
    }
    say(&w.client, Request::get("/login"), Body::empty()).await.is(421);
    let forwarded = Request::get("/login").header(header::HOST, "evil.test").header("x-forwarded-host", "otklik.example.ru");
    say(&w.client, forwarded, Body::empty()).await.is(421);

    let sign_in = async |host: &str, origin: &str| {
        let b = Request::post("/login").header(header::HOST, host).header(header::ORIGIN, origin);
        let b = b.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        say(&w.client, b, Body::from("who=nobody@sosny.ru&password=wrong-password")).await.status.as_u16()
    };
    assert_eq!(sign_in("evil.test", "http://evil.test").await, 421);
    for origin in ["http://evil.test", "http://otklik.example.ru", "https://otklik.example.ru:8443", "https://evil.test", "null"]
    {
        assert_eq!(sign_in("otklik.example.ru", origin).await, 403, "{origin}");
    }
    for (host, origin) in [("otklik.example.ru", "https://otklik.example.ru"), ("127.0.0.1:8080", "http://127.0.0.1:8080")] {
        assert!(![403, 421].contains(&sign_in(host, origin).await), "{host}");
    }
    assert_eq!(sign_in("127.0.0.1:8080", "http://127.0.0.1:9090").await, 403);
}

/// Too long or packed: refused by the head alone, so that nobody who asks first is told to go on.
#[tokio::test]
async fn what_is_too_long_or_packed_is_not_read() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let length =
        |b: axum::http::request::Builder, n: u64| b.header(header::CONTENT_LENGTH, n).header(header::EXPECT, "100-continue");
    let json = |b: axum::http::request::Builder| b.header(header::CONTENT_TYPE, "application/json");
    let over = kit::web::JSON_LIMIT as u64 + 1;
    for path in ["/api/v1/surveys", &format!("/s/{code}"), "/login", "/nowhere"] {
        say(&w.anna, length(json(w.anna.request("POST", path)), over), unread()).await.is(413);
        let form = w.anna.browser("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        say(&w.anna, length(form, 10 << 30), unread()).await.is(413);
        let packed = json(w.anna.request("POST", path)).header(header::CONTENT_ENCODING, "gzip");
        say(&w.anna, packed, unread()).await.is(415);
    }
    let file = w.anna.request("POST", "/api/v1/files").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    say(&w.anna, length(file, 40 << 20), unread()).await.is(413);
    let plain = json(w.anna.request("POST", "/api/v1/branches")).header(header::CONTENT_ENCODING, "identity");
    say(&w.anna, plain, Body::from(json!({"name": "Юг", "code": "south"}).to_string())).await.is(201);
}

/// A verb that takes no body says so to whoever sends one; nothing and `{}` are none.
#[tokio::test]
async fn rubbish_is_refused_where_no_body_is_taken() {
    let w = World::new().await;
    let id = w.anna.post("/api/v1/surveys", crate::world::nps_survey()).await.is(201).id();
    let path = format!("/api/v1/surveys/{id}/publication");
    let send = async |method: &str, body: &'static str| say(&w.anna, w.anna.request(method, &path), Body::from(body)).await;
    for (body, status) in [("rubbish", 400), ("{", 400), ("[1]", 422), ("{\"a\":1}", 422), ("\0", 400)] {
        assert_eq!(send("POST", body).await.status.as_u16(), status, "{body}");
        assert_eq!(send("DELETE", body).await.status.as_u16(), status, "{body}");
    }
    send("POST", "").await.is(201);
    send("DELETE", "{}").await.is(204);
}

/// Two readers of one body must not see two things; a name that nobody sees is none.
#[tokio::test]
async fn a_key_stands_once_and_a_name_is_seen() {
    let w = World::new().await;
    let twice = r#"{"name":"Юг","code":"south","name":"Север"}"#;
    let b = w.anna.request("POST", "/api/v1/branches").header(header::CONTENT_TYPE, "application/json");
    say(&w.anna, b, Body::from(twice)).await.is(400);
    for name in ["\u{200b}", "\u{2060}\u{feff}", "\u{3164}", " \u{ad} "] {
        let made = w.anna.post("/api/v1/branches", json!({"name": name, "code": "south"})).await.is(422);
        assert_eq!(made.refused(), ["name: required"], "{name:?}");
        let made = w.anna.post("/api/v1/employees", json!({"name": name, "branch": w.centre})).await.is(422);
        assert_eq!(made.refused(), ["name: required"], "{name:?}");
    }
}
