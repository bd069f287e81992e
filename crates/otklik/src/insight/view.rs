//! Figures in words: cards, lines, tiers, spreads.

use kit::i18n::{Arg, T};
use measure::Interval;
use measure::chart::{ProcessChart, Rule, Side};
use measure::tiers::Standing;
use uuid::Uuid;

use super::figure::{BASELINE, Figure, Item, period_label};
use super::overview::mark_day;
use super::rules::{Bin as Bar, Metric, Sample, guard::LEAST};
use super::store::MarkRow;
use crate::figures::Period;
use crate::layout::{self, Chart, Dist, Dot, Dots, Line, Move, Point, Spark, Tier, TierRow};

/// Last year is compared with when it has so many answers.
const ENOUGH: i64 = 30;

/// How a figure is written.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub t: T,
    pub metric: Metric,
    /// Ends of the scale, and whether the upper one is best.
    pub scale: Option<(i64, i64, bool)>,
}

impl Look {
    fn factor(self) -> f64 {
        if self.metric.unit() == "share" { 100.0 } else { 1.0 }
    }

    /// Decimals that the figure is written with.
    #[must_use]
    pub fn decimals(self) -> usize {
        if self.metric.unit() == "mean" { 2 } else { 0 }
    }

    #[must_use]
    pub fn unit(self) -> String {
        match (self.metric.unit(), self.scale) {
            ("points", _) => self.t.s("insight-unit-points"),
            ("share" | "%", _) => "%".into(),
            ("mean", Some((_, hi, _))) => self.t.w("insight-unit-mean-of", "max", self.t.int(hi)),
            _ => String::new(),
        }
    }

    #[must_use]
    pub fn value(self, v: f64) -> String {
        self.t.num(v * self.factor(), self.decimals())
    }

    fn pair(self, i: Interval) -> (f64, f64) {
        let i = if self.metric == Metric::Nps { measure::nps::cut(i) } else { i };
        let i = i.scale(self.factor());
        match (self.metric.unit(), self.scale) {
            #[expect(clippy::cast_precision_loss, reason = "ends of a scale")]
            ("mean", Some((lo, hi, _))) => (i.low.max(lo as f64), i.high.min(hi as f64)),
            ("share" | "%", _) => (i.low.max(0.0), i.high.min(100.0)),
            _ => (i.low, i.high),
        }
    }

    #[must_use]
    pub fn interval(self, i: Option<Interval>) -> String {
        let Some(i) = i else { return String::new() };
        let (low, high) = self.pair(i);
        self.t.w2("layout-interval", "low", self.t.num(low, self.decimals()), "high", self.t.num(high, self.decimals()))
    }

    #[must_use]
    pub fn n(self, n: i64) -> String {
        self.t.args("insight-n", &[("n", Arg::from(n)), ("shown", Arg::from(self.t.int(n)))])
    }

    /// The natural ends of the axis.
    fn ends(self) -> Option<(f64, f64)> {
        #[expect(clippy::cast_precision_loss, reason = "ends of a scale")]
        match (self.metric, self.metric.unit(), self.scale) {
            (Metric::Nps, ..) => Some((-100.0, 100.0)),
            (_, "share" | "%", _) => Some((0.0, 100.0)),
            (_, "mean", Some((lo, hi, _))) => Some((lo as f64, hi as f64)),
            _ => None,
        }
    }

    fn up(self) -> bool {
        self.metric.up_is_better(self.scale.is_none_or(|s| s.2))
    }

    /// The change in words, and which way it is.
    #[must_use]
    pub fn change(self, now: &Sample, before: Option<&Sample>, when: &str) -> (Move, String) {
        let Some(change) = before.filter(|b| b.n() >= LEAST).and_then(|b| now.less(b)) else {
            return (Move::Same, self.t.s("insight-change-none"));
        };
        if !change.significant() {
            return (Move::Same, self.t.s("insight-change-same"));
        }
        let rises = change.difference > 0.0;
        let key = if rises { "insight-change-better-up" } else { "insight-change-better-down" };
        let moved = if rises == self.up() { Move::Better } else { Move::Worse };
        (moved, self.t.w(key, "when", self.t.s(when)))
    }

    /// A figure on its card.
    #[must_use]
    pub fn card(
        self,
        label: &str,
        href: &str,
        now: &Sample,
        before: Option<&Sample>,
        year: Option<&Sample>,
        (weeks, anew): (&[Sample], &[usize]),
    ) -> layout::Figure {
        let n = now.n();
        if n < LEAST {
            return layout::Figure::too_few(label, self.t.n("insight-need", LEAST - n)).n(self.n(n)).href(href);
        }
        let Some(value) = now.value() else {
            return layout::Figure::too_few(label, self.t.s("layout-too-few")).n(self.n(n)).href(href);
        };
        let mut basis = self.n(n);
        match year {
            // A comparison with a handful says nothing, whatever its figure.
            Some(year) if year.n() > 0 && year.n() < ENOUGH => basis = format!("{basis}. {}", self.t.s("insight-year-few")),
            Some(year) if year.n() > 0 => {
                if let (Some(value), Some(change)) = (year.value(), now.less(year)) {
                    let key = match (change.significant(), change.difference > 0.0) {
                        (false, _) => "insight-year-same",
                        (true, true) => "insight-year-up",
                        (true, false) => "insight-year-down",
                    };
                    basis = format!("{basis}. {}", self.t.w(key, "value", self.value(value)));
                }
            }
            _ => {}
        }
        let chart = process(weeks, anew);
        let values: Vec<Option<f64>> = weeks.iter().map(|s| s.value().filter(|_| s.n() >= LEAST)).collect();
        let limits = chart.points.iter().rev().find_map(|p| p.limits).map(|i| (i.low, i.high));
        let mut card = layout::Figure::new(label, self.value(value))
            .unit(self.unit())
            .interval(self.interval(now.interval()))
            .n(basis)
            .href(href)
            .spark(Spark::new(&values, limits));
        if before.is_some() {
            let (moved, words) = self.change(now, before, "insight-when-previous");
            card = card.change(moved, words);
        }
        card
    }

    /// A figure over periods, with its limits, signals and marks.
    #[must_use]
    pub fn line(self, title: String, period: Period, points: &[(i64, Sample, bool)], marks: &[Marked]) -> Chart {
        let t = self.t;
        let samples: Vec<Sample> = points.iter().map(|p| p.1.clone()).collect();
        let anew = rebased(period, points.iter().map(|p| p.0), marks);
        let process = process(&samples, &anew);
        let label = |at: usize| points.get(at).map_or_else(String::new, |p| short_label(t, period, p.0));
        let mut says: Vec<String> = Vec::new();
        let mut signal: Vec<Option<String>> = vec![None; points.len()];
        for (at, s) in process.signals.iter().enumerate() {
            let rule = super::api::rule_key(s.rule);
            let side = if s.side == Side::Up { "up" } else { "down" };
            let key = format!("insight-signal-{rule}-{side}");
            let words = t.w2(&key, "since", label(s.since), "when", label(s.index));
            if let Some(slot) = signal.get_mut(s.index) {
                *slot = Some(slot.take().map_or_else(|| words.clone(), |known| format!("{known}; {words}")));
            }
            let same = |o: &&measure::chart::Signal| o.rule == s.rule && o.side == s.side;
            let later =
                |o: &measure::chart::Signal| if s.rule == Rule::Outside { o.index == s.index + 1 } else { o.since == s.since };
            // A run that goes on is one story: its last point tells it.
            if process.signals.iter().skip(at + 1).filter(same).any(later) {
                continue;
            }
            let mut first = s.index;
            while s.rule == Rule::Outside && process.signals.iter().filter(same).any(|o| o.index + 1 == first) {
                first -= 1;
            }
            says.push(if s.rule == Rule::Outside && first < s.index {
                t.w2(&format!("insight-signal-run-{side}"), "since", label(first), "when", label(s.index))
            } else {
                words
            });
        }
        let limits = process.points.iter().rev().find_map(|p| p.limits);
        // Which stretch the drawn limits belong to.
        let begins = process.segments.iter().rev().find(|s| s.sigma_z.is_some()).map_or(0, |s| s.start);
        if begins > 0 {
            says.insert(says.len().saturating_sub(5), t.w("insight-says-rebased", "from", label(begins)));
        }
        let says = match (limits, says.is_empty()) {
            (None, _) => t.s("insight-says-short"),
            (Some(_), true) => t.s("insight-says-quiet"),
            (Some(_), false) => {
                says[says.len().saturating_sub(6)..].iter().map(|s| format!("{s}.")).collect::<Vec<_>>().join("\n")
            }
        };
        let drawn = points.iter().zip(signal).map(|((at, sample, hidden), signal)| {
            let enough = sample.n() >= LEAST && !hidden;
            Point {
                label: short_label(t, period, *at),
                value: sample.value().filter(|_| enough).map(|v| v * self.factor()),
                interval: sample.interval().filter(|_| enough).map(|i| self.pair(i)),
                n: if *hidden { 0 } else { sample.n() },
                signal,
            }
        });
        let place = |day: i64| points.iter().rposition(|p| super::rules::periods::start(period, p.0) <= day);
        let marks = marks.iter().filter_map(|m| Some(layout::Mark { at: place(m.day)?, text: m.text.clone() })).collect();
        Line {
            title,
            says,
            unit: self.unit(),
            decimals: self.decimals(),
            over: t.s(match period {
                Period::Month => "insight-month",
                Period::Day => "insight-day",
                _ => "insight-week",
            }),
            points: drawn.collect(),
            centre: process.points.iter().rev().find_map(|p| p.centre).map(|c| c * self.factor()),
            limits: limits.map(|i| self.pair(i)),
            begins,
            marks,
            range: self.ends(),
        }
        .chart(t)
    }

    /// Groups as dots with whiskers, and as tiers in words.
    #[must_use]
    pub fn groups(
        self,
        title: String,
        over: String,
        figure: &Figure,
        href: &dyn Fn(&Item) -> String,
    ) -> (Option<Chart>, Vec<Tier>) {
        let t = self.t;
        let up = self.up();
        let best = |s: Standing| match (s, up) {
            (Standing::Like, _) => 1,
            (Standing::Above, true) | (Standing::Below, false) => 0,
            _ => 2,
        };
        let words = |s: Standing| {
            t.s(match s {
                Standing::Above => "insight-tier-above",
                Standing::Like => "insight-tier-like",
                Standing::Below => "insight-tier-below",
            })
        };
        let mut tiers: Vec<Tier> = Vec::new();
        let mut dots = Vec::new();
        for rank in 0..3 {
            let of: Vec<(&Item, Standing)> = figure
                .items
                .iter()
                .filter(|i| !i.suppressed && i.sample.n() >= LEAST)
                .filter_map(|i| Some((i, i.standing?.standing)))
                .filter(|(_, s)| best(*s) == rank)
                .collect();
            let Some((_, standing)) = of.first() else { continue };
            let label = words(*standing);
            // Beside the dots there is little room.
            let short = label.split(':').next().unwrap_or(&label).to_owned();
            for (item, _) in &of {
                if let (Some(value), Some(i)) = (item.sample.value(), item.sample.interval()) {
                    dots.push(Dot {
                        label: item.label.clone(),
                        tier: short.clone(),
                        value: value * self.factor(),
                        interval: self.pair(i),
                        n: item.sample.n(),
                    });
                }
            }
            tiers.push(Tier { label, rows: of.iter().map(|(i, _)| self.row(i, href)).collect() });
        }
        let few: Vec<&Item> =
            figure.items.iter().filter(|i| i.suppressed || i.sample.n() < LEAST || i.standing.is_none()).collect();
        if !few.is_empty() {
            tiers.push(Tier { label: t.s("insight-tier-few"), rows: few.iter().map(|i| self.row(i, href)).collect() });
        }
        let groups: Vec<measure::tiers::Group> =
            figure.items.iter().filter(|i| !i.suppressed).filter_map(|i| i.sample.group()).collect();
        let centre = measure::tiers::overall(&groups).map(|c| c * self.factor());
        let chart = (!dots.is_empty()).then(|| {
            Dots {
                title,
                says: t.s("insight-by-says"),
                unit: self.unit(),
                decimals: self.decimals(),
                over,
                dots,
                centre,
                range: self.ends(),
            }
            .chart(t)
        });
        (chart, tiers)
    }

    fn row(self, item: &Item, href: &dyn Fn(&Item) -> String) -> TierRow {
        let enough = !item.suppressed && item.sample.n() >= LEAST;
        TierRow {
            label: item.label.clone(),
            href: href(item),
            value: item.sample.value().filter(|_| enough).map_or_else(|| "—".into(), |v| self.value(v)),
            interval: if enough { self.interval(item.sample.interval()) } else { String::new() },
            n: if item.suppressed { self.t.s("insight-hidden") } else { self.n(item.sample.n()) },
        }
    }

    /// How answers are spread.
    #[must_use]
    pub fn spread(self, title: String, sample: &Sample, options: &std::collections::HashMap<String, String>) -> Option<Chart> {
        let Sample::Bins(n, bins) = sample else { return None };
        if *n < LEAST {
            return None;
        }
        let bins = bins
            .iter()
            .map(|(bin, count)| {
                let label = match bin {
                    Bar::Value(v) => v.to_string(),
                    Bar::Option(o) => options.get(o).cloned().unwrap_or_else(|| o.clone()),
                };
                layout::Bin::new(label, *count)
            })
            .collect();
        let says = self.t.w("insight-spread-says", "n", self.n(*n));
        Some(Dist { title, says, over: self.t.s("insight-grade"), bins }.chart(self.t))
    }
}

/// A mark as charts need it.
#[derive(Clone, Debug)]
pub struct Marked {
    /// Days since 1970.
    pub day: i64,
    pub text: String,
    /// Usual swings are counted anew from here.
    pub rebase: bool,
}

impl Marked {
    /// Marks in the reader's words. Those of one branch re-base only the charts of that branch.
    #[must_use]
    pub fn list(rows: &[MarkRow], branch: Option<Uuid>, t: T) -> Vec<Self> {
        let one = |m: &MarkRow| {
            let rebase = m.rebase && (m.branch.is_none() || m.branch == branch);
            Some(Self { day: mark_day(m)?, text: m.words(t.language()), rebase })
        };
        rows.iter().filter_map(one).collect()
    }
}

/// Where usual swings are counted anew: the first period that begins on the day of the mark or after it.
#[must_use]
pub fn rebased(period: Period, periods: impl Iterator<Item = i64>, marks: &[Marked]) -> Vec<usize> {
    let starts: Vec<i64> = periods.map(|p| super::rules::periods::start(period, p)).collect();
    let days = marks.iter().filter(|m| m.rebase).map(|m| m.day);
    days.filter_map(|day| starts.iter().position(|s| *s >= day)).collect()
}

/// The process behind a row of periods, its baseline begun anew at some of them.
#[must_use]
pub fn process(samples: &[Sample], anew: &[usize]) -> ProcessChart {
    let points: Vec<measure::chart::Point> = samples
        .iter()
        .map(|s| measure::chart::Point { value: s.value(), se: s.std_err(), n: u64::try_from(s.n()).unwrap_or(0) })
        .collect();
    measure::chart::process_chart(&points, BASELINE, anew)
}

/// Short enough for an axis.
fn short_label(t: T, period: Period, number: i64) -> String {
    match period {
        Period::Week => t.date_short(&kit::time::date_of(super::rules::periods::start(period, number))),
        _ => period_label(t, period, number),
    }
}
