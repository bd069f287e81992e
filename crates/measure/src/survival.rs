//! How long until something happens, with those it has not happened to yet kept in the count: retention, time to
//! resolution of cases of which some are still open.

mod logrank;

use serde::{Deserialize, Serialize};

use crate::{Interval, z_for};

pub use logrank::{LogRank, log_rank};

/// One step of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Time of the step, in the unit of the input.
    pub time: f64,
    /// Subjects with a time not before this one.
    pub at_risk: u64,
    /// Events at this time; subjects censored at the same time are still at risk.
    pub events: u64,
    /// Share without the event after this time, 0…1.
    pub survival: f64,
    /// Greenwood's sum Σ d/(n(n−d)); `None` from the step on at which nobody is left.
    pub greenwood: Option<f64>,
}

/// The curve at one time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AtTime {
    /// Share without the event, 0…1.
    pub survival: f64,
    /// Greenwood's standard error; `None` where the curve is 0.
    pub std_err: Option<f64>,
    greenwood: Option<f64>,
}

/// A Kaplan–Meier curve (1958).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KaplanMeier {
    /// Steps at the times of events, ascending.
    pub steps: Vec<Step>,
    /// Number of subjects.
    pub n: u64,
    /// Number of events.
    pub events: u64,
    /// All times, ascending.
    times: Vec<f64>,
}

/// Kaplan–Meier curve of `(time, did the event happen)`; `false` = censored. Times that are negative or not finite are
/// left out.
pub fn kaplan_meier(subjects: &[(f64, bool)]) -> KaplanMeier {
    let mut sound: Vec<(f64, bool)> = subjects.iter().copied().filter(|(t, _)| t.is_finite() && *t >= 0.0).collect();
    sound.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n = sound.len();
    let (mut survival, mut greenwood) = (1.0, Some(0.0));
    let mut steps = Vec::new();
    let mut seen = 0;
    for group in sound.chunk_by(|a, b| a.0 == b.0) {
        let at_risk = (n - seen) as u64;
        let events = group.iter().filter(|(_, event)| *event).count() as u64;
        seen += group.len();
        if let (Some((time, _)), true) = (group.first(), events > 0) {
            let (risk, dead) = (at_risk as f64, events as f64);
            survival *= 1.0 - dead / risk;
            greenwood = greenwood.filter(|_| dead < risk).map(|g| g + dead / (risk * (risk - dead)));
            steps.push(Step { time: *time, at_risk, events, survival, greenwood });
        }
    }
    KaplanMeier { n: n as u64, events: steps.iter().map(|s| s.events).sum(), steps, times: sound.iter().map(|s| s.0).collect() }
}

impl KaplanMeier {
    /// The curve just after time `t`.
    pub fn at(&self, t: f64) -> AtTime {
        match self.steps.iter().take_while(|s| s.time <= t).last() {
            None => AtTime { survival: 1.0, std_err: Some(0.0), greenwood: Some(0.0) },
            Some(s) => {
                AtTime { survival: s.survival, std_err: s.greenwood.map(|g| s.survival * g.sqrt()), greenwood: s.greenwood }
            }
        }
    }

    /// Subjects whose time is not before `t`.
    pub fn at_risk(&self, t: f64) -> u64 {
        (self.times.len() - self.times.partition_point(|x| *x < t)) as u64
    }

    /// First time at which a share of at least `q` has had the event. `None` = not reached.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        // Products of fractions miss a round share in the last bit.
        self.steps.iter().find(|s| s.survival <= 1.0 - q + 1e-12).map(|s| s.time)
    }

    /// Median time. `None` = not reached: more than half are still without the event.
    pub fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// Mean time restricted to `tau`: the area under the curve from 0 to `tau`.
    pub fn restricted_mean(&self, tau: f64) -> f64 {
        let (mut area, mut last, mut height) = (0.0, 0.0, 1.0);
        for step in self.steps.iter().take_while(|s| s.time < tau) {
            area += height * (step.time - last);
            (last, height) = (step.time, step.survival);
        }
        area + height * (tau - last).max(0.0)
    }
}

impl AtTime {
    /// S ± z·SE, cut to 0…1.
    pub fn plain(&self, level: f64) -> Option<Interval> {
        Some(Interval::around(self.survival, z_for(level)? * self.std_err?).cut(0.0, 1.0))
    }

    /// Interval on log S, cut to 0…1 (the default of R).
    pub fn log(&self, level: f64) -> Option<Interval> {
        let half = z_for(level)? * self.greenwood?.sqrt();
        (self.survival > 0.0).then(|| Interval::new(self.survival * (-half).exp(), self.survival * half.exp()).cut(0.0, 1.0))
    }

    /// Interval on log(−log S), always inside 0…1: the interval of the product. `None` where the curve is 0 or 1.
    pub fn log_log(&self, level: f64) -> Option<Interval> {
        let log = self.survival.ln();
        let half = z_for(level)? * self.greenwood?.sqrt() / log.abs();
        let inside = self.survival > 0.0 && self.survival < 1.0;
        inside.then(|| Interval::new((log * half.exp()).exp(), (log * (-half).exp()).exp()))
    }
}
