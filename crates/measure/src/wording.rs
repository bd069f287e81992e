//! The linter of service standards: says which wordings people will read differently, and why.
//!
//! Eight rules: an item should be specific, measurable, relevant, transparent, current, leave freedom; a standard should be
//! complete and economic. The linter explains and proposes; it decides nothing and blocks nothing. It holds no texts: a
//! [`Finding`] carries a code of [`CODES`] and named arguments, the caller has the words. Pure: no clock, no I/O; today is
//! given. Russian is read with its word forms; English with a smaller list. The language of a field is seen from its letters.
//!
//! Call [`lint_item`] while somebody types, once a language; [`lint_standard`] for the whole, with what the data know.
//!
//! ```
//! use measure::wording::{Facts, Item, Rule, lint_item};
//!
//! let vague = Item { text: "Отвечайте на звонки быстро".into(), ..Item::default() };
//! let found = lint_item(&vague, &Facts::default());
//! assert_eq!((found[0].rule, found[0].code), (Rule::Measurable, "measurable-speed"));
//! let clear = Item { text: "Отвечайте на звонки быстро: до третьего гудка".into(), ..Item::default() };
//! assert!(lint_item(&clear, &Facts::default()).is_empty());
//! ```
//!
//! Precision and recall on our own labelled items: `cargo run --release -p measure --example wording`.

mod context;
mod current;
mod free;
mod lexicon;
mod measurable;
mod reading;
mod specific;
mod transparent;
mod whole;

use serde::Serialize;

/// Characters of a field that are read; what follows is not looked at, so that time stays bounded.
pub const MAX_CHARS: usize = 10_000;

/// Findings of one item or standard that are given at most.
pub const MAX_FINDINGS: usize = 200;

/// Every code of a finding. The caller has a message and a suggestion for each.
///
/// Arguments: `word` the words found, `plain` a plainer word, `words` their number in the sentence, `days` past the date,
/// `year`, `channel` its title, `percent` of contacts, `minutes` each time or a month, `cost` and `brings` money a month.
pub const CODES: [&str; 28] = [
    "specific-attitude",   // word
    "specific-rude",       // word
    "specific-quality",    // word
    "specific-condition",  // word
    "measurable-speed",    // word
    "measurable-often",    // word
    "measurable-amount",   // word
    "measurable-hours",    // word
    "transparent-jargon",  // word, plain
    "transparent-term",    // word
    "transparent-short",   // word
    "transparent-office",  // word, plain
    "transparent-passive", // word
    "transparent-long",    // words
    "current-thing",       // word
    "current-year",        // year
    "current-review",      // days
    "current-no-date",     //
    "free-ban",            // word
    "free-script",         // word
    "relevant-gone",       // channel
    "relevant-rare",       // channel, percent
    "complete-first",      //
    "complete-after",      //
    "complete-unusual",    //
    "complete-empty",      //
    "economic-loss",       // minutes, cost, brings
    "economic-effect",     // minutes
];

/// What a wording should be. The contract's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Two observers see the same.
    Specific,
    /// Speed, frequency and amount have a number, a deadline or a check.
    Measurable,
    /// Clients use its channel.
    Relevant,
    /// A newcomer understands it.
    Transparent,
    /// Its date and its means are of today.
    Current,
    /// A deviation with a reason is possible.
    Free,
    /// Every stage from the first contact on, and the unusual.
    Complete,
    /// It brings more than it costs.
    Economic,
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a thought.
    Note,
    /// People will read it differently, or it no longer holds.
    Warn,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The item's text.
    Text,
    /// Its reason.
    Why,
    /// Its check.
    Measure,
    /// Its norm.
    Norm,
    /// The minutes it costs.
    Minutes,
    /// Its touchpoint.
    Touchpoint,
    /// The standard's review date.
    Review,
    /// The standard's list of items.
    Items,
}

/// A place in the field's text, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Span {
    /// First byte; always a character boundary.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// First character.
    pub from: usize,
    /// Character after the last.
    pub to: usize,
}

/// One remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Index into the standard's items; `None` for the standard itself, and always from [`lint_item`].
    pub item: Option<usize>,
    /// The rule that it concerns.
    pub rule: Rule,
    /// Its weight.
    pub severity: Severity,
    /// The field that it concerns.
    pub field: Field,
    /// Where in the field; `None` when it is about the whole.
    pub span: Option<Span>,
    /// One of [`CODES`].
    pub code: &'static str,
    /// Named arguments for the text of the code; see [`CODES`].
    pub args: Vec<(&'static str, String)>,
}

/// An item of a standard in one language. Empty strings are fields not filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// What is to be done.
    pub text: String,
    /// The reason.
    pub why: String,
    /// How it is checked.
    pub measure: String,
    /// The norm: a number with its unit, a deadline.
    pub norm: String,
    /// Failing it fails the whole visit. No rule reads it yet.
    pub critical: bool,
    /// Its weight in a score. No rule reads it yet.
    pub weight: f64,
    /// Minutes that doing it costs each time.
    pub minutes_cost: Option<f64>,
    /// Stage of the client's way, as the touchpoint names it: choose, book, come, service, pay, after; others are ignored.
    pub stage: Option<String>,
    /// Key of the channel that its touchpoint belongs to.
    pub channel: Option<String>,
    /// What the data know of its effect.
    pub effect: Effect,
}

/// What an item costs and brings, from data. Unknown parts are `None`; not finite or negative ones count as unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effect {
    /// How often it is done a month.
    pub times_a_month: Option<f64>,
    /// Money that a minute of work costs.
    pub money_a_minute: Option<f64>,
    /// Money that it brings a month.
    pub brings_a_month: Option<f64>,
}

/// What a standard is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Talking with clients.
    #[default]
    Communication,
    /// How the work is arranged.
    Organisation,
    /// How a service is done.
    Operation,
    /// What a profession has to know.
    Profession,
    /// Rooms, clothes, forms.
    Materials,
}

/// A whole standard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standard {
    /// Its kind; stages are looked for in communication and operation only.
    pub kind: Kind,
    /// Items in force, in order.
    pub items: Vec<Item>,
    /// Day of its review, days since 1970-01-01.
    pub review_on: Option<i64>,
}

/// What is known around the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Today as days since 1970-01-01. Not above zero: unknown, dates are not looked at.
    pub today: i64,
    /// Channels and their use; a channel that is not listed is not judged.
    pub channels: Vec<Channel>,
}

/// A channel of contact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Channel {
    /// Its key, as items name it.
    pub key: String,
    /// Its name for people.
    pub title: String,
    /// The company still has it.
    pub exists: bool,
    /// Share of the client contacts that come by it, 0…1; `None`: not counted.
    pub share: Option<f64>,
}

/// Remarks on one item, by field and place.
///
/// At most [`MAX_FINDINGS`]; reads [`MAX_CHARS`] characters of a field. Source of the rules: the eight criteria of a standard.
pub fn lint_item(item: &Item, facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    for (field, text) in
        [(Field::Text, &item.text), (Field::Why, &item.why), (Field::Measure, &item.measure), (Field::Norm, &item.norm)]
    {
        let reading = reading::read(text, MAX_CHARS);
        let mut scan = context::Scan::new(text, &reading, field, item, facts.today);
        if field == Field::Text {
            specific::look(&mut scan);
            free::look(&mut scan);
        }
        if matches!(field, Field::Text | Field::Norm) {
            measurable::look(&mut scan);
        }
        transparent::look(&mut scan);
        current::look(&mut scan);
        let mut own = scan.found;
        own.sort_by_key(|f| (f.span.map_or(0, |s| s.start), f.rule));
        found.extend(own);
    }
    found.truncate(MAX_FINDINGS - 2);
    found.extend(whole::relevant(item, facts));
    found.extend(whole::economic(item));
    found
}

/// Remarks on all items of a standard and then on the standard itself.
///
/// At most [`MAX_FINDINGS`] an item.
pub fn lint_standard(standard: &Standard, facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, item) in standard.items.iter().enumerate() {
        found.extend(lint_item(item, facts).into_iter().map(|f| Finding { item: Some(index), ..f }));
    }
    found.extend(whole::current(standard, facts));
    found.extend(whole::complete(standard));
    found
}
