//! The labelled items and how the linter does on them; for the example and the test.

use measure::wording::{Facts, Item, Rule, lint_item};

/// 21 November 2026, the day of the set.
pub const TODAY: i64 = 20_778;

/// Parts of the set: for tuning; held back; written after the first freeze and then tuned on; written after the last one.
pub const PARTS: [&str; 4] = ["dev", "held", "fresh", "last"];

pub const RULES: [(Rule, &str); 5] = [
    (Rule::Specific, "specific"),
    (Rule::Measurable, "measurable"),
    (Rule::Transparent, "transparent"),
    (Rule::Current, "current"),
    (Rule::Free, "free"),
];

/// One labelled item.
pub struct Row {
    pub id: String,
    pub part: String,
    pub labels: Vec<Rule>,
    pub item: Item,
}

pub fn rows() -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(include_str!("../data/wording.ru.csv").as_bytes());
    let rows = reader.records().map(|record| {
        let record = record.unwrap_or_else(|e| panic!("{e}"));
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let labels = cell(3);
        let rule = |name: &str| RULES.iter().find(|(_, n)| *n == name).unwrap_or_else(|| panic!("{name}")).0;
        Row {
            id: cell(0),
            part: cell(1),
            labels: labels.split_whitespace().map(rule).collect(),
            item: Item { text: cell(4), norm: cell(5), measure: cell(6), ..Item::default() },
        }
    });
    rows.collect()
}

/// How one rule did on one half.
#[derive(Clone, Copy, Default)]
pub struct Score {
    pub positive: u32,
    pub hit: u32,
    pub false_alarm: u32,
}

impl Score {
    pub fn precision(self) -> f64 {
        f64::from(self.hit) / f64::from((self.hit + self.false_alarm).max(1))
    }

    pub fn recall(self) -> f64 {
        f64::from(self.hit) / f64::from(self.positive.max(1))
    }

    fn add(&mut self, other: Self) {
        self.positive += other.positive;
        self.hit += other.hit;
        self.false_alarm += other.false_alarm;
    }
}

/// What the linter says of an item, rule by rule.
pub fn said(row: &Row) -> Vec<Rule> {
    lint_item(&row.item, &Facts { today: TODAY, channels: Vec::new() }).into_iter().map(|f| f.rule).collect()
}

pub fn score(rows: &[&Row], rule: Rule) -> Score {
    let mut score = Score::default();
    for row in rows {
        let (labelled, said) = (row.labels.contains(&rule), said(row).contains(&rule));
        score.add(Score {
            positive: u32::from(labelled),
            hit: u32::from(labelled && said),
            false_alarm: u32::from(!labelled && said),
        });
    }
    score
}

/// All five rules together, counted an item and a rule.
pub fn total(rows: &[&Row]) -> Score {
    let mut sum = Score::default();
    RULES.iter().for_each(|(rule, _)| sum.add(score(rows, *rule)));
    sum
}

/// Share of clean items about which the linter says nothing.
pub fn silent(rows: &[&Row]) -> (usize, usize) {
    let clean: Vec<_> = rows.iter().filter(|r| r.labels.is_empty()).collect();
    (clean.iter().filter(|r| said(r).is_empty()).count(), clean.len())
}
