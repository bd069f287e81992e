//! What a client's page asks, as `client_parts.html` shows it.

/// One question. Its inputs are named by `key` (`key.row` for the rows of a matrix).
#[derive(Clone, Debug)]
pub struct Question {
    pub key: String,
    pub title: String,
    pub hint: String,
    pub required: bool,
    pub error: String,
    pub ask: Ask,
}

#[derive(Clone, Debug)]
pub enum Ask {
    /// A scale of whole numbers as big keys, its ends in words.
    Scale { from: i64, to: i64, low: String, high: String, chosen: Option<i64> },
    /// One of several, or any of them.
    Choice { options: Vec<Pick>, many: bool },
    /// The client's own words.
    Words { value: String, rows: u8, max: u32 },
    /// A short line: an `<input>` of this type with the browser's word for what belongs there.
    Line { kind: &'static str, complete: &'static str, value: String },
    /// Rows rated on one scale. `words`: the options are texts rather than numbers.
    Matrix { rows: Vec<Row>, options: Vec<(String, String)>, words: bool },
    /// One box to tick; never ticked beforehand.
    Tick { label: String, ticked: bool },
    /// Whom to answer: short lines, and the consent that they need.
    Contact { lines: Vec<Line>, consent: String, ticked: bool, consent_error: String },
}

/// One line of a contact: named `key.part`.
#[derive(Clone, Debug)]
pub struct Line {
    pub part: &'static str,
    pub label: String,
    pub kind: &'static str,
    pub complete: &'static str,
    pub value: String,
    pub error: String,
}

#[derive(Clone, Debug)]
pub struct Pick {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub key: String,
    pub title: String,
    /// The value chosen before, or "".
    pub chosen: String,
    pub error: String,
}

impl Question {
    pub fn new(key: impl Into<String>, title: impl Into<String>, ask: Ask) -> Self {
        Self { key: key.into(), title: title.into(), hint: String::new(), required: false, error: String::new(), ask }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    #[must_use]
    pub fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }

    #[must_use]
    pub fn error(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    /// The value of `aria-describedby`, or "".
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.error.is_empty() {
            ids.push(format!("{}-error", self.key));
        }
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.key));
        }
        ids.join(" ")
    }
}

impl Pick {
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), chosen }
    }
}
