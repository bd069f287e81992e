use super::*;

fn clock(json: &str) -> Clock {
    let calendar: Calendar = serde_json::from_str(json).unwrap_or_else(|e| panic!("{e}"));
    Clock::new(&calendar).unwrap_or_else(|e| panic!("{e}"))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

const OFFICE: &str = r#"{"timezone": "Europe/Moscow",
    "weekly": {"mon": [["09:00","18:00"]], "tue": [["09:00","18:00"]], "wed": [["09:00","18:00"]],
               "thu": [["09:00","18:00"]], "fri": [["09:00","17:00"]]},
    "holidays": ["2024-06-12"], "special_days": {"2024-06-15": [["10:00","14:00"]]}}"#;

#[test]
fn deadlines_in_days_end_at_closing_time_and_roll_over_days_off() {
    let clock = clock(OFFICE);
    let monday = at("2024-06-10T07:00:00Z");
    // Wednesday is a holiday: two calendar days roll to Thursday, two working days are Tuesday and Thursday.
    assert_eq!(clock.due_in_days(monday, 2, Days::Calendar), Some(at("2024-06-13T15:00:00Z")));
    assert_eq!(clock.due_in_days(monday, 2, Days::Working), Some(at("2024-06-13T15:00:00Z")));
    // The moved Saturday is a working day with hours of its own.
    assert_eq!(clock.due_in_days(monday, 5, Days::Calendar), Some(at("2024-06-15T11:00:00Z")));
    assert_eq!(clock.due_in_days(monday, 0, Days::Working), Some(at("2024-06-10T15:00:00Z")));
    assert_eq!(clock.due_in_days(at("2024-06-16T12:00:00Z"), 0, Days::Calendar), Some(at("2024-06-17T15:00:00Z")));
}

#[test]
fn a_calendar_without_hours_never_falls_due() {
    let clock = clock(r#"{"timezone": "Asia/Vladivostok"}"#);
    let start = at("2024-06-10T07:00:00Z");
    assert_eq!(clock.due(start, 1, &[]), None);
    assert_eq!(clock.due(start, 0, &[]), Some(start));
    assert_eq!(clock.due_in_days(start, 1, Days::Calendar), None);
    assert_eq!(clock.elapsed_minutes(start, at("2034-06-10T07:00:00Z"), &[]), 0);
}

#[test]
fn the_edges_of_time_are_survived() {
    let clock = clock(OFFICE);
    assert!(clock.elapsed_seconds(Timestamp::MAX, Timestamp::MIN, &[]) == 0);
    assert!(clock.elapsed_seconds(at("2024-01-01T00:00:00Z"), Timestamp::MAX, &[(Timestamp::MIN, Timestamp::MAX)]) == 0);
    assert_eq!(clock.due(Timestamp::MAX, 60, &[]), None);
    assert_eq!(clock.due(at("2024-01-01T00:00:00Z"), i64::MAX, &[]), None);
    assert!(clock.due(Timestamp::MIN, 60, &[]).is_some());
    let _ = (clock.due_in_days(Timestamp::MAX, u32::MAX, Days::Working), clock.is_open(Timestamp::MAX));
}

#[test]
fn wrong_entries_are_named() {
    let wrong = |json: &str| {
        let calendar: Calendar = serde_json::from_str(json).unwrap_or_else(|e| panic!("{e}"));
        Clock::new(&calendar).map(|_| ()).map_err(|e| e.to_string())
    };
    for (json, named) in [
        (r#"{"timezone": "Mars/Olympus"}"#, "Mars/Olympus"),
        (r#"{"timezone": "UTC", "weekly": {"mon": [["9:00","25:00"]]}}"#, "25:00"),
        (r#"{"timezone": "UTC", "weekly": {"mon": [["18:00","09:00"]]}}"#, "18:00–09:00"),
        (r#"{"timezone": "UTC", "holidays": ["2024-02-30"]}"#, "2024-02-30"),
    ] {
        assert!(wrong(json).is_err_and(|text| text.contains(named)), "{json}");
    }
    assert_eq!(wrong(r#"{"timezone": "UTC", "weekly": {"mon": [["09:00","09:00"],["08:00","24:00"]]}}"#), Ok(()));
}

#[test]
fn open_or_not() {
    let clock = clock(OFFICE);
    assert!(clock.is_open(at("2024-06-10T06:00:00Z")) && !clock.is_open(at("2024-06-10T05:59:59Z")));
    assert!(!clock.is_open(at("2024-06-10T15:00:00Z")) && !clock.is_open(at("2024-06-12T09:00:00Z")));
}
