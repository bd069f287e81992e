//! Letters, received by a real SMTP server (Python's aiosmtpd, named by OTKLIK_TEST_PYTHON).

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use kit::limits::Limits;
use kit::mail::Mailer;
use serde_json::json;

use super::doors::PASSWORD;
use crate::world::World;

struct Post {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    port: u16,
}

impl Drop for Post {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn office() -> Option<Post> {
    let Ok(python) = std::env::var("OTKLIK_TEST_PYTHON") else {
        eprintln!("SKIPPED: OTKLIK_TEST_PYTHON names no python with aiosmtpd");
        return None;
    };
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../kit/src/mail/testdata/smtp.py");
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/../kit/src/serve/testdata");
    let mut child =
        Command::new(python).args([data, "plain", keys]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    lines.read_line(&mut first).unwrap();
    Some(Post { child, lines, port: first.trim().parse().unwrap() })
}

/// Recipient, subject and text of the next letter.
fn next(post: &mut Post) -> (String, String, String) {
    let mut line = String::new();
    post.lines.read_line(&mut line).unwrap();
    let parts: Vec<&str> = line.trim_end().split('\t').collect();
    (parts[1].into(), parts[2].into(), parts[5].replace("\\r", ""))
}

fn link(text: &str) -> String {
    let at = text.find("http://otklik.test/").unwrap();
    text[at + "http://otklik.test".len()..].split('\\').next().unwrap().to_owned()
}

#[tokio::test]
async fn invitations_and_new_passwords_come_by_mail() {
    let Some(mut post) = office() else { return };
    let mailer = Mailer::from_url(&format!("smtp://127.0.0.1:{}?from=Otklik <otklik@sosny.ru>", post.port)).unwrap();
    let w = World::with(Some(mailer), Limits::off()).await;
    let evil = "Вера\u{2028}Bcc: x@evil.ru";
    let id = w.olga.post("/api/v1/users", json!({"name": evil, "email": "vera@sosny.ru", "role": "manager"})).await.is(201).id();
    w.olga.post(&format!("/api/v1/users/{id}/invitation"), json!({"kind": "mail"})).await.is(201);
    w.run_jobs().await;
    let (to, subject, text) = next(&mut post);
    assert_eq!((to.as_str(), subject.as_str()), ("vera@sosny.ru", "Клиника «Сосны» зовёт вас в Otklik"));
    w.client.form(&link(&text), &[("password", PASSWORD)]).await.is(303);

    let known = w.client.form("/reset", &[("who", "vera@sosny.ru")]).await.is(200);
    let unknown = w.client.form("/reset", &[("who", "nobody@sosny.ru")]).await.is(200);
    assert_eq!(known.text, unknown.text);
    assert_eq!(w.run_jobs().await, 2, "the same work is enqueued for everybody");
    let (to, _, text) = next(&mut post);
    assert_eq!(to, "vera@sosny.ru");
    let stored = kit::Query::scalar::<String>(&w.app.ground.db, "select hash from once_code where kind = 'reset'", vec![])
        .await
        .unwrap()
        .unwrap();
    assert!(!text.contains(&stored));
    w.client.form(&link(&text), &[("password", "совсем другой")]).await.is(303);
    w.client.form("/login", &[("who", "vera@sosny.ru"), ("password", PASSWORD)]).await.is(422);
    w.client.form("/login", &[("who", "vera@sosny.ru"), ("password", "совсем другой")]).await.is(303);
}

#[tokio::test]
async fn a_letter_of_any_feature_goes_out() {
    let Some(mut post) = office() else { return };
    let mailer = Mailer::from_url(&format!("smtp://127.0.0.1:{}", post.port)).unwrap();
    let w = World::with(Some(mailer), Limits::off()).await;
    let letter = crate::access::jobs::Letter {
        to: "a@b.ru".into(),
        subject: "Тема".into(),
        paragraphs: vec!["<b>Раз</b>".into()],
        ..Default::default()
    };
    let gone = crate::access::jobs::Letter { to: "gone@b.ru".into(), ..letter.clone() };
    let tx = w.app.write(&crate::access::entry::system(w.olga.org, "", "UTC", kit::Via::System)).await.unwrap();
    tx.enqueue(crate::access::jobs::MAIL, serde_json::to_value(&gone).unwrap()).await.unwrap();
    tx.enqueue(crate::access::jobs::MAIL, serde_json::to_value(&letter).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    w.run_jobs().await;
    assert_eq!(next(&mut post), ("a@b.ru".into(), "Тема".into(), "<b>Раз</b>\\n\\nOtklik\\n".into()));
    w.advance(kit::time::DAY);
    assert_eq!(w.run_jobs().await, 0, "what can never be delivered is not tried again");
}
