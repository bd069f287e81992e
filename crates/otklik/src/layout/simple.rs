//! Plain pages: a list, a form, a form before signing in. A feature fills them; only what is special has a page of its own.

use askama::Template;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use kit::Error;
use kit::error::FieldError;
use kit::i18n::T;
use serde_json::{Map, Value as Json};

pub use super::clash::{Again, Differs, differences, was};
use super::{Chip, Errors, Field, Frame, State, render};

/// What a page's form sent: pairs, in order, repeated for choices.
#[derive(Clone, Debug, Default)]
pub struct Typed(pub Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Error;

    async fn from_request(req: Request, state: &S) -> Result<Self, Error> {
        let bytes = kit::web::read_body(req, state).await?;
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().take(20_000).collect()))
    }
}

impl Typed {
    /// The first value of a field, or "".
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v)
    }

    /// All values of a field.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(k, v)| k == name && !v.is_empty()).map(|(_, v)| v.clone()).collect()
    }

    /// The version that the form was filled with; `None` when it carries none. What is no version fits no version.
    #[must_use]
    pub fn version(&self) -> Option<i64> {
        Some(self.get("version")).filter(|v| !v.is_empty()).map(|v| v.parse().unwrap_or(-1))
    }

    /// The named fields as a request of the API has them; empty ones are left out.
    #[must_use]
    pub fn json(&self, names: &[&str]) -> Json {
        let mut map = Map::new();
        for name in names {
            let value = self.get(name).trim();
            if !value.is_empty() {
                map.insert((*name).to_owned(), Json::from(value));
            }
        }
        Json::Object(map)
    }
}

/// The words of refused fields, for a form that is shown again.
#[must_use]
pub fn errors(faults: &[FieldError], t: T) -> Errors {
    faults.iter().map(|f| (f.field.split(['[', '.']).next().unwrap_or("").to_owned(), kit::web::field_text(f, t))).collect()
}

/// A refusal that belongs to the form: its fields, or a conflict said above it. Everything else is an error page.
///
/// # Errors
/// What is not the form's own.
pub fn refused(error: Error, t: T) -> Result<Errors, Error> {
    match error {
        Error::Invalid(faults) => Ok(errors(&faults, t)),
        Error::Conflict(code) => Ok([(String::new(), t.s(&format!("conflict-{code}")))].into_iter().collect()),
        Error::ConflictWith(code, what) => {
            Ok([(String::new(), t.w(&format!("conflict-{code}"), "what", what))].into_iter().collect())
        }
        other => Err(other),
    }
}

/// The summary's lines name their fields: «Заполните это поле» twice would say nothing.
#[must_use]
pub fn named(errors: &Errors, fields: &[Field]) -> Errors {
    let label = |name: &str| fields.iter().find(|f| f.name == name).map(|f| f.label.as_str());
    let line = |(name, text): &(String, String)| match label(name) {
        Some(label) => (name.clone(), format!("{label}: {text}")),
        None => (name.clone(), text.clone()),
    };
    errors.list().iter().map(line).collect()
}

/// A button that posts.
#[derive(Clone, Debug, Default)]
pub struct Post {
    pub action: String,
    pub label: String,
    pub danger: bool,
    /// Asked before; empty asks nothing.
    pub confirm: String,
    pub fields: Vec<(String, String)>,
}

impl Post {
    pub fn new(action: impl Into<String>, label: impl Into<String>) -> Self {
        Self { action: action.into(), label: label.into(), ..Self::default() }
    }

    #[must_use]
    pub fn danger(mut self, confirm: impl Into<String>) -> Self {
        self.danger = true;
        self.confirm = confirm.into();
        self
    }

    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }
}

/// A line of a list.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Empty: the line leads nowhere.
    pub href: String,
    pub main: String,
    pub sub: String,
    pub cells: Vec<String>,
    pub badge: Option<(State, String)>,
    pub post: Option<Post>,
}

/// A list with its filters and what to do first when it is empty.
#[derive(Template)]
#[template(path = "layout/simple_list.html")]
pub struct ListPage {
    pub frame: Frame,
    pub lead: String,
    /// Address and words of the one primary action; empty address: none.
    pub add: (String, String),
    /// What was searched for and the hint of the box; `None`: no search.
    pub search: Option<(String, String)>,
    pub filters: Vec<Field>,
    pub chips: Vec<Chip>,
    pub heads: Vec<String>,
    pub rows: Vec<Row>,
    pub next: String,
    /// Icon, title and purpose of the empty list.
    pub empty: (&'static str, String, String),
    pub posts: Vec<Post>,
    /// Where one can go from here: address and words.
    pub ways: Vec<(String, String)>,
    /// A form above the list, sent with its own button.
    pub form: Option<Small>,
}

/// A small form above a list.
pub struct Small {
    pub action: String,
    pub fields: Vec<Field>,
    pub submit: String,
    pub errors: Errors,
}

impl ListPage {
    #[must_use]
    pub fn new(frame: Frame, empty: (&'static str, String, String)) -> Self {
        Self {
            frame,
            lead: String::new(),
            add: (String::new(), String::new()),
            search: None,
            filters: Vec::new(),
            chips: Vec::new(),
            heads: Vec::new(),
            rows: Vec::new(),
            next: String::new(),
            empty,
            posts: Vec::new(),
            ways: Vec::new(),
            form: None,
        }
    }

    /// Has a line a button of its own?
    fn acts(&self) -> bool {
        self.rows.iter().any(|r| r.post.is_some())
    }

    /// Is it a search or a filter that left nothing?
    fn narrowed(&self) -> bool {
        self.search.as_ref().is_some_and(|s| !s.0.is_empty()) || self.filters.iter().any(|f| !f.value.is_empty())
    }

    pub fn answer(&self) -> Response {
        render(StatusCode::OK, self)
    }
}

/// What hangs on a thing, beside its form: a heading, lines, and the way to all of it.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    pub title: String,
    pub lines: Vec<BesideLine>,
    /// Said when there are no lines.
    pub none: String,
    /// Address and words; empty address: no way on.
    pub more: (String, String),
}

/// A line beside a form.
#[derive(Clone, Debug, Default)]
pub struct BesideLine {
    /// Empty: the line leads nowhere.
    pub href: String,
    pub main: String,
    pub sub: String,
    pub badge: Option<(State, String)>,
}

/// One form of a signed-in person.
#[derive(Template)]
#[template(path = "layout/simple_form.html")]
pub struct FormPage {
    pub frame: Frame,
    pub lead: String,
    pub action: String,
    pub fields: Vec<Field>,
    pub errors: Errors,
    pub submit: String,
    /// What else can be done with the thing.
    pub posts: Vec<Post>,
    pub facts: Vec<(String, String)>,
    /// What lies beside the thing: address and words.
    pub links: Vec<(String, String)>,
    pub beside: Vec<Beside>,
    pub cancel: String,
    /// Nothing can be changed here: the fields are shown, the button is not.
    pub frozen: bool,
    /// The version of the thing that the fields show; saving over a later one is noticed.
    pub version: Option<i64>,
    /// What the fields showed in that version: see `Typed::over`.
    pub was: String,
    /// Somebody else saved meanwhile: how that differs from what was typed.
    pub clash: Option<Vec<Differs>>,
}

impl FormPage {
    #[must_use]
    pub fn new(frame: Frame, action: impl Into<String>, submit: impl Into<String>, cancel: impl Into<String>) -> Self {
        Self {
            frame,
            lead: String::new(),
            action: action.into(),
            fields: Vec::new(),
            errors: Errors::none(),
            submit: submit.into(),
            posts: Vec::new(),
            facts: Vec::new(),
            links: Vec::new(),
            beside: Vec::new(),
            cancel: cancel.into(),
            frozen: false,
            version: None,
            was: String::new(),
            clash: None,
        }
    }

    /// The version that the form carries: that of what is shown. What was typed over an older one stays so, unless the
    /// reader is being told of it.
    pub fn of_version(&mut self, now: i64, typed: Option<&Typed>, again: &Again) {
        self.version = match typed {
            Some(typed) if !again.clash => typed.version(),
            _ => Some(now),
        };
        if let Some(typed) = typed.filter(|_| !again.clash) {
            typed.get("was").clone_into(&mut self.was);
        }
    }

    /// Shows the form again as it was typed. After a clash the saved values stand beside it, and what is sent next goes
    /// over them: the reader was told.
    pub fn again(mut self, fields: Vec<Field>, saved: &[Field], again: Again) -> Response {
        if self.was.is_empty() {
            self.was = was(saved);
        }
        if !again.clash {
            return self.answer(fields, again.errors);
        }
        self.clash = Some(differences(&fields, saved));
        let mut response = self.answer(fields, Errors::none());
        *response.status_mut() = StatusCode::CONFLICT;
        response
    }

    /// Puts the fields in with the errors beside them; answers 422 when there are any.
    pub fn answer(mut self, fields: Vec<Field>, errors: Errors) -> Response {
        let frozen = self.frozen;
        self.fields = fields
            .into_iter()
            .map(|f| {
                let error = errors.of(&f.name).to_owned();
                let f = if error.is_empty() { f } else { f.error(error) };
                if frozen { f.disabled() } else { f }
            })
            .collect();
        let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        self.errors = named(&errors, &self.fields);
        render(status, &self)
    }
}

/// One form before signing in.
#[derive(Template)]
#[template(path = "layout/simple_door.html")]
pub struct DoorPage {
    pub frame: Frame,
    pub lead: String,
    pub action: String,
    pub hidden: Vec<(String, String)>,
    pub fields: Vec<Field>,
    pub errors: Errors,
    /// Empty: nothing to send.
    pub submit: String,
    /// Address and words below the card.
    pub below: Vec<(String, String)>,
    /// Another way to send the form: value of `way`, words, and an explanation.
    pub other: Option<(String, String, String)>,
}

impl DoorPage {
    #[must_use]
    pub fn new(frame: Frame, action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self {
            frame,
            lead: String::new(),
            action: action.into(),
            hidden: Vec::new(),
            fields: Vec::new(),
            errors: Errors::none(),
            submit: submit.into(),
            below: Vec::new(),
            other: None,
        }
    }

    /// Puts the fields in with the errors beside them; answers 422 when there are any.
    pub fn answer(mut self, fields: Vec<Field>, errors: Errors) -> Response {
        self.fields = fields
            .into_iter()
            .map(|f| {
                let error = errors.of(&f.name).to_owned();
                if error.is_empty() { f } else { f.error(error) }
            })
            .collect();
        let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        self.errors = named(&errors, &self.fields);
        render(status, &self)
    }
}
