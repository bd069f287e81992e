//! The items of a figure: which there are, what they are called, in which tier they stand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kit::db::Query;
use kit::error::FieldError;
use kit::i18n::{Label, T};
use kit::{Error, Result};
use uuid::Uuid;

use super::Item;
use super::asked::Found;
use crate::figures::{self, Period, Series};
use crate::insight::gather::{Desk, Gathered, Key};
use crate::insight::rules::{Ask, By, Metric, Sample, periods};
use crate::insight::store::{self, Named};

/// So many periods are drawn up at most.
pub(in crate::insight) const MOST_PERIODS: i64 = 20_000;

impl<Q: Query> Desk<'_, Q> {
    /// Periods without answers are items too; so is a whole without any.
    pub(super) fn fill(
        &self,
        ask: &Ask,
        samples: &mut BTreeMap<Key, Option<Sample>>,
        named: &HashMap<Uuid, Named>,
        now: &Gathered,
    ) -> Result<()> {
        for key in &now.hidden {
            samples.entry(key.clone()).or_insert(None);
        }
        let period = ask.period();
        if ask.by.is_none() {
            samples.entry(Key::Whole).or_insert(None);
        }
        // A page of named things shows only those of its page.
        if ask.by.and_then(By::dim).is_some() && ask.by != Some(By::Region) {
            samples.retain(|k, _| matches!(k, Key::Id(id) if named.contains_key(id)));
        }
        if period == Period::None {
            return Ok(());
        }
        let number = |k: &Key| if let Key::Period(p) = k { Some(*p) } else { None };
        let known = (samples.keys().filter_map(number).min(), samples.keys().filter_map(number).max());
        let first = ask.range.from.map(|d| periods::of(period, d)).or(known.0);
        let last = ask.range.to.map(|d| periods::of(period, d - 1)).or_else(|| {
            // An open end means until now.
            ask.range.from.map(|_| periods::of(period, self.today)).max(known.1)
        });
        if let (Some(first), Some(last)) = (first, last) {
            if last - first > MOST_PERIODS {
                return Err(Error::Invalid(vec![FieldError::new("from", "too-many").with("max", MOST_PERIODS)]));
            }
            for p in first..=last {
                samples.entry(Key::Period(p)).or_insert(None);
            }
        }
        Ok(())
    }

    pub(super) fn name(
        &self,
        key: &Key,
        ask: &Ask,
        found: &Found,
        named: &HashMap<Uuid, Named>,
        t: T,
    ) -> Option<(String, String, Option<String>, Option<Uuid>)> {
        let survey_name = |id: &Uuid| found.surveys.get(id).map_or_else(|| id.to_string(), |l| t.label(l).to_owned());
        Some(match key {
            Key::Whole => ("all".into(), t.s("insight-all"), None, None),
            Key::Period(p) => {
                let text = periods::key(ask.period(), *p);
                (text, period_label(t, ask.period(), *p), None, None)
            }
            Key::Id(id) if ask.by == Some(By::Survey) => (id.to_string(), survey_name(id), None, Some(*id)),
            Key::Id(id) => {
                let thing = named.get(id)?;
                let key = match ask.by {
                    // A channel is known by its name, a version by its number.
                    Some(By::Channel | By::Version) => thing.code.clone().unwrap_or_else(|| id.to_string()),
                    _ => id.to_string(),
                };
                (key, thing.name.clone(), thing.code.clone(), None)
            }
            Key::Text(text) => (text.clone(), text.clone(), None, None),
            Key::Series(id) => {
                let s = found.series.iter().find(|s| s.id == *id)?;
                if ask.by == Some(By::Item) {
                    let words = found.items.get(&s.key.question).map_or("", |l| t.label(l));
                    return Some((s.key.question.clone(), words.to_owned(), None, None));
                }
                let same = found.series.iter().filter(|o| o.key.question == s.key.question).count();
                let key = if same == 1 {
                    s.key.question.clone()
                } else {
                    format!("{}/{}/{}-{}", s.key.source, s.key.question, s.key.lo, s.key.hi)
                };
                let title = found.items.get(&format!("{}/{}", s.key.source, s.key.question));
                let title = title.map_or(s.key.question.as_str(), |l| t.label(l));
                let surveys: BTreeSet<Uuid> = found.series.iter().map(|o| o.key.source).collect();
                let label =
                    if surveys.len() == 1 { title.to_owned() } else { format!("{}: {title}", survey_name(&s.key.source)) };
                (key, label, None, Some(s.key.source))
            }
        })
    }

    /// How the newest form asks each question, and each row of a matrix.
    pub(in crate::insight) async fn titles(&self, series: &[Series]) -> Result<HashMap<String, Label>> {
        let surveys: BTreeSet<Uuid> = series.iter().map(|s| s.key.source).collect();
        let mut out = HashMap::new();
        for version in store::versions(self.q, self.actor.org, &surveys.into_iter().collect::<Vec<_>>()).await? {
            let form: crate::surveys::rules::form::Form = serde_json::from_str(&version.form)?;
            for q in form.questions {
                for row in &q.rows {
                    let lang = self.actor.lang;
                    let words = format!("{}: {}", q.title.get(lang), row.title.get(lang));
                    out.insert(format!("{}/{}.{}", version.survey, q.key, row.key), words.into());
                }
                out.insert(format!("{}/{}", version.survey, q.key), q.title);
            }
        }
        Ok(out)
    }

    /// The words of the options, where a choice is spread out.
    pub(super) async fn options(&self, metric: Metric, found: &Found) -> Result<HashMap<String, String>> {
        let mut out = HashMap::new();
        let choice = |s: &&Series| s.key.kind == figures::Kind::Choice;
        if metric != Metric::Distribution || !found.series.iter().any(|s| choice(&s)) {
            return Ok(out);
        }
        let surveys: Vec<Uuid> = found.series.iter().filter(choice).map(|s| s.key.source).collect();
        for version in store::versions(self.q, self.actor.org, &surveys).await? {
            let form: crate::surveys::rules::form::Form = serde_json::from_str(&version.form)?;
            for option in form.questions.iter().flat_map(|q| &q.options) {
                out.insert(option.key.clone(), option.title.get(self.actor.lang).to_owned());
            }
        }
        Ok(out)
    }
}

/// The period that follows one (or comes a year after it).
pub(in crate::insight) fn after(period: Period, number: i64, year: bool) -> i64 {
    match (period, year) {
        (Period::Day, true) => {
            let date = kit::time::date_of(number);
            let next = date.saturating_add(jiff::Span::new().years(1));
            kit::time::day_number(next)
        }
        (Period::Week, true) => number + 52,
        (Period::Month, true) => number + 12,
        _ => number + 1,
    }
}

/// What was gathered, as samples of one figure. Scales whose lower end is best count turned round where that matters.
#[must_use]
pub fn samples(metric: Metric, series: &[Series], gathered: &Gathered) -> BTreeMap<Key, Option<Sample>> {
    let by_id: HashMap<i64, &Series> = series.iter().map(|s| (s.id, s)).collect();
    let mut out: BTreeMap<Key, Option<Sample>> = BTreeMap::new();
    for ((key, id), hist) in &gathered.sums {
        let Some(series) = by_id.get(id).filter(|s| metric.takes(&s.key, true)) else { continue };
        let sample = metric.sample(&series.key, hist);
        let slot = out.entry(key.clone()).or_insert(None);
        *slot = Some(match slot.take() {
            Some(known) => known.merge(sample),
            None => sample,
        });
    }
    out
}

pub(in crate::insight) fn put_tiers(items: &mut [Item], up_is_better: bool) {
    let groups: Vec<(usize, measure::tiers::Group)> =
        items.iter().enumerate().filter(|(_, i)| !i.suppressed).filter_map(|(at, i)| Some((at, i.sample.group()?))).collect();
    let only: Vec<measure::tiers::Group> = groups.iter().map(|g| g.1).collect();
    let tiers = measure::tiers::tiers(&only, up_is_better);
    let standings = measure::tiers::compare(&only);
    for (((at, _), tier), standing) in groups.iter().zip(tiers).zip(standings) {
        items[*at].tier = Some(tier);
        items[*at].standing = Some(standing);
    }
}

/// How people call a period.
#[must_use]
pub fn period_label(t: T, period: Period, number: i64) -> String {
    let date = kit::time::date_of(periods::start(period, number));
    match period {
        Period::Month => t.month(date.year(), date.month()),
        Period::Week => t.week(&date),
        _ => t.date_short(&date),
    }
}
