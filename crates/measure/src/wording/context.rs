//! What surrounds a word: numbers with units, deadlines, acts, explanations.

use std::ops::Range;
use std::sync::OnceLock;

use super::lexicon::{Hit, Lexicon, en, jargon, ru};
use super::reading::{Kind, Reading, Token, Tongue};
use super::{Field, Finding, Item, Rule, Severity, Span};

/// The lists of one language, ready for looking up.
pub(super) struct Lists {
    pub vague: Lexicon,
    pub uncounted: Lexicon,
    pub times: Lexicon,
    pub units: Lexicon,
    pub numbers: Lexicon,
    pub act: Lexicon,
    pub no_act: Lexicon,
    pub way_out: Lexicon,
    pub safety: Lexicon,
    pub absolute: Lexicon,
    pub no_demand: Lexicon,
    pub gone: Lexicon,
    pub abolished: Lexicon,
    pub demand: Lexicon,
    pub jargon: Lexicon,
    pub office: Lexicon,
    pub passives: Lexicon,
    pub doers: Lexicon,
}

fn plain(phrases: &'static str) -> Lexicon {
    Lexicon::new(&[&[("", phrases)]])
}

fn russian() -> Lists {
    Lists {
        vague: Lexicon::new(&[ru::VAGUE]),
        uncounted: Lexicon::new(&[ru::UNCOUNTED]),
        times: Lexicon::new(&[ru::TIMES]),
        units: plain(ru::UNITS),
        numbers: plain(ru::NUMBERS),
        act: plain(ru::ACT),
        no_act: plain(ru::NO_ACT),
        way_out: plain(ru::WAY_OUT),
        safety: plain(ru::SAFETY),
        absolute: Lexicon::new(&[ru::ABSOLUTE]),
        no_demand: plain(ru::NO_DEMAND),
        gone: plain(ru::GONE),
        abolished: plain(ru::ABOLISHED),
        demand: plain(ru::DEMAND),
        jargon: Lexicon::new(&[jargon::RUSSIAN]),
        office: Lexicon::new(&[jargon::OFFICE]),
        passives: plain(jargon::PASSIVES),
        doers: plain(ru::DOERS),
    }
}

fn english() -> Lists {
    Lists {
        vague: Lexicon::new(&[en::VAGUE]),
        uncounted: Lexicon::new(&[en::UNCOUNTED]),
        times: Lexicon::new(&[en::TIMES]),
        units: plain(en::UNITS),
        numbers: plain(en::NUMBERS),
        act: plain(en::ACT),
        no_act: Lexicon::default(),
        way_out: plain(en::WAY_OUT),
        safety: plain(en::SAFETY),
        absolute: Lexicon::new(&[en::ABSOLUTE]),
        no_demand: plain(en::NO_DEMAND),
        gone: plain(en::GONE),
        abolished: plain(en::ABOLISHED),
        demand: plain(en::DEMAND),
        jargon: Lexicon::new(&[jargon::ENGLISH]),
        office: Lexicon::default(),
        passives: Lexicon::default(),
        doers: Lexicon::default(),
    }
}

fn lists(tongue: Tongue) -> &'static Lists {
    static RUSSIAN: OnceLock<Lists> = OnceLock::new();
    static ENGLISH: OnceLock<Lists> = OnceLock::new();
    match tongue {
        Tongue::Russian => RUSSIAN.get_or_init(russian),
        Tongue::English => ENGLISH.get_or_init(english),
    }
}

/// One field under the eyes of the rules.
pub(super) struct Scan<'a> {
    source: &'a str,
    pub reading: &'a Reading,
    pub lists: &'static Lists,
    pub field: Field,
    /// The item's norm holds a number.
    pub norm: bool,
    /// The item says how it is checked.
    pub check: bool,
    pub today: i64,
    pub found: Vec<Finding>,
}

impl<'a> Scan<'a> {
    pub fn new(source: &'a str, reading: &'a Reading, field: Field, item: &Item, today: i64) -> Self {
        Self {
            source,
            reading,
            lists: lists(reading.tongue),
            field,
            norm: field != Field::Norm && item.norm.chars().any(|c| c.is_ascii_digit()),
            check: field != Field::Norm && item.measure.split_whitespace().nth(1).is_some(),
            today,
            found: Vec::new(),
        }
    }

    pub fn tokens(&self) -> &'a [Token] {
        &self.reading.tokens
    }

    pub fn token(&self, at: usize) -> Option<&'a Token> {
        self.reading.tokens.get(at)
    }

    /// The words of a row of tokens as they were written.
    pub fn words(&self, at: usize, end: usize) -> String {
        self.span(at, end).and_then(|s| self.source.get(s.start..s.end)).unwrap_or_default().to_owned()
    }

    fn span(&self, at: usize, end: usize) -> Option<Span> {
        let (first, last) = (self.token(at)?, self.token(end.checked_sub(1)?)?);
        Some(Span { start: first.start, end: last.end, from: first.from, to: last.to })
    }

    pub fn add(
        &mut self,
        rule: Rule,
        severity: Severity,
        code: &'static str,
        place: Range<usize>,
        args: Vec<(&'static str, String)>,
    ) {
        let span = self.span(place.start, place.end);
        self.found.push(Finding { item: None, rule, severity, field: self.field, span, code, args });
    }

    /// A finding whose only argument is the words found.
    pub fn say(&mut self, rule: Rule, severity: Severity, code: &'static str, hit: Hit) {
        let word = self.words(hit.at, hit.end);
        self.add(rule, severity, code, hit.at..hit.end, vec![("word", word)]);
    }

    /// The word stands in words to be said, or in a question: it demands nothing.
    pub fn no_demand(&self, at: usize) -> bool {
        let last = self.reading.sentence(at).end.checked_sub(1).and_then(|last| self.token(last));
        self.token(at).is_none_or(|t| t.quoted) || last.is_some_and(|t| t.is_mark('?') && !t.quoted)
    }

    /// A number with its unit, or a time of day.
    pub fn counted(&self, range: Range<usize>) -> bool {
        let end = range.end;
        range.into_iter().any(|at| {
            let Some(token) = self.token(at) else { return false };
            let digits = token.kind == Kind::Number;
            if digits && token.text.contains(':') {
                return true;
            }
            let number = digits || self.lists.numbers.at(self.tokens(), at).is_some();
            number
                && (at + 1..(at + 4).min(end)).any(|next| {
                    // «В одной связке с…»: one letter is a unit only right behind digits.
                    let letter = self.token(next).is_some_and(|t| t.is_word() && t.text.chars().count() == 1);
                    self.is_unit(next) && (!letter || (digits && next == at + 1))
                })
        })
    }

    pub fn is_unit(&self, at: usize) -> bool {
        self.token(at).is_some_and(|t| t.is_mark('%') || t.is_mark('°') || t.is_mark('₽'))
            || self.lists.units.at(self.tokens(), at).is_some()
    }

    /// A deadline, a rhythm or an event in words, by the label of its list.
    pub fn timed(&self, range: Range<usize>, labels: &[&str]) -> bool {
        range.into_iter().any(|at| self.lists.times.at(self.tokens(), at).is_some_and(|hit| labels.contains(&hit.label)))
    }

    pub fn any(&self, lexicon: &Lexicon, range: Range<usize>) -> bool {
        range.into_iter().any(|at| lexicon.at(self.tokens(), at).is_some())
    }

    /// An act that an observer can tick.
    pub fn act(&self, at: usize) -> bool {
        let Some(token) = self.token(at).filter(|t| t.is_word()) else { return false };
        if self.lists.act.at(self.tokens(), at).is_some() {
            return true;
        }
        self.reading.tongue == Tongue::Russian
            && !token.latin
            && is_verb(&token.text)
            && self.lists.no_act.at(self.tokens(), at).is_none()
    }

    /// What follows opens the word up: a colon, a dash or brackets with at least two words behind.
    pub fn opened(&self, end: usize) -> bool {
        let Some(last) = end.checked_sub(1) else { return false };
        let rest = end..self.reading.sentence(last).end;
        rest.clone().any(|at| {
            let opens = self.token(at).is_some_and(|t| matches!(t.kind, Kind::Mark(':' | '—' | '–' | '-' | '(')));
            opens
                && self.reading.slice(at + 1..rest.end).iter().filter(|t| t.is_word() || t.kind == Kind::Number).nth(1).is_some()
        })
    }
}

/// Does a Russian word look like a demand or a description of an act? By its ending; exceptions are in a list.
pub(super) fn is_verb(word: &str) -> bool {
    const ENDINGS: [&str; 23] = [
        "йте",
        "йтесь",
        "ите",
        "итесь",
        "ьте",
        "ьтесь",
        "ать",
        "ять",
        "ить",
        "еть",
        "уть",
        "оть",
        "ыть",
        "ться",
        "тись",
        "ает",
        "яет",
        "ует",
        "ывает",
        "ают",
        "яют",
        "уют",
        "ается",
    ];
    word.chars().count() > 4 && ENDINGS.iter().any(|e| word.ends_with(e))
}

/// Is a Russian word a demand: imperative or infinitive?
pub(super) fn is_demand(word: &str) -> bool {
    is_verb(word) && !["ает", "яет", "ует", "ают", "яют", "уют", "ается"].iter().any(|e| word.ends_with(e))
}
