//! The whole table of rights, route by route.

use axum::body::Body;
use axum::http::{Request, header};
use kit::{Query, Role, args};
use serde_json::json;

use crate::access::{self, Act};
use crate::doors::{COOKIE, Door, Entry};
use crate::world::{Person, World};

/// A path with an id of nothing in its place.
fn filled(path: &str) -> String {
    path.replace("{id}", "01990000-0000-7000-8000-000000000000")
        .replace("{file}", "x")
        .replace("{key}", "nps")
        .split('/')
        .map(|part| if part.starts_with('{') { "x" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

async fn ask(p: &Person, entry: &Entry, path: &str) -> u16 {
    let mut b = Request::builder()
        .method(&*entry.method)
        .uri(path)
        .header(header::HOST, "otklik.test")
        .header("sec-fetch-site", "same-origin");
    let body = if entry.door == Door::Api { "{}" } else { "" };
    b = match entry.door {
        Door::Api => b.header(header::CONTENT_TYPE, "application/json"),
        _ => b.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").header(header::ACCEPT, "text/html"),
    };
    if entry.door == Door::Api && !p.token.is_empty() {
        b = b.header(header::AUTHORIZATION, format!("Bearer {}", p.token));
    }
    if entry.door == Door::Page && !p.cookie.is_empty() {
        b = b.header(header::COOKIE, format!("{COOKIE}={}", p.cookie));
    }
    p.send(b.body(Body::from(body)).unwrap()).await.status.as_u16()
}

/// These end or change the session that the walk goes on with.
fn would_end_the_walk(path: &str) -> bool {
    matches!(path, "/account/sessions" | "/account/password" | "/account")
}

#[tokio::test]
async fn every_route_asks_for_its_right_of_every_role() {
    let w = World::new().await;
    let emil = w.person("emil", Role::Employee, vec![]).await;
    let cast = [
        (Role::Owner, &w.olga),
        (Role::Manager, &w.anna),
        (Role::Supervisor, &w.boris),
        (Role::Employee, &emil),
        (Role::Viewer, &w.gleb),
    ];
    let mut wrong = Vec::new();
    let mut asked = 0;
    for entry in w.entries.iter().filter(|e| e.door != Door::Public && !would_end_the_walk(&e.path)) {
        let right = entry.right.expect("a guarded route has a right");
        for (role, person) in cast {
            let status = ask(person, entry, &filled(&entry.path)).await;
            let may = access::reach(role, right).is_some();
            asked += 1;
            // Whoever may meets another refusal at most: a thing that is not there, an empty form.
            if (status == 403) == may || status == 401 || status >= 500 {
                wrong.push(format!("{} {} as {role:?}: {status}, may: {may}", entry.method, entry.path));
            }
        }
        let status = ask(&w.client, entry, &filled(&entry.path)).await;
        let expected = if entry.door == Door::Page && entry.method == "GET" { 303 } else { 401 };
        if status != expected {
            wrong.push(format!("{} {} as nobody: {status}", entry.method, entry.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked > 200, "only {asked} questions");
}

#[tokio::test]
async fn every_noun_of_a_route_stands_in_the_table() {
    let w = World::new().await;
    for entry in &w.entries {
        match (entry.door, entry.right) {
            (Door::Public, right) => assert!(right.is_none(), "{}", entry.path),
            (_, Some(right)) => {
                let known = access::RIGHTS.iter().any(|(noun, act, _)| *noun == right.noun && *act == right.act);
                assert!(known, "{} {}: {right:?} is not in the table", entry.method, entry.path);
                if entry.method != "GET" {
                    assert_eq!(right.act, Act::Change, "{} {} changes something", entry.method, entry.path);
                }
            }
            (_, None) => panic!("{} {} has no right", entry.method, entry.path),
        }
    }
}

#[tokio::test]
async fn a_reading_token_writes_nowhere() {
    let w = World::new().await;
    let made = w.olga.post("/api/v1/tokens", json!({"name": "reader", "scopes": ["read"]})).await.is(201).json();
    let reader = Person { token: made["token"].as_str().unwrap().into(), ..w.olga.clone() };
    for entry in w.entries.iter().filter(|e| e.door == Door::Api) {
        let status = ask(&reader, entry, &filled(&entry.path)).await;
        if entry.right.is_some_and(|r| r.act == Act::Change) {
            assert_eq!(status, 403, "{} {}", entry.method, entry.path);
        }
    }
    reader.get("/api/v1/branches").await.is(200);
    reader.get("/api/v1/audit").await.is(403);
}

#[tokio::test]
async fn a_stranger_gets_no_map_of_the_doors() {
    let w = World::new().await;
    let map = "/api/v1/openapi.json";
    for known in [&w.olga, &w.boris, &w.gleb, &w.dina] {
        assert!(known.get(map).await.is(200).json()["paths"]["/api/v1/branches"].is_object());
        known.page(map).await.is(200);
    }
    w.client.get(map).await.is(401);
    w.client.page(map).await.is(401);
    Person { token: "otk_wrong".into(), ..w.olga.clone() }.get(map).await.is(401);
}

#[tokio::test]
async fn a_revoked_person_is_nobody_at_once() {
    let w = World::new().await;
    w.anna.get("/api/v1/branches").await.is(200);
    w.olga.delete(&format!("/api/v1/users/{}", w.anna.member)).await.is(204);
    for entry in w.entries.iter().filter(|e| e.door == Door::Api) {
        assert_eq!(ask(&w.anna, entry, &filled(&entry.path)).await, 401, "{} {}", entry.method, entry.path);
    }
    w.anna.page("/branches").await.is(303);
    w.anna.form("/branches", &[("name", "x")]).await.is(401);
}

#[tokio::test]
async fn things_of_another_company_are_not_there() {
    let w = World::new().await;
    let (survey, _) = w.survey().await;
    let branch = w.centre.to_string();
    let employee = w.anna.post("/api/v1/employees", json!({"name": "Вера", "branch": "centre"})).await.is(201).id();
    let touchpoint = w.anna.post("/api/v1/touchpoints", json!({"key": "t", "name": "Т", "stage": "come"})).await.is(201).id();
    let department = w.anna.post("/api/v1/departments", json!({"name": "Отдел"})).await.is(201).id();
    let mark = w.anna.post("/api/v1/marks", json!({"on": "2026-11-01", "text": "ремонт"})).await.is(201).id();
    let user = w.anna.member.to_string();
    let token = w.olga.get("/api/v1/tokens").await.is(200).json()["items"][0]["id"].as_str().unwrap().to_owned();
    let own = [
        ("surveys", &survey),
        ("branches", &branch),
        ("employees", &employee),
        ("touchpoints", &touchpoint),
        ("departments", &department),
        ("marks", &mark),
        ("users", &user),
        ("tokens", &token),
    ];
    let before = w
        .app
        .ground
        .db
        .scalar::<i64>("select cast(count(*) as bigint) from history where org = $1", args![w.olga.org])
        .await
        .unwrap();
    for entry in w.entries.iter().filter(|e| e.door != Door::Public && e.path.contains("{id}")) {
        let noun = entry.path.trim_start_matches("/api/v1").split('/').nth(1).unwrap();
        let Some((_, id)) = own.iter().find(|(n, _)| *n == noun) else { continue };
        let status = ask(&w.dina, entry, &entry.path.replace("{id}", id)).await;
        // A form may be refused for its fields before anybody looks for the thing; it never succeeds.
        assert!(
            status == 404 || (matches!(status, 400 | 415 | 422) && entry.method != "GET"),
            "{} {}: {status}",
            entry.method,
            entry.path
        );
        if entry.method == "GET" {
            let known = ask(&w.olga, entry, &entry.path.replace("{id}", id)).await;
            assert_ne!(known, 404, "{} {}", entry.method, entry.path);
        }
    }
    let after = w
        .app
        .ground
        .db
        .scalar::<i64>("select cast(count(*) as bigint) from history where org = $1", args![w.olga.org])
        .await
        .unwrap();
    assert_eq!(before, after, "a stranger left a trace");
    for (noun, id) in own {
        assert!(!w.dina.get(&format!("/api/v1/{noun}")).await.is(200).text.contains(&**id), "{noun}");
    }
    assert!(!w.dina.get("/api/v1/audit").await.is(200).text.contains(&branch));
    // Nor as a reference in a body.
    assert_eq!(
        w.dina.post("/api/v1/employees", json!({"name": "x", "branch": branch})).await.is(422).refused(),
        ["branch: unknown"]
    );
    assert_eq!(
        w.dina.post("/api/v1/marks", json!({"on": "2026-11-01", "text": "x", "branch": branch})).await.is(422).refused(),
        ["branch: unknown"]
    );
    let user = json!({"name": "x", "email": "x@x.ru", "role": "supervisor", "branches": [branch]});
    assert_eq!(w.dina.post("/api/v1/users", user).await.is(422).refused(), ["branches[0]: unknown"]);
}
