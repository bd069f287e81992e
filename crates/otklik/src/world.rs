//! The world of the tests: two companies, people with names, a clock that stands still.
//!
//! `let w = World::new().await;` gives Anna (quality manager), Boris (branch head of "Центр"), Gleb (viewer),
//! Olga (owner) and Dina (owner of another company). Each of them can `get`, `post`, `patch` and `delete`.
//! SQLite by default; with `OTKLIK_TEST_POSTGRES=postgres://…/postgres` every world is a database of its own there.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use kit::db::{Db, Query};
use kit::ids::Entropy;
use kit::time::Clock;
use kit::{Ground, Role, Timestamp, Via, args};
use serde_json::{Value as Json, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::access::{self, NewMember, NewOrg};
use crate::app::{App, MIGRATIONS};
use crate::doors::Table;

/// 21 November 2026, 12:00 in Moscow.
pub const NOON: i64 = 1_795_251_600_000_000;

pub struct World {
    pub app: App,
    pub router: Router,
    pub entries: Vec<crate::doors::Entry>,
    pub olga: Person,
    pub anna: Person,
    pub boris: Person,
    pub gleb: Person,
    pub dina: Person,
    /// Nobody: no token.
    pub client: Person,
    pub centre: Uuid,
    _folder: tempfile::TempDir,
}

/// Somebody with a token.
#[derive(Clone)]
pub struct Person {
    pub router: Router,
    pub member: Uuid,
    pub org: Uuid,
    pub token: String,
    /// The cookie of a session, for pages.
    pub cookie: String,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or(Json::Null)
    }

    /// The id of what was made.
    pub fn id(&self) -> String {
        self.json()["id"].as_str().unwrap_or_else(|| panic!("no id in {self:?}")).to_owned()
    }

    /// Fails the test, with the answer, when the status is another.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// The fields that were refused, with their codes: `["name: required"]`.
    pub fn refused(&self) -> Vec<String> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|e| format!("{}: {}", e["field"].as_str().unwrap_or("?"), e["code"].as_str().unwrap_or("?"))).collect()
    }
}

impl Person {
    pub async fn send(&self, req: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(req).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        Reply { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let mut b = Request::builder().method(method).uri(path).header(header::HOST, "otklik.test");
        if !self.token.is_empty() {
            b = b.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        b
    }

    /// Opens a page as this person, signed in.
    pub async fn page(&self, path: &str) -> Reply {
        let b = self.browser("GET", path);
        self.send(b.body(Body::empty()).expect("a request")).await
    }

    /// The cookie that a reply set, as somebody else's browser would carry it.
    pub fn carrying(&self, reply: &Reply) -> Self {
        let set = reply.headers.get(header::SET_COOKIE).and_then(|v| v.to_str().ok()).unwrap_or("");
        let cookie = set.split(';').next().and_then(|p| p.split_once('=')).map_or("", |(_, v)| v);
        Self { cookie: cookie.to_owned(), ..self.clone() }
    }

    /// Sends a form from an address, as a browser with these cookies would.
    pub async fn form_from(&self, ip: &str, cookies: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let b = Self { cookie: String::new(), ..self.clone() }.browser("POST", path).header(header::COOKIE, cookies);
        let b = b.extension(kit::serve::ClientIp(ip.parse().expect("an address")));
        self.send(b.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).expect("a request"))
            .await
    }

    /// Sends a page's form as this person.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let b = self.browser("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(b.body(Body::from(body)).expect("a request")).await
    }

    pub fn browser(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let b =
            Request::builder().method(method).uri(path).header(header::HOST, "otklik.test").header(header::ACCEPT, "text/html");
        let b = b.header("sec-fetch-site", "same-origin").header(header::ACCEPT_LANGUAGE, "ru");
        if self.cookie.is_empty() { b } else { b.header(header::COOKIE, format!("{}={}", crate::doors::COOKIE, self.cookie)) }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request("GET", path).body(Body::empty()).expect("a request")).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(self.request("DELETE", path).body(Body::empty()).expect("a request")).await
    }

    pub async fn post(&self, path: &str, body: Json) -> Reply {
        self.json("POST", path, body, &[]).await
    }

    pub async fn patch(&self, path: &str, body: Json) -> Reply {
        self.json("PATCH", path, body, &[]).await
    }

    pub async fn json(&self, method: &str, path: &str, body: Json, headers: &[(&str, &str)]) -> Reply {
        let mut b = self.request(method, path).header(header::CONTENT_TYPE, "application/json");
        for (k, v) in headers {
            b = b.header(*k, *v);
        }
        self.send(b.body(Body::from(body.to_string())).expect("a request")).await
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(None, kit::limits::Limits::off()).await
    }

    /// A world with a mail server or with limits.
    pub async fn with(mailer: Option<kit::mail::Mailer>, limits: kit::limits::Limits) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (app, router, entries) = house(&folder, mailer, limits).await;
        let ground = Arc::clone(&app.ground);
        let olga = company(&ground, &router, "Клиника «Сосны»", "olga@sosny.ru").await;
        let dina = company(&ground, &router, "Кафе «Другое»", "dina@drugoe.ru").await;
        let centre = branch(&ground, olga.org, "Центр", "centre").await;
        let person = |name: &'static str, role, branches: Vec<Uuid>| {
            let (ground, router, org) = (Arc::clone(&ground), router.clone(), olga.org);
            async move { member(&ground, &router, org, name, role, branches).await }
        };
        Self {
            anna: person("anna", Role::Manager, vec![]).await,
            boris: person("boris", Role::Supervisor, vec![centre]).await,
            gleb: person("gleb", Role::Viewer, vec![]).await,
            client: Person {
                router: router.clone(),
                member: Uuid::nil(),
                org: Uuid::nil(),
                token: String::new(),
                cookie: String::new(),
            },
            olga,
            dina,
            centre,
            app,
            router,
            entries,
            _folder: folder,
        }
    }

    /// One more person of Olga's company.
    pub async fn person(&self, name: &str, role: Role, branches: Vec<Uuid>) -> Person {
        member(&self.app.ground, &self.router, self.olga.org, name, role, branches).await
    }

    pub fn advance(&self, micros: i64) {
        self.app.ground.clock.advance(micros);
    }

    /// Runs every job that is due.
    pub async fn run_jobs(&self) -> usize {
        kit::jobs::run_due(&self.app.ground, &crate::app::jobs(), &self.app).await.expect("jobs run")
    }

    /// How many cells of Olga's company are not what a recount says.
    pub async fn wrong_cells(&self) -> usize {
        crate::cli::check::wrong_cells(&self.app.ground, self.olga.org, false).await.expect("a check")
    }

    /// The verbs that history has of a thing, first to last.
    pub async fn history(&self, id: &str) -> Vec<String> {
        let rows = self
            .app
            .ground
            .db
            .rows("select verb from history where noun_id = $1 order by seq", args![id])
            .await
            .expect("history");
        rows.iter().map(|r| r.try_get_by_index(0).expect("a verb")).collect()
    }

    /// A published survey with an NPS question, a why and a choice; returns its id and code.
    pub async fn survey(&self) -> (String, String) {
        let made = self.anna.post("/api/v1/surveys", nps_survey()).await.is(201);
        let id = made.id();
        self.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201);
        (id, made.json()["code"].as_str().expect("a code").to_owned())
    }
}

/// A program on an empty database of its own.
async fn house(
    folder: &tempfile::TempDir,
    mailer: Option<kit::mail::Mailer>,
    limits: kit::limits::Limits,
) -> (App, Router, Vec<crate::doors::Entry>) {
    let url = match std::env::var("OTKLIK_TEST_POSTGRES") {
        Ok(base) => postgres(&base, &Entropy::System).await,
        Err(_) => format!("sqlite:{}", folder.path().join("otklik.db").display()),
    };
    house_at(folder.path(), &url, mailer, limits).await
}

/// A program on this database and this folder.
pub async fn house_at(
    data: &std::path::Path,
    url: &str,
    mailer: Option<kit::mail::Mailer>,
    limits: kit::limits::Limits,
) -> (App, Router, Vec<crate::doors::Entry>) {
    crate::cli::install_texts();
    let entropy = Entropy::System;
    let db = Db::open(url).await.expect("a database");
    kit::migrate::up(&db, MIGRATIONS).await.expect("the schema");
    let signing_key = kit::ground::signing_key(&db, &entropy).await.expect("a key");
    let ground = Arc::new(Ground {
        db,
        clock: Clock::fixed(Timestamp(NOON)),
        entropy,
        public_url: "http://otklik.test".into(),
        data: data.to_path_buf(),
        mailer,
        limits,
        signing_key,
        jobs_due: tokio::sync::Notify::new(),
    });
    let (app, _) = crate::cli::assemble(&ground, crate::surveys::writer::BATCH).expect("a writer");
    let mut table = Table::new(app.clone());
    crate::app::routes(&mut table);
    let entries = table.entries.clone();
    (app, table.build(), entries)
}

/// An installation in which nothing is set up yet, and somebody at its door.
pub async fn empty_house() -> (App, Person, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let (app, router, _) = house(&folder, None, kit::limits::Limits::off()).await;
    let nobody = Person { router, member: Uuid::nil(), org: Uuid::nil(), token: String::new(), cookie: String::new() };
    (app, nobody, folder)
}

/// The survey that most tests use.
pub fn nps_survey() -> Json {
    json!({"name": {"ru": "После визита", "en": "After the visit"}, "locales": ["ru", "en"], "questions": [
        {"key": "nps", "type": "nps", "title": {"ru": "Посоветуете нас близким?", "en": "Would you recommend us?"}, "required": true},
        {"key": "why", "type": "text", "title": {"ru": "Почему?", "en": "Why?"}},
        {"key": "sorry", "type": "text", "title": {"ru": "Что исправить?", "en": "What should we mend?"},
         "show_if": {"question": "nps", "op": "le", "value": 6}}
    ]})
}

async fn company(ground: &Arc<Ground>, router: &Router, name: &str, email: &str) -> Person {
    let actor = access::entry::system(Uuid::nil(), "", "UTC", Via::Cli);
    let mut tx = ground.write(&actor).await.expect("a transaction");
    let new = NewOrg {
        name: name.into(),
        timezone: "Europe/Moscow".into(),
        locale: "ru".into(),
        owner_name: email.into(),
        owner_email: email.into(),
        owner_password: None,
    };
    let (org, member) = access::set_up(&mut tx, &new).await.expect("a company");
    let (_, token) = access::make_token(&tx, member, "test", "read write history admin").await.expect("a token");
    let login: Uuid = tx
        .scalar("select login from member where org = $1 and id = $2", args![org, member])
        .await
        .expect("a login")
        .expect("a login");
    tx.commit().await.expect("a commit");
    let cookie = access::start_session(ground, login, Some((org, member))).await.expect("a session");
    Person { router: router.clone(), member, org, token, cookie }
}

async fn branch(ground: &Arc<Ground>, org: Uuid, name: &str, code: &str) -> Uuid {
    let actor = access::entry::system(org, "", "Europe/Moscow", Via::Cli);
    let tx = ground.write(&actor).await.expect("a transaction");
    let id = tx.new_id();
    tx.run(
        "insert into branch (org, id, name, code, search, created_at) values ($1,$2,$3,$4,$5,$6)",
        args![org, id, name, code, kit::filter::fold(&format!("{name} {code}")), tx.now.0],
    )
    .await
    .expect("a branch");
    tx.commit().await.expect("a commit");
    id
}

async fn member(ground: &Arc<Ground>, router: &Router, org: Uuid, name: &str, role: Role, branches: Vec<Uuid>) -> Person {
    let actor = access::entry::system(org, "", "Europe/Moscow", Via::Cli);
    let tx = ground.write(&actor).await.expect("a transaction");
    let email = format!("{name}@sosny.ru");
    let new = NewMember { name: name.into(), email: Some(email.clone()), phone: None, role, employee: None, branches };
    let member = access::add_member(&tx, &new).await.expect("a member");
    let login = access::store::login_for_email(&tx, &email, None).await.expect("a login");
    tx.run("update member set state = 'active', login = $3 where org = $1 and id = $2", args![org, member, login])
        .await
        .expect("active");
    let (_, token) = access::make_token(&tx, member, "test", "read write history admin").await.expect("a token");
    let login: Uuid = tx
        .scalar("select login from member where org = $1 and id = $2", args![org, member])
        .await
        .expect("a login")
        .expect("a login");
    tx.commit().await.expect("a commit");
    let cookie = access::start_session(ground, login, Some((org, member))).await.expect("a session");
    Person { router: router.clone(), member, org, token, cookie }
}

/// A database of its own on the test cluster.
pub async fn postgres(base: &str, entropy: &Entropy) -> String {
    let name = format!("otklik_{}", kit::ids::hex(&entropy.bytes::<6>()));
    let admin = Db::open(base).await.expect("the test PostgreSQL answers");
    admin.run(&format!("create database {name}"), args![]).await.expect("a database");
    admin.close().await;
    let (server, _) = base.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{name}")
}
