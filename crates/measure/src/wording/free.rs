//! Absolute demands and scripts without a way to deviate.

use super::context::Scan;
use super::lexicon::Hit;
use super::{Rule, Severity};

pub(super) fn look(scan: &mut Scan) {
    let hits = scan.lists.absolute.find(scan.reading);
    if hits.is_empty() || way_out(scan, &hits) {
        return;
    }
    for hit in hits {
        let no_demand = scan.no_demand(hit.at) || scan.any(&scan.lists.no_demand, hit.at.saturating_sub(1)..hit.end);
        if no_demand || scan.any(&scan.lists.safety, scan.reading.sentence(hit.at)) {
            continue;
        }
        let code = if hit.label == "script" { "free-script" } else { "free-ban" };
        scan.say(Rule::Free, Severity::Warn, code, hit);
    }
}

/// A way to deviate is named somewhere in the item; it may stand in a sentence of its own. The words of the ban itself don't
/// count («без исключений»), nor does a denied one («не вправе», «все отступления»).
fn way_out(scan: &Scan, hits: &[Hit]) -> bool {
    let denied = |at: usize| {
        let before = at.checked_sub(1).and_then(|b| scan.token(b));
        before.is_some_and(|t| matches!(t.text.as_str(), "не" | "без" | "все" | "любое" | "любые" | "not" | "no"))
    };
    (0..scan.tokens().len()).any(|at| {
        scan.lists.way_out.at(scan.tokens(), at).is_some()
            && scan.token(at).is_some_and(|t| !t.quoted)
            && !denied(at)
            && !hits.iter().any(|h| (h.at..h.end).contains(&at))
    })
}
