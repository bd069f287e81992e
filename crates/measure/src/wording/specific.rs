//! Attitudes and qualities that two observers see differently.

use super::context::Scan;
use super::lexicon::Hit;
use super::{Rule, Severity};

pub(super) fn look(scan: &mut Scan) {
    for hit in scan.lists.vague.find(scan.reading) {
        if absolved(scan, hit) {
            continue;
        }
        let (code, severity) = match hit.label {
            "condition" => ("specific-condition", Severity::Note),
            "quality" => ("specific-quality", Severity::Warn),
            "rude" => ("specific-rude", Severity::Warn),
            _ => ("specific-attitude", Severity::Warn),
        };
        scan.say(Rule::Specific, severity, code, hit);
    }
}

fn absolved(scan: &Scan, hit: Hit) -> bool {
    let Some(first) = scan.token(hit.at) else { return true };
    let sentence = scan.reading.sentence(hit.at);
    let asks = scan.token(hit.end).is_some_and(|t| t.text == "ли");
    // «В порядке очереди» names an order, «всё в порядке» a quality.
    let order = first.text == "в" && scan.token(hit.end).is_some_and(|t| t.is_word() && t.text != "и");
    if scan.no_demand(hit.at) || asks || order && hit.label == "quality" || scan.opened(hit.end) {
        return true;
    }
    let after = hit.end..sentence.end;
    if hit.label == "condition" {
        return scan
            .tokens()
            .get(after)
            .unwrap_or_default()
            .iter()
            .any(|t| matches!(t.text.as_str(), "если" | "когда" | "if" | "when"));
    }
    if scan.norm || scan.counted(sentence.clone()) {
        return true;
    }
    let clause = |at: usize| scan.token(at).is_some_and(|t| t.clause == first.clause);
    // «Если гость вежлив…» describes the client and demands nothing.
    let opening = sentence.clone().find(|at| clause(*at)).and_then(|at| scan.token(at));
    if opening.is_some_and(|t| matches!(t.text.as_str(), "если" | "когда" | "if" | "when")) {
        return true;
    }
    if hit.label == "quality" {
        return after.into_iter().any(|at| !clause(at) && scan.act(at));
    }
    if after.clone().any(|at| scan.act(at)) {
        return true;
    }
    // «Поздоровайтесь вежливо»: the adverb colours an act of its own clause. «…и будьте вежливы» is a demand of its own.
    let adverb = first.text.ends_with('о') || first.latin && first.text.ends_with("ly") || hit.end > hit.at + 1;
    let joint = |at: usize| scan.token(at).is_some_and(|t| matches!(t.text.as_str(), "и" | "and"));
    adverb && (sentence.start..hit.at).rev().take_while(|at| clause(*at) && !joint(*at)).any(|at| scan.act(at))
}
