//! Who may come in, and with which role.

use kit::Role;
use serde_json::json;

use crate::world::{Person, World};

#[tokio::test]
async fn a_changed_role_bites_at_the_next_request() {
    let w = World::new().await;
    let door = format!("/api/v1/users/{}", w.anna.member);
    w.anna.post("/api/v1/departments", json!({"name": "А"})).await.is(201);
    w.olga.patch(&door, json!({"role": "viewer"})).await.is(200);
    w.anna.post("/api/v1/departments", json!({"name": "Б"})).await.is(403);
    w.anna.form("/departments", &[("name", "В")]).await.is(403);
    assert_eq!(
        w.olga.patch(&door, json!({"role": "supervisor"})).await.is(422).refused(),
        ["branches: supervisor-needs-branches"]
    );
    let changed = w.olga.patch(&door, json!({"role": "supervisor", "branches": ["centre"]})).await.is(200).json();
    assert_eq!(changed["branches"], json!([w.centre]));
    w.anna.get(&format!("/api/v1/branches/{}", w.centre)).await.is(200);
    w.olga.patch(&door, json!({"role": "boss"})).await.is(422);
    w.olga.patch(&door, json!({"email": "x@x.ru"})).await.is(422);
}

#[tokio::test]
async fn nobody_raises_themselves_and_the_last_owner_stays() {
    let w = World::new().await;
    let olga = format!("/api/v1/users/{}", w.olga.member);
    for (person, id) in [(&w.anna, w.anna.member), (&w.boris, w.boris.member), (&w.gleb, w.gleb.member)] {
        person.patch(&format!("/api/v1/users/{id}"), json!({"role": "owner"})).await.is(403);
        person.delete(&olga).await.is(403);
        person.form(&format!("/users/{id}"), &[("name", "x"), ("role", "owner")]).await.is(403);
        person.post("/api/v1/users", json!({"name": "x", "email": "new@x.ru", "role": "owner"})).await.is(403);
    }
    w.olga.delete(&olga).await.is(409);
    w.olga.patch(&olga, json!({"role": "manager"})).await.is(409);
    w.olga.patch(&olga, json!({"state": "revoked"})).await.is(409);
    w.olga.form(&format!("/users/{}/revocation", w.olga.member), &[]).await.is(422);
    let second = w.person("pavel", Role::Owner, vec![]).await;
    // Two owners demote each other at once: one remains.
    let doors = (olga.clone(), format!("/api/v1/users/{}", second.member));
    let (a, b) =
        tokio::join!(second.patch(&doors.0, json!({"role": "viewer"})), w.olga.patch(&doors.1, json!({"role": "viewer"})));
    assert!(!(a.status == 200 && b.status == 200), "{a:?} {b:?}");
}

#[tokio::test]
async fn people_are_brought_in_and_let_go() {
    let w = World::new().await;
    let new = json!({"name": "Вера Павловна", "email": "Vera@Sosny.ru", "role": "employee"});
    let made = w.olga.post("/api/v1/users", new.clone()).await.is(201);
    assert_eq!((made.json()["state"].as_str(), made.json()["email"].as_str()), (Some("invited"), Some("vera@sosny.ru")));
    assert_eq!(w.olga.post("/api/v1/users", new).await.is(422).refused(), ["email: duplicate"]);
    let door = format!("/api/v1/users/{}", made.id());
    w.olga.patch(&door, json!({"state": "active"})).await.is(409);
    w.olga.delete(&door).await.is(204);
    w.olga.delete(&door).await.is(409);
    assert_eq!(w.olga.patch(&door, json!({"state": "active"})).await.is(200).json()["state"], json!("invited"));
    assert_eq!(w.history(&made.id()).await, ["user.invited", "user.revoked", "user.changed"]);
    assert_eq!(
        w.olga.post("/api/v1/users", json!({"name": "x", "role": "viewer"})).await.is(422).refused(),
        ["email: email-or-phone"]
    );
    w.olga.post("/api/v1/users", json!({"name": "x", "email": "a@b\r\nBcc: c@d.ru", "role": "viewer"})).await.is(422);
    assert_eq!(w.olga.get("/api/v1/users").await.is(200).json()["items"].as_array().unwrap().len(), 5);
    w.gleb.get("/api/v1/users").await.is(403);
    let refused = w.olga.form("/users", &[("name", "Вера"), ("role", "viewer")]).await.is(422);
    assert!(refused.text.contains("Нужна почта или телефон") && refused.text.contains("value=\"Вера\""));
}

#[tokio::test]
async fn a_token_may_no_more_than_its_maker() {
    let w = World::new().await;
    let made = w.gleb.post("/api/v1/tokens", json!({"name": "t", "scopes": ["read", "write", "admin"]})).await.is(201).json();
    let strong = Person { token: made["token"].as_str().unwrap().into(), ..w.gleb.clone() };
    strong.post("/api/v1/departments", json!({"name": "x"})).await.is(403);
    let weak = w.olga.post("/api/v1/tokens", json!({"name": "t", "scopes": ["write"]})).await.is(201).json();
    let weak = Person { token: weak["token"].as_str().unwrap().into(), ..w.olga.clone() };
    weak.post("/api/v1/tokens", json!({"name": "t", "scopes": ["admin"]})).await.is(403);
    let admin = w.olga.post("/api/v1/tokens", json!({"name": "a", "scopes": ["admin"]})).await.is(201).json();
    let admin = Person { token: admin["token"].as_str().unwrap().into(), ..w.olga.clone() };
    admin.post("/api/v1/tokens", json!({"name": "t", "scopes": ["history"]})).await.is(403);
    let list = w.olga.get("/api/v1/tokens").await.is(200);
    assert!(!list.text.contains("otk_"), "a secret is shown once");
    let items = list.json()["items"].as_array().unwrap().clone();
    let id = items.iter().find(|t| t["name"] == "a").unwrap()["id"].as_str().unwrap().to_owned();
    w.anna.delete(&format!("/api/v1/tokens/{id}")).await.is(404);
    w.olga.delete(&format!("/api/v1/tokens/{id}")).await.is(204);
    admin.get("/api/v1/branches").await.is(401);
    w.olga.post("/api/v1/tokens", json!({"name": "t", "scopes": []})).await.is(422);
    w.olga.post("/api/v1/tokens", json!({"name": "t", "scopes": ["root"]})).await.is(422);
    let shown = w.anna.form("/tokens", &[("name", "касса"), ("scopes", "read")]).await.is(200);
    assert!(shown.text.contains("otk_"));
    assert!(!w.anna.page("/tokens").await.is(200).text.contains("otk_"));
}
