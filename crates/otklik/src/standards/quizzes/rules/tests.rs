//! What the rules decide.

use std::collections::BTreeMap;

use super::*;
use serde_json::{Value as Json, json};

fn form(questions: Json) -> Result<QuizForm> {
    let json = json!({"standard": Uuid::nil(), "pass_share": 0.7, "questions": questions});
    kit::web::from_value::<QuizForm>(json).and_then(|f| check(&f))
}

fn refused(questions: Json) -> Vec<String> {
    match form(questions) {
        Err(Error::Invalid(faults)) => faults.into_iter().map(|f| format!("{}: {}", f.field, f.code)).collect(),
        other => panic!("{other:?}"),
    }
}

fn question(options: Json, correct: Json) -> Json {
    json!([{"item": Uuid::nil(), "text": "?", "options": options, "correct": correct}])
}

#[test]
fn options_are_texts_or_keys_with_titles() {
    let f = form(question(json!(["Да", "Нет"]), json!("Да"))).expect("sound");
    assert_eq!(f.questions[0].options[0], Choice { key: "Да".into(), title: "Да".into() });
    assert_eq!((f.questions[0].name(), f.questions[0].many()), ("q1", false));
    let two = json!([{"key": "a", "title": {"ru": "Да", "en": "Yes"}}, {"key": "b", "title": "Нет"}, {"key": "c", "title": "?"}]);
    assert!(form(question(two.clone(), json!(["a", "b"]))).expect("sound").questions[0].many());
    let round: QuizForm =
        serde_json::from_value(serde_json::to_value(form(question(two, json!("b"))).expect("sound")).expect("json"))
            .expect("back");
    assert_eq!(round.questions[0].correct, Picks::One("b".into()));
}

#[test]
fn a_fault_says_where_it_is() {
    assert_eq!(refused(json!([])), ["questions: required"]);
    assert_eq!(refused(question(json!(["Да"]), json!("Да"))), ["questions[0].options: quiz-two-options"]);
    assert_eq!(refused(question(json!(["Да", "Да"]), json!("Да"))), ["questions[0].options[1].key: duplicate"]);
    assert_eq!(refused(question(json!(["Да", "Нет"]), json!("x"))), ["questions[0].correct: unknown-option"]);
    assert_eq!(refused(question(json!(["Да", "Нет"]), json!([]))), ["questions[0].correct: quiz-mark-one"]);
    assert_eq!(refused(question(json!(["Да", "Нет"]), json!(["Да", "Нет"]))), ["questions[0].correct: quiz-all-right"]);
    assert_eq!(refused(question(json!(["Да", {"key": "b"}]), json!("Да"))), ["questions[0].options[1].title: required"]);
    assert_eq!(refused(question(json!(["Да", 7]), json!("Да"))), ["questions[0].options[1]: wrong-type"]);
    assert_eq!(refused(question(json!(["Да", "a\u{0}"]), json!("Да"))).len(), 2);
}

#[test]
fn mixing_loses_nothing_and_repeats_itself() {
    let one = |n: u32| json!({"key": format!("k{n}"), "item": Uuid::nil(), "text": "?", "options": ["1", "2", "3", "4"], "correct": "1"});
    let f = form((0..8).map(one).collect()).expect("sound");
    let orders: std::collections::BTreeSet<String> = (0..20)
        .map(|seed| {
            let asked = mixed(&f.questions, seed);
            assert_eq!(asked, mixed(&f.questions, seed));
            let mut back = asked.questions.clone();
            back.sort_by(|a, b| a.name().cmp(b.name()));
            back.iter_mut().for_each(|q| q.options.sort_by(|a, b| a.key.cmp(&b.key)));
            assert_eq!(back, f.questions);
            asked.questions.iter().map(Question::name).collect()
        })
        .collect();
    assert!(orders.len() > 15, "mixed indeed: {orders:?}");
}

#[test]
fn a_run_is_judged_question_by_question() {
    let f = form(json!([
        {"item": Uuid::nil(), "text": "?", "options": ["a", "b", "c"], "correct": "a"},
        {"item": Uuid::nil(), "text": "?", "options": ["a", "b", "c"], "correct": ["a", "b"]},
        {"item": Uuid::nil(), "text": "?", "options": ["a", "b"], "correct": "a"}
    ]))
    .expect("sound");
    let answers = |json: Json| serde_json::from_value::<BTreeMap<String, Picks>>(json).expect("answers");
    let judged = judge(&f.questions, &answers(json!({"q1": "a", "q2": ["b", "a"]}))).expect("judged");
    assert_eq!(judged.values().map(|j| j.right).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(right_of(&judged), 2);
    let half = judge(&f.questions, &answers(json!({"q2": ["a"], "q3": ["a"]}))).expect("judged");
    assert_eq!(half.values().map(|j| j.right).collect::<Vec<_>>(), [false, false, true], "half of it is not right");
    for (bad, code) in [
        (json!({}), "nothing-answered"),
        (json!({"q1": []}), "nothing-answered"),
        (json!({"q9": "a"}), "unknown-question"),
        (json!({"q1": "z"}), "unknown-option"),
        (json!({"q1": ["a", "b"]}), "quiz-one-answer"),
    ] {
        match judge(&f.questions, &answers(bad)) {
            Err(Error::Invalid(faults)) => assert_eq!(faults[0].code, code),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_share_is_compared_exactly() {
    assert!(passes(2, 3, kept_share(0.6666)) && !passes(2, 3, kept_share(0.67)));
    assert!(passes(7, 10, kept_share(0.7)) && passes(0, 5, 0) && !passes(0, 0, 0));
    assert!((share(kept_share(0.85)) - 0.85).abs() < 1e-12);
}

#[test]
fn what_many_pick_wrongly_is_named() {
    let f = form(question(json!(["a", "b", "c"]), json!("a"))).expect("sound");
    let mut tally = Tally::default();
    for pick in ["a", "b", "b", "c", "a"] {
        let judged = judge(&f.questions, &BTreeMap::from([("q1".to_owned(), Picks::One(pick.into()))])).expect("judged");
        tally.add(&judged["q1"]);
    }
    assert_eq!((tally.n, tally.right, tally.misread(&f.questions[0])), (5, 2, Some(("b", 2))));
    assert_eq!(Tally { n: 20, right: 18, wrong: BTreeMap::from([("b".into(), 2)]) }.misread(&f.questions[0]), None, "a slip");
}
