//! What the rules decide.

use super::*;
use serde_json::json;

fn step(day: i64, kind: Kind) -> Step {
    Step { day, kind, title: "Шаг".into(), standard: None, quiz: None, who: None }
}

#[test]
fn days_away_push_a_step_back_once() {
    let due = |away: &[(i64, Option<i64>)]| due_day(100, 10, away, 130);
    assert_eq!(due(&[]), 110);
    assert_eq!(due(&[(105, Some(106))]), 112);
    assert_eq!(due(&[(105, Some(108)), (107, Some(109))]), 115, "two leaves at once are days counted once");
    assert_eq!(due(&[(90, Some(101))]), 112, "only days of the track count");
    assert_eq!(due(&[(111, Some(120))]), 110, "a leave after the day changes nothing");
    assert_eq!(due(&[(105, Some(106)), (112, Some(112))]), 113, "a leave on the pushed day does");
    assert_eq!(due(&[(105, None)]), 136, "still away: until today");
    assert_eq!(due(&[(106, Some(105))]), 110);
}

#[test]
fn a_hire_gets_the_track_of_its_position_or_that_of_everybody() {
    let tracks = [(1, vec![]), (2, vec!["Администратор".to_owned()]), (3, vec!["врач".to_owned(), "медсёстра".to_owned()])];
    assert_eq!(fitting(&tracks, Some(" администратор ")), Some(2));
    assert_eq!(fitting(&tracks, Some("Медсестра")), Some(3));
    assert_eq!((fitting(&tracks, Some("кассир")), fitting(&tracks, None)), (Some(1), Some(1)));
    assert_eq!(fitting(&tracks[1..], Some("кассир")), None);
}

#[test]
fn steps_are_done_late_or_open() {
    let (standard, quiz) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let kept = |step| Kept { step, done: None };
    let steps = [
        kept(Step { standard: Some(standard), ..step(0, Kind::Read) }),
        kept(Step { quiz: Some(quiz), ..step(7, Kind::Quiz) }),
        kept(step(3, Kind::Talk)),
        kept(step(30, Kind::Assessment)),
        kept(step(30, Kind::Assessment)),
    ];
    let known = Known { signed: HashMap::from([(standard, 55)]), ..Known::default() };
    let now = shown(&steps, 100, &known, 105, true);
    assert_eq!(
        now.iter().map(|s| (s.due, s.done_at.is_some(), s.late)).collect::<Vec<_>>(),
        [(100, true, false), (107, false, false), (103, false, true), (130, false, false), (130, false, false)]
    );
    assert!(!shown(&steps, 100, &known, 500, false).iter().any(|s| s.late), "nothing is late where nothing runs");
    assert_eq!(last_assessment(&steps), Some(4));
    assert_eq!((steps[2].step.who(), steps[0].step.who(), steps[3].step.who()), (Who::Head, Who::Newcomer, Who::Head));
}

#[test]
fn a_track_says_what_is_wrong_with_it() {
    let refused = |json: serde_json::Value| match kit::web::from_value::<TrackForm>(json).and_then(|f| check(&f)) {
        Err(kit::Error::Invalid(f)) => f.iter().map(|f| format!("{}: {}", f.field, f.code)).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let one = |s: serde_json::Value| json!({"title": "Т", "steps": [s]});
    assert_eq!(refused(json!({"title": "Т", "steps": []})), ["steps: required"]);
    assert_eq!(refused(one(json!({"day": 121, "kind": "talk", "title": "x"}))), ["steps[0].day: out-of-range"]);
    assert_eq!(refused(one(json!({"day": 1, "kind": "quiz", "title": "x"}))), ["steps[0].quiz: required"]);
    assert_eq!(
        refused(one(json!({"day": 1, "kind": "talk", "title": "x", "standard": Uuid::nil()}))),
        ["steps[0].standard: track-standard-is-read"]
    );
    assert_eq!(refused(one(json!({"day": 1, "kind": "dance", "title": "x"}))), ["steps[0].kind: unknown-variant"]);
    assert_eq!(refused(one(json!({"day": 1, "kind": "talk", "title": " "}))), ["steps[0].title: required"]);
    let sorted = check(&TrackForm {
        title: "Т".into(),
        positions: vec![" врач ".into()],
        steps: vec![step(9, Kind::Talk), step(1, Kind::Watch), step(9, Kind::Assessment)],
        active: true,
    })
    .expect("sound");
    assert_eq!(
        sorted.steps.iter().map(|s| (s.day, s.kind)).collect::<Vec<_>>(),
        [(1, Kind::Watch), (9, Kind::Talk), (9, Kind::Assessment)]
    );
    assert_eq!(sorted.positions, ["врач"]);
}

#[test]
fn an_assessment_needs_a_mark() {
    let tick = |mark, passed| Tick { mark, passed, note: None };
    assert!(check_tick(&tick(None, None), Kind::Assessment, true).is_err());
    assert!(check_tick(&tick(Some(4), Some(true)), Kind::Assessment, true).is_ok());
    assert!(check_tick(&tick(Some(4), Some(true)), Kind::Assessment, false).is_err());
    assert!(check_tick(&tick(Some(6), None), Kind::Talk, false).is_err());
    assert!(check_tick(&tick(None, None), Kind::Watch, false).is_ok());
    assert!(check_tick(&tick(Some(3), None), Kind::Watch, false).is_err());
}
