//! Words that a newcomer would ask about, official turns, hidden doers, long sentences.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::context::Scan;
use super::lexicon::jargon;
use super::reading::{Token, Tongue};
use super::{Field, Rule, Severity};

/// Words of a sentence, beyond which it is long; English needs more of them for the same.
const LONG: usize = 30;
const LONG_ENGLISH: usize = 40;

pub(super) fn look(scan: &mut Scan) {
    let taken = jargon_and_office(scan);
    shorts(scan, &taken);
    if scan.field == Field::Text {
        passives(scan, &taken);
        long(scan);
    }
}

/// Jargon and official turns; gives back the tokens already spoken of.
fn jargon_and_office(scan: &mut Scan) -> HashSet<usize> {
    let mut taken = HashSet::new();
    for hit in scan.lists.jargon.find(scan.reading) {
        taken.extend(hit.at..hit.end);
        if explained(scan, hit.at, hit.end) {
            continue;
        }
        if hit.label.is_empty() {
            scan.say(Rule::Transparent, Severity::Warn, "transparent-term", hit);
        } else {
            let args = vec![("word", scan.words(hit.at, hit.end)), ("plain", hit.label.to_owned())];
            scan.add(Rule::Transparent, Severity::Warn, "transparent-jargon", hit.at..hit.end, args);
        }
    }
    for hit in scan.lists.office.find(scan.reading) {
        taken.extend(hit.at..hit.end);
        if scan.token(hit.at).is_some_and(|t| t.quoted) {
            continue;
        }
        let args = vec![("word", scan.words(hit.at, hit.end)), ("plain", hit.label.to_owned())];
        scan.add(Rule::Transparent, Severity::Note, "transparent-office", hit.at..hit.end, args);
    }
    taken
}

/// The term is explained in place, stands as the short form behind its explanation, or is forbidden.
fn explained(scan: &Scan, at: usize, end: usize) -> bool {
    let Some(first) = scan.token(at) else { return true };
    let sentence = scan.reading.sentence(at);
    let before = scan.reading.slice(sentence.start..at);
    if first.quoted && before.iter().any(|t| matches!(t.text.as_str(), "не" | "вместо" | "слово" | "not" | "instead"))
    {
        return true;
    }
    // «…готовность рекомендовать (NPS)»
    let inside = |t: &&Token| t.is_word() || t.text.len() > 1;
    if first.bracketed {
        let opening = (sentence.start..at).rev().find(|i| scan.token(*i).is_some_and(|t| t.is_mark('(')));
        let closing = (end..sentence.end).find(|i| scan.token(*i).is_some_and(|t| t.is_mark(')')));
        if let (Some(open), Some(close)) = (opening, closing) {
            let alone = scan.reading.slice(open + 1..close).iter().filter(inside).count() <= end - at + 1;
            if alone && scan.reading.slice(sentence.start..open).iter().filter(|t| t.is_word()).nth(1).is_some() {
                return true;
            }
        }
    }
    // A few words later («информированное согласие (ИДС)» aside): «NPS (…)», «тикет, то есть …», «SLA — это …».
    let rest: Vec<&Token> = scan.reading.slice(end..(end + 5).min(sentence.end)).iter().collect();
    match rest.as_slice() {
        [open, ..] if open.is_mark('(') => {
            let close = (end + 1..sentence.end).find(|i| scan.token(*i).is_some_and(|t| t.is_mark(')'))).unwrap_or(end);
            scan.reading.slice(end + 1..close).iter().any(|t| t.is_word() && !t.caps && t.text.chars().count() > 2)
        }
        [comma, to, is, ..] if comma.is_mark(',') => {
            (to.text == "то" && is.text == "есть")
                || (to.text == "т" && is.is_mark('.'))
                || (to.text == "that" && is.text == "is")
        }
        [dash, this, ..] => !dash.is_word() && this.text == "это",
        _ => false,
    }
}

fn set(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

/// Abbreviations, and Latin words in a Russian text.
fn shorts(scan: &mut Scan, taken: &HashSet<usize>) {
    static SETS: OnceLock<[HashSet<&str>; 3]> = OnceLock::new();
    let [known, latin, emphasis] = SETS.get_or_init(|| [set(jargon::KNOWN), set(jargon::LATIN), set(jargon::EMPHASIS)]);
    let words = scan.tokens().iter().filter(|t| t.is_word()).count();
    // A text in capitals throughout says nothing by them.
    let shouting = scan.tokens().iter().filter(|t| t.caps).count() * 2 > words && words > 3;
    let mut found = Vec::new();
    for (at, token) in scan.tokens().iter().enumerate().filter(|(_, t)| t.is_word()) {
        let text = token.text.as_str();
        if taken.contains(&at) || known.contains(text) {
            continue;
        }
        let vowels = text.chars().filter(|c| "аеиоуыэюяaeiouy".contains(*c)).count();
        let length = text.chars().count();
        let emphatic = emphasis.contains(text) || length > 6 || (length > 4 && vowels > 1);
        if token.caps && !shouting && !emphatic {
            if !explained(scan, at, at + 1) && !gone(scan, at) {
                found.push((at, "transparent-short"));
            }
        } else if scan.reading.tongue == Tongue::Russian
            && token.latin
            && !token.title
            && !token.caps
            && !latin.contains(text)
            && !address(scan, at)
            && !explained(scan, at, at + 1)
        {
            found.push((at, "transparent-term"));
        }
    }
    for (at, code) in found {
        let word = scan.words(at, at + 1);
        scan.add(Rule::Transparent, Severity::Warn, code, at..at + 1, vec![("word", word)]);
    }
}

/// Already spoken of as a thing that is gone.
fn gone(scan: &Scan, at: usize) -> bool {
    (at.saturating_sub(1)..=at).any(|i| scan.lists.gone.at(scan.tokens(), i).is_some_and(|hit| hit.end > at))
}

/// Part of an e-mail or web address.
fn address(scan: &Scan, at: usize) -> bool {
    let mark =
        |i: Option<usize>| i.and_then(|i| scan.token(i)).is_some_and(|t| ['.', '@', '/', '_'].iter().any(|m| t.is_mark(*m)));
    let ends = |i: usize| scan.token(i).is_none_or(|t| t.start != scan.token(at).map_or(0, |t| t.end));
    mark(at.checked_sub(1)) || (mark(Some(at + 1)) && !ends(at + 1))
}

/// «Проводится», «обеспечивается»: by whom?
fn passives(scan: &mut Scan, taken: &HashSet<usize>) {
    const ENDINGS: [&str; 6] = ["ется", "ится", "ются", "ятся", "утся", "атся"];
    let mut found = Vec::new();
    for at in 0..scan.tokens().len() {
        let Some(hit) = scan.lists.passives.at(scan.tokens(), at) else { continue };
        let Some(token) = scan.token(at).filter(|t| ENDINGS.iter().any(|e| t.text.ends_with(e))) else { continue };
        let sentence = scan.reading.sentence(at);
        let doer = |i: usize| {
            scan.lists.doers.at(scan.tokens(), i).is_some()
                && scan
                    .token(i)
                    .is_some_and(|t| ["ом", "ем", "ой", "ей", "ами", "ями", "им", "ими"].iter().any(|e| t.text.ends_with(e)))
        };
        let near = sentence.start.max(at.saturating_sub(3))..(at + 4).min(sentence.end);
        if !token.quoted && !taken.contains(&at) && !near.into_iter().any(doer) {
            found.push(hit);
        }
    }
    for hit in found {
        scan.say(Rule::Transparent, Severity::Note, "transparent-passive", hit);
    }
}

fn long(scan: &mut Scan) {
    let limit = if scan.reading.tongue == Tongue::English { LONG_ENGLISH } else { LONG };
    let mut start = 0;
    let mut found = Vec::new();
    // A semicolon parts a list as a full stop would.
    for piece in scan.tokens().chunk_by(|a, b| a.sentence == b.sentence && !a.is_mark(';')) {
        let words = piece.iter().filter(|t| t.is_word()).count();
        if words > limit {
            found.push((start..start + piece.len(), words));
        }
        start += piece.len();
    }
    for (place, words) in found {
        scan.add(Rule::Transparent, Severity::Note, "transparent-long", place, vec![("words", words.to_string())]);
    }
}
