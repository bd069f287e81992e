//! The catalogue of figures, and the arithmetic of each.

use std::collections::BTreeMap;

use measure::difference::{self, Difference};
use measure::mean::Moments;
use measure::nps::{self, NpsCounts};
use measure::share::Share;
use measure::tiers::Group;
use measure::{Interval, LEVEL};

use crate::figures::{Hist, Kind, SeriesKey};

/// A figure that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metric {
    Nps,
    Promoters,
    Passives,
    Detractors,
    Csat,
    Ces,
    CesEasy,
    Rating,
    Distribution,
    Score,
    Responses,
    ResponseRate,
    /// Right first answers in quizzes.
    Quiz,
    /// Of those who have to know an item, how many do: a stock, not a flow.
    Acknowledged,
}

impl Metric {
    pub const ALL: [Self; 14] = [
        Self::Nps,
        Self::Promoters,
        Self::Passives,
        Self::Detractors,
        Self::Csat,
        Self::Ces,
        Self::CesEasy,
        Self::Rating,
        Self::Distribution,
        Self::Score,
        Self::Responses,
        Self::ResponseRate,
        Self::Quiz,
        Self::Acknowledged,
    ];

    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Nps => "nps",
            Self::Promoters => "promoters",
            Self::Passives => "passives",
            Self::Detractors => "detractors",
            Self::Csat => "csat",
            Self::Ces => "ces",
            Self::CesEasy => "ces_easy",
            Self::Rating => "rating",
            Self::Distribution => "distribution",
            Self::Score => "score",
            Self::Responses => "responses",
            Self::ResponseRate => "response_rate",
            Self::Quiz => "quiz",
            Self::Acknowledged => "acknowledged",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.key() == text)
    }

    /// Does it rest on standards and their items, and not on surveys?
    #[must_use]
    pub fn of_standards(self) -> bool {
        matches!(self, Self::Quiz | Self::Acknowledged)
    }

    /// What the value is counted in.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Nps => "points",
            Self::Promoters | Self::Passives | Self::Detractors | Self::Acknowledged => "%",
            Self::Csat | Self::CesEasy | Self::ResponseRate | Self::Distribution | Self::Quiz => "share",
            Self::Ces | Self::Rating | Self::Score => "mean",
            Self::Responses => "count",
        }
    }

    /// Which direction is the good one. A scale whose lower end is best turns it round.
    #[must_use]
    pub fn up_is_better(self, best_is_max: bool) -> bool {
        match self {
            Self::Detractors => false,
            Self::Rating => best_is_max,
            _ => true,
        }
    }

    /// Does this series feed the figure? `named`: the question was asked for by name.
    #[must_use]
    pub fn takes(self, s: &SeriesKey, named: bool) -> bool {
        let nps = s.kind == Kind::Nps && (s.lo, s.hi) == (0, 10);
        match self {
            Self::Nps | Self::Promoters | Self::Passives | Self::Detractors => nps,
            Self::Csat => s.kind == Kind::Csat || (named && s.kind == Kind::Rating && s.hi - s.lo == 4),
            Self::Ces | Self::CesEasy => s.kind == Kind::Ces,
            Self::Rating => s.kind == Kind::Rating || (named && matches!(s.kind, Kind::Csat | Kind::Ces | Kind::Nps)),
            Self::Distribution => {
                matches!(s.kind, Kind::Nps | Kind::Csat | Kind::Ces | Kind::Rating) || (named && s.kind == Kind::Choice)
            }
            Self::Score => s.kind == Kind::Points,
            Self::Responses => s.kind == Kind::Responses,
            Self::ResponseRate | Self::Acknowledged => false,
            Self::Quiz => s.kind == Kind::Quiz,
        }
    }

    /// Must all series be on one scale?
    #[must_use]
    pub fn one_scale(self) -> bool {
        matches!(self, Self::Rating | Self::Distribution | Self::Score)
    }

    /// What these answers come to.
    #[must_use]
    pub fn sample(self, s: &SeriesKey, hist: &Hist) -> Sample {
        let bars: Vec<(f64, u64)> = hist.values.iter().map(|(v, c)| (real(*v), count(*c))).collect();
        match self {
            Self::Nps => Sample::Nps(NpsCounts::from_histogram(&bars).0),
            Self::Promoters => percent(&bars, |c| c.promoters),
            Self::Passives => percent(&bars, |c| c.passives),
            Self::Detractors => percent(&bars, |c| c.detractors),
            Self::Csat => {
                // A five-point scale may begin anywhere; its two best are the same two.
                let shifted: Vec<(f64, u64)> = bars.iter().map(|(v, c)| (v - real(s.lo) + 1.0, *c)).collect();
                Sample::Share(Share::csat(&shifted, s.best_is_max))
            }
            Self::CesEasy => Sample::Share(Share::ces_easy(&bars)),
            Self::Ces | Self::Rating | Self::Score => Sample::Mean(Moments::from_histogram(&bars)),
            Self::Distribution => {
                let mut bins = BTreeMap::new();
                if s.kind == Kind::Choice {
                    let Some((_, option)) = s.question.split_once('=') else {
                        return Sample::Bins(hist.n, bins);
                    };
                    bins.insert(Bin::Option(option.to_owned()), hist.n);
                    return Sample::Bins(0, bins);
                }
                bins.extend((s.lo..=s.hi.min(s.lo + 200)).map(|v| (Bin::Value(v), 0)));
                for (v, c) in &hist.values {
                    *bins.entry(Bin::Value(*v)).or_default() += *c;
                }
                Sample::Bins(hist.values.iter().map(|(_, c)| c).sum(), bins)
            }
            Self::Responses | Self::ResponseRate | Self::Acknowledged => Sample::Count(hist.n),
            Self::Quiz => Sample::Share(Share { yes: count(hist.sum), n: count(hist.n) }),
        }
    }

    /// Nothing yet.
    #[must_use]
    pub fn empty(self) -> Sample {
        match self {
            Self::Nps => Sample::Nps(NpsCounts::default()),
            Self::Promoters | Self::Passives | Self::Detractors | Self::Acknowledged => Sample::Percent(Share { yes: 0, n: 0 }),
            Self::Csat | Self::CesEasy | Self::ResponseRate | Self::Quiz => Sample::Share(Share { yes: 0, n: 0 }),
            Self::Ces | Self::Rating | Self::Score => Sample::Mean(Moments { n: 0, mean: 0.0, m2: 0.0 }),
            Self::Distribution => Sample::Bins(0, BTreeMap::new()),
            Self::Responses => Sample::Count(0),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "scale points and counts lie far below 2^53")]
fn real(v: i64) -> f64 {
    v as f64
}

fn count(c: i64) -> u64 {
    u64::try_from(c).unwrap_or(0)
}

fn percent(bars: &[(f64, u64)], which: fn(&NpsCounts) -> u64) -> Sample {
    let counts = NpsCounts::from_histogram(bars).0;
    Sample::Percent(Share { yes: which(&counts), n: counts.n() })
}

/// One bar of a distribution: a point of the scale, or an option.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bin {
    Value(i64),
    Option(String),
}

/// What the answers behind one figure come to; samples of one figure add up.
#[derive(Clone, Debug, PartialEq)]
pub enum Sample {
    Nps(NpsCounts),
    /// A share in percent, 0…100.
    Percent(Share),
    /// A share, 0…1.
    Share(Share),
    Mean(Moments),
    Count(i64),
    /// The base, and how often each bar came.
    Bins(i64, BTreeMap<Bin, i64>),
}

impl Sample {
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nps(a), Self::Nps(b)) => Self::Nps(a.merge(b)),
            (Self::Percent(a), Self::Percent(b)) => Self::Percent(a.merge(b)),
            (Self::Share(a), Self::Share(b)) => Self::Share(a.merge(b)),
            (Self::Mean(a), Self::Mean(b)) => Self::Mean(if a.n == 0 {
                b
            } else if b.n == 0 {
                a
            } else {
                a.merge(b)
            }),
            (Self::Count(a), Self::Count(b)) => Self::Count(a + b),
            (Self::Bins(n, mut a), Self::Bins(m, b)) => {
                for (k, c) in b {
                    *a.entry(k).or_default() += c;
                }
                Self::Bins(n + m, a)
            }
            // Samples of different figures are never added.
            (a, _) => a,
        }
    }

    /// Answers in the base.
    #[must_use]
    pub fn n(&self) -> i64 {
        let n = match self {
            Self::Nps(c) => c.n(),
            Self::Percent(s) | Self::Share(s) => s.n,
            Self::Mean(m) => m.n,
            Self::Count(n) | Self::Bins(n, _) => return *n,
        };
        i64::try_from(n).unwrap_or(i64::MAX)
    }

    #[must_use]
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Nps(c) => c.value(),
            Self::Percent(s) => s.value().map(|v| v * 100.0),
            Self::Share(s) => s.value(),
            Self::Mean(m) => m.value(),
            Self::Count(0) | Self::Bins(..) => None,
            Self::Count(n) => Some(real(*n)),
        }
    }

    /// The interval as it is shown: NPS cut to its ends.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        match self {
            Self::Nps(c) => c.adjusted_wald(LEVEL).map(nps::cut),
            Self::Percent(s) => s.wilson(LEVEL).map(|i| i.scale(100.0)),
            Self::Share(s) => s.wilson(LEVEL),
            Self::Mean(m) => m.t_interval(LEVEL),
            Self::Count(_) | Self::Bins(..) => None,
        }
    }

    /// Plain standard error, for charts.
    #[must_use]
    pub fn std_err(&self) -> Option<f64> {
        match self {
            Self::Nps(c) => c.std_err(),
            Self::Percent(s) => s.std_err().map(|e| e * 100.0),
            Self::Share(s) => s.std_err(),
            Self::Mean(_) | Self::Count(_) | Self::Bins(..) => None,
        }
    }

    /// For tiers; `None` where the figure has no standard error.
    #[must_use]
    pub fn group(&self) -> Option<Group> {
        match self {
            Self::Nps(c) => Group::nps(c),
            Self::Percent(s) => Group::share(s).map(|g| Group {
                value: g.value * 100.0,
                std_err: g.std_err * 100.0,
                n: g.n,
                interval: g.interval.scale(100.0),
            }),
            Self::Share(s) => Group::share(s),
            Self::Mean(m) => Group::mean(m),
            Self::Count(_) | Self::Bins(..) => None,
        }
    }

    /// This less the other, with its significance.
    #[must_use]
    pub fn less(&self, other: &Self) -> Option<Difference> {
        match (self, other) {
            (Self::Nps(a), Self::Nps(b)) => difference::nps(a, b, LEVEL),
            (Self::Percent(a), Self::Percent(b)) => {
                let d = difference::share(a, b, LEVEL)?;
                Some(Difference {
                    difference: d.difference * 100.0,
                    std_err: d.std_err * 100.0,
                    interval: d.interval.scale(100.0),
                    ..d
                })
            }
            (Self::Share(a), Self::Share(b)) => difference::share(a, b, LEVEL),
            (Self::Mean(a), Self::Mean(b)) => difference::mean(a, b, LEVEL),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{About, Anonymity};
    use uuid::Uuid;

    fn series(kind: Kind, lo: i64, hi: i64, best_is_max: bool) -> SeriesKey {
        SeriesKey {
            kind,
            source: Uuid::nil(),
            question: "q".into(),
            about: About::Clients,
            anonymity: Anonymity::Identified,
            lo,
            hi,
            best_is_max,
        }
    }

    fn hist(values: &[(i64, i64)]) -> Hist {
        Hist { n: values.iter().map(|v| v.1).sum(), sum: values.iter().map(|v| v.0 * v.1).sum(), values: values.to_vec() }
    }

    #[test]
    fn each_figure_is_what_the_methods_say() {
        let nps = series(Kind::Nps, 0, 10, true);
        let h = hist(&[(0, 10), (6, 10), (7, 30), (9, 25), (10, 25)]);
        assert_eq!(Metric::Nps.sample(&nps, &h).value(), Some(30.0));
        assert_eq!(Metric::Promoters.sample(&nps, &h).value(), Some(50.0));
        let good = hist(&[(1, 2), (4, 1), (5, 1)]);
        assert_eq!(Metric::Csat.sample(&series(Kind::Csat, 1, 5, true), &good).value(), Some(0.5));
        // The best end is the lower one: 1 and 2 are the two best.
        assert_eq!(Metric::Csat.sample(&series(Kind::Rating, 1, 5, false), &good).value(), Some(0.5));
        // 0–4 is a five-point scale too.
        assert_eq!(Metric::Csat.sample(&series(Kind::Rating, 0, 4, true), &hist(&[(0, 3), (4, 1)])).value(), Some(0.25));
        assert!(!Metric::Nps.takes(&series(Kind::Nps, 1, 10, true), true), "another scale is not NPS");
        assert_eq!(Metric::Nps.empty().value(), None);
    }

    #[test]
    fn samples_add_up() {
        let ces = series(Kind::Ces, 1, 7, true);
        let whole = Metric::Ces.sample(&ces, &hist(&[(4, 3), (5, 1)]));
        let parts = Metric::Ces.sample(&ces, &hist(&[(4, 3)])).merge(Metric::Ces.sample(&ces, &hist(&[(5, 1)])));
        assert_eq!((whole.n(), whole.value()), (parts.n(), parts.value()));
        let ci = whole.interval().expect("an interval");
        assert!((ci.low - 3.454_388).abs() < 1e-5 && (ci.high - 5.045_612).abs() < 1e-5);
    }
}
