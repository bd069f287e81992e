//! The way around the standards: the same tabs on each of the section's first pages, as far as the reader may go.

use kit::i18n::T;
use kit::{Actor, Reach};

use crate::access::{Noun, change, reach, see};
use crate::doors::frame;
use crate::layout::{Chip, Frame};

/// The tabs, in the order in which a standard lives: written, found, known, understood, mended, looked at again.
fn tabs(actor: &Actor, at: &str, waiting: i64) -> Vec<Chip> {
    let t = T::new(actor.lang);
    let may = |noun| reach(actor.role, see(noun)).is_some();
    // Those who work in a branch have their own pages for what is theirs.
    let others = |noun| reach(actor.role, see(noun)).is_some_and(|r| r != Reach::Own);
    let writes = reach(actor.role, change(Noun::Standard)).is_some();
    let all = [
        ("standards", "/standards", may(Noun::Standard)),
        ("rules", "/rules", may(Noun::Standard)),
        ("knowledge", "/standards/knowledge", others(Noun::Metric)),
        ("quizzes", "/quizzes", may(Noun::Quiz)),
        ("newcomers", "/newcomers", others(Noun::Newcomer)),
        ("tracks", "/onboarding-tracks", others(Noun::Newcomer)),
        ("proposals", "/proposals", may(Noun::Proposal)),
        ("calendar", "/standards/calendar", others(Noun::Duty)),
        ("orphans", "/standards/orphans", others(Noun::Metric)),
        ("library", "/library", writes),
    ];
    let chip = |(key, href, _): (&str, &str, bool)| {
        let chip = Chip::new(t.s(&format!("standards-tab-{key}")), href, key == at);
        if key == "proposals" && waiting > 0 { chip.count(t.int(waiting)) } else { chip }
    };
    all.into_iter().filter(|tab| tab.2).map(chip).collect()
}

/// A first page of the section.
#[must_use]
pub fn top(actor: &Actor, title: impl Into<String>, at: &str) -> Frame {
    around(frame(actor, title, "standards"), actor, at)
}

/// The tabs around a page that has a frame of its own.
#[must_use]
pub fn around(frame: Frame, actor: &Actor, at: &str) -> Frame {
    counted(frame, actor, at, 0)
}

/// The same with how many proposals wait for an answer.
#[must_use]
pub fn counted(frame: Frame, actor: &Actor, at: &str, waiting: i64) -> Frame {
    let t = T::new(actor.lang);
    frame.tabs(t.s("standards-tabs"), tabs(actor, at, waiting))
}
