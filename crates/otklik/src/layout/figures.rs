//! Figures on cards and comparisons in tiers, ready to be shown.

use std::fmt::Write as _;

/// Which way a figure moved, once it is known to be more than noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Better,
    Worse,
    /// Within its usual swings, or nothing to compare with.
    Same,
}

impl Move {
    pub fn class(self) -> &'static str {
        match self {
            Self::Better => "good",
            Self::Worse => "bad",
            Self::Same => "quiet",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::Better => "trending-up",
            Self::Worse => "trending-down",
            Self::Same => "activity",
        }
    }
}

/// A figure never comes alone: its change in words, its interval and its n stand beside it.
#[derive(Clone, Debug)]
pub struct Figure {
    pub label: String,
    /// `None` with too few answers; then `short` says how many more are needed.
    pub value: Option<String>,
    pub unit: String,
    /// «выше, чем в октябре; это не шум» or «в пределах обычных колебаний».
    pub change: String,
    pub moved: Move,
    /// «от 41 до 53».
    pub interval: String,
    /// «214 ответов».
    pub n: String,
    pub short: String,
    /// The definition, the rule of the period, the list behind the figure.
    pub href: String,
    pub spark: Option<Spark>,
}

impl Figure {
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: Some(value.into()),
            unit: String::new(),
            change: String::new(),
            moved: Move::Same,
            interval: String::new(),
            n: String::new(),
            short: String::new(),
            href: String::new(),
            spark: None,
        }
    }

    /// A figure that may not be shown yet: `short` says how many more answers it needs.
    pub fn too_few(label: impl Into<String>, short: impl Into<String>) -> Self {
        Self { value: None, short: short.into(), ..Self::new(label, "") }
    }

    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    #[must_use]
    pub fn change(mut self, moved: Move, words: impl Into<String>) -> Self {
        self.moved = moved;
        self.change = words.into();
        self
    }

    #[must_use]
    pub fn interval(mut self, words: impl Into<String>) -> Self {
        self.interval = words.into();
        self
    }

    #[must_use]
    pub fn n(mut self, words: impl Into<String>) -> Self {
        self.n = words.into();
        self
    }

    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = href.into();
        self
    }

    #[must_use]
    pub fn spark(mut self, spark: Option<Spark>) -> Self {
        self.spark = spark;
        self
    }
}

/// The small line on a card, with its limits; drawn as SVG so that it prints and needs no script.
#[derive(Clone, Debug)]
pub struct Spark {
    /// The `d` of the line's path, in a box of 120 × 32.
    pub line: String,
    pub last: (f64, f64),
    /// Where the upper and the lower limit run.
    pub limits: Option<(f64, f64)>,
}

impl Spark {
    pub const WIDTH: f64 = 120.0;
    pub const HEIGHT: f64 = 32.0;

    /// Two points at least; `None` in the values is a gap.
    pub fn new(values: &[Option<f64>], limits: Option<(f64, f64)>) -> Option<Self> {
        let known: Vec<f64> = values.iter().flatten().copied().filter(|v| v.is_finite()).collect();
        if known.len() < 2 {
            return None;
        }
        let edges = limits.iter().flat_map(|(low, high)| [*low, *high]);
        let (min, max) = known
            .iter()
            .copied()
            .chain(edges)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let span = if max > min { max - min } else { 1.0 };
        let step = (Self::WIDTH - 8.0) / (values.len() - 1) as f64;
        let round = |v: f64| (v * 10.0).round() / 10.0;
        let y = |v: f64| round(Self::HEIGHT - 4.0 - (v - min) / span * (Self::HEIGHT - 8.0));

        let mut line = String::new();
        let mut pen_up = true;
        let mut last = (0.0, 0.0);
        for (i, value) in values.iter().enumerate() {
            let Some(value) = value.filter(|v| v.is_finite()) else {
                pen_up = true;
                continue;
            };
            last = (round(4.0 + step * i as f64), y(value));
            let _ = write!(line, "{}{} {}", if pen_up { 'M' } else { 'L' }, last.0, last.1);
            pen_up = false;
        }
        Some(Self { line, last, limits: limits.map(|(low, high)| (y(high), y(low))) })
    }
}

/// A group that the data can tell from the others; inside it nobody is first.
#[derive(Clone, Debug)]
pub struct Tier {
    /// «Выше остальных», «Неразличимы», «Ниже остальных».
    pub label: String,
    pub rows: Vec<TierRow>,
}

#[derive(Clone, Debug)]
pub struct TierRow {
    pub label: String,
    pub href: String,
    pub value: String,
    pub interval: String,
    pub n: String,
}
