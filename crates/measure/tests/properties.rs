//! What must hold for any input, not only for the printed examples.

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::civil::Weekday;
use measure::agreement::{Metric, krippendorff};
use measure::chart::{Point, process_chart};
use measure::clock::{Calendar, Clock};
use measure::mean::Moments;
use measure::nps::{NpsCounts, score_tango};
use measure::share::{Share, newcombe};
use measure::tiers::{Group, Standing, compare, tiers};
use measure::{LEVEL, difference, survival, text};
use proptest::prelude::*;

fn clocks() -> &'static [Clock] {
    static CLOCKS: OnceLock<Vec<Clock>> = OnceLock::new();
    CLOCKS.get_or_init(|| {
        let office = r#""weekly": {"mon": [["09:00","13:00"],["14:00","18:00"]], "wed": [["00:00","24:00"]], "sun": [["01:00","05:00"]]}"#;
        ["Europe/Berlin", "America/New_York", "Europe/Moscow", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo"]
            .iter()
            .map(|zone| {
                let json = format!(r#"{{"timezone": "{zone}", {office}, "holidays": ["2024-06-12"], "special_days": {{"2024-03-31": [["00:00","24:00"]]}}}}"#);
                let calendar: Calendar = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{e}"));
                Clock::new(&calendar).unwrap_or_else(|e| panic!("{zone}: {e}"))
            })
            .collect()
    })
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Some instant of 2010…2030.
fn instant() -> impl Strategy<Value = i64> {
    1_262_304_000_i64..1_893_456_000
}

fn pauses(list: &[(i64, i64)]) -> Vec<(Timestamp, Timestamp)> {
    list.iter().map(|(from, length)| (at(*from), at(from + length))).collect()
}

/// The definition read minute by minute, on its own: does the local wall-clock time lie in the hours of its day?
fn minute_by_minute(clock: &Clock, start: i64, end: i64) -> i64 {
    let open = |second: &i64| {
        let local = clock.zone().to_datetime(at(*second));
        let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
        match (local.date().to_string().as_str(), local.weekday()) {
            ("2024-03-31", _) => true,
            ("2024-06-12", _) => false,
            (_, Weekday::Monday) => (540..780).contains(&minute) || (840..1080).contains(&minute),
            (_, Weekday::Wednesday) => true,
            (_, Weekday::Sunday) => (60..300).contains(&minute),
            _ => false,
        }
    };
    (start..end).step_by(60).filter(open).count() as i64
}

proptest! {
    #[test]
    fn due_is_the_first_instant_with_that_much_work(
        zone in 0usize..6, start in instant(), minutes in 1i64..5_000, breaks in prop::collection::vec((instant(), 0i64..9_000_000), 0..4),
    ) {
        let clock = &clocks()[zone];
        let pauses = pauses(&breaks);
        if let Some(due) = clock.due(at(start), minutes, &pauses) {
            prop_assert_eq!(clock.elapsed_minutes(at(start), due, &pauses), minutes);
            prop_assert_eq!(clock.elapsed_seconds(at(start), at(due.as_second() - 1), &pauses), minutes * 60 - 1);
        }
    }

    #[test]
    fn elapsed_adds_up(zone in 0usize..6, start in instant(), a in 0i64..40_000_000, b in 0i64..40_000_000, pause in (instant(), 0i64..9_000_000)) {
        let clock = &clocks()[zone];
        let pauses = pauses(&[pause]);
        let (middle, end) = (at(start + a), at(start + a + b));
        let whole = clock.elapsed_seconds(at(start), end, &pauses);
        prop_assert_eq!(whole, clock.elapsed_seconds(at(start), middle, &pauses) + clock.elapsed_seconds(middle, end, &pauses));
        prop_assert!(whole >= 0 && whole <= a + b);
        let (from, to) = pauses[0];
        let without = clock.elapsed_seconds(at(start), end, &[]);
        let inside = clock.elapsed_seconds(from.max(at(start)), to.min(end), &[]);
        prop_assert_eq!(whole, without - inside);
    }

    #[test]
    fn elapsed_is_the_count_of_open_minutes(zone in 0usize..6, day in 0i64..7_300, length in 0i64..4_000) {
        let clock = &clocks()[zone];
        let start = 1_262_304_000 + day * 86_400;
        let end = start + length * 60;
        prop_assert_eq!(clock.elapsed_minutes(at(start), at(end), &[]), minute_by_minute(clock, start, end));
    }

    #[test]
    fn nps_intervals_hold_what_they_should(p in 0u64..300, s in 0u64..300, d in 0u64..300) {
        let counts = NpsCounts::new(p, s, d);
        let mirror = NpsCounts::new(d, s, p);
        prop_assert_eq!(counts.estimate().is_some(), p + s + d > 0);
        if let (Some(value), Some((centre, _))) = (counts.value(), counts.adjusted()) {
            prop_assert!(value.abs() <= 100.0);
            prop_assert!(counts.wald(LEVEL).is_some_and(|i| i.contains(value)));
            prop_assert!(counts.adjusted_wald(LEVEL).is_some_and(|i| i.contains(centre)));
            let tango = score_tango(&counts, LEVEL);
            prop_assert!(tango.is_some_and(|i| i.low >= -100.0 && i.high <= 100.0 && i.low <= value + 1e-9 && value <= i.high + 1e-9));
            let turned = score_tango(&mirror, LEVEL).map(|i| (-i.high, -i.low));
            let same = tango.zip(turned).is_some_and(|(a, b)| (a.low - b.0).abs() < 1e-6 && (a.high - b.1).abs() < 1e-6);
            prop_assert!(same);
        }
    }

    #[test]
    fn share_intervals_lie_in_the_unit_and_nest(yes in 0u64..500, more in 0u64..500) {
        let share = Share { yes, n: yes + more };
        if let Some(value) = share.value() {
            let all = [share.wilson(LEVEL), share.clopper_pearson(LEVEL), share.agresti_coull(LEVEL)];
            for interval in all.into_iter().flatten() {
                prop_assert!(interval.low >= 0.0 && interval.high <= 1.0);
                prop_assert!(interval.low <= value + 1e-12 && value <= interval.high + 1e-12);
            }
            let (exact, jeffreys) = (share.clopper_pearson(LEVEL), share.jeffreys(LEVEL));
            prop_assert!(exact.zip(jeffreys).is_some_and(|(e, j)| e.low <= j.low + 1e-9 && j.high <= e.high + 1e-9));
            let gap = newcombe(&share, &Share { yes: more, n: yes + more }, LEVEL);
            prop_assert!(gap.is_some_and(|i| i.low >= -1.0 - 1e-12 && i.high <= 1.0 + 1e-12));
        }
    }

    #[test]
    fn moments_agree_however_they_come(values in prop::collection::vec(0u32..11, 1..60), cut in 0usize..60) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let slices: Vec<(f64, u64)> = values.iter().map(|v| (*v, 1)).collect();
        let whole = Moments::from_values(&values);
        let sums = Moments::from_sums(values.len() as u64, values.iter().sum(), values.iter().map(|v| v * v).sum());
        let (left, right) = values.split_at(cut.min(values.len()));
        for other in [Moments::from_histogram(&slices), sums, Moments::from_values(left).merge(Moments::from_values(right))] {
            prop_assert_eq!(other.n, whole.n);
            prop_assert!((other.mean - whole.mean).abs() < 1e-9 && (other.m2 - whole.m2).abs() < 1e-6);
        }
        prop_assert_eq!(whole.t_interval(LEVEL).is_some(), whole.n > 1);
    }

    #[test]
    fn differences_are_antisymmetric_and_holm_is_monotone(
        a in (0u64..99, 0u64..99, 0u64..99), b in (0u64..99, 0u64..99, 0u64..99), p in prop::collection::vec(0.0f64..=1.0, 0..20),
    ) {
        let (a, b) = (NpsCounts::new(a.0, a.1, a.2), NpsCounts::new(b.0, b.1, b.2));
        let (ab, ba) = (difference::nps(&a, &b, LEVEL), difference::nps(&b, &a, LEVEL));
        prop_assert_eq!(ab.map(|d| d.difference), ba.map(|d| -d.difference));
        prop_assert_eq!(ab.map(|d| d.p), ba.map(|d| d.p));
        let adjusted = difference::holm(&p);
        for ((x, ax), (y, ay)) in p.iter().zip(&adjusted).flat_map(|one| p.iter().zip(&adjusted).map(move |two| (one, two))) {
            prop_assert!(ax >= x && *ax <= 1.0);
            prop_assert!(x > y || ax <= ay);
        }
    }

    #[test]
    fn alpha_is_at_most_one_and_blind_to_the_order_of_raters(
        cells in prop::collection::vec(prop::option::of(1u8..6), 12..40),
    ) {
        let rows: Vec<Vec<Option<f64>>> = cells.chunks(cells.len() / 3).take(3).map(|r| r.iter().map(|c| c.map(f64::from)).collect()).collect();
        let turned: Vec<Vec<Option<f64>>> = rows.iter().rev().cloned().collect();
        for metric in [Metric::Nominal, Metric::Ordinal, Metric::Interval, Metric::Ratio] {
            let alpha = krippendorff(&rows, metric);
            prop_assert!(alpha.is_none_or(|a| a <= 1.0 + 1e-12));
            let same = match (alpha, krippendorff(&turned, metric)) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-9,
                (a, b) => a.is_none() && b.is_none(),
            };
            prop_assert!(same);
        }
    }

    #[test]
    fn tiers_keep_their_word(counts in prop::collection::vec((0u64..40, 0u64..40, 0u64..40), 1..25), up in any::<bool>()) {
        let groups: Vec<Group> = counts.iter().filter_map(|c| Group::nps(&NpsCounts::new(c.0, c.1, c.2))).collect();
        let found = tiers(&groups, up);
        prop_assert_eq!(found.len(), groups.len());
        let better = |a: f64, b: f64| if up { a > b } else { a < b };
        for (i, a) in groups.iter().enumerate() {
            for (j, b) in groups.iter().enumerate() {
                prop_assert!(!better(a.value, b.value) || found[i] <= found[j], "a better value never stands lower");
                prop_assert!((a.value - b.value).abs() > 1e-9 || found[i] == found[j], "ties stay together");
            }
            // Nobody differs from the first member: the best value of the tier, of ties the one with most answers.
            let members = groups.iter().zip(&found).filter(|(_, t)| **t == found[i]).map(|(g, _)| g);
            let first = members.reduce(|x, y| {
                let tie = (x.value - y.value).abs() <= 1e-9;
                if (tie && y.n > x.n) || (!tie && better(y.value, x.value)) { y } else { x }
            });
            prop_assert!(first.is_some_and(|f| f.interval.overlaps(&a.interval)));
        }
        for (group, verdict) in groups.iter().zip(compare(&groups)) {
            let mean = measure::tiers::overall(&groups).unwrap_or(f64::NAN);
            prop_assert!((verdict.difference - (group.value - mean)).abs() < 1e-6);
            prop_assert!(verdict.standing != Standing::Above || verdict.difference > 0.0);
        }
    }

    #[test]
    fn charts_take_anything(
        points in prop::collection::vec((prop::option::of(-1e3f64..1e3), prop::option::of(0.0f64..9.0), 0u64..60), 0..60),
        baseline in 0usize..30, marks in prop::collection::vec(0usize..80, 0..4),
    ) {
        let points: Vec<Point> = points.into_iter().map(|(value, se, n)| Point { value, se, n }).collect();
        let chart = process_chart(&points, baseline, &marks);
        prop_assert_eq!(chart.points.len(), points.len());
        for signal in &chart.signals {
            prop_assert!(signal.since <= signal.index && chart.points[signal.index].value.is_some());
        }
    }

    #[test]
    fn survival_falls_from_one(subjects in prop::collection::vec((0u32..40, any::<bool>()), 0..80)) {
        let subjects: Vec<(f64, bool)> = subjects.into_iter().map(|(t, e)| (f64::from(t), e)).collect();
        let km = survival::kaplan_meier(&subjects);
        let mut last = 1.0;
        for step in &km.steps {
            prop_assert!(step.survival >= 0.0 && step.survival < last);
            last = step.survival;
            if let Some(i) = km.at(step.time).log_log(LEVEL) {
                prop_assert!(0.0 <= i.low && i.low <= step.survival && step.survival <= i.high && i.high <= 1.0);
            }
        }
    }

    #[test]
    fn a_text_finds_itself(words in "[a-zа-яё0-9 ,.!-]{0,60}") {
        let stems = text::stems(&words);
        let query = text::query_stems(&words);
        prop_assert_eq!(stems.len(), query.len());
        for (stem, alternatives) in stems.iter().zip(&query) {
            prop_assert_eq!(Some(stem), alternatives.first());
        }
        for how in [text::Match::All, text::Match::Any, text::Match::Phrase] {
            prop_assert_eq!(text::matches(&stems, &query, how), !stems.is_empty());
        }
    }
}
