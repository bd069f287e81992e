//! What the text alone doesn't say: channels, dates, stages, cost and effect.

use super::{Channel, Facts, Field, Finding, Item, Kind, MAX_CHARS, Rule, Severity, Standard, reading};

/// Share of contacts under which a channel is rare.
const RARE: f64 = 0.01;

fn finding(rule: Rule, severity: Severity, field: Field, code: &'static str, args: Vec<(&'static str, String)>) -> Finding {
    Finding { item: None, rule, severity, field, span: None, code, args }
}

/// One decimal at most, no exponent.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A figure that can be reckoned with.
fn known(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite() && *v >= 0.0)
}

/// Does anybody use the item's channel?
pub(super) fn relevant(item: &Item, facts: &Facts) -> Option<Finding> {
    let key = item.channel.as_deref()?;
    let channel: &Channel = facts.channels.iter().find(|c| c.key == key)?;
    let title = if channel.title.is_empty() { key } else { &channel.title };
    let share = known(channel.share).filter(|s| *s <= 1.0);
    if !channel.exists || share == Some(0.0) {
        let args = vec![("channel", title.to_owned())];
        return Some(finding(Rule::Relevant, Severity::Warn, Field::Touchpoint, "relevant-gone", args));
    }
    let share = share.filter(|s| *s < RARE)?;
    let args = vec![("channel", title.to_owned()), ("percent", format!("{:.2}", share * 100.0))];
    Some(finding(Rule::Relevant, Severity::Note, Field::Touchpoint, "relevant-rare", args))
}

/// Do its minutes cost more than it brings?
pub(super) fn economic(item: &Item) -> Option<Finding> {
    let minutes = known(item.minutes_cost).filter(|m| *m > 0.0)?;
    let Some(brings) = item.effect.brings_a_month.filter(|v| v.is_finite()) else {
        return Some(finding(
            Rule::Economic,
            Severity::Note,
            Field::Minutes,
            "economic-effect",
            vec![("minutes", number(minutes))],
        ));
    };
    let month = minutes * known(item.effect.times_a_month)?;
    let cost = month * known(item.effect.money_a_minute)?;
    (cost.is_finite() && cost > brings).then(|| {
        let args = vec![("minutes", number(month)), ("cost", number(cost)), ("brings", number(brings))];
        finding(Rule::Economic, Severity::Warn, Field::Minutes, "economic-loss", args)
    })
}

/// Has its review date passed?
pub(super) fn current(standard: &Standard, facts: &Facts) -> Option<Finding> {
    let Some(review) = standard.review_on else {
        return Some(finding(Rule::Current, Severity::Note, Field::Review, "current-no-date", Vec::new()));
    };
    let late = facts.today.checked_sub(review).filter(|days| facts.today > 0 && *days > 0)?;
    Some(finding(Rule::Current, Severity::Warn, Field::Review, "current-review", vec![("days", late.to_string())]))
}

/// Words by which an item without a stage is known to speak of one.
const FIRST: [&str; 15] = [
    "здоров",
    "приветств",
    "встре",
    "представ",
    "звон",
    "запис",
    "входит",
    "вошел",
    "первый",
    "greet",
    "welcome",
    "call",
    "phone",
    "booking",
    "introduc",
];
const AFTER: [&str; 18] = [
    "попроща",
    "прощ",
    "проводит",
    "провож",
    "после",
    "благодар",
    "спасибо",
    "отзыв",
    "перезвон",
    "через день",
    "напомин",
    "возврат",
    "гаранти",
    "farewell",
    "goodbye",
    "thank",
    "after",
    "follow",
];
const UNUSUAL: [&str; 17] = [
    "если",
    "жалоб",
    "претенз",
    "конфликт",
    "недовол",
    "груб",
    "задерж",
    "опазд",
    "нештатн",
    "случай",
    "случае",
    "авари",
    "отказ",
    "if ",
    "complain",
    "unless",
    "in case",
];

/// Every stage from the first contact to after the sale, and the unusual.
pub(super) fn complete(standard: &Standard) -> Vec<Finding> {
    let warn = |code| finding(Rule::Complete, Severity::Warn, Field::Items, code, Vec::new());
    let note = |code| finding(Rule::Complete, Severity::Note, Field::Items, code, Vec::new());
    if standard.items.is_empty() {
        return vec![note("complete-empty")];
    }
    let texts: Vec<String> = standard.items.iter().map(|i| folded(&i.text)).collect();
    let speaks = |text: &String, words: &[&str]| words.iter().any(|w| text.contains(w));
    let covers = |stages: &[&str], words: &[&str]| {
        standard.items.iter().zip(&texts).any(|(item, text)| match item.stage.as_deref() {
            Some(stage) if STAGES.contains(&stage) => stages.contains(&stage),
            _ => speaks(text, words),
        })
    };
    let mut found = Vec::new();
    if matches!(standard.kind, Kind::Communication | Kind::Operation) {
        if !covers(&["choose", "book", "come"], &FIRST) {
            found.push(warn("complete-first"));
        }
        if !covers(&["after"], &AFTER) {
            found.push(warn("complete-after"));
        }
    }
    if standard.kind != Kind::Materials && !texts.iter().any(|text| speaks(text, &UNUSUAL)) {
        found.push(note("complete-unusual"));
    }
    found
}

/// Stages of a client's way that the product knows.
const STAGES: [&str; 6] = ["choose", "book", "come", "service", "pay", "after"];

/// Lower case, ё as е, one space between words.
fn folded(text: &str) -> String {
    reading::read(text, MAX_CHARS).tokens.iter().map(|t| t.text.as_str()).chain([""]).collect::<Vec<_>>().join(" ")
}
