//! What the client's form sends, and what to do with it: ask on, or take it. No database, no clock.

use axum::http::{HeaderMap, header};
use kit::i18n::Lang;
use kit::{Error, FieldError, Result};

use super::intake::Origin;
use super::public_page::field_name;
use super::rules::answers::{Answers, check_answers};
use super::rules::form::Form;
use super::rules::steps::{step_before, step_from, steps};

/// A form of ours has fewer fields than this; more is an attack.
const MOST_FIELDS: usize = 10_000;
/// Longest word of a link that is carried along.
const LONGEST: usize = 500;

/// Fields of a query or a form. Bytes that are no UTF-8 become replacement signs.
///
/// # Errors
/// `TooLarge` when there are far too many.
pub fn pairs(bytes: &[u8]) -> Result<Vec<(String, String)>> {
    if bytes.iter().filter(|b| **b == b'&').count() > MOST_FIELDS {
        return Err(Error::TooLarge);
    }
    Ok(form_urlencoded::parse(bytes).map(|(k, v)| (k.into_owned(), v.into_owned())).collect())
}

/// The field that says which version was shown. Its name can be no question's.
pub const VERSION: &str = ":version";

/// The version of the form that came in.
#[must_use]
pub fn version(fields: &[(String, String)]) -> Option<i64> {
    fields.iter().find(|(k, _)| k == VERSION).and_then(|(_, v)| v.parse().ok())
}

/// Is the body said to be a form?
#[must_use]
pub fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// The language of the page: the link's, else the first that browser and survey share, else the survey's first.
#[must_use]
pub fn language(locales: &[Lang], query: &[(String, String)], headers: &HeaderMap) -> Lang {
    let first = locales.first().copied().unwrap_or_default();
    let asked = query.iter().find(|(k, _)| k == "lang").and_then(|(_, v)| v.parse::<Lang>().ok());
    if let Some(lang) = asked.filter(|l| locales.contains(l)) {
        return lang;
    }
    let wish = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("");
    // The parser answers Russian when it finds neither; then the survey's first language is the better guess.
    let named = |lang: &str| wish.split([',', ';', '-']).take(128).any(|w| w.trim().eq_ignore_ascii_case(lang));
    if !named("ru") && !named("en") {
        return first;
    }
    let wish = Lang::from_accept_language(wish);
    if locales.contains(&wish) { wish } else { first }
}

/// What came with the answers.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub origin: Origin,
    pub lang: Option<Lang>,
    /// The key that makes this showing of the form count once.
    pub once: Option<String>,
    pub test: Option<String>,
    /// The step that was filled in; `None` when the page was whole.
    pub step: Option<usize>,
    pub back: bool,
}

impl Sent {
    /// Reads our own fields from the form, or from the address when the form has none of them.
    #[must_use]
    pub fn read(form: &Form, query: &[(String, String)], fields: &[(String, String)]) -> Self {
        let find = |list: &[(String, String)], name: &str| {
            list.iter()
                .find(|(k, v)| k == name && !v.trim().is_empty())
                .map(|(_, v)| v.chars().filter(|c| !c.is_control()).take(LONGEST).collect::<String>())
        };
        let of_form = |name: &str| find(fields, &field_name(form, name));
        let names = ["branch", "employee", "touchpoint", "channel", "k"];
        // One signature covers all of them: they are taken together from one place.
        let from_form = names.iter().any(|n| of_form(n).is_some());
        let place = |name: &str| if from_form { of_form(name) } else { find(query, name) };
        let either = |name: &str| of_form(name).or_else(|| find(query, name));
        Self {
            origin: Origin {
                branch: place("branch"),
                employee: place("employee"),
                touchpoint: place("touchpoint"),
                channel: place("channel"),
                signature: place("k"),
            },
            lang: either("lang").and_then(|l| l.parse().ok()),
            once: of_form("once").filter(|k| (16..=128).contains(&k.len()) && k.is_ascii()),
            test: either("test"),
            step: of_form("step").and_then(|s| s.parse().ok()),
            back: of_form("go").is_some_and(|g| g == "back"),
        }
    }

    /// What the next showing carries as hidden fields.
    #[must_use]
    pub fn carried(&self) -> Vec<(&'static str, String)> {
        let mut out = self.link();
        out.extend(self.lang.map(|l| ("lang", l.as_str().to_owned())));
        out.extend(self.once.clone().map(|k| ("once", k)));
        out
    }

    /// What a link to the same page in another language carries.
    #[must_use]
    pub fn link(&self) -> Vec<(&'static str, String)> {
        let o = &self.origin;
        let all = [
            ("branch", &o.branch),
            ("employee", &o.employee),
            ("touchpoint", &o.touchpoint),
            ("channel", &o.channel),
            ("k", &o.signature),
            ("test", &self.test),
        ];
        all.into_iter().filter_map(|(k, v)| Some((k, v.clone()?))).collect()
    }
}

/// What follows from a form that came in.
#[derive(Debug, PartialEq)]
pub enum Turn {
    /// Show this step, with what is wrong so far.
    Ask { step: usize, errors: Vec<FieldError> },
    /// All is said; `step` is where the client was.
    Send { step: usize },
}

/// Decides whether to ask on. Without a step the page was whole: a script had joined the steps.
#[must_use]
pub fn turn(form: &Form, values: &Answers, step: Option<usize>, back: bool) -> Turn {
    let of = steps(form);
    let last = of.last().copied().unwrap_or(0);
    let now = step.map_or(last, |s| s.min(last));
    if back && step.is_some() {
        return Turn::Ask { step: step_before(form, values, now).unwrap_or(0), errors: Vec::new() };
    }
    let step_of = |e: &FieldError| {
        let key = e.field.split('.').nth(1)?;
        form.questions.iter().position(|q| q.key == key).and_then(|i| of.get(i).copied())
    };
    let errors = match check_answers(form, values, false) {
        Err(Error::Invalid(errors)) => errors,
        _ => Vec::new(),
    };
    // What stands in a later step could not be answered yet.
    let heard: Vec<FieldError> = errors.iter().filter(|e| step_of(e).is_some_and(|s| s <= now)).cloned().collect();
    if !heard.is_empty() {
        let step = heard.iter().filter_map(step_of).min().unwrap_or(now);
        let errors = heard.into_iter().filter(|e| step_of(e) == Some(step)).collect();
        return Turn::Ask { step, errors };
    }
    if step.is_some()
        && let Some(next) = step_from(form, values, now + 1)
    {
        return Turn::Ask { step: next, errors: Vec::new() };
    }
    if errors.is_empty() {
        Turn::Send { step: now }
    } else {
        Turn::Ask { step: step_from(form, values, 0).unwrap_or(now), errors }
    }
}
