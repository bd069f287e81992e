//! A publication asks exactly the audience for exactly what changed.

use super::*;

#[tokio::test]
async fn a_publication_asks_its_audience_and_nobody_else() {
    let w = World::new().await;
    let north = branch(&w, "Север", "north").await;
    let (maria, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let (_, p) = worker(&w, "Пётр", w.centre, "Администратор").await;
    let (_, n) = worker(&w, "Нина", north, " врач").await;
    let (_, z) = worker(&w, "Зоя", north, "Медсестра").await;
    let s =
        standard(&w, "Приветствие", &["Здороваемся первыми", "Встаём навстречу"], &[w.centre, north], &["ВРАЧ", "медсестра "])
            .await;
    for who in [&m, &n, &z] {
        assert_eq!(duties(&w, who).await, ["pending v1 2"]);
    }
    assert_eq!(duties(&w, &p).await, Vec::<String>::new());

    let all = w.anna.get(&format!("/api/v1/standards/{s}/duties?limit=2")).await.is(200).json();
    assert_eq!(all["items"].as_array().map(Vec::len), Some(2));
    let rest =
        w.anna.get(&format!("/api/v1/standards/{s}/duties?limit=2&after={}", all["next"].as_str().expect("more"))).await.is(200);
    assert_eq!(rest.json()["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(all["items"][0]["due_on"], "2026-11-28");

    sign(&maria, s).await.is(201);
    let count = |state: &'static str| {
        let (w, s) = (&w, s);
        async move {
            let list = w.anna.get(&format!("/api/v1/standards/{s}/duties?state={state}")).await.is(200).json();
            list["items"].as_array().map_or(0, Vec::len)
        }
    };
    assert_eq!((count("pending").await, count("signed").await, count("overdue").await), (2, 1, 0));
    w.advance(8 * kit::time::DAY);
    assert_eq!((count("pending").await, count("signed").await, count("overdue").await), (0, 1, 2));
    exact(&w).await;

    // Boris sees his branch, Maria herself, Gleb all, Dina nothing.
    let boris = w.boris.get(&format!("/api/v1/standards/{s}/duties")).await.is(200).json();
    assert_eq!(boris["items"].as_array().map(Vec::len), Some(1));
    w.boris.get(&format!("/api/v1/standards/{s}/duties?branch=north")).await.is(403);
    w.boris.get(&format!("/api/v1/employees/{n}/duties")).await.is(403);
    w.gleb.get(&format!("/api/v1/standards/{s}/duties")).await.is(200);
    w.dina.get(&format!("/api/v1/standards/{s}/duties")).await.is(404);
    w.dina.get(&format!("/api/v1/employees/{n}/duties")).await.is(404);
    maria.get(&format!("/api/v1/employees/{n}/duties")).await.is(403);
    assert_eq!(
        maria.get(&format!("/api/v1/standards/{s}/duties")).await.is(200).json()["items"].as_array().map(Vec::len),
        Some(1)
    );
    let late = crate::standards::duties::late(&w.app.ground.db, &actor_of(&w, &w.boris).await, 20_786, 5).await.expect("late");
    assert_eq!(late.total, 0, "Maria has signed");
    for (query, field) in [
        ("state=late", "state: unknown-variant"),
        ("branch=nowhere", "branch: unknown"),
        ("after=zz", "after: bad-cursor"),
        ("limit=0", "limit: out-of-range"),
        ("x=1", "x: unknown-field"),
    ] {
        assert_eq!(w.anna.get(&format!("/api/v1/standards/{s}/duties?{query}")).await.is(422).refused(), [field]);
    }
}

async fn actor_of(w: &World, person: &Person) -> kit::Actor {
    let db = &w.app.ground.db;
    crate::access::authenticate_token(db, &person.token, w.app.ground.now()).await.expect("a reply").expect("an actor")
}

#[tokio::test]
async fn an_editorial_change_asks_nobody_a_material_one_exactly_what_changed() {
    let w = World::new().await;
    let (maria, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let (_, p) = worker(&w, "Пётр", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Один", "Два", "Три"], &[], &[]).await;
    let id = items(&w, s).await;
    sign(&maria, s).await.is(201);
    assert_eq!(duties(&w, &m).await, ["signed v1 3"]);

    reword(&w, id[0], "Один, но лучше").await;
    let settled = publish(&w, s, &[(id[0], Change::Editorial)]).await;
    assert_eq!((settled.audience, settled.asked, settled.spared), (2, 0, 3), "three items of one who signed stay good");
    assert_eq!(duties(&w, &m).await, ["signed v1 3"]);
    assert_eq!(duties(&w, &p).await, ["pending v2 3"], "who had not signed reads the newest words");

    w.advance(2 * kit::time::DAY);
    reword(&w, id[1], "Два по-другому").await;
    let settled = publish(&w, s, &[(id[1], Change::Material)]).await;
    assert_eq!((settled.asked, settled.spared), (2, 2));
    let duty = maria.get("/api/v1/duties").await.is(200).json()["items"][0].clone();
    assert_eq!((brief(&duty).as_str(), duty["items"][0].as_str()), ("pending v3 1", Some(id[1].to_string().as_str())));
    assert_eq!(duty["due_on"], "2026-11-30");
    assert_eq!(duties(&w, &p).await, ["pending v3 3"]);
    exact(&w).await;

    // Retired while it is asked: nothing is left to sign.
    act!(w, |tx| editing::retire(&tx, id[1], true));
    publish(&w, s, &[]).await;
    assert_eq!(duties(&w, &m).await, ["lifted v3 0"]);
    assert_eq!(duties(&w, &p).await, ["pending v4 2"]);
    exact(&w).await;
}

#[tokio::test]
async fn an_empty_audience_is_no_trouble() {
    let w = World::new().await;
    let s = standard(&w, "Для космонавтов", &["Летаем"], &[], &["Космонавт"]).await;
    let list = w.anna.get(&format!("/api/v1/standards/{s}/duties")).await.is(200).json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(0));
    exact(&w).await;
}

#[tokio::test]
async fn hire_transfer_and_dismissal_are_followed() {
    let w = World::new().await;
    let north = branch(&w, "Север", "north").await;
    let here = standard(&w, "Центр", &["Центральный пункт"], &[w.centre], &[]).await;
    let there = standard(&w, "Север", &["Северный пункт"], &[north], &[]).await;
    let all = standard(&w, "Для всех", &["Общий пункт"], &[], &[]).await;
    w.advance(3 * kit::time::DAY);
    let (maria, m) = worker(&w, "Мария", w.centre, "Врач").await;
    assert_eq!(duties(&w, &m).await, ["pending v1 1", "pending v1 1"]);
    let list = maria.get("/api/v1/duties").await.json();
    assert_eq!(list["items"][0]["due_on"], "2026-12-01", "a newcomer's days begin with the first one");
    sign(&maria, all).await.is(201);
    sign(&maria, here).await.is(201);
    exact(&w).await;

    w.anna.patch(&format!("/api/v1/employees/{m}"), json!({"branch": north})).await.is(200);
    let states = maria.get("/api/v1/duties").await.json();
    let of = |s: Uuid| {
        let s = s.to_string();
        states["items"].as_array().and_then(|l| l.iter().find(|d| d["standard"] == *s)).map(brief)
    };
    assert_eq!(
        (of(here), of(there), of(all)),
        (Some("signed v1 1".into()), Some("pending v1 1".into()), Some("signed v1 1".into()))
    );
    let old = sign(&maria, here).await;
    assert_eq!(old.status, 403, "the old branch's standard is no longer hers: {}", old.text);
    exact(&w).await;

    w.anna.patch(&format!("/api/v1/employees/{m}"), json!({"left_on": "2026-11-24"})).await.is(200);
    assert!(duties(&w, &m).await.iter().all(|d| !d.starts_with("pending")));
    exact(&w).await;
    w.anna.patch(&format!("/api/v1/employees/{m}"), json!({"left_on": null})).await.is(200);
    assert_eq!(duties(&w, &m).await.iter().filter(|d| d.starts_with("pending")).count(), 1, "back, and asked again");
    exact(&w).await;
}
