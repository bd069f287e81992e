//! Speed, frequency and amount without a number; hours and days of which clock.

use super::context::{Scan, is_demand};
use super::lexicon::Hit;
use super::reading::{Kind, Tongue};
use super::{Rule, Severity};

pub(super) fn look(scan: &mut Scan) {
    for hit in scan.lists.uncounted.find(scan.reading) {
        if absolved(scan, hit) {
            continue;
        }
        let code = match hit.label {
            "often" | "demand" => "measurable-often",
            "amount" => "measurable-amount",
            _ => "measurable-speed",
        };
        scan.say(Rule::Measurable, Severity::Warn, code, hit);
    }
    hours(scan);
}

fn absolved(scan: &Scan, hit: Hit) -> bool {
    let Some(first) = scan.token(hit.at) else { return true };
    let sentence = scan.reading.sentence(hit.at);
    if scan.no_demand(hit.at) || scan.norm || scan.check || scan.counted(sentence.clone()) {
        return true;
    }
    if scan.timed(sentence.clone(), &["deadline", "rhythm"]) {
        return true;
    }
    match hit.label {
        "now" => scan.timed(sentence, &["event"]),
        // «…какие траты бывают чаще» asks for nothing.
        "demand" | "long" => !sentence.into_iter().any(|at| {
            scan.token(at).is_some_and(|t| {
                t.clause == first.clause && (t.latin || is_demand(&t.text) || scan.any(&scan.lists.demand, at..at + 1))
            })
        }),
        // «В срок, который назвали клиенту»: the term is named.
        _ if first.text == "в" && hit.end == hit.at + 2 => scan.token(hit.end).is_some_and(|t| t.is_mark(',')),
        _ => false,
    }
}

/// «В течение 4 часов»: working hours or any?
fn hours(scan: &mut Scan) {
    let mut hits = Vec::new();
    for at in 0..scan.tokens().len() {
        let Some(token) = scan.token(at).filter(|t| t.kind == Kind::Number && !t.quoted) else { continue };
        let Some(unit) = scan.token(at + 1) else { continue };
        let (hour, day) = match scan.reading.tongue {
            Tongue::Russian => (unit.text.starts_with("час"), matches!(unit.text.as_str(), "дня" | "дней" | "дни")),
            Tongue::English => (unit.text.starts_with("hour"), unit.text == "days"),
        };
        if !(hour || day) || token.text.contains([':', '/']) {
            continue;
        }
        let sentence = scan.reading.sentence(at);
        let before = scan.words_before(at, sentence.start);
        let deadline = [
            "в течение",
            "за",
            "не позже",
            "не позднее",
            "позже чем через",
            "позднее чем через",
            "не дольше",
            "не более",
            "максимум",
            "within",
            "in",
        ];
        let asked = deadline.iter().any(|d| before.ends_with(&format!(" {d}"))) || (day && before.ends_with(" до"));
        let clock = scan.reading.slice(sentence.clone()).iter().any(|t| {
            ["рабоч", "календарн", "круглосуточн", "сутк", "суток", "working", "business", "calendar"]
                .iter()
                .any(|w| t.text.starts_with(w))
        });
        let ahead = (at + 2..(at + 4).min(sentence.end))
            .any(|i| scan.token(i).is_some_and(|t| matches!(t.text.as_str(), "до" | "before" | "раньше")));
        if asked && !clock && !ahead {
            hits.push(Hit { at, end: at + 2, label: "" });
        }
    }
    for hit in hits {
        scan.say(Rule::Measurable, Severity::Note, "measurable-hours", hit);
    }
}

impl Scan<'_> {
    /// Up to four words before a place in its sentence, each after a space.
    fn words_before(&self, at: usize, start: usize) -> String {
        let from = start.max(at.saturating_sub(4));
        self.reading.slice(from..at).iter().map(|t| format!(" {}", t.text)).collect()
    }
}
