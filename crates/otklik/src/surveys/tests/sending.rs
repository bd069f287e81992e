//! Limits, and links that go out by mail.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use kit::db::Query;
use kit::limits::{Limits, Rate, Rule};
use kit::serve::ClientIp;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::app::App;
use crate::world::World;

/// The same installation with other limits and a mail server.
fn served(w: &World, limits: Limits, mailer: Option<kit::mail::Mailer>) -> (App, axum::Router) {
    let g = &w.app.ground;
    let ground = Arc::new(kit::Ground {
        db: g.db.clone(),
        clock: kit::time::Clock::fixed(g.now()),
        entropy: kit::ids::Entropy::System,
        public_url: g.public_url.clone(),
        data: g.data.clone(),
        mailer,
        limits,
        signing_key: g.signing_key.clone(),
        jobs_due: tokio::sync::Notify::new(),
    });
    let (app, _) = crate::cli::assemble(&ground, 64).expect("a writer");
    let mut table = crate::doors::Table::new(app.clone());
    crate::app::routes(&mut table);
    (app, table.build())
}

#[derive(Debug)]
struct Still;

impl kit::limits::Clock for Still {
    fn now(&self) -> Duration {
        Duration::from_secs(1)
    }
}

#[tokio::test]
async fn a_flood_from_one_place_is_slowed_and_keeps_its_words_while_others_go_on() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let rate = |n| Rate { count: n, period: Duration::from_secs(60) };
    let limits = Limits::with(Arc::new(Still), [(Rule::SubmitIp, rate(3)), (Rule::SubmitForm, rate(5))]);
    let (_, router) = served(&w, limits, None);
    let press = |ip: &'static str| {
        let req = w.client.request("POST", &format!("/s/{code}")).header("content-type", "application/x-www-form-urlencoded");
        let req =
            req.extension(ClientIp(ip.parse().expect("an address"))).body(Body::from("nps=9&why=words")).expect("a request");
        let router = router.clone();
        async move {
            let response = tower::ServiceExt::oneshot(router, req).await.expect("a response");
            let (parts, body) = response.into_parts();
            let text = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
            (parts.status.as_u16(), parts.headers.contains_key("retry-after"), String::from_utf8_lossy(&text).into_owned())
        }
    };
    for _ in 0..3 {
        assert_eq!(press("2001:db8::1").await.0, 303);
    }
    let slowed = press("2001:db8::ffff").await;
    assert_eq!((slowed.0, slowed.1), (429, true), "one network of IPv6 is one place");
    assert!(slowed.2.contains("words") && slowed.2.contains("value=\"9\" checked"));
    assert_eq!(press("192.0.2.1").await.0, 303);
    assert_eq!(press("192.0.2.2").await.0, 303);
    assert_eq!(press("192.0.2.3").await.0, 429, "the form as a whole");
}

/// A mail server that takes one letter.
async fn post_box() -> (String, tokio::task::JoinHandle<String>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("smtp://{}?from=Otklik <a@sosny.ru>&tls=none", listener.local_addr().expect("an address"));
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a caller");
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut letter = String::new();
        let mut inside = false;
        write.write_all(b"220 box\r\n").await.expect("greeting");
        while let Ok(Some(line)) = lines.next_line().await {
            if inside {
                if line == "." {
                    write.write_all(b"250 taken\r\n").await.expect("taken");
                    return letter;
                }
                letter.push_str(&line);
                letter.push('\n');
                continue;
            }
            inside = line == "DATA";
            write.write_all(if inside { b"354 go\r\n" } else { b"250 ok\r\n" }).await.expect("an answer");
        }
        letter
    });
    (url, task)
}

#[tokio::test]
async fn a_link_goes_out_by_mail_once() {
    let w = World::new().await;
    let (survey, _) = w.survey().await;
    let (url, letter) = post_box().await;
    let mailer = kit::mail::Mailer::from_url(&url).expect("a mailer");
    let (app, router) = served(&w, Limits::off(), Some(mailer));
    let body = json!({"email": "vera@b.ru", "name": "Vera", "send": true}).to_string();
    let req = w.anna.request("POST", &format!("/api/v1/surveys/{survey}/invitations")).header("content-type", "application/json");
    let response = tower::ServiceExt::oneshot(router, req.body(Body::from(body)).expect("a request")).await.expect("a response");
    assert_eq!(response.status(), 201);
    assert_eq!(kit::jobs::run_due(&app.ground, &crate::app::jobs(), &app).await.expect("jobs"), 1);
    let letter = tokio::time::timeout(Duration::from_secs(10), letter).await.expect("in time").expect("a letter");
    assert!(letter.contains("To: ") && letter.contains("vera@b.ru"), "{letter}");
    let sent: Option<i64> = app.ground.db.scalar("select delivered_at from invitation", kit::args![]).await.expect("a row");
    assert!(sent.is_some());
    assert_eq!(
        kit::jobs::run_due(&app.ground, &crate::app::jobs(), &app).await.expect("jobs"),
        0,
        "the secret left with the job"
    );
}
