//! What strangers try at every door.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;

use crate::doors::Door;
use crate::world::World;

/// A refusal is in our words and in the reader's language, whatever was sent, and carries every policy.
#[tokio::test]
async fn a_refusal_tells_nothing_of_what_we_are_built_of() {
    let w = World::new().await;
    for path in ["/login?next=1&next=2", "/assets/%ff", "/s/%ff", "/invitation/%ff", "/nowhere", "/assets/none.js"] {
        let reply = w.anna.page(path).await;
        assert!(reply.status.is_client_error(), "{path}: {}", reply.status);
        assert!(reply.headers[header::CONTENT_TYPE].to_str().expect("text").starts_with("text/html"), "{path}: {}", reply.text);
        for word in ["deserialize", "UTF-8", "axum", "serde"] {
            assert!(!reply.text.contains(word), "{path}: {}", reply.text);
        }
        assert_eq!(reply.headers[header::CACHE_CONTROL], "no-store", "{path}");
        for name in ["x-content-type-options", "referrer-policy", "content-security-policy", "x-request-id"] {
            assert!(reply.headers.contains_key(name), "{path}: {name}");
        }
    }
    let reply = w.anna.form("/surveys/new", &[("name", "a"), ("name", "b")]).await;
    assert!(reply.status.is_client_error() && !reply.text.contains("deserialize"), "{}", reply.text);
}

/// Browsers are told to stay with TLS where there is TLS, and only there.
#[tokio::test]
async fn tls_is_for_good() {
    let w = World::new().await;
    assert!(!w.client.get("/health/live").await.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    let g = &w.app.ground;
    let ground = std::sync::Arc::new(kit::Ground {
        db: g.db.clone(),
        clock: kit::time::Clock::fixed(g.now()),
        entropy: kit::ids::Entropy::System,
        public_url: "https://otklik.test".into(),
        data: g.data.clone(),
        mailer: None,
        limits: kit::limits::Limits::off(),
        signing_key: g.signing_key.clone(),
        jobs_due: tokio::sync::Notify::new(),
    });
    let (app, _) = crate::cli::assemble(&ground, 64).expect("a writer");
    let mut table = crate::doors::Table::new(app);
    crate::app::routes(&mut table);
    let router = table.build();
    let request = Request::get("/nowhere").body(Body::empty()).expect("a request");
    let reply = tower::ServiceExt::oneshot(router, request).await.expect("an answer");
    assert!(reply.headers()[header::STRICT_TRANSPORT_SECURITY].to_str().expect("text").starts_with("max-age="));
}

/// A parameter that the description does not name is refused on every route of the API, so that `?org=` beside a
/// path cannot be meant to do something.
#[tokio::test]
async fn what_is_not_described_cannot_be_asked() {
    let w = World::new().await;
    let (survey, _) = w.survey().await;
    for path in ["/api/v1/org".to_owned(), format!("/api/v1/branches/{}", w.centre), format!("/api/v1/surveys/{survey}")] {
        let reply = w.anna.get(&format!("{path}?org={}", w.dina.org)).await.is(422);
        assert_eq!(reply.refused(), ["org: unknown-field"], "{path}");
        w.client.get(&format!("{path}?org=x")).await.is(401);
    }
    let reply = w.anna.post("/api/v1/branches?org_id=1", json!({"name": "A", "code": "a"})).await.is(422);
    assert_eq!(reply.refused(), ["org_id: unknown-field"]);
}

/// Every form of staff, and every form before the door, takes nothing from another site.
#[tokio::test]
async fn another_site_cannot_send_our_forms() {
    let w = World::new().await;
    let forms = w.entries.iter().filter(|e| e.method == "POST" && e.door != Door::Api);
    let forms: Vec<_> = forms.filter(|e| !e.path.starts_with("/s/") && !e.path.starts_with("/i/")).collect();
    assert!(forms.len() > 30);
    for entry in forms {
        let path = entry.path.replace("{id}", &w.centre.to_string()).replace("{token}", "x").replace("{key}", "nps");
        for (name, value) in
            [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "null"), ("x-none", "1")]
        {
            let request = Request::post(&path)
                .header(header::HOST, "otklik.test")
                .header(header::COOKIE, format!("{}={}", crate::doors::COOKIE, w.olga.cookie))
                .header(name, value)
                .header(header::CONTENT_TYPE, "text/plain")
                .body(Body::from("{}"))
                .expect("a request");
            assert_eq!(w.olga.send(request).await.status, 403, "{path} {name}: {value}");
        }
    }
}

/// A closed survey is closed at once and at every door.
#[tokio::test]
async fn closed_means_closed_for_the_very_next_client() {
    let w = World::new().await;
    let (survey, code) = w.survey().await;
    let (door, link) = (format!("/s/{code}"), format!("/api/v1/surveys/{survey}/invitations"));
    let personal = w.anna.post(&link, json!({})).await.is(201).json()["link"].as_str().expect("a link").to_owned();
    let personal = personal.trim_start_matches("http://otklik.test").to_owned();
    w.client.post(&door, json!({"answers": {"nps": 9}})).await.is(201);
    w.anna.delete(&format!("/api/v1/surveys/{survey}/publication")).await.is(204);
    w.client.page(&door).await.is(410);
    w.client.post(&door, json!({"answers": {"nps": 9}})).await.is(410);
    w.olga.post(&door, json!({"answers": {"nps": 9}, "at": "2026-01-01T00:00:00Z"})).await.is(410);
    w.client.form(&door, &[("nps", "9")]).await.is(410);
    w.client.page(&personal).await.is(410);
    w.client.form(&personal, &[("nps", "9")]).await.is(410);
    w.anna.post(&format!("/api/v1/surveys/{survey}/publication"), json!({})).await.is(201);
    w.client.post(&door, json!({"answers": {"nps": 9}})).await.is(201);
    w.anna.form(&format!("/surveys/{survey}/closure"), &[]).await.is(303);
    w.client.post(&door, json!({"answers": {"nps": 9}})).await.is(410);
}

/// An upload that is sent again with its key counts once, whatever boundary the program drew; other content is refused.
#[tokio::test]
async fn an_upload_is_known_by_its_content() {
    let w = World::new().await;
    let (survey, _) = w.survey().await;
    let upload = |boundary: &'static str, comment: &'static str| {
        let map = json!({"survey": survey, "columns": {"nps": "answer:nps", "why": "answer:why"}});
        let part = |head: &str, text: &str| format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n");
        let file = format!("nps;why\n9;{comment}\n");
        let body = part("name=\"kind\"", "responses")
            + &part("name=\"map\"", &map.to_string())
            + &part("name=\"file\"; filename=\"a.csv\"", &file)
            + &format!("--{boundary}--\r\n");
        let request = w.anna.request("POST", "/api/v1/imports").header("idempotency-key", "once");
        let request = request.header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"));
        w.anna.send(request.header(header::CONTENT_LENGTH, body.len()).body(Body::from(body)).expect("a request"))
    };
    let first = upload("AAAA", "good").await.is(202).id();
    assert_eq!(upload("BBBBBB", "good").await.is(202).id(), first);
    assert_eq!(upload("AAAA", "evil").await.is(422).refused(), ["Idempotency-Key: key-reused"]);
}

/// History is written once: no hand, not even one with SQL, changes or removes a line.
#[tokio::test]
async fn history_cannot_be_rewritten() {
    use kit::db::Query;
    let w = World::new().await;
    w.survey().await;
    for sql in ["update history set verb = 'x'", "delete from history"] {
        assert!(w.app.ground.db.run(sql, kit::args![]).await.is_err(), "{sql}");
    }
}

/// What was sent and never used is gone within a day; what stands in a draft, a version or a proposal stays for good.
#[tokio::test]
async fn abandoned_files_and_spent_secrets_are_swept() {
    use kit::db::Query;
    use kit::time::{DAY, HOUR};
    let w = World::new().await;
    let bodies = |n: u8| {
        let mut out = b"RIFF\x2c\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\x08\x00\x00\x00".to_vec();
        out.extend([n; 8]);
        out
    };
    let send = async |n: u8| {
        let reply = crate::imports::tests::upload(&w.anna, "/api/v1/files", &[], Some(("a.wav", &bodies(n)))).await;
        reply.is(201).id()
    };
    let (used, lost, again) = (send(1).await, send(2).await, send(3).await);
    let items = json!({"kind": "communication", "title": "Встреча", "items": [{"text": "Здороваемся первыми."}]});
    let made = w.anna.post("/api/v1/standards", items).await.is(201).json();
    let item = made["items"][0]["id"].as_str().expect("an item").to_owned();
    w.anna.patch(&format!("/api/v1/items/{item}"), json!({"example": {"audio": used}})).await.is(200);
    // A file of an import that nobody finished, and one whose import runs.
    let folder = w.app.ground.data.join("files").join("imports");
    std::fs::create_dir_all(&folder).expect("a folder");
    let stray = folder.join("01990000-0000-7000-8000-000000000001.csv");
    std::fs::write(&stray, "nps\n9\n").expect("a file");
    let (survey, _) = w.survey().await;
    let map = json!({"survey": survey, "columns": {"nps": "answer:nps"}}).to_string();
    let fields = [("kind", "responses"), ("map", map.as_str())];
    let import =
        crate::imports::tests::upload(&w.anna, "/api/v1/imports", &fields, Some(("a.csv", b"nps\n9\n"))).await.is(202).id();
    let source = folder.join(format!("{import}.csv"));
    let keyed = || w.anna.json("POST", "/api/v1/marks", json!({"on": "2026-11-01", "text": "a"}), &[("idempotency-key", "k")]);
    let mark = keyed().await.is(201).id();
    assert_eq!(keyed().await.is(201).id(), mark);
    // The store has a clock of its own: what was put just now was put at the world's noon.
    let noon = std::time::UNIX_EPOCH + std::time::Duration::from_micros(u64::try_from(crate::world::NOON).expect("a time"));
    let mut folders = vec![w.app.ground.data.join("files")];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                std::fs::File::options().append(true).open(entry.path()).and_then(|f| f.set_modified(noon)).expect("a time");
            }
        }
    }
    let rows = async |table: &str| {
        let sql = format!("select cast(count(*) as bigint) from {table}");
        w.app.ground.db.scalar::<i64>(&sql, kit::args![]).await.expect("a count").expect("a count")
    };
    let sweep = async || {
        crate::sweep::next(&w.app.ground, w.app.ground.now()).await.expect("a job");
        let waiting = rows("job").await;
        crate::sweep::next(&w.app.ground, w.app.ground.now()).await.expect("a job");
        assert_eq!(rows("job").await, waiting, "twice is once");
        w.app.ground.db.run("delete from job where kind <> 'house.sweep'", kit::args![]).await.expect("nothing else");
        w.run_jobs().await;
        w.app.ground.db.run("delete from job", kit::args![]).await.expect("nothing waits");
    };
    w.advance(11 * HOUR);
    sweep().await;
    assert!(stray.exists() && rows("file").await == 3, "not yet");
    // Sent again: as good as new.
    assert_eq!(send(3).await, again);
    w.advance(2 * HOUR);
    sweep().await;
    assert!(!stray.exists() && source.exists());
    w.anna.get(&format!("/api/v1/files/{used}")).await.is(200);
    w.anna.get(&format!("/api/v1/files/{again}")).await.is(200);
    w.anna.get(&format!("/api/v1/files/{lost}")).await.is(404);
    assert_eq!((rows("file").await, rows("idempotency").await), (2, 1));
    // The draft lets go of it, the published version does not.
    w.anna.post(&format!("/api/v1/standards/{}/publication", made["id"].as_str().expect("an id")), json!({})).await.is(201);
    w.anna.form(&format!("/items/{item}/example/removal"), &[]).await.is(303);
    w.advance(15 * DAY);
    sweep().await;
    w.anna.get(&format!("/api/v1/files/{used}")).await.is(200);
    w.anna.get(&format!("/api/v1/files/{again}")).await.is(404);
    assert_eq!((rows("idempotency").await, rows("session").await), (0, 0), "keys and sessions ran out");
    w.anna.page("/branches").await.is(303);
}

/// Nobody fills the disk: what a company may send in half a day is bounded.
#[tokio::test]
async fn a_company_may_not_fill_the_disk() {
    use kit::db::Query;
    let w = World::new().await;
    let wav = b"RIFF\x2c\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\x08\x00\x00\x00";
    let send = || crate::imports::tests::upload(&w.anna, "/api/v1/files", &[], Some(("a.wav", wav)));
    send().await.is(201);
    w.app.ground.db.run("update file set size = 1073741824", kit::args![]).await.expect("a great file");
    assert_eq!(send().await.is(422).refused(), ["file: too-many-files"]);
    w.advance(13 * kit::time::HOUR);
    send().await.is(201);
}
