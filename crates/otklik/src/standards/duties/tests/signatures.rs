//! Signing: by the own user, exactly what is asked, once.

use super::*;
use crate::standards::duties::rules::bundle;

fn form(version: i64, items: &[Uuid]) -> Json {
    json!({"version": version, "items": items, "statement": "Прочитала"})
}

#[tokio::test]
async fn a_signature_is_kept_with_its_text() {
    let w = World::new().await;
    let (maria, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Один", "Два"], &[], &[]).await;
    let id = items(&w, s).await;
    let path = format!("/api/v1/standards/{s}/signatures");
    let made = maria.post(&path, form(1, &[id[1], id[0]])).await.is(201);
    let at = made.headers["location"].to_str().expect("text").to_owned();
    let shown = maria.get(&at).await.is(200).json();
    assert_eq!(
        (shown["via"].as_str(), shown["employee"].as_str(), shown["version"].as_i64()),
        (Some("token"), Some(&*m), Some(1))
    );
    assert_eq!(w.history(&made.id()).await, ["signature.created"]);
    assert_eq!(maria.post(&path, form(1, &id)).await.is(409).json()["status"], 409, "signing nothing new again");
    w.anna.get(&at).await.is(200);
    w.boris.get(&at).await.is(200);
    w.dina.get(&at).await.is(404);
    w.gleb.get(&at).await.is(403);

    let file = maria.get(&format!("{at}/bundle")).await.is(200);
    let says = bundle::verify(file.text.as_bytes()).expect("a sound bundle");
    assert_eq!((says.company.as_str(), says.employee.as_str(), says.items), ("Клиника «Сосны»", "Мария", 2));
    assert_eq!(shown["hash"], says.hash);
    // A later version, another title and another name change nothing of it.
    reword(&w, id[0], "Совсем другое").await;
    publish(&w, s, &[(id[0], Change::Material)]).await;
    w.anna.patch(&format!("/api/v1/employees/{m}"), json!({"name": "Мария Иванова"})).await.is(200);
    assert_eq!(maria.get(&format!("{at}/bundle")).await.is(200).text, file.text);
    let db = &w.app.ground.db;
    assert!(db.run("update signature set statement = 'x'", args![]).await.is_err(), "signatures are frozen");
    assert!(db.run("delete from signature", args![]).await.is_err());
    exact(&w).await;
}

#[tokio::test]
async fn a_signature_that_does_not_fit_is_refused() {
    let w = World::new().await;
    let (maria, _) = worker(&w, "Мария", w.centre, "Врач").await;
    let (petr, p) = worker(&w, "Пётр", w.centre, "Повар").await;
    let s = standard(&w, "Приветствие", &["Один", "Два"], &[], &["Врач"]).await;
    let id = items(&w, s).await;
    let path = format!("/api/v1/standards/{s}/signatures");
    petr.post(&path, form(1, &id)).await.is(403);
    w.anna.post(&path, form(1, &id)).await.is(403);
    w.dina.post(&path, form(1, &id)).await.is(404);
    let strange = Uuid::from_u128(5);
    assert_eq!(
        maria.post(&path, form(1, &[id[0], strange])).await.is(422).refused(),
        ["items[1]: item-not-asked", "items: item-missing"]
    );
    assert_eq!(maria.post(&path, form(1, &id[..1])).await.is(422).refused(), ["items: item-missing"]);
    let other = json!({"version": 1, "items": id, "statement": "Прочитала", "employee": p});
    assert_eq!(maria.post(&path, other).await.is(422).refused(), ["employee: unknown-field"]);
    assert_eq!(
        maria.post(&path, json!({"version": 1, "items": id, "statement": " "})).await.is(422).refused(),
        ["statement: required"]
    );
    let back = json!({"version": 1, "items": id, "statement": "Прочитала", "at": "2020-01-01T00:00:00Z"});
    assert_eq!(maria.post(&path, back).await.is(422).refused(), ["at: unknown-field"], "never back-dated");
    let crowd: Vec<Uuid> = (0..20_000).map(Uuid::from_u128).collect();
    assert_eq!(maria.post(&path, form(1, &crowd)).await.is(422).refused(), ["items: too-many"]);
    maria.post(&path, json!({"version": "x", "items": id, "statement": "а"})).await.is(422);
    maria.post(&format!("/api/v1/standards/{strange}/signatures"), form(1, &id)).await.is(404);

    reword(&w, id[0], "Один иначе").await;
    publish(&w, s, &[(id[0], Change::Material)]).await;
    let old = maria.post(&path, form(1, &id)).await.is(409);
    assert!(old.json()["detail"].as_str().is_some_and(|d| d.contains('2')), "the newer version is named: {}", old.text);
    maria.post(&path, form(2, &id)).await.is(201);
    exact(&w).await;
}

#[tokio::test]
async fn of_two_signatures_at_the_same_moment_one_counts() {
    let w = World::new().await;
    let (maria, _) = worker(&w, "Мария", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Один"], &[], &[]).await;
    let id = items(&w, s).await;
    let path = format!("/api/v1/standards/{s}/signatures");
    let (a, b, c) =
        tokio::join!(maria.post(&path, form(1, &id)), maria.post(&path, form(1, &id)), maria.post(&path, form(1, &id)));
    let mut got = [a.status.as_u16(), b.status.as_u16(), c.status.as_u16()];
    got.sort_unstable();
    assert_eq!(got, [201, 409, 409]);
    exact(&w).await;
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer() {
    let w = World::new().await;
    let (maria, _) = worker(&w, "Мария", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Один"], &[], &[]).await;
    let id = items(&w, s).await;
    let path = format!("/api/v1/standards/{s}/signatures");
    let send = || maria.json("POST", &path, form(1, &id), &[("idempotency-key", "k1")]);
    let (a, b) = (send().await.is(201), send().await.is(201));
    assert_eq!(a.id(), b.id());
}
