//! Charts: one set of data becomes the drawing (JSON read by `charts.js`) and its table twin.

use kit::i18n::T;
use serde_json::{Value, json};

/// A chart as `parts::chart` shows it.
#[derive(Clone, Debug)]
pub struct Chart {
    /// `line`, `dist`, `bars` or `dots`.
    pub kind: &'static str,
    pub title: String,
    /// The sentence below: what the chart says and why a point is marked.
    pub says: String,
    /// The marks of changes in words, numbered as the drawing numbers them.
    pub marks: Vec<String>,
    /// Safe inside a script element: `<` is escaped.
    pub json: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Chart {
    fn new(kind: &'static str, title: String, says: String, data: &Value, head: Vec<String>, rows: Vec<Vec<String>>) -> Self {
        Self { kind, title, says, marks: Vec::new(), json: data.to_string().replace('<', "\\u003c"), head, rows }
    }
}

/// A figure over time with its interval, its limits and what was marked.
#[derive(Clone, Debug, Default)]
pub struct Line {
    pub title: String,
    pub says: String,
    pub unit: String,
    pub decimals: usize,
    /// What the points are, the head of the table's first column: «Неделя».
    pub over: String,
    pub points: Vec<Point>,
    pub centre: Option<f64>,
    /// Lower and upper limit of usual swings.
    pub limits: Option<(f64, f64)>,
    /// The point from which centre and limits hold.
    pub begins: usize,
    pub marks: Vec<Mark>,
    /// The axis, where the figure has natural ends.
    pub range: Option<(f64, f64)>,
}

#[derive(Clone, Debug, Default)]
pub struct Point {
    pub label: String,
    /// `None` is a gap: too few answers.
    pub value: Option<f64>,
    pub interval: Option<(f64, f64)>,
    pub n: i64,
    /// Why this point is a signal, in words.
    pub signal: Option<String>,
}

/// A change of ours that may explain the line.
#[derive(Clone, Debug)]
pub struct Mark {
    /// The index of the point it stands at.
    pub at: usize,
    pub text: String,
}

impl Line {
    pub fn chart(self, t: T) -> Chart {
        let number = |v: f64| t.num(v, self.decimals);
        let rows = self
            .points
            .iter()
            .enumerate()
            .map(|(i, p)| {
                let marks = self.marks.iter().filter(|m| m.at == i).map(|m| m.text.clone());
                let notes: Vec<String> = p.signal.iter().cloned().chain(marks).collect();
                vec![
                    p.label.clone(),
                    p.value.map_or_else(|| t.s("layout-too-few"), number),
                    interval(t, p.value.and(p.interval), self.decimals),
                    t.int(p.n),
                    notes.join("; "),
                ]
            })
            .collect();
        let head = vec![
            self.over.clone(),
            with_unit(t.s("layout-chart-value"), &self.unit),
            t.s("layout-chart-interval"),
            t.s("layout-chart-n"),
            t.s("layout-chart-notes"),
        ];
        let data = json!({
            "labels": self.points.iter().map(|p| &p.label).collect::<Vec<_>>(),
            "values": self.points.iter().map(|p| p.value).collect::<Vec<_>>(),
            "low": self.points.iter().map(|p| p.interval.map(|i| i.0)).collect::<Vec<_>>(),
            "high": self.points.iter().map(|p| p.interval.map(|i| i.1)).collect::<Vec<_>>(),
            "n": self.points.iter().map(|p| p.n).collect::<Vec<_>>(),
            "centre": self.centre,
            "limits": self.limits,
            "begins": self.begins,
            "range": self.range,
            "signals": self.points.iter().enumerate()
                .filter_map(|(i, p)| p.signal.as_ref().map(|s| json!({"at": i, "text": s})))
                .collect::<Vec<_>>(),
            "marks": self.marks.iter().map(|m| json!({"at": m.at, "text": m.text})).collect::<Vec<_>>(),
            "unit": self.unit,
            "decimals": self.decimals,
            "words": words(t),
        });
        let label = |at: usize| self.points.get(at).map_or("", |p| p.label.as_str());
        let marks = self.marks.iter().map(|m| format!("{}: {}", label(m.at), m.text)).collect();
        Chart { marks, ..Chart::new("line", self.title, self.says, &data, head, rows) }
    }
}

/// How answers are spread: one bar a value.
#[derive(Clone, Debug, Default)]
pub struct Dist {
    pub title: String,
    pub says: String,
    /// What the bars are: «Оценка».
    pub over: String,
    pub bins: Vec<Bin>,
}

#[derive(Clone, Debug)]
pub struct Bin {
    pub label: String,
    pub count: i64,
}

impl Bin {
    pub fn new(label: impl Into<String>, count: i64) -> Self {
        Self { label: label.into(), count }
    }
}

impl Dist {
    pub fn chart(self, t: T) -> Chart {
        counted("dist", self.title, self.says, self.over, &self.bins, t)
    }
}

/// Counts of named things, longest first: causes, touchpoints. Lying bars, for labels are long.
#[derive(Clone, Debug, Default)]
pub struct Bars {
    pub title: String,
    pub says: String,
    pub over: String,
    pub bins: Vec<Bin>,
}

impl Bars {
    pub fn chart(self, t: T) -> Chart {
        counted("bars", self.title, self.says, self.over, &self.bins, t)
    }
}

fn counted(kind: &'static str, title: String, says: String, over: String, bins: &[Bin], t: T) -> Chart {
    let total = bins.iter().map(|b| b.count).sum::<i64>().max(1);
    let share = |count: i64| count as f64 * 100.0 / total as f64;
    let rows =
        bins.iter().map(|b| vec![b.label.clone(), t.int(b.count), format!("{}\u{a0}%", t.num(share(b.count), 0))]).collect();
    let head = vec![over, t.s("layout-chart-count"), t.s("layout-chart-share")];
    let data = json!({
        "labels": bins.iter().map(|b| &b.label).collect::<Vec<_>>(),
        "values": bins.iter().map(|b| b.count).collect::<Vec<_>>(),
        "shares": bins.iter().map(|b| share(b.count)).collect::<Vec<_>>(),
        "words": words(t),
    });
    Chart::new(kind, title, says, &data, head, rows)
}

/// Branches (or people) compared: dots with whiskers, in tiers that the data can tell apart.
#[derive(Clone, Debug, Default)]
pub struct Dots {
    pub title: String,
    pub says: String,
    pub unit: String,
    pub decimals: usize,
    pub over: String,
    /// In the order they are shown, tier after tier.
    pub dots: Vec<Dot>,
    /// The whole company, as a line across.
    pub centre: Option<f64>,
    pub range: Option<(f64, f64)>,
}

#[derive(Clone, Debug)]
pub struct Dot {
    pub label: String,
    pub tier: String,
    pub value: f64,
    pub interval: (f64, f64),
    pub n: i64,
}

impl Dots {
    pub fn chart(self, t: T) -> Chart {
        let rows = self
            .dots
            .iter()
            .map(|d| {
                vec![
                    d.label.clone(),
                    t.num(d.value, self.decimals),
                    interval(t, Some(d.interval), self.decimals),
                    t.int(d.n),
                    d.tier.clone(),
                ]
            })
            .collect();
        let head = vec![
            self.over.clone(),
            with_unit(t.s("layout-chart-value"), &self.unit),
            t.s("layout-chart-interval"),
            t.s("layout-chart-n"),
            t.s("layout-chart-tier"),
        ];
        let data = json!({
            "dots": self.dots.iter().map(|d| json!({
                "label": d.label, "tier": d.tier, "value": d.value,
                "low": d.interval.0, "high": d.interval.1, "n": d.n,
            })).collect::<Vec<_>>(),
            "centre": self.centre,
            "range": self.range,
            "unit": self.unit,
            "decimals": self.decimals,
            "words": words(t),
        });
        Chart::new("dots", self.title, self.says, &data, head, rows)
    }
}

fn interval(t: T, interval: Option<(f64, f64)>, decimals: usize) -> String {
    interval.map_or_else(String::new, |(low, high)| {
        t.w2("layout-interval", "low", t.num(low, decimals), "high", t.num(high, decimals))
    })
}

fn with_unit(head: String, unit: &str) -> String {
    if unit.is_empty() { head } else { format!("{head}, {unit}") }
}

/// What the drawing itself has to say in the reader's language.
fn words(t: T) -> Value {
    json!({
        "lang": t.lang(),
        "interval": t.s("layout-chart-interval"),
        "n": t.s("layout-chart-n"),
        "centre": t.s("layout-chart-centre"),
        "limits": t.s("layout-chart-limits"),
        "signal": t.s("layout-chart-signal"),
        "count": t.s("layout-chart-count"),
        "share": t.s("layout-chart-share"),
        "too_few": t.s("layout-too-few"),
    })
}
