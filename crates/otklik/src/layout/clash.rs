//! Two people with one form open: both versions side by side, and only what a person changed goes over what another saved.

use std::collections::BTreeMap;

use kit::Error;
use kit::i18n::T;

use super::forms::plain;
use super::simple::{Typed, refused};
use super::{Errors, Field};

/// Why a form is shown again: what is wrong with it, or that somebody else saved meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Again {
    pub errors: Errors,
    pub clash: bool,
}

impl Again {
    /// A refusal that belongs to the form. Everything else is an error page.
    ///
    /// # Errors
    /// What is not the form's own.
    pub fn of(error: Error, t: T) -> Result<Self, Error> {
        let clash = matches!(error, Error::Conflict("version"));
        Ok(Self { errors: refused(error, t)?, clash })
    }

    /// The form as it is shown again: as typed, after a clash laid over what is saved now.
    #[must_use]
    pub fn shown(&self, typed: Option<&Typed>, saved: &[Field]) -> Option<Typed> {
        typed.map(|typed| if self.clash { typed.over(saved) } else { typed.clone() })
    }
}

impl Typed {
    /// What was typed where the person changed it, and what is saved now in every other field: the form carries in `was` what
    /// it showed. So nobody who keeps their own words overwrites somebody else's in a field that they did not touch. A form
    /// that does not say what it showed is meant as a whole.
    #[must_use]
    pub fn over(&self, saved: &[Field]) -> Self {
        let Ok(was) = serde_json::from_str::<Was>(self.get("was")) else { return self.clone() };
        let mut out = self.clone();
        for field in saved {
            let mine: Vec<String> = self.all(&field.name).iter().map(|v| plain(v)).filter(|v| !v.is_empty()).collect();
            if was.get(&field.name).is_some_and(|w| *w == mine) {
                out.0.retain(|(name, _)| *name != field.name);
                out.0.extend(field.sends().into_iter().map(|v| (field.name.clone(), v)));
            }
        }
        out
    }
}

/// A field in which what was typed differs from what somebody else saved meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    pub label: String,
    pub mine: String,
    pub theirs: String,
}

/// What each field of a form showed.
type Was = BTreeMap<String, Vec<String>>;

/// What a form shows, for the form to carry: see `Typed::over`.
#[must_use]
pub fn was(fields: &[Field]) -> String {
    let was: Was = fields.iter().map(|f| (f.name.clone(), f.sends())).collect();
    serde_json::to_string(&was).unwrap_or_default()
}

/// What differs between two fillings of one form, in the words that the reader sees there.
#[must_use]
pub fn differences(mine: &[Field], theirs: &[Field]) -> Vec<Differs> {
    let both = mine.iter().filter_map(|m| theirs.iter().find(|t| t.name == m.name).map(|t| (m, t)));
    both.map(|(m, t)| Differs { label: m.label.clone(), mine: m.reads(), theirs: t.reads() })
        .filter(|d| d.mine != d.theirs)
        .collect()
}
