//! Things that happen at the same moment: each counts once, nothing is lost, nobody is left hanging.

use super::*;
use crate::standards::duties::settle as settling;

fn codes(replies: &[crate::world::Reply]) -> Vec<u16> {
    let mut codes: Vec<u16> = replies.iter().map(|r| r.status.as_u16()).collect();
    codes.sort_unstable();
    codes
}

#[tokio::test]
async fn of_two_publications_at_once_one_counts() {
    let w = World::new().await;
    let (_, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Один", "Два"], &[], &[]).await;
    let id = items(&w, s).await;
    reword(&w, id[0], "Один иначе").await;
    let path = format!("/api/v1/standards/{s}/publication");
    let body = || json!({"changes": {(id[0].to_string()): "material"}});
    let (a, b, c) = tokio::join!(w.anna.post(&path, body()), w.olga.post(&path, body()), w.anna.post(&path, body()));
    let codes = codes(&[a, b, c]);
    // Whoever reads behind the winner finds nothing changed, and is told about the item that did not.
    assert!(codes[0] == 201 && codes[1..].iter().all(|c| [409, 422].contains(c)), "{codes:?}");
    assert_eq!(w.anna.get(&format!("/api/v1/standards/{s}")).await.is(200).json()["version"], 2);
    assert_eq!(duties(&w, &m).await, ["pending v2 2"]);
    exact(&w).await;
}

#[tokio::test]
async fn an_edit_beside_a_publication_waits_or_is_told() {
    let w = World::new().await;
    let s = standard(&w, "Приветствие", &["Один", "Два", "Три"], &[], &[]).await;
    let id = items(&w, s).await;
    let path = format!("/api/v1/standards/{s}/publication");
    for round in 0..6 {
        reword(&w, id[0], &format!("Один {round}")).await;
        let body = json!({"changes": {(id[0].to_string()): "material"}});
        let one = json!({"text": format!("Один позже {round}")});
        let (first, second) = (format!("/api/v1/items/{}", id[0]), format!("/api/v1/items/{}", id[1]));
        let (a, b, c) = tokio::join!(
            w.anna.post(&path, body),
            w.olga.patch(&first, one),
            w.olga.patch(&second, json!({"norm": format!("{round} минут")})),
        );
        // Told that somebody was faster, or done; never "busy": both lock the standard before its items.
        for reply in [&a, &b, &c] {
            assert!([200, 201, 409, 422].contains(&reply.status.as_u16()), "{reply:?}");
        }
        // What is left over is published, so that the next round begins alike.
        let left = json!({"changes": {(id[0].to_string()): "editorial", (id[1].to_string()): "editorial"}});
        let mut done = w.anna.post(&path, left).await;
        for only in [&id[0], &id[1]] {
            if done.status.as_u16() == 422 {
                done = w.anna.post(&path, json!({"changes": {(only.to_string()): "editorial"}})).await;
            }
        }
        assert!([201, 409].contains(&done.status.as_u16()), "{done:?}");
    }
    exact(&w).await;
}

#[tokio::test]
async fn of_two_edits_of_the_same_version_one_counts() {
    let w = World::new().await;
    let s = standard(&w, "Приветствие", &["Один"], &[], &[]).await;
    let item = format!("/api/v1/items/{}", items(&w, s).await[0]);
    for path in [item, format!("/api/v1/standards/{s}")] {
        let etag = w.anna.get(&path).await.is(200).headers["etag"].to_str().expect("text").to_owned();
        let tagged = [("if-match", &*etag)];
        let body = |n: i64| if path.contains("items") { json!({"norm": format!("{n}")}) } else { json!({"days": n}) };
        let (a, b, c) = tokio::join!(
            w.anna.json("PATCH", &path, body(1), &tagged),
            w.olga.json("PATCH", &path, body(2), &tagged),
            w.anna.json("PATCH", &path, body(3), &tagged)
        );
        assert_eq!(codes(&[a, b, c]), [200, 409, 409]);
    }
}

#[tokio::test]
async fn a_signature_beside_a_publication_is_good_or_is_told() {
    let w = World::new().await;
    let (maria, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Один", "Два"], &[], &[]).await;
    let id = items(&w, s).await;
    for round in 1..5 {
        reword(&w, id[0], &format!("Один {round}")).await;
        let path = format!("/api/v1/standards/{s}/publication");
        let body = json!({"changes": {(id[0].to_string()): "material"}});
        let (a, b) = tokio::join!(w.anna.post(&path, body), sign(&maria, s));
        a.is(201);
        assert!([201, 409, 422].contains(&b.status.as_u16()), "{b:?}");
        exact(&w).await;
        sign(&maria, s).await;
        assert!(duties(&w, &m).await[0].starts_with("signed"));
        exact(&w).await;
    }
}

/// People come, go and move while a publication makes its way through the branches.
#[tokio::test]
async fn whoever_moves_while_duties_are_given_out_has_exactly_theirs() {
    let w = World::new().await;
    let mut places = Vec::new();
    for n in 0..4 {
        places.push(branch(&w, &format!("Филиал {n}"), &format!("b{n}")).await);
    }
    let mut people = Vec::new();
    for n in 0..12 {
        people.push(worker(&w, &format!("Человек {n}"), places[n % 4], "Врач").await);
    }
    let s = standard(&w, "Приветствие", &["Один", "Два"], &[places[0], places[2]], &[]).await;
    let id = items(&w, s).await;
    for (person, _) in people.iter().step_by(2) {
        sign(person, s).await.is(201);
    }
    reword(&w, id[0], "Один иначе").await;
    // Too many for the publication's own transaction: nothing of it has been given out yet.
    super::steps::crowd(&w, places[0], 5100).await;
    super::steps::crowd(&w, places[2], 50).await;
    let changes: BTreeMap<Uuid, Change> = [(id[0], Change::Material)].into();
    let done = act!(w, |tx| editing::publish(&tx, s, &changes));
    assert!(!done.settling.settled);
    let to = |n: usize| json!({"branch": places[n]});
    let cards: Vec<String> = people.iter().map(|p| format!("/api/v1/employees/{}", p.1)).collect();
    let away = format!("{}/absences", cards[6]);
    let (a, b, c, d, e, f, _) = tokio::join!(
        w.anna.patch(&cards[0], to(3)),
        w.anna.patch(&cards[1], to(0)),
        w.anna.patch(&cards[2], to(0)),
        w.anna.patch(&cards[4], json!({"left_on": "2026-11-20"})),
        w.anna.post(&away, json!({"from": "2026-11-21"})),
        sign(&people[8].0, s),
        settling(&w.app, w.olga.org, s, 2),
    );
    for reply in [a, b, c, d] {
        reply.is(200);
    }
    e.is(201);
    assert!([201, 409, 422].contains(&f.status.as_u16()), "{f:?}");
    settling(&w.app, w.olga.org, s, 2).await.expect("settled");
    w.run_jobs().await;
    exact(&w).await;
    // Who is meant, is asked for exactly the changed item; who was never asked, for both.
    let of = async |n: usize| duties(&w, &people[n].1).await;
    assert!(!of(0).await[0].starts_with("pending"), "moved away from the audience");
    assert_eq!(of(1).await, ["pending v2 2"], "moved into the audience");
    assert_eq!(of(2).await, ["pending v2 1"]);
    assert!(!of(4).await[0].starts_with("pending"), "left");
    assert!(!of(6).await[0].starts_with("pending"), "on leave");
    assert_eq!(of(10).await, ["pending v2 1"]);
}

#[tokio::test]
async fn duties_are_true_right_after_a_card_changes() {
    let w = World::new().await;
    let south = branch(&w, "Юг", "south").await;
    let (maria, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let here = standard(&w, "Центр", &["Один"], &[w.centre], &[]).await;
    let there = standard(&w, "Юг", &["Два"], &[south], &["врач"]).await;
    let card = format!("/api/v1/employees/{m}");
    assert_eq!(duties(&w, &m).await, ["pending v1 1"]);
    w.anna.patch(&card, json!({"branch": "south"})).await.is(200);
    assert_eq!(duties(&w, &m).await, ["pending v1 1", "lifted v1 0"]);
    sign(&maria, there).await.is(201);
    let sorry = json!({"version": 1, "items": items(&w, here).await, "statement": "Прочитала"});
    maria.post(&format!("/api/v1/standards/{here}/signatures"), sorry).await.is(403);
    w.anna.patch(&card, json!({"position": "Повар"})).await.is(200);
    w.anna.patch(&card, json!({"branch": "centre", "left_on": "2026-11-20"})).await.is(200);
    assert!(duties(&w, &m).await.iter().all(|d| !d.starts_with("pending")), "{:?}", duties(&w, &m).await);
    w.anna.patch(&card, json!({"left_on": null, "position": "Врач"})).await.is(200);
    assert_eq!(duties(&w, &m).await[0], "pending v1 1");
    let away = w.anna.post(&format!("{card}/absences"), json!({"from": "2026-11-01"})).await.is(201).id();
    assert!(duties(&w, &m).await.iter().all(|d| !d.starts_with("pending")));
    let sorry = json!({"version": 1, "items": items(&w, here).await, "statement": "Прочитала"});
    assert!([403, 409].contains(&maria.post(&format!("/api/v1/standards/{here}/signatures"), sorry).await.status.as_u16()));
    w.anna.delete(&format!("/api/v1/absences/{away}")).await.is(204);
    assert_eq!(duties(&w, &m).await[0], "pending v1 1");
    // The title on a duty is the one in force, not the next one's.
    w.anna.patch(&format!("/api/v1/standards/{here}"), json!({"title": "Потом"})).await.is(200);
    assert_eq!(maria.get("/api/v1/duties").await.is(200).json()["items"][0]["title"], "Центр");
    exact(&w).await;
}
