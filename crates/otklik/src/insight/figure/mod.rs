//! One figure: from the question with its names (`asked`) to items with their intervals, changes, limits and tiers (`items`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kit::Result;
use kit::db::Query;
use kit::i18n::T;
use measure::chart::ProcessChart;
use measure::difference::Difference;
use measure::tiers::Comparison;
use uuid::Uuid;

use super::gather::{Desk, Gathered, Key, Spec};
use super::rules::{Ask, By, Compare, Metric, Sample, periods};
use super::store::{self, Table};
use super::view::{Marked, process, rebased};
use crate::figures::{self, Period, Range, Series};
use asked::Found;

mod asked;
mod items;

pub(super) use asked::cursor;
pub(super) use items::{MOST_PERIODS, after, put_tiers};
pub use items::{period_label, samples};

/// Baseline of a process chart.
pub const BASELINE: usize = 20;

/// One item of a figure.
#[derive(Clone, Debug)]
pub struct Item {
    /// As the API writes it.
    pub key: String,
    pub label: String,
    pub code: Option<String>,
    pub sample: Sample,
    pub suppressed: bool,
    /// What it is compared with, where that was asked for.
    pub previous: Option<Sample>,
    pub tier: Option<usize>,
    pub standing: Option<Comparison>,
    /// The series behind it, where the item is a question.
    pub survey: Option<Uuid>,
}

impl Item {
    /// The change against what it is compared with.
    #[must_use]
    pub fn change(&self) -> Option<Difference> {
        self.sample.less(self.previous.as_ref()?)
    }
}

impl Figure {
    /// The same with the known channels in words, for a page.
    #[must_use]
    pub fn worded(&self, t: kit::i18n::T) -> Self {
        let mut out = self.clone();
        if self.by == Some(By::Channel) {
            out.items.iter_mut().for_each(|i| i.label = crate::access::rules::places::channel(t, &i.label));
        }
        out
    }
}

/// A figure with all its items.
#[derive(Clone, Debug)]
pub struct Figure {
    pub metric: Metric,
    pub range: Range,
    pub by: Option<By>,
    pub items: Vec<Item>,
    pub next: Option<String>,
    pub chart: Option<ProcessChart>,
    /// Surveys whose anonymous answers may not be cut this way.
    pub left_out: BTreeSet<Uuid>,
    /// The scale, where it is one.
    pub scale: Option<(i64, i64, bool)>,
    /// Words of the options of a choice.
    pub options: HashMap<String, String>,
}

impl<Q: Query> Desk<'_, Q> {
    /// Answers a question.
    ///
    /// # Errors
    /// `Invalid` naming the parameter, `Forbidden` for another branch.
    pub async fn figure(&self, ask: &Ask) -> Result<Figure> {
        let all = figures::all_series(self.q, self.actor.org).await?;
        self.figure_of(ask, &all).await
    }

    /// The same with the company's series at hand.
    ///
    /// # Errors
    /// As [`Self::figure`].
    pub async fn figure_of(&self, ask: &Ask, all: &[Series]) -> Result<Figure> {
        if ask.metric == Metric::Acknowledged {
            return self.acknowledged(ask, all).await;
        }
        let mut found = self.resolve(ask, all).await?;
        let (named, next) = self.things(ask, &mut found).await?;
        let now = self.gathered(ask, &found, &found.spec, true).await?;
        let (now, mut samples) = now;
        self.fill(ask, &mut samples, &named, &now)?;
        let earlier = match ask.compare {
            None => BTreeMap::new(),
            Some(compare) => self.earlier(ask, &found, compare).await?,
        };
        let t = T::new(self.actor.lang);
        let mut items: Vec<Item> = Vec::with_capacity(samples.len());
        let mut drawn: Vec<i64> = Vec::new();
        for (key, sample) in samples {
            let suppressed = now.hidden.contains(&key) && sample.as_ref().is_none_or(|s| s.n() == 0);
            let Some((text, label, code, survey)) = self.name(&key, ask, &found, &named, t) else { continue };
            let previous = ask.compare.map(|_| earlier.get(&key).cloned().unwrap_or_else(|| ask.metric.empty()));
            let sample = sample.unwrap_or_else(|| ask.metric.empty());
            drawn.extend(if let Key::Period(n) = key { Some(n) } else { None });
            items.push(Item { key: text, label, code, sample, suppressed, previous, tier: None, standing: None, survey });
        }
        if ask.period() == Period::None && ask.by.is_some() {
            items.sort_by_cached_key(|i| (i.label.to_lowercase(), i.key.clone()));
        }
        let scale = found.series.first().map(|s| (s.key.lo, s.key.hi, s.key.best_is_max));
        if ask.tiers {
            put_tiers(&mut items, ask.metric.up_is_better(scale.is_none_or(|s| s.2)));
        }
        let chart = self.chart(ask, &items, &drawn).await?;
        let options = self.options(ask.metric, &found).await?;
        Ok(Figure {
            metric: ask.metric,
            range: ask.range,
            by: ask.by,
            items,
            next,
            chart,
            left_out: now.left_out,
            scale,
            options,
        })
    }

    /// The process chart of these periods, where one was asked for.
    pub(super) async fn chart(&self, ask: &Ask, items: &[Item], drawn: &[i64]) -> Result<Option<ProcessChart>> {
        if !ask.chart {
            return Ok(None);
        }
        let samples: Vec<Sample> = items.iter().map(|i| i.sample.clone()).collect();
        let day = |at: Option<&i64>, more: i64| {
            at.map_or_else(String::new, |p| kit::time::date_of(periods::start(ask.period(), p + more)).to_string())
        };
        let marks =
            store::marks(self.q, self.actor.org, &day(drawn.first(), 0), &day(drawn.last(), 1), self.actor.only_branches())
                .await?;
        let branch = match &ask.query.branch {
            Some(text) => store::find(self.q, self.actor.org, Table::Branch, text).await?.map(|b| b.id),
            None => None,
        };
        let marks = Marked::list(&marks, branch, T::new(self.actor.lang));
        Ok(Some(process(&samples, &rebased(ask.period(), drawn.iter().copied(), &marks))))
    }

    /// Answers from the cells; invitations from their own rows.
    async fn gathered(
        &self,
        ask: &Ask,
        found: &Found,
        spec: &Spec,
        strict: bool,
    ) -> Result<(Gathered, BTreeMap<Key, Option<Sample>>)> {
        if ask.metric == Metric::ResponseRate {
            return self.response_rate(&found.sources, spec, strict).await;
        }
        let gathered = self.gather(&found.series, spec, strict).await?;
        let samples = samples(ask.metric, &found.series, &gathered);
        Ok((gathered, samples))
    }

    async fn earlier(&self, ask: &Ask, found: &Found, compare: Compare) -> Result<BTreeMap<Key, Sample>> {
        let (period, year) = (ask.period(), compare == Compare::Year);
        let range = if period == Period::None {
            periods::range_before(ask.range, year).unwrap_or_default()
        } else {
            // Each period is compared with the one before it, or with that of a year before.
            let from = ask.range.from.map(|f| periods::start(period, periods::before(period, periods::of(period, f), year)));
            Range { from, to: ask.range.to }
        };
        let spec = Spec { range, ..found.spec.clone() };
        let (_, samples) = self.gathered(ask, found, &spec, false).await?;
        Ok(samples
            .into_iter()
            .filter_map(|(key, sample)| {
                let key = match key {
                    Key::Period(p) => Key::Period(after(period, p, year)),
                    other => other,
                };
                Some((key, sample?))
            })
            .collect())
    }
}
