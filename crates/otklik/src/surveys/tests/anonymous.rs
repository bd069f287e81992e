//! An anonymous answer cannot be traced: not in the database, not in the log, not by time and not by order.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::header;
use kit::db::{Engine, Query};
use kit::{Timestamp, args};
use serde_json::{Value as Json, json};

use super::client_page::hidden;
use crate::surveys::store::{ResponseRow, responses_from};
use crate::world::{Person, Reply, World, nps_survey};

const TRACES: [&str; 4] = ["203.0.113.77", "CanaryBrowser", "CanaryCookie", "canary-referrer"];

/// What the program wrote into its log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn send(who: &Person, path: &str, kind: &str, body: String, key: Option<&str>) -> Reply {
    let mut b = axum::http::Request::post(path)
        .header(header::HOST, "otklik.test")
        .header(header::CONTENT_TYPE, kind)
        .header(header::USER_AGENT, TRACES[1])
        .header(header::COOKIE, format!("a={}", TRACES[2]))
        .header(header::REFERER, format!("https://{}/", TRACES[3]))
        .header("x-forwarded-for", TRACES[0])
        .extension(kit::serve::ClientIp(TRACES[0].parse().expect("an address")));
    if let Some(key) = key {
        b = b.header("idempotency-key", key);
    }
    who.send(b.body(Body::from(body)).expect("a request")).await
}

/// Everything that the database holds, as text.
async fn everything(w: &World) -> String {
    let db = &w.app.ground.db;
    if db.engine == Engine::Sqlite {
        let files = std::fs::read_dir(&w.app.ground.data).expect("a folder").flatten().map(|e| e.path()).filter(|p| p.is_file());
        return files.map(|p| String::from_utf8_lossy(&std::fs::read(p).expect("a file")).into_owned()).collect();
    }
    let tables =
        db.rows("select cast(tablename as text) from pg_tables where schemaname = 'public'", args![]).await.expect("tables");
    let mut out = String::new();
    for table in tables {
        let name: String = table.try_get_by_index(0).expect("a name");
        for row in db.rows(&format!("select cast(t as text) from \"{name}\" t"), args![]).await.expect("rows") {
            out += &row.try_get_by_index::<Option<String>>(0).expect("text").unwrap_or_default();
        }
    }
    out
}

async fn stored(w: &World, survey: &str) -> Vec<ResponseRow> {
    let survey = survey.parse().expect("an id");
    responses_from(&w.app.ground.db, w.olga.org, Some(survey), i64::MIN, 1000).await.expect("rows")
}

async fn published(w: &World, anonymity: &str) -> (String, String) {
    let mut form = nps_survey();
    form["anonymity"] = json!(anonymity);
    let made = w.anna.post("/api/v1/surveys", form).await.is(201);
    w.anna.post(&format!("/api/v1/surveys/{}/publication", made.id()), json!({})).await.is(201);
    (made.id(), made.json()["code"].as_str().expect("a code").to_owned())
}

#[tokio::test]
async fn nothing_of_the_browser_is_kept_or_logged() {
    let log = Log::default();
    let writer = log.clone();
    let told = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let _listening = tracing::subscriber::set_default(told);
    let w = World::new().await;
    let (survey, code) = published(&w, "anonymous").await;
    let kind = "application/json";
    send(&w.client, &format!("/s/{code}"), kind, json!({"answers": {"nps": 9, "why": "Чисто"}}).to_string(), Some("k1"))
        .await
        .is(201);
    let form = "application/x-www-form-urlencoded";
    send(&w.client, &format!("/s/{code}"), form, "nps=3&why=Грязно".into(), None).await;
    let made =
        w.anna.post(&format!("/api/v1/surveys/{survey}/invitations"), json!({"email": "vera@sosny.ru"})).await.is(201).json();
    let link = made["link"].as_str().expect("a link").trim_start_matches("http://otklik.test").to_owned();
    let proof = hidden(&w.client.form(&link, &[]).await.is(200), "once");
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs([("nps", "7"), ("once", &proof)]).finish();
    send(&w.client, &link, form, body, None).await.is(303);
    // Refusals are written down no more than answers.
    send(&w.client, &format!("/s/{code}"), kind, "{".into(), None).await;
    send(&w.client, "/s/nowhere", kind, "{}".into(), None).await.is(404);
    assert!(stored(&w, &survey).await.len() >= 2);
    let (all, log) = (everything(&w).await, String::from_utf8_lossy(&log.0.lock().expect("the log")).into_owned());
    assert!(all.contains("vera@sosny.ru"), "we look in the right place");
    for trace in TRACES {
        assert!(!all.contains(trace), "{trace} is in the database");
        assert!(!log.contains(trace), "{trace} is in the log");
    }
}

#[tokio::test]
async fn neither_time_nor_order_says_who_it_was() {
    let w = World::new().await;
    let (secret, code) = published(&w, "anonymous").await;
    let (open, other) = published(&w, "identified").await;
    for n in 0..12 {
        let why = format!("Слово{n}");
        w.client
            .json(
                "POST",
                &format!("/s/{code}"),
                json!({"answers": {"nps": 9, "why": why}}),
                &[("idempotency-key", &format!("k{n}"))],
            )
            .await
            .is(201);
        w.client.post(&format!("/s/{other}"), json!({"answers": {"nps": 5}})).await.is(201);
        w.advance(kit::time::MINUTE);
    }
    let rows = stored(&w, &secret).await;
    assert_eq!(rows.len(), 12);
    let said =
        |r: &ResponseRow| serde_json::from_str::<Json>(&r.answers).expect("answers")["why"].as_str().expect("a word").to_owned();
    let came: Vec<String> = (0..12).map(|n| format!("Слово{n}")).collect();
    let kept: Vec<String> = rows.iter().map(said).collect();
    assert!(kept != came && kept != came.iter().rev().cloned().collect::<Vec<_>>(), "the order in which they came: {kept:?}");
    // The numbers of answers whose moments are known leave no room between them.
    let known: Vec<i64> = stored(&w, &open).await.iter().map(|r| r.seq).collect();
    assert!(rows.iter().all(|r| known.iter().all(|k| r.seq < *k)));
    let times = "select received_at from response where survey = $1 union all select at from response where survey = $1 \
                 union all select created_at from idempotency where actor = 'public'";
    let survey: uuid::Uuid = secret.parse().expect("an id");
    for row in w.app.ground.db.rows(times, args![survey]).await.expect("times") {
        let at: i64 = row.try_get_by_index(0).expect("a time");
        let clock = Timestamp(at).to_string();
        assert!(clock.ends_with("T00:00:00Z") || clock.ends_with("T21:00:00Z"), "{clock}");
    }
    // Everything else still finds them: the list page by page, the search, the recount, the export, the removal.
    w.advance(7 * kit::time::DAY);
    let mut pages = 0;
    let mut seen = std::collections::BTreeSet::new();
    let mut path = format!("/api/v1/surveys/{secret}/responses?limit=5");
    loop {
        let page = w.anna.get(&path).await.is(200).json();
        seen.extend(page["items"].as_array().expect("items").iter().map(|i| i["id"].as_str().expect("an id").to_owned()));
        pages += 1;
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/surveys/{secret}/responses?limit=5&after={next}"),
            None => break,
        }
    }
    assert_eq!((seen.len(), pages), (12, 3));
    assert_eq!(w.wrong_cells().await, 0);
    let sql = "select cast(count(*) as bigint) from response_search s join response r on r.seq = s.rowid where r.survey = $1";
    assert_eq!(w.app.ground.db.scalar::<i64>(sql, args![survey]).await.expect("a count"), Some(12));
}
