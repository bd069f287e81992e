//! What makes a form sound: every fault of a draft or of a form that is to be published.

use kit::i18n::{Label, LabelProblem};
use kit::{Faults, FieldError};

use super::form::{Choice, Form, Question, Type};
use crate::figures::Anonymity;

/// Most questions, options and rows of a form.
pub const MOST_QUESTIONS: usize = 200;
const MOST_OPTIONS: usize = 200;
const MOST_ROWS: usize = 50;

impl Form {
    /// Everything that is wrong with the form. A draft may be empty; a published form may not (`publish`).
    ///
    /// # Errors
    /// `Invalid` with one entry for each fault.
    pub fn check(&self, publish: bool) -> kit::Result<()> {
        let mut faults = Faults::default();
        label(&mut faults, "name", &self.name, 200);
        if self.locales.is_empty() {
            faults.add("locales", "required");
        }
        if self.locales.iter().enumerate().any(|(i, l)| self.locales[..i].contains(l)) {
            faults.add("locales", "duplicate");
        }
        if self.questions.is_empty() && publish {
            faults.add("questions", "required");
        }
        if self.questions.len() > MOST_QUESTIONS {
            faults.push(FieldError::new("questions", "too-many").with("max", MOST_QUESTIONS));
        }
        if self.quarantine_days.is_some_and(|d| !(0..=3650).contains(&d)) {
            faults.push(FieldError::new("quarantine_days", "out-of-range").with("min", 0).with("max", 3650));
        }
        if let Some(thanks) = &self.thanks {
            label(&mut faults, "thanks", thanks, 2000);
        }
        for (i, q) in self.questions.iter().enumerate().take(MOST_QUESTIONS) {
            let at = format!("questions[{i}]");
            q.check(&at, &mut faults);
            if self.questions[..i].iter().any(|p| p.key == q.key) {
                faults.add(format!("{at}.key"), "duplicate");
            }
            if let Some(show) = &q.show_if {
                show.check(&format!("{at}.show_if"), &self.questions[..i], &mut faults, 0);
            }
        }
        if let Some(low) = &self.low_score {
            match self.question(&low.question).and_then(Question::scale) {
                Some(scale) if scale.min < low.below && low.below <= scale.max + 1 => {}
                Some(scale) => {
                    faults.push(
                        FieldError::new("low_score.below", "out-of-range").with("min", scale.min + 1).with("max", scale.max + 1),
                    );
                }
                None => faults.add("low_score.question", "unknown-question"),
            }
        }
        if self.anonymity == Anonymity::Anonymous && self.questions.iter().any(|q| q.kind == Type::Contact) {
            faults.add("anonymity", "anonymous-with-contact");
        }
        faults.check()
    }
}

impl Question {
    fn check(&self, at: &str, faults: &mut Faults) {
        key(faults, &format!("{at}.key"), &self.key);
        label(faults, &format!("{at}.title"), &self.title, 1000);
        for (name, text) in [("hint", &self.hint), ("low_label", &self.low_label), ("high_label", &self.high_label)] {
            if let Some(text) = text {
                label(faults, &format!("{at}.{name}"), text, 500);
            }
        }
        if let Some(consent) = &self.consent {
            label(faults, &format!("{at}.consent"), consent, 5000);
        }
        self.check_scale(at, faults);
        self.check_options(at, faults);
        self.check_rows(at, faults);
        match self.kind {
            Type::Text if self.max.is_some_and(|m| !(1..=10_000).contains(&m)) => {
                faults.push(FieldError::new(format!("{at}.max"), "out-of-range").with("min", 1).with("max", 10_000));
            }
            Type::Text => {}
            _ if self.max.is_some() => faults.add(format!("{at}.max"), "not-for-type"),
            _ => {}
        }
        match self.kind {
            Type::Contact => {
                if self.fields.is_empty() {
                    faults.add(format!("{at}.fields"), "required");
                }
                if self.fields.iter().enumerate().any(|(i, f)| self.fields[..i].contains(f)) {
                    faults.add(format!("{at}.fields"), "duplicate");
                }
                // A form cannot be published with personal fields and no consent text.
                if self.consent.is_none() {
                    faults.add(format!("{at}.consent"), "required");
                }
            }
            _ => {
                if !self.fields.is_empty() {
                    faults.add(format!("{at}.fields"), "not-for-type");
                }
                if self.consent.is_some() && self.kind != Type::Consent {
                    faults.add(format!("{at}.consent"), "not-for-type");
                }
            }
        }
        if self.touchpoint.as_ref().is_some_and(|t| t.chars().count() > 100) {
            faults.push(FieldError::new(format!("{at}.touchpoint"), "too-long").with("max", 100));
        }
    }

    fn check_scale(&self, at: &str, faults: &mut Faults) {
        let Some(scale) = self.scale else { return };
        let fixed = match self.kind {
            Type::Rating | Type::Matrix => None,
            Type::Nps | Type::Csat | Type::Ces => self.scale(),
            _ => return faults.add(format!("{at}.scale"), "not-for-type"),
        };
        if let Some(fixed) = fixed {
            if scale != fixed {
                faults.push(FieldError::new(format!("{at}.scale"), "fixed-scale").with("min", fixed.min).with("max", fixed.max));
            }
        } else if scale.min < -100 || scale.max > 100 || scale.min >= scale.max {
            faults.push(FieldError::new(format!("{at}.scale"), "bad-scale").with("min", -100).with("max", 100));
        } else if self.kind == Type::Matrix && !self.options.is_empty() {
            faults.add(format!("{at}.scale"), "scale-or-options");
        }
    }

    fn check_options(&self, at: &str, faults: &mut Faults) {
        let needs = matches!(self.kind, Type::Choice | Type::Choices | Type::ScoredChoice);
        if !needs && self.kind != Type::Matrix {
            if !self.options.is_empty() {
                faults.add(format!("{at}.options"), "not-for-type");
            }
            return;
        }
        if needs && self.options.is_empty() {
            faults.add(format!("{at}.options"), "required");
        }
        check_choices(&self.options, &format!("{at}.options"), MOST_OPTIONS, faults);
        for (i, o) in self.options.iter().enumerate().take(MOST_OPTIONS) {
            let field = format!("{at}.options[{i}].points");
            match (self.kind, o.points) {
                (Type::ScoredChoice, None) => faults.add(field, "required"),
                (Type::ScoredChoice, Some(p)) if !(-1000..=1000).contains(&p) => {
                    faults.push(FieldError::new(field, "out-of-range").with("min", -1000).with("max", 1000));
                }
                (Type::ScoredChoice, Some(_)) | (_, None) => {}
                (_, Some(_)) => faults.add(field, "not-for-type"),
            }
        }
    }

    fn check_rows(&self, at: &str, faults: &mut Faults) {
        if self.kind == Type::Matrix {
            if self.rows.is_empty() {
                faults.add(format!("{at}.rows"), "required");
            }
            check_choices(&self.rows, &format!("{at}.rows"), MOST_ROWS, faults);
            for (i, r) in self.rows.iter().enumerate().take(MOST_ROWS) {
                if r.points.is_some() {
                    faults.add(format!("{at}.rows[{i}].points"), "not-for-type");
                }
            }
        } else if !self.rows.is_empty() {
            faults.add(format!("{at}.rows"), "not-for-type");
        }
    }
}

fn check_choices(choices: &[Choice], at: &str, most: usize, faults: &mut Faults) {
    if choices.len() > most {
        faults.push(FieldError::new(at, "too-many").with("max", most));
    }
    for (i, c) in choices.iter().enumerate().take(most) {
        key(faults, &format!("{at}[{i}].key"), &c.key);
        label(faults, &format!("{at}[{i}].title"), &c.title, 500);
        if choices[..i].iter().any(|p| p.key == c.key) {
            faults.add(format!("{at}[{i}].key"), "duplicate");
        }
    }
}

fn key(faults: &mut Faults, field: &str, key: &str) {
    let sound = (1..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if !sound {
        faults.add(field, "bad-key");
    }
}

/// A text in one or more languages that must be there and fit.
pub fn label(faults: &mut Faults, field: &str, label: &Label, max: usize) {
    match label.check(max) {
        Ok(()) => {
            if label.texts().any(|t| t.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))) {
                faults.add(field, "control-characters");
            }
        }
        Err(LabelProblem::Empty) => faults.add(field, "required"),
        Err(LabelProblem::TooLong { max }) => faults.push(FieldError::new(field, "too-long").with("max", max)),
    }
}
