//! The linter's findings in the reader's words. It explains and proposes; it never blocks.

use kit::db::Query;
use kit::i18n::{Arg, Label, Lang, T};
use kit::ids::named_id;
use kit::time::day_number;
use kit::{Actor, Result, Timestamp};
use measure::wording::{self, Channel, Facts};
use serde::Serialize;
use uuid::Uuid;

use super::rules::{ItemText, Kind};
use super::{Item, Standard, store};
use crate::figures::{self, Dim, Keys, Period, Range, Slice};

/// What the linter says of a place in a standard.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LintFinding)]
pub struct Finding {
    /// Null when it is about the whole standard.
    pub item: Option<Uuid>,
    #[schema(pattern = "^(specific|measurable|relevant|transparent|current|free|complete|economic)$")]
    pub rule: String,
    #[schema(pattern = "^(note|warn)$")]
    pub severity: String,
    #[schema(pattern = "^(text|why|measure|norm|minutes|touchpoint|review|items)$")]
    pub field: String,
    pub span: Option<Place>,
    pub message: String,
    pub suggestion: Option<String>,
}

/// Where in the field the words stand, counted in characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = LintSpan)]
pub struct Place {
    #[schema(minimum = 0)]
    pub start: usize,
    #[schema(minimum = 0)]
    pub end: usize,
    pub text: String,
}

/// A word of the linter's own, as JSON writes it.
fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The touchpoints of a company with their step and channel.
type Points = Vec<store::PointRow>;

fn in_language(text: &ItemText, lang: Lang, points: &Points) -> wording::Item {
    let say = |l: &Option<Label>| l.as_ref().map(|l| l.get(lang).to_owned()).unwrap_or_default();
    let point = text.touchpoint.as_deref().and_then(|p| points.iter().find(|row| row.id.to_string() == p));
    wording::Item {
        text: text.text.get(lang).to_owned(),
        why: say(&text.why),
        measure: say(&text.measure),
        norm: say(&text.norm),
        critical: text.critical,
        weight: text.weight,
        minutes_cost: text.minutes_cost,
        stage: point.map(|p| p.stage.clone()),
        channel: point.and_then(|p| p.channel.clone()),
        ..wording::Item::default()
    }
}

fn said(finding: &wording::Finding, id: Option<Uuid>, source: &wording::Item, t: T) -> Finding {
    let args: Vec<(&str, Arg)> = finding.args.iter().map(|(k, v)| (*k, Arg::from(v.as_str()))).collect();
    let text = match finding.field {
        wording::Field::Why => &source.why,
        wording::Field::Measure => &source.measure,
        wording::Field::Norm => &source.norm,
        _ => &source.text,
    };
    Finding {
        item: id,
        rule: word(finding.rule),
        severity: word(finding.severity),
        field: word(finding.field),
        span: finding
            .span
            .as_ref()
            .and_then(|s| Some(Place { start: s.from, end: s.to, text: text.get(s.start..s.end)?.to_owned() })),
        message: t.args(&format!("lint-{}", finding.code), &args),
        suggestion: Some(t.args(&format!("lint-{}-do", finding.code), &args)),
    }
}

/// Fewer answers than this say nothing of how clients come.
const ENOUGH: i64 = 100;
/// How many days of answers tell which channels are in use.
const LOOKED: i64 = 90;

/// What the data know: today, and how often clients come by each channel.
async fn facts(q: &impl Query, actor: &Actor, now: Timestamp, points: &Points) -> Result<Facts> {
    let today = day_number(now.date(&actor.zone));
    let all = figures::all_series(q, actor.org).await?;
    let slice = Slice {
        series: all.iter().filter(|s| s.key.kind == figures::Kind::Responses).map(|s| s.id).collect(),
        dim: Dim::Channel,
        keys: Keys::These(store::channels(q, actor.org).await?),
        range: Range { from: Some(today - LOOKED), to: Some(today + 1) },
        by_key: true,
        by_period: Period::None,
        by_series: false,
    };
    let rows = if slice.series.is_empty() { Vec::new() } else { figures::read(q, actor.org, &slice).await? };
    let counted: Vec<(Uuid, i64)> = rows.iter().filter_map(|r| Some((r.key?, r.hist.n))).filter(|(k, _)| !k.is_nil()).collect();
    let total: i64 = counted.iter().map(|(_, n)| n).sum();
    let mut channels: Vec<Channel> = Vec::new();
    for key in points.iter().filter_map(|p| p.channel.as_ref()) {
        if channels.iter().any(|c| c.key == *key) {
            continue;
        }
        let id = named_id("channel", &key.to_lowercase());
        let n = counted.iter().find(|(k, _)| *k == id).map_or(0, |(_, n)| *n);
        #[expect(clippy::cast_precision_loss, reason = "counts of answers lie far below 2^52")]
        let share = (total >= ENOUGH).then(|| n as f64 / total as f64);
        channels.push(Channel { key: key.clone(), title: key.clone(), exists: true, share });
    }
    Ok(Facts { today, channels })
}

fn kind(kind: Kind) -> wording::Kind {
    match kind {
        Kind::Communication => wording::Kind::Communication,
        Kind::Organisation => wording::Kind::Organisation,
        Kind::Operation => wording::Kind::Operation,
        Kind::Profession => wording::Kind::Profession,
        Kind::Materials => wording::Kind::Materials,
    }
}

/// The languages that texts are written in: the reader's first, the other where something is written in it.
fn languages<'a>(mut texts: impl Iterator<Item = &'a ItemText>, first: Lang) -> Vec<Lang> {
    let other = first.other();
    if texts.any(|t| matches!(&t.text, Label::Map(map) if map.contains_key(&other))) { vec![first, other] } else { vec![first] }
}

/// The same words in both languages say the same thing twice.
fn push_new(out: &mut Vec<Finding>, finding: Finding) {
    let twin = |f: &Finding| {
        f.item == finding.item && f.field == finding.field && f.span == finding.span && f.message == finding.message
    };
    if !out.iter().any(twin) {
        out.push(finding);
    }
}

/// Looks through a whole standard as it is drafted.
///
/// # Errors
/// Those of the database.
pub async fn of_standard(
    q: &impl Query,
    actor: &Actor,
    now: Timestamp,
    standard: &Standard,
    items: &[Item],
) -> Result<Vec<Finding>> {
    let t = T::new(actor.lang);
    let points = store::points(q, actor.org).await?;
    let facts = facts(q, actor, now, &points).await?;
    let alive: Vec<&Item> = items.iter().filter(|i| i.row.retired_in.is_none() && !i.row.retiring).collect();
    let text = |item: &&Item| {
        if super::sees_drafts(actor) { item.draft.clone() } else { item.published.clone().unwrap_or_else(|| item.draft.clone()) }
    };
    let texts: Vec<ItemText> = alive.iter().map(text).collect();
    let mut out = Vec::new();
    for (round, lang) in languages(texts.iter(), actor.lang).into_iter().enumerate() {
        let sources: Vec<wording::Item> = texts.iter().map(|x| in_language(x, lang, &points)).collect();
        let review_on = standard.row.review_on.parse().ok().map(day_number);
        let whole = wording::Standard { kind: kind(standard.kind), items: sources, review_on };
        for finding in wording::lint_standard(&whole, &facts) {
            match finding.item {
                Some(i) => {
                    let (Some(item), Some(source)) = (alive.get(i), whole.items.get(i)) else { continue };
                    push_new(&mut out, said(&finding, Some(item.row.id), source, t));
                }
                // What is missing is missing in every language.
                None if round == 0 => push_new(&mut out, said(&finding, None, &wording::Item::default(), t)),
                None => {}
            }
        }
    }
    Ok(out)
}

/// Looks at one item as it is typed.
///
/// # Errors
/// Those of the database.
pub async fn of_item(q: &impl Query, actor: &Actor, now: Timestamp, item: &ItemText) -> Result<Vec<Finding>> {
    let t = T::new(actor.lang);
    let points = store::points(q, actor.org).await?;
    let facts = facts(q, actor, now, &points).await?;
    let mut out = Vec::new();
    for lang in languages(std::iter::once(item), actor.lang) {
        let source = in_language(item, lang, &points);
        for finding in wording::lint_item(&source, &facts) {
            push_new(&mut out, said(&finding, None, &source, t));
        }
    }
    Ok(out)
}
