//! The first steps of a company: what to do before there is anything to show.

use kit::i18n::T;

use crate::insight::overview::Overview;

/// A step of somebody who has just set up a company.
pub(super) struct Step {
    pub(super) done: bool,
    pub(super) title: String,
    pub(super) why: String,
    /// Where it is done, and the words of the button; empty until it is its turn.
    pub(super) href: String,
    pub(super) go: String,
}

/// Branches, a survey, the first answer: each step is ticked once it is done, and the first open one has the button.
pub(super) fn steps(t: T, seen: &Overview, answered: bool) -> Vec<Step> {
    let (open, draft) = (seen.surveys.iter().find(|s| s.state == "open"), seen.surveys.first());
    let survey = match draft {
        Some(draft) => (format!("/surveys/{}", draft.id), "insight-step-survey-publish"),
        None => ("/surveys/new".to_owned(), "insight-step-survey-go"),
    };
    let link = open.map_or_else(String::new, |s| format!("/surveys/{}", s.id));
    let all = [
        ("branch", !seen.branches.is_empty(), "/branches/new".to_owned(), "insight-step-branch-go"),
        ("survey", open.is_some(), survey.0, survey.1),
        ("answer", answered, link, "insight-step-answer-go"),
    ];
    let turn = all.iter().position(|(_, done, ..)| !done);
    let step = |(i, (key, done, href, go)): (usize, (&str, bool, String, &str))| Step {
        done,
        title: t.s(&format!("insight-step-{key}")),
        why: t.s(&format!("insight-step-{key}-why")),
        href: if Some(i) == turn { href } else { String::new() },
        go: t.s(go),
    };
    all.into_iter().enumerate().map(step).collect()
}
