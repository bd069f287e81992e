//! The first look at a whole file: how many rows, how dates are written, whether a scale changes on the way.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use kit::time::date_of;

use super::cells::unguard;
use super::dates::{Dates, Evidence, moment};
use super::map::{Plan, ScaleChange, Target};
use super::mixed::{Change, Column};
use super::numbers::whole;
use super::table::Record;
use crate::surveys::rules::form::Form;

/// What was found out about a file.
#[derive(Clone, Debug)]
pub struct Findings {
    pub rows: i64,
    pub dates: Dates,
    /// Column of the file → the day its scale changed.
    pub changes: BTreeMap<usize, Change>,
}

/// Looks at rows one after another.
#[derive(Debug)]
pub struct Look<'a> {
    plan: &'a Plan,
    zone: &'a TimeZone,
    dates: Dates,
    at: Option<usize>,
    rows: i64,
    evidence: Evidence,
    columns: Vec<(usize, bool, Vec<String>, Column)>,
}

impl<'a> Look<'a> {
    /// `guess` is how dates are thought to be written; a wrong guess shows in the findings.
    #[must_use]
    pub fn new(plan: &'a Plan, form: Option<&Form>, zone: &'a TimeZone, guess: Dates) -> Self {
        let scaled = |b: &super::map::Bound| match &b.target {
            Target::Answer(a) if a.scale_change == ScaleChange::Watch => form
                .and_then(|f| f.questions.get(a.question))
                .and_then(crate::surveys::rules::form::Question::scale)
                .map(|_| (b.column, a.reverse, a.missing.clone(), Column::default())),
            _ => None,
        };
        Self {
            plan,
            zone,
            dates: guess,
            at: plan.column_of("at").map(|b| b.column),
            rows: 0,
            evidence: Evidence::default(),
            columns: plan.bound.iter().filter_map(scaled).collect(),
        }
    }

    pub fn see(&mut self, record: &Record) {
        self.rows += 1;
        let Some(at) = self.at else { return };
        let text = unguard(record.get(at).trim());
        self.evidence.see(text);
        if self.columns.is_empty() {
            return;
        }
        let day = moment(text, self.dates, self.zone).map(|m| m.day);
        for (column, _, missing, seen) in &mut self.columns {
            let cell = record.get(*column).trim();
            if cell.is_empty() || is_missing(cell, missing) {
                continue;
            }
            if let Some(n) = whole(cell, self.plan.decimal) {
                seen.see(day, n);
            }
        }
    }

    #[must_use]
    pub fn findings(&self) -> Findings {
        Findings {
            rows: self.rows,
            dates: self.plan.dates.unwrap_or_else(|| self.evidence.verdict()),
            changes: self.columns.iter().filter_map(|(c, _, _, seen)| Some((*c, seen.change()?))).collect(),
        }
    }
}

/// Is this one of the values that mean "no answer"? `6`, `6.0` and ` 6` are the same.
#[must_use]
pub fn is_missing(cell: &str, missing: &[String]) -> bool {
    let same = |m: &String| {
        m == cell
            || whole(m, super::numbers::Decimal::Auto).is_some_and(|n| whole(cell, super::numbers::Decimal::Auto) == Some(n))
    };
    !missing.is_empty() && missing.iter().any(same)
}

/// The month of a change, as a person would name it: `2015-06`.
#[must_use]
pub fn month_of(change: &Change) -> String {
    let date = date_of(change.day);
    format!("{:04}-{:02}", date.year(), date.month())
}
