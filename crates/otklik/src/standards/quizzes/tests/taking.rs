//! A quiz is taken: begun, handed in once, counted once.

use serde_json::{Value as Json, json};

use super::{colleague, quiz, standard};
use crate::access;
use crate::figures;
use crate::standards::quizzes;
use crate::world::World;

fn all(picks: [&str; 3]) -> Json {
    json!({"answers": {"k0": picks[0], "k1": picks[1], "k2": picks[2]}})
}

/// A whole run that says which one it is.
fn again(number: i64, picks: [&str; 3]) -> Json {
    let mut body = all(picks);
    body["number"] = json!(number);
    body
}

#[tokio::test]
async fn a_run_is_begun_handed_in_and_explained() {
    let w = World::new().await;
    let (standard, items) = standard(&w).await;
    let (vera, card) = colleague(&w, "vera", "centre").await;
    let (igor, _) = colleague(&w, "igor", "centre").await;
    let quiz_id = w.anna.post("/api/v1/quizzes", quiz(standard, &items)).await.is(201).id();
    let door = format!("/api/v1/quizzes/{quiz_id}/attempts");
    let begun = vera.post(&door, json!({})).await.is(201);
    assert!(!begun.text.contains("correct") && begun.json()["results"].is_null());
    assert_eq!(vera.post(&door, json!({})).await.is(200).id(), begun.id(), "one open run at a time");
    assert_eq!(vera.post(&door, json!({})).await.json()["questions"], begun.json()["questions"], "mixed once");
    let run = format!("/api/v1/attempts/{}", begun.id());
    let hand_in = format!("{run}/submission");
    igor.get(&run).await.is(403);
    igor.post(&hand_in, all(["a"; 3])).await.is(403);
    w.dina.get(&run).await.is(404);
    w.dina.post(&hand_in, all(["a"; 3])).await.is(404);
    w.gleb.get(&run).await.is(403);
    assert_eq!(vera.post(&hand_in, json!({"answers": {}})).await.is(422).refused(), ["answers: nothing-answered"]);
    assert_eq!(vera.post(&hand_in, json!({"answers": {"k0": "zz"}})).await.is(422).refused(), ["answers.k0: unknown-option"]);
    vera.post(&hand_in, json!({"answers": {"k0": 7}})).await.is(422);
    vera.post(&hand_in, json!({})).await.is(422);
    let done = vera.post(&hand_in, all(["a", "a", "b"])).await.is(201).json();
    assert_eq!(
        (&done["right"], &done["of"], &done["passed"], &done["state"]),
        (&json!(2), &json!(3), &json!(true), &json!("submitted"))
    );
    assert!((done["share"].as_f64().expect("a share") - 2.0 / 3.0).abs() < 1e-9);
    let wrong = done["results"].as_array().expect("results").iter().find(|r| r["key"] == "k2").expect("k2").clone();
    assert_eq!(
        wrong,
        json!({"key": "k2", "item": items[2], "right": false, "picked": ["b"], "right_options": ["a"], "explain": "Так написано в пункте."})
    );
    vera.post(&hand_in, all(["a"; 3])).await.is(409);
    vera.json("PUT", &hand_in, all(["a"; 3]), &[]).await.is(409);
    w.boris.get(&run).await.is(200);
    w.anna.get(&door).await.is(200);
    assert_eq!(igor.get(&door).await.is(200).json()["items"], json!([]), "others' runs are not theirs");
    assert_eq!(w.history(&begun.id()).await, ["attempt.begun", "attempt.submitted"]);
    // Nobody's user takes no quiz.
    let told = w.boris.post(&door, json!({})).await.is(403).text;
    assert!(told.contains("карточкой сотрудника"), "{told}");
    let stand = quizzes::quizzes_for(&w.app.ground.db, w.olga.org, card, &[standard]).await.expect("a standing");
    assert_eq!((stand.len(), stand[0].runs, stand[0].best, stand[0].passed_at.is_some()), (1, 1, Some(0.6666), true));
}

#[tokio::test]
async fn a_whole_run_in_one_call_and_no_more_runs_than_allowed() {
    let w = World::new().await;
    let (standard, items) = standard(&w).await;
    let (vera, _) = colleague(&w, "vera", "centre").await;
    let mut form = quiz(standard, &items);
    form["attempts"] = json!(2);
    let door = format!("/api/v1/quizzes/{}/attempts", w.anna.post("/api/v1/quizzes", form).await.is(201).id());
    assert_eq!(vera.post(&door, again(0, ["a"; 3])).await.is(422).refused(), ["number: out-of-range"]);
    vera.post(&door, again(2, ["a"; 3])).await.is(409);
    let first = vera.post(&door, all(["b"; 3])).await.is(201).json();
    assert_eq!((&first["score"], &first["passed"], &first["number"]), (&json!(0.0), &json!(false), &json!(1)));
    let key = [("idempotency-key", "k")];
    vera.post(&door, all(["a"; 3])).await.is(409);
    let second = vera.json("POST", &door, again(2, ["a"; 3]), &key).await.is(201);
    assert_eq!((second.json()["score"].as_f64(), second.json()["passed"].as_bool()), (Some(100.0), Some(true)));
    assert_eq!(vera.json("POST", &door, again(2, ["a"; 3]), &key).await.is(201).id(), second.id(), "sent again, done once");
    vera.post(&door, again(3, ["a"; 3])).await.is(409);
    vera.post(&door, json!({})).await.is(409);
}

/// Two hands at the same moment: one counts, whether the run was begun before or comes as a whole.
#[tokio::test]
async fn answered_twice_at_the_same_moment_counts_once() {
    let w = World::new().await;
    let (standard, items) = standard(&w).await;
    let id: uuid::Uuid = w.anna.post("/api/v1/quizzes", quiz(standard, &items)).await.is(201).id().parse().expect("an id");
    let door = format!("/api/v1/quizzes/{id}/attempts");
    let db = &w.app.ground.db;
    for (name, begun) in [("vera", false), ("igor", true)] {
        let (who, _) = colleague(&w, name, "centre").await;
        if begun {
            who.post(&door, json!({})).await.is(201);
        }
        let actor =
            access::authenticate_session(db, &who.cookie, w.app.ground.now()).await.expect("a session").expect("an actor");
        let act = async |pick: &str| {
            let answers = serde_json::from_value(all([pick; 3])["answers"].clone()).expect("answers");
            let tx = w.app.write(&actor).await?;
            let (row, _) = quizzes::begin(&tx, id, Some(1)).await?;
            quizzes::submit(&tx, row.id, &answers).await?;
            tx.commit().await
        };
        let (a, b, c) = tokio::join!(act("a"), act("b"), act("a"));
        let won = [a, b, c].into_iter().filter(|r| match r {
            Ok(()) => true,
            Err(kit::Error::Conflict(_)) => false,
            Err(other) => panic!("{other:?}"),
        });
        assert_eq!(won.count(), 1, "{name}");
        // The same for a run that was begun before and is handed in twice.
        let open = who.post(&door, json!({})).await.is(201).id();
        let hand_in = format!("/api/v1/attempts/{open}/submission");
        let (a, b) = tokio::join!(who.post(&hand_in, all(["a"; 3])), who.post(&hand_in, all(["b"; 3])));
        let mut codes = [a.status.as_u16(), b.status.as_u16()];
        codes.sort_unstable();
        assert_eq!(codes, [201, 409]);
    }
    assert_eq!(w.anna.get(&door).await.json()["items"].as_array().map(Vec::len), Some(4));
    let (who, _) = colleague(&w, "olya", "centre").await;
    let (a, b) = tokio::join!(who.post(&door, json!({})), who.post(&door, json!({})));
    assert_eq!(a.id(), b.id(), "begun twice, one run");
    assert_eq!(w.wrong_cells().await, 0, "counted once");
}

/// Whole runs sent at once through the door, some of them milliseconds later: of each number one counts.
#[tokio::test]
async fn whole_runs_sent_together_count_once_each() {
    let w = World::new().await;
    let (standard, items) = standard(&w).await;
    let door = format!("/api/v1/quizzes/{}/attempts", w.anna.post("/api/v1/quizzes", quiz(standard, &items)).await.is(201).id());
    let (vera, _) = colleague(&w, "vera", "centre").await;
    for number in 1..=3 {
        let send = async |wait: u64, pick: &'static str| {
            tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
            vera.post(&door, again(number, [pick; 3])).await.status.as_u16()
        };
        let (a, b, c, d) = tokio::join!(send(0, "a"), send(0, "b"), send(3, "a"), send(40, "a"));
        let mut codes = [a, b, c, d];
        codes.sort_unstable();
        assert_eq!(codes, [201, 409, 409, 409], "run {number}");
    }
    // Without a number a whole run is the first one, and that is over.
    let (a, b) = tokio::join!(vera.post(&door, all(["a"; 3])), vera.post(&door, all(["b"; 3])));
    assert_eq!([a.status.as_u16(), b.status.as_u16()], [409, 409]);
    let list = w.anna.get(&door).await.is(200).json();
    let mut numbers: Vec<i64> = list["items"].as_array().expect("runs").iter().filter_map(|r| r["number"].as_i64()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
}

/// Results name what is misunderstood; figures count first runs, and equal a recount.
#[tokio::test]
async fn results_say_which_wording_people_do_not_understand() {
    let w = World::new().await;
    let (standard, items) = standard(&w).await;
    w.anna.post("/api/v1/branches", json!({"name": "Север", "code": "north"})).await.is(201);
    let quiz_id = w.anna.post("/api/v1/quizzes", quiz(standard, &items)).await.is(201).id();
    let door = format!("/api/v1/quizzes/{quiz_id}/attempts");
    let runs = [("vera", "centre", ["a", "b", "a"]), ("igor", "centre", ["a", "b", "a"]), ("nina", "north", ["a", "a", "c"])];
    for (name, branch, picks) in runs {
        let (who, _) = colleague(&w, name, branch).await;
        who.post(&door, all(picks)).await.is(201);
        who.post(&door, again(2, ["a"; 3])).await.is(201);
    }
    let seen = w.anna.get(&format!("/api/v1/quizzes/{quiz_id}/results")).await.is(200).json();
    assert_eq!((&seen["people"], &seen["right"]["n"]), (&json!(3), &json!(9)));
    let item = |n: usize| seen["items"][n].clone();
    assert_eq!((&item(0)["right"]["value"], &item(0)["misread"]), (&json!(1.0), &Json::Null));
    assert_eq!(item(1)["misread"], json!({"title": "Неверно", "n": 2}));
    assert!(item(1)["right"]["ci"][0].as_f64().expect("low") < 1.0 / 3.0);
    assert_eq!(item(2)["misread"], Json::Null, "one person's slip");
    let metric = async |who: &crate::world::Person, query: &str| {
        let reply = who.get(&format!("/api/v1/metrics/quiz{query}")).await.is(200).json();
        reply["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|i| (i["n"].as_i64().unwrap_or(-1), i["value"].as_f64()))
            .collect::<Vec<_>>()
    };
    assert_eq!(metric(&w.anna, "").await, [(9, Some(6.0 / 9.0))]);
    assert_eq!(metric(&w.boris, "").await, [(6, Some(4.0 / 6.0))], "the own branch");
    assert_eq!(metric(&w.anna, "?by=month").await, [(9, Some(6.0 / 9.0))]);
    assert_eq!(metric(&w.anna, &format!("?item={}", items[1])).await, [(3, Some(1.0 / 3.0))]);
    assert_eq!(
        metric(&w.anna, &format!("?standard={standard}&by=employee&branch=north")).await.iter().filter(|i| i.0 > 0).count(),
        1
    );
    let by_item = w.anna.get("/api/v1/metrics/quiz?by=item&tiers=1").await.is(200).json();
    let greet =
        by_item["items"].as_array().expect("items").iter().find(|i| i["key"] == json!(items[0])).expect("an item").clone();
    assert_eq!((&greet["label"], &greet["n"], greet["ci"].is_array()), (&json!("Поздороваться за 10 секунд"), &json!(3), true));
    for (query, field) in [("?by=survey", "by"), ("?question=q", "question"), ("?channel=sms", "channel"), ("?item=x", "item")] {
        assert!(w.anna.get(&format!("/api/v1/metrics/quiz{query}")).await.is(422).refused()[0].starts_with(field));
    }
    assert_eq!(w.anna.get(&format!("/api/v1/metrics/quiz?standard={}", w.centre)).await.is(422).refused(), ["standard: unknown"]);
    assert_eq!(w.anna.get("/api/v1/metrics/nps?by=item").await.is(422).refused(), ["by: not-for-metric"]);
    w.anna.page("/figures/quiz?by=item&period=all").await.is(200);
    w.anna.page(&format!("/figures/quiz?item={}", items[0])).await.is(200);
    w.anna.page("/figures/quiz/table.csv?by=item").await.is(200);
    let mut anna = access::authenticate_session(&w.app.ground.db, &w.anna.cookie, w.app.ground.now())
        .await
        .expect("a session")
        .expect("an actor");
    anna.reach = kit::Reach::Company;
    let strand = w.anna.get(&format!("/api/v1/items/{}/thread", items[1])).await.is(200).json();
    assert!(strand.to_string().contains(&format!("/quizzes/{quiz_id}")), "{strand}");
    let thread = quizzes::results::of_item(&w.app.ground.db, &anna, standard, items[1]).await.expect("a strand");
    assert_eq!((thread.asked.len(), thread.right.yes, thread.right.n), (1, 1, 3));
    let own = w.boris.get(&format!("/api/v1/quizzes/{quiz_id}/results")).await.is(200).json();
    assert_eq!((&own["people"], own["branches"].as_array().map(Vec::len)), (&json!(2), Some(1)));
    w.dina.get(&format!("/api/v1/quizzes/{quiz_id}/results")).await.is(404);
    let (olya, _) = colleague(&w, "olya", "centre").await;
    olya.get(&format!("/api/v1/quizzes/{quiz_id}/results")).await.is(403);

    assert_eq!(w.wrong_cells().await, 0, "cells equal a recount");
}

/// History first, then cells: two acts that took them the other way round would wait for each other, and one would be lost.
#[tokio::test]
async fn a_run_is_handed_in_beside_an_act_that_counts_too() {
    let w = World::new().await;
    let (standard, items) = standard(&w).await;
    let (vera, _) = colleague(&w, "vera", "centre").await;
    let door = format!("/api/v1/quizzes/{}/attempts", w.anna.post("/api/v1/quizzes", quiz(standard, &items)).await.is(201).id());
    let hand_in = format!("/api/v1/attempts/{}/submission", vera.post(&door, json!({})).await.is(201).id());
    let beside = async {
        let tx = w.app.write(&access::entry::system(w.olga.org, "", "UTC", kit::Via::Cli)).await.expect("an act");
        tx.record("test.begun", "a", None, None).await.expect("a line of history");
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let series = figures::all_series(&tx, w.olga.org).await.expect("series")[0].id;
        let fact = figures::Fact { series, value: None, day: Some(1), dims: figures::Dims::default(), sign: 1 };
        figures::record(&tx, w.olga.org, &[fact]).await.expect("counted");
        tx.commit().await.expect("a commit");
    };
    let (reply, ()) = tokio::join!(vera.post(&hand_in, all(["a"; 3])), beside);
    reply.is(201);
}
