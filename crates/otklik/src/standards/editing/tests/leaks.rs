//! Every door that reads is opened by every role: no draft, no stranger's name, no right answer, no script gets out.

use kit::Role;
use serde_json::{Value as Json, json};

use crate::doors::Door;
use crate::standards::duties::tests::{branch, sign, worker};
use crate::standards::quizzes::tests as quizzes;
use crate::world::{Person, World};

const SECRET: &str = "тайнопись";

/// What GET of each door that knows one of these ids answers: `(path, status, text)`.
async fn walk(w: &World, who: &Person, ids: &[String]) -> Vec<(String, u16, String)> {
    let mut out = Vec::new();
    for entry in w.entries.iter().filter(|e| e.method == "GET" && !matches!(e.door, Door::Public)) {
        let path = entry.path.replace("{version}", "1").replace("{n}", "1");
        if path.contains("{kind}") || path.contains("{code}") || path.contains("{token}") || path.contains("{key}") {
            continue;
        }
        let paths: Vec<String> = match path.find('{') {
            None => vec![path.clone()],
            Some(at) => {
                let end = path[at..].find('}').map_or(path.len(), |e| at + e + 1);
                ids.iter().map(|id| format!("{}{id}{}", &path[..at], &path[end..])).collect()
            }
        };
        for mut path in paths {
            if path.ends_with("/sheet") {
                path = format!("{path}?branch={}", w.centre);
            }
            if path.ends_with("/search") || path == "/rules" {
                path = format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).append_pair("q", "правка").finish());
            }
            let reply = if path.starts_with("/api/") { who.get(&path).await } else { who.page(&path).await };
            assert!(reply.status.as_u16() < 500, "{path}: {}", reply.text);
            out.push((path, reply.status.as_u16(), reply.text));
        }
    }
    assert!(out.len() > 100, "the walk goes somewhere");
    out
}

#[track_caller]
fn nowhere(who: &str, seen: &[(String, u16, String)], words: &[&str]) {
    let told: Vec<String> = seen
        .iter()
        .flat_map(|(path, status, text)| {
            words.iter().filter_map(move |word| {
                let at = text.find(word)?;
                let around: String = text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
                Some(format!("{who} {path} ({status}): {around}»{word}"))
            })
        })
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[tokio::test]
async fn a_draft_is_its_authors_until_it_is_published() {
    let w = World::new().await;
    let (vera, card) = worker(&w, "Вера", w.centre, "Врач").await;
    let (id, items) = super::published(&w).await;
    // A draft that was never published, and the next version of one that was.
    let hidden = json!({"title": format!("Новый {SECRET}"), "kind": "materials", "items": [{"text": format!("Пункт {SECRET}")}]});
    let made = w.anna.post("/api/v1/standards", hidden).await.is(201);
    let (draft, unborn) = (made.id(), made.json()["items"][0]["id"].as_str().expect("an id").to_owned());
    w.anna.patch(&format!("/api/v1/standards/{id}"), json!({"title": format!("Переименован: {SECRET}")})).await.is(200);
    w.anna.patch(&format!("/api/v1/items/{}", items[0]), json!({"text": format!("Правка {SECRET}")})).await.is(200);
    let fresh =
        w.anna.post(&format!("/api/v1/standards/{id}/items"), json!({"text": format!("Ещё {SECRET}")})).await.is(201).id();
    let about = |item: &str, text: &str| json!({"item": item, "text": format!("Иначе {SECRET}"), "reason": text});
    let on_draft = w.anna.post(&format!("/api/v1/standards/{draft}/proposals"), about(&unborn, SECRET)).await.is(201).id();
    let on_fresh = w.anna.post(&format!("/api/v1/standards/{id}/proposals"), about(&fresh, SECRET)).await.is(201).id();
    let question = |item: &str| json!({"item": item, "text": format!("Вопрос {SECRET}"), "options": [{"key": "a", "title": "Да"}, {"key": "b", "title": "Нет"}], "correct": "a"});
    let quiz = json!({"standard": draft, "pass_share": 0.8, "questions": [question(&unborn)]});
    let quiz = w.anna.post("/api/v1/quizzes", quiz).await.is(201).id();
    w.boris.post(&format!("/api/v1/standards/{id}/proposals"), json!({"item": items[0], "reason": "Так лучше"})).await.is(201);
    let ids = [vec![id.clone(), draft.clone(), unborn, fresh, on_draft.clone(), on_fresh, quiz.clone(), card], items].concat();
    for (name, who) in [("boris", &w.boris), ("gleb", &w.gleb), ("vera", &vera), ("dina", &w.dina)] {
        nowhere(name, &walk(&w, who, &ids).await, &[SECRET]);
    }
    for who in [&w.boris, &vera] {
        who.get(&format!("/api/v1/quizzes/{quiz}")).await.is(404);
        who.get(&format!("/api/v1/proposals/{on_draft}")).await.is(404);
        assert_eq!(who.get("/api/v1/quizzes").await.is(200).json()["items"], json!([]));
    }
    vera.post(&format!("/api/v1/quizzes/{quiz}/attempts"), json!({})).await.is(404);
    let seen = walk(&w, &w.anna, &ids).await;
    assert!(seen.iter().any(|(_, _, text)| text.contains(SECRET)), "its authors see it");
    assert!(w.anna.get(&format!("/api/v1/quizzes/{quiz}")).await.is(200).text.contains(SECRET));
}

#[tokio::test]
async fn nobody_reads_of_people_beyond_the_own_reach() {
    let w = World::new().await;
    let south = branch(&w, "Юг", "south").await;
    let (igor, card) = worker(&w, "Скрытный Игорь", south, "Стеклодув").await;
    let (vera, _) = worker(&w, "Вера", w.centre, "Врач").await;
    let (id, items) = super::published(&w).await;
    let signed = sign(&igor, id.parse().expect("an id")).await.is(201).id();
    let away = w
        .anna
        .post(&format!("/api/v1/employees/{card}/absences"), json!({"from": "2026-11-01", "to": "2026-11-02"}))
        .await
        .is(201)
        .id();
    let quiz = w
        .anna
        .post("/api/v1/quizzes", quizzes::quiz(id.parse().expect("an id"), &[items[0].parse().expect("an id")]))
        .await
        .is(201)
        .id();
    let run = igor.post(&format!("/api/v1/quizzes/{quiz}/attempts"), json!({"answers": {"k0": "b"}})).await.is(201).id();
    let track = w.anna.post("/api/v1/onboarding-tracks/starter", json!({})).await.is(201).id();
    let newcomer = w.anna.post("/api/v1/newcomers", json!({"employee": card, "track": track})).await.is(201).id();
    let ids = [
        id.clone(),
        items[0].clone(),
        card.clone(),
        signed.clone(),
        away.clone(),
        quiz,
        run.clone(),
        track,
        newcomer.clone(),
        south.to_string(),
    ];
    for (name, who) in [("boris", &w.boris), ("vera", &vera), ("dina", &w.dina)] {
        nowhere(name, &walk(&w, who, &ids).await, &["Скрытный", "Стеклодув"]);
    }
    nowhere("gleb", &walk(&w, &w.gleb, &ids).await, &["Прочитала и поняла"]);
    for who in [&w.boris, &vera] {
        for path in [
            format!("signatures/{signed}"),
            format!("signatures/{signed}/bundle"),
            format!("attempts/{run}"),
            format!("newcomers/{newcomer}"),
            format!("employees/{card}/duties"),
            format!("employees/{card}/absences"),
        ] {
            who.get(&format!("/api/v1/{path}")).await.is(403);
        }
        who.delete(&format!("/api/v1/absences/{away}")).await.is(403);
        who.post(&format!("/api/v1/employees/{card}/absences"), json!({"from": "2026-11-21"})).await.is(403);
        who.post(&format!("/api/v1/standards/{id}/sheets"), json!({"version": 1, "employees": [card]})).await.is(403);
        who.post(&format!("/api/v1/newcomers/{newcomer}/steps/1"), json!({})).await.is(403);
        who.get("/api/v1/standards/tip?branch=south").await.is(403);
    }
    w.boris.get(&format!("/api/v1/standards/{id}/duties?branch=south")).await.is(403);
    w.boris.get("/api/v1/standards/tip?branch=centre").await.is(200);
    w.boris.get("/api/v1/newcomers?branch=south").await.is(403);
    assert_eq!(
        vera.get(&format!("/api/v1/standards/{id}/duties")).await.is(200).json()["items"].as_array().map(Vec::len),
        Some(1)
    );
}

/// Which option is right is the authors' alone, until it helps no further run.
#[tokio::test]
async fn what_is_right_cannot_be_learnt_from_a_first_run() {
    let w = World::new().await;
    let (vera, card) = worker(&w, "Вера", w.centre, "Врач").await;
    let (id, items) = super::published(&w).await;
    let question = json!({"key": "k", "item": items[0], "text": "Сколько?", "explain": "Потому что", "correct": "verno",
        "options": [{"key": "verno", "title": "Тридцать"}, {"key": "neverno", "title": "Сорок"}]});
    let quiz = w
        .anna
        .post("/api/v1/quizzes", json!({"standard": id, "pass_share": 0.8, "attempts": 2, "questions": [question]}))
        .await
        .is(201)
        .id();
    let door = format!("/api/v1/quizzes/{quiz}/attempts");
    let first = vera.post(&door, json!({"answers": {"k": "neverno"}})).await.is(201);
    let said = |reply: &Json| reply["results"][0].clone();
    assert_eq!(
        said(&first.json()),
        json!({"key": "k", "item": items[0], "right": false, "picked": ["neverno"], "explain": "Потому что"})
    );
    let ids = [id, items[0].clone(), card, quiz.clone(), first.id()];
    for (name, who) in [("vera", &vera), ("boris", &w.boris), ("gleb", &w.gleb)] {
        nowhere(name, &walk(&w, who, &ids).await, &["\"correct\"", "right_options"]);
    }
    let page = format!("/attempts/{}", first.id());
    let (taker, author) = (vera.page(&page).await.is(200).text, w.anna.page(&page).await.is(200).text);
    assert!(!taker.contains("quiz-is-right") && taker.contains("quiz-is-wrong"), "{taker}");
    assert!(author.contains("quiz-is-right"));
    assert_eq!(said(&w.anna.get(&format!("/api/v1/attempts/{}", first.id())).await.json())["right_options"], json!(["verno"]));
    let second = vera.post(&door, json!({"answers": {"k": "neverno"}, "number": 2})).await.is(201);
    assert_eq!(said(&second.json())["right_options"], json!(["verno"]), "the last run is explained in full");
}

/// Whatever is typed anywhere is text on every page.
#[tokio::test]
async fn no_text_becomes_a_script() {
    let w = World::new().await;
    let evil = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)><a href=\"javascript:alert(1)\">{{7*7}}";
    let label = json!({"ru": evil, "en": evil});
    let short: String = evil.chars().take(90).collect();
    let card = w.anna.post("/api/v1/employees", json!({"name": short, "branch": w.centre, "position": short})).await.is(201).id();
    let vera = w.person("verochka", Role::Employee, vec![w.centre]).await;
    crate::standards::duties::tests::link(&w, &vera, &card).await;
    let item = json!({"text": label, "why": label, "measure": label, "norm": label, "stage": label});
    let made = w
        .anna
        .post(
            "/api/v1/standards",
            json!({"title": label, "kind": "materials", "audience": {"positions": []}, "items": [item, item]}),
        )
        .await
        .is(201);
    let (id, items) = (made.id(), super::ids(&made.json()["items"]));
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), json!({})).await.is(201);
    w.anna
        .patch(&format!("/api/v1/items/{}", items[0]), json!({"text": {"ru": format!("{evil} ещё"), "en": evil}}))
        .await
        .is(200);
    let proposal = vera
        .post(&format!("/api/v1/standards/{id}/proposals"), json!({"item": items[0], "text": label, "reason": evil}))
        .await
        .is(201)
        .id();
    w.anna.post(&format!("/api/v1/proposals/{proposal}/refusal"), json!({"answer": evil})).await.is(201);
    vera.post(&format!("/api/v1/standards/{id}/proposals"), json!({"text": label, "reason": evil})).await.is(201);
    let changes = json!({"changes": {(items[0].clone()): "material"}});
    let body = json!({"version": 1, "items": items, "statement": evil});
    let signed = vera.post(&format!("/api/v1/standards/{id}/signatures"), body).await.is(201).id();
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), changes).await.is(201);
    let options = json!([{"key": "a", "title": label}, {"key": "b", "title": label}]);
    let question = json!({"key": "k", "item": items[0], "text": label, "explain": label, "options": options, "correct": "a"});
    let quiz =
        w.anna.post("/api/v1/quizzes", json!({"standard": id, "pass_share": 0.8, "questions": [question]})).await.is(201).id();
    let run = vera.post(&format!("/api/v1/quizzes/{quiz}/attempts"), json!({"answers": {"k": "b"}})).await.is(201).id();
    let open = vera.post(&format!("/api/v1/quizzes/{quiz}/attempts"), json!({})).await.is(201).id();
    let step = json!({"day": 1, "kind": "talk", "title": label});
    let track = w.anna.post("/api/v1/onboarding-tracks", json!({"title": label, "positions": [short], "steps": [step]})).await;
    let track = if track.status.as_u16() == 201 {
        track.id()
    } else {
        w.anna.post("/api/v1/onboarding-tracks/starter", json!({})).await.is(201).id()
    };
    let newcomer = w.anna.post("/api/v1/newcomers", json!({"employee": card, "track": track})).await.is(201).id();
    w.anna.post(&format!("/api/v1/newcomers/{newcomer}/steps/1"), json!({"note": evil})).await;
    let ids = [vec![id, card, signed, proposal, quiz, run, open, track, newcomer], items].concat();
    for (name, who) in [("olga", &w.olga), ("anna", &w.anna), ("boris", &w.boris), ("gleb", &w.gleb), ("vera", &vera)] {
        let pages: Vec<_> = walk(&w, who, &ids)
            .await
            .into_iter()
            .filter(|(path, ..)| !path.starts_with("/api/") && !path.ends_with("/bundle"))
            .collect();
        nowhere(name, &pages, &["<script>alert", "<img src=x", "href=\"javascript:", "href='javascript:"]);
    }
}

#[tokio::test]
async fn a_rule_that_looks_like_a_formula_is_a_text_in_a_spreadsheet() {
    let w = World::new().await;
    for text in ["=HYPERLINK(\"http://x\")", "\t=1+1", "＝1+1", "@SUM(A1)"] {
        let made = w
            .anna
            .post("/api/v1/standards", json!({"title": text, "kind": "materials", "items": [{"text": text}]}))
            .await
            .is(201)
            .id();
        w.anna.post(&format!("/api/v1/standards/{made}/publication"), json!({})).await.is(201);
    }
    for by in ["item", "standard"] {
        let table = w.anna.page(&format!("/figures/acknowledged/table.csv?by={by}")).await.is(200).text;
        let cells: Vec<&str> = table.lines().skip(1).map(|l| l.trim_start_matches('"')).collect();
        assert!(cells.len() >= 4 && cells.iter().all(|c| c.starts_with('\'')), "{by}: {table}");
    }
}
