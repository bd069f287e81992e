//! Form fields and their errors, as `parts::field` and `parts::error_summary` show them.

/// What is wrong with a form, field by field, in words that say what would be right.
#[derive(Clone, Debug, Default)]
pub struct Errors(Vec<(String, String)>);

impl Errors {
    pub fn none() -> Self {
        Self::default()
    }

    pub fn add(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.0.push((field.into(), text.into()));
    }

    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// The first error of a field, or "".
    pub fn of(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| name == field).map_or("", |(_, text)| text)
    }

    pub fn list(&self) -> &[(String, String)] {
        &self.0
    }
}

impl<F: Into<String>, M: Into<String>> FromIterator<(F, M)> for Errors {
    fn from_iter<I: IntoIterator<Item = (F, M)>>(errors: I) -> Self {
        Self(errors.into_iter().map(|(field, text)| (field.into(), text.into())).collect())
    }
}

/// A filter as a link: pressing it changes the URL.
#[derive(Clone, Debug)]
pub struct Chip {
    pub label: String,
    pub href: String,
    pub on: bool,
    /// How many there are, already written out; "" shows none.
    pub count: String,
}

impl Chip {
    pub fn new(label: impl Into<String>, href: impl Into<String>, on: bool) -> Self {
        Self { label: label.into(), href: href.into(), on, count: String::new() }
    }

    #[must_use]
    pub fn count(mut self, count: impl Into<String>) -> Self {
        self.count = count.into();
        self
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An `<input>` of this type: text, email, tel, number, date, time, password, url, file…
    Input(&'static str),
    Area,
    Select,
    /// One of many: typed, with what fits offered from an address. Its choices are what is offered first.
    Pick(&'static str),
    /// Any of many, each typed in a line of its own. Its chosen choices are the lines, the others what is offered first.
    Picks(&'static str),
    /// One of few, all seen at once.
    Radios,
    /// Any of few.
    Checks,
    /// A single yes or no.
    Switch,
}

/// One of the answers a field offers.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: String,
    pub chosen: bool,
}

/// A field of a form. Built in the door or right in the template:
/// `Field::text("title", t.s("surveys-title")).value(form.title).error(errors.of("title")).required()`.
#[derive(Clone, Debug)]
pub struct Field {
    pub kind: Kind,
    pub name: String,
    pub label: String,
    pub value: String,
    pub hint: String,
    pub error: String,
    pub required: bool,
    pub choices: Vec<Choice>,
    pub placeholder: String,
    /// The browser's word for what belongs here: `email`, `current-password`, `off`…
    pub autocomplete: String,
    pub rows: u8,
    pub min: String,
    pub max: String,
    pub step: String,
    pub max_length: u32,
    /// Shown after the input: «%», «₽», «минут».
    pub suffix: String,
    pub accept: String,
    pub focus: bool,
    pub disabled: bool,
}

impl Field {
    fn new(kind: Kind, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            label: label.into(),
            value: String::new(),
            hint: String::new(),
            error: String::new(),
            required: false,
            choices: Vec::new(),
            placeholder: String::new(),
            autocomplete: String::new(),
            rows: 3,
            min: String::new(),
            max: String::new(),
            step: String::new(),
            max_length: 0,
            suffix: String::new(),
            accept: String::new(),
            focus: false,
            disabled: false,
        }
    }

    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Input("text"), name, label)
    }

    /// An `<input>` of any other type: `Field::input("date", "due", t.s("actions-due"))`.
    pub fn input(kind: &'static str, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Input(kind), name, label)
    }

    pub fn area(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Area, name, label)
    }

    pub fn select(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Select, name, label)
    }

    pub fn radios(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Radios, name, label)
    }

    pub fn checks(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Checks, name, label)
    }

    /// A yes or no; sends `on` when chosen, nothing otherwise.
    pub fn switch(name: impl Into<String>, label: impl Into<String>, on: bool) -> Self {
        Self::new(Kind::Switch, name, label).value(if on { "on" } else { "" })
    }

    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    #[must_use]
    pub fn error(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Adds an answer; it is the chosen one if it equals the value given before.
    #[must_use]
    pub fn choice(mut self, value: impl Into<String>, label: impl Into<String>) -> Self {
        let value = value.into();
        let chosen = value == self.value;
        self.choices.push(Choice { value, label: label.into(), hint: String::new(), chosen });
        self
    }

    /// Adds an answer and says whether it is chosen, for fields with several.
    #[must_use]
    pub fn check(mut self, value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        self.choices.push(Choice { value: value.into(), label: label.into(), hint: String::new(), chosen });
        self
    }

    /// Explains the answer added last.
    #[must_use]
    pub fn choice_hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(last) = self.choices.last_mut() {
            last.hint = hint.into();
        }
        self
    }

    /// Adds `(value, label)` answers; chosen is what equals the value given before.
    #[must_use]
    pub fn choices<V: Into<String>, L: Into<String>>(self, all: impl IntoIterator<Item = (V, L)>) -> Self {
        all.into_iter().fold(self, |field, (value, label)| field.choice(value, label))
    }

    /// Turns the field into a search among many: `place` answers what fits, `first` is offered before anything is typed.
    #[must_use]
    pub fn pick<L: Into<String>>(mut self, place: &'static str, first: impl IntoIterator<Item = L>) -> Self {
        self.kind = Kind::Pick(place);
        self.choices = first.into_iter().map(|l| Choice { value: l.into(), ..Choice::default() }).collect();
        self
    }

    /// Turns the field into lines to type in, one for each that is chosen and a few more.
    #[must_use]
    pub fn picks<L: Into<String>>(self, place: &'static str, first: impl IntoIterator<Item = L>, chosen: Vec<String>) -> Self {
        let mut field = self.pick(place, first);
        field.kind = Kind::Picks(place);
        field.choices.extend(chosen.into_iter().map(|value| Choice { value, chosen: true, ..Choice::default() }));
        field
    }

    /// The lines of `Picks`: what is chosen, and empty ones to choose more.
    pub fn lines(&self) -> Vec<&str> {
        let chosen = self.choices.iter().filter(|c| c.chosen).map(|c| c.value.as_str());
        chosen.chain([""; 3]).collect()
    }

    /// What is offered before anything is typed.
    pub fn first(&self) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(|c| !c.chosen)
    }

    /// Where a search asks for what fits; "" for any other field.
    pub fn place(&self) -> &'static str {
        match self.kind {
            Kind::Pick(place) | Kind::Picks(place) => place,
            _ => "",
        }
    }

    #[must_use]
    pub fn placeholder(mut self, text: impl Into<String>) -> Self {
        self.placeholder = text.into();
        self
    }

    #[must_use]
    pub fn autocomplete(mut self, word: impl Into<String>) -> Self {
        self.autocomplete = word.into();
        self
    }

    #[must_use]
    pub fn rows(mut self, rows: u8) -> Self {
        self.rows = rows;
        self
    }

    #[must_use]
    pub fn range(mut self, min: impl ToString, max: impl ToString) -> Self {
        self.min = min.to_string();
        self.max = max.to_string();
        self
    }

    #[must_use]
    pub fn step(mut self, step: impl ToString) -> Self {
        self.step = step.to_string();
        self
    }

    #[must_use]
    pub fn max_length(mut self, characters: u32) -> Self {
        self.max_length = characters;
        self
    }

    #[must_use]
    pub fn suffix(mut self, text: impl Into<String>) -> Self {
        self.suffix = text.into();
        self
    }

    #[must_use]
    pub fn accept(mut self, kinds: impl Into<String>) -> Self {
        self.accept = kinds.into();
        self
    }

    /// The page opens with the cursor here; one field a page at most.
    #[must_use]
    pub fn focus(mut self) -> Self {
        self.focus = true;
        self
    }

    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    /// What the field says, as a reader sees it: the words of what is chosen, or the text.
    pub fn reads(&self) -> String {
        match self.kind {
            Kind::Select | Kind::Radios => {
                let chosen = self.choices.iter().find(|c| c.value == self.value).map(|c| c.label.clone());
                chosen.unwrap_or_else(|| if self.value.is_empty() { self.placeholder.clone() } else { self.value.clone() })
            }
            Kind::Checks => {
                let chosen = self.choices.iter().filter(|c| c.chosen).map(|c| c.label.as_str());
                chosen.collect::<Vec<_>>().join(", ")
            }
            Kind::Picks(_) => {
                let chosen = self.choices.iter().filter(|c| c.chosen).map(|c| c.value.as_str());
                chosen.collect::<Vec<_>>().join(", ")
            }
            _ => self.value.replace("\r\n", "\n").trim().to_owned(),
        }
    }

    /// What a browser sends of the field as it is filled; what is empty is left out.
    pub fn sends(&self) -> Vec<String> {
        let all: Vec<&str> = match self.kind {
            Kind::Checks | Kind::Picks(_) => self.choices.iter().filter(|c| c.chosen).map(|c| c.value.as_str()).collect(),
            _ => vec![self.value.as_str()],
        };
        all.into_iter().map(plain).filter(|v| !v.is_empty()).collect()
    }

    /// The element's id, which the error summary links to.
    pub fn id(&self) -> String {
        format!("f-{}", self.name)
    }

    pub fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Input(kind) => kind,
            _ => "text",
        }
    }

    /// Whether several inputs make up the field, so that its label is a legend.
    pub fn is_group(&self) -> bool {
        matches!(self.kind, Kind::Radios | Kind::Checks | Kind::Picks(_))
    }

    /// The value of `aria-describedby`, or "".
    pub fn described_by(&self) -> String {
        let id = self.id();
        match (self.hint.is_empty(), self.error.is_empty()) {
            (true, true) => String::new(),
            (false, true) => format!("{id}-hint"),
            (true, false) => format!("{id}-error"),
            (false, false) => format!("{id}-error {id}-hint"),
        }
    }
}

/// A text without what a browser does to it on the way: line ends, blanks around it.
pub(super) fn plain(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}
