//! Messages as they are written, and as a real SMTP server receives them.

use super::*;
use std::io::{BufRead, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

const AT: i64 = 1_795_259_100_000_000;

fn message() -> Message {
    Message {
        to: "Vera@Example.org".into(),
        to_name: Some("Вера Павловна".into()),
        subject: "Ваше обращение № 17".into(),
        text: "Здравствуйте!\n\nМы ответили.\n".into(),
        message_id: "case-17.1@otklik.example".into(),
        at_micros: AT,
        ..Message::default()
    }
}

fn written(message: &Message) -> String {
    let mailer = Mailer::from_url("smtp://127.0.0.1:9?from=Otklik <a@b.org>").unwrap();
    let (envelope, bytes) = mailer.render(message).unwrap();
    assert_eq!(envelope.to().len(), 1);
    String::from_utf8(bytes).unwrap()
}

fn head(text: &str) -> Vec<String> {
    let head = text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
    head.split("\r\n").map(str::to_owned).collect()
}

#[tokio::test]
async fn a_message_has_all_it_needs_and_nothing_twice() {
    let mut full = message();
    full.reply_to = Some("case-17@example.org".into());
    full.html = Some("<p>Здравствуйте!</p>".into());
    full.headers = vec![("List-Unsubscribe".into(), "<https://example.org/u/1>".into())];
    let text = written(&full);
    let head = head(&text);
    for line in [
        "To: =?utf-8?b?0JLQtdGA0LAg0J/QsNCy0LvQvtCy0L3QsA==?= <vera@example.org>",
        "Reply-To: case-17@example.org",
        "Message-ID: <case-17.1@otklik.example>",
        "Auto-Submitted: auto-generated",
        "List-Unsubscribe: <https://example.org/u/1>",
        "Date: Sat, 21 Nov 2026 11:05:00 +0000",
    ] {
        assert!(head.iter().any(|have| have == line), "{line} is not in\n{head:#?}");
    }
    let mut names: Vec<_> = head.iter().map(|line| line.split(':').next().unwrap().to_lowercase()).collect();
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "{head:#?}");
    assert!(text.contains("multipart/alternative") && text.contains("text/html"), "{text}");
}

#[tokio::test]
async fn nothing_breaks_out_of_a_header() {
    for evil in [
        "A\r\nBcc: v@x.org",
        "A\nBcc: v@x.org",
        "A\rBcc: v@x.org",
        "A\r\n\r\nbody",
        "A%0d%0aBcc: v@x.org",
        "=?utf-8?q?A=0D=0ABcc:_v@x?=",
        "=?utf-8?b?QQ0KQmNjOiB2QHgub3Jn?=",
        "\"A\" <v@x.org>, B",
        "A\0\u{1b}[31m\u{202e}",
        "Ф\r\nBcc: v@x.org",
        &"long ".repeat(500),
    ] {
        let mut message = message();
        message.to_name = Some(evil.into());
        message.subject = evil.into();
        let text = written(&message);
        let head = head(&text);
        assert!(!head.iter().any(|line| line.to_lowercase().starts_with("bcc")), "{head:#?}");
        assert_eq!(head.iter().filter(|line| line.starts_with("Subject:")).count(), 1, "{head:#?}");
        let to = head.iter().find(|line| line.starts_with("To: ")).unwrap();
        assert!(to.ends_with("<vera@example.org>"), "{to}");
        for decoded in ["=?utf-8?q?A=0D", "=?utf-8?b?QQ0K"] {
            assert!(!text.contains(decoded), "a mail program would decode it: {text}");
        }
        assert!(text.lines().all(|line| line.len() <= 998), "a line is too long");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0', '\u{1b}']), "{text:?}");
    }
}

#[tokio::test]
async fn what_must_not_be_sent_is_refused_for_good() {
    let mailer = Mailer::from_url("smtp://127.0.0.1:9").unwrap();
    let with = |change: &dyn Fn(&mut Message)| {
        let mut message = message();
        change(&mut message);
        mailer.render(&message).map(|_| ())
    };
    assert_eq!(with(&|_| ()), Ok(()));
    let bad: &[&dyn Fn(&mut Message)] = &[
        &|m| m.to = "nobody".into(),
        &|m| m.to = "a@b.org, c@d.org".into(),
        &|m| m.to = "a@b.org\nRCPT TO:<v@x.org>".into(),
        &|m| m.reply_to = Some("a@b.org\r\nBcc: v@x.org".into()),
        &|m| m.message_id = String::new(),
        &|m| m.message_id = "a@b>\r\nBcc: <v@x.org".into(),
        &|m| m.message_id = "ab".into(),
        &|m| m.at_micros = -1,
        &|m| m.headers = vec![("Bcc".into(), "v@x.org".into())],
        &|m| m.headers = vec![("content-type".into(), "text/html".into())],
        &|m| m.headers = vec![("From".into(), "v@x.org".into())],
        &|m| m.headers = vec![("X: Y\r\nBcc".into(), "v".into())],
        &|m| m.headers = vec![("".into(), "v".into())],
        &|m| m.headers = vec![("X-Y".into(), "v\r\nBcc: v@x.org".into())],
        &|m| m.headers = vec![("X-Y".into(), "v\n".into())],
    ];
    for (i, change) in bad.iter().enumerate() {
        assert!(with(change).is_err_and(|error| error.is_permanent()), "change {i} was taken");
    }
}

#[tokio::test]
async fn an_absent_server_is_a_passing_trouble() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mailer = Mailer::from_url(&format!("smtp://127.0.0.1:{port}")).unwrap();
    let error = mailer.send(&message()).await.unwrap_err();
    assert!(!error.is_permanent(), "{error}");
}

/// Past the test's capture of output: a test that did nothing must not look like one that passed.
fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED a mail test: {why} (set OTKLIK_TEST_PYTHON)");
}

/// A real server (aiosmtpd) in a process of its own; each message comes as a line of hex.
struct Smtp {
    process: Child,
    port: u16,
    received: Receiver<String>,
}

impl Smtp {
    /// `None`, and a word about it, where Python or aiosmtpd is missing.
    fn start(mode: &str) -> Option<Self> {
        let python = std::env::var("OTKLIK_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
        let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
        let process = Command::new(&python)
            .arg(data.join("mail/testdata/smtp.py"))
            .arg(mode)
            .arg(data.join("serve/testdata"))
            .stdout(Stdio::piped())
            .stdin(Stdio::piped())
            .spawn();
        let Ok(mut process) = process else {
            skipped(&format!("no {python}"));
            return None;
        };
        let mut lines = BufReader::new(process.stdout.take()?).lines().map_while(Result::ok);
        let Some(port) = lines.next().and_then(|line| line.parse().ok()) else {
            let ended = process.wait().unwrap();
            // 77 says that aiosmtpd is not there; anything else is a fault.
            assert_eq!(ended.code(), Some(77), "the test server failed");
            skipped(&format!("{python} has no aiosmtpd"));
            return None;
        };
        let (send, received) = channel();
        std::thread::spawn(move || lines.try_for_each(|line| send.send(line)));
        Some(Self { process, port, received })
    }

    fn next(&self) -> String {
        self.received.recv_timeout(Duration::from_secs(10)).expect("the server received nothing")
    }

    fn nothing(&self) -> bool {
        self.received.recv_timeout(Duration::from_millis(200)).is_err()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn a_real_server_receives_one_message_for_one_person() {
    let Some(server) = Smtp::start("plain") else {
        return;
    };
    let mailer = Mailer::from_url(&format!("smtp://127.0.0.1:{}?from=Отклик <a@b.org>", server.port)).unwrap();
    let mut evil = message();
    evil.subject = "Привет\r\nBcc: v@x.org".into();
    evil.to_name = Some("A\r\nRCPT TO:<v@x.org>".into());
    evil.text = "Точка:\n.\nи дальше\r\n.\r\nQUIT\r\n".into();
    for _ in 0..3 {
        mailer.send(&evil).await.unwrap();
        let line = server.next();
        let parts: Vec<&str> = line.split('\t').collect();
        assert_eq!(&parts[..2], ["a@b.org", "vera@example.org"], "{line}");
        assert_eq!(parts[2], "Привет Bcc: v@x.org");
        assert_eq!(parts[3], "None", "a header Bcc");
        assert_eq!(parts[4], "<case-17.1@otklik.example>");
        assert_eq!(parts[5].replace("\\r", ""), "Точка:\\n.\\nи дальше\\n.\\nQUIT\\n");
    }
    for (to, permanent) in [("gone@example.org", true), ("busy@example.org", false)] {
        let message = Message { to: to.into(), ..message() };
        let error = mailer.send(&message).await.unwrap_err();
        assert_eq!(error.is_permanent(), permanent, "{error}");
    }
    assert!(server.nothing());
    // A refusal must not spoil the connection for the next message.
    mailer.send(&message()).await.unwrap();
    server.next();
}

#[tokio::test]
async fn passwords_go_only_over_tls_that_can_be_trusted() {
    let Some(server) = Smtp::start("starttls") else {
        return;
    };
    let ca = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/serve/testdata/cert.pem");
    let url = |user: &str, rest: &str| format!("smtp://{user}@localhost:{}?from=a@b.org{rest}", server.port);
    let trusted = format!("&tls=required&ca={}", ca.display());
    Mailer::from_url(&url("anna:se%2Fcret", &trusted)).unwrap().send(&message()).await.unwrap();
    server.next();
    // A wrong password is the administrator's trouble and passes; so is a certificate that nobody vouches for.
    let cases = [("anna:wrong", trusted.as_str(), "535"), ("anna:se%2Fcret", "&tls=required", "certificate")];
    for (user, rest, reason) in cases {
        let error = Mailer::from_url(&url(user, rest)).unwrap().send(&message()).await.unwrap_err();
        assert!(!error.is_permanent() && error.to_string().contains(reason), "{error}");
        assert!(!error.to_string().contains("cret"), "{error}");
    }
    // Nor is a password sent to a server that offers no TLS.
    let plain = Smtp::start("plain").unwrap();
    let url = format!("smtp://anna:secret@127.0.0.1:{}?tls=required", plain.port);
    assert!(Mailer::from_url(&url).unwrap().send(&message()).await.is_err());
    assert!(plain.nothing() && server.nothing());
}

#[tokio::test]
async fn tls_from_the_first_byte() {
    let Some(server) = Smtp::start("smtps") else {
        return;
    };
    let ca = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/serve/testdata/cert.pem");
    let url = format!("smtps://localhost:{}?from=a@b.org&ca={}", server.port, ca.display());
    Mailer::from_url(&url).unwrap().send(&message()).await.unwrap();
    assert!(server.next().starts_with("a@b.org\tvera@example.org\t"));
}
