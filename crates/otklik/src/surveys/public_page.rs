//! How the client's page looks: the form with what was typed, and the few short pages around it.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use kit::FieldError;
use kit::i18n::{Label, Lang, T};
use serde_json::Value as Json;

use super::rules::answers::Answers;
use super::rules::form::{Best, ContactField, Form, Question as Asked, TEXT_MAX, Type};
use super::rules::steps::{step_before, step_from, steps};
use super::rules::visible;
use crate::figures::Anonymity;
use crate::layout::{Ask, ContactLine, Pick, Question, Row, render};

/// What a page is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    pub form: &'a Form,
    pub code: &'a str,
    pub org_name: &'a str,
    /// Who may frame the page: origins separated by spaces.
    pub frame_origins: &'a str,
}

/// One showing of the form.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    pub sheet: Sheet<'a>,
    pub lang: Lang,
    /// As they were typed, sound or not.
    pub values: &'a Answers,
    pub errors: &'a [FieldError],
    pub status: u16,
    pub action: String,
    /// Hidden fields that come back with the answer: origin, language, the key that makes it count once.
    pub hidden: Vec<(String, String)>,
    /// The query of the links to other languages.
    pub query: Vec<(String, String)>,
    pub step: usize,
    /// Said on top: a test, a preview.
    pub notice: String,
    /// What went wrong with the sending rather than with an answer.
    pub alarm: String,
    pub preview: bool,
}

impl<'a> Page<'a> {
    #[must_use]
    pub fn new(sheet: Sheet<'a>, lang: Lang, values: &'a Answers, errors: &'a [FieldError]) -> Self {
        Self {
            sheet,
            lang,
            values,
            errors,
            status: if errors.is_empty() { 200 } else { 422 },
            action: format!("/s/{}", sheet.code),
            hidden: Vec::new(),
            query: Vec::new(),
            step: 0,
            notice: String::new(),
            alarm: String::new(),
            preview: false,
        }
    }

    /// The first step with an error, where the client should look.
    #[must_use]
    pub fn at_first_error(mut self) -> Self {
        let of = steps(self.sheet.form);
        let wrong = |key: &str| self.errors.iter().any(|e| e.field.split('.').nth(1) == Some(key));
        let first = of.iter().zip(&self.sheet.form.questions).find(|(_, q)| wrong(&q.key)).map(|(s, _)| *s);
        self.step = first.unwrap_or(self.step);
        self
    }

    #[must_use]
    pub fn response(self) -> Response {
        let t = T::new(self.lang);
        let form = self.sheet.form;
        let of = steps(form);
        let seen = visible(form, self.values);
        let in_steps = of.last().is_some_and(|last| *last > 0);
        let mut blocks = Vec::with_capacity(form.questions.len());
        let mut carried = Vec::new();
        for (step, q) in of.iter().zip(&form.questions) {
            let here = *step == self.step && seen.iter().any(|s| s.key == q.key);
            if let Some(value) = self.values.get(&q.key).filter(|_| !here) {
                carried.extend(fields_of(q, value));
            }
            blocks.push(Block { here, question: question(q, self.lang, self.values.get(&q.key), self.errors) });
        }
        let name = form.name.get(self.lang).to_owned();
        let alarm = if self.alarm.is_empty() {
            self.errors.iter().find(|e| e.field == "answers").map_or_else(String::new, |e| kit::web::field_text(e, t))
        } else {
            self.alarm
        };
        let problems = problems(form, self.lang, self.errors);
        let wrong = !alarm.is_empty() || !problems.is_empty();
        let page = FormPage {
            t,
            title: if wrong { t.w("ask-title-wrong", "title", &name) } else { format!("{name} · {}", self.sheet.org_name) },
            org: self.sheet.org_name.to_owned(),
            name,
            notice: self.notice,
            langs: langs(form, self.lang, &self.action, &self.query),
            action: self.action,
            code: self.sheet.code.to_owned(),
            hidden: self.hidden,
            step: if in_steps { (field_name(form, "step"), self.step) } else { (String::new(), 0) },
            carried,
            blocks,
            // Only a rule can bring another step; whether it does is known when this one was answered.
            more: in_steps && of.iter().any(|s| *s > self.step),
            back: if in_steps && step_before(form, self.values, self.step).is_some() {
                field_name(form, "go")
            } else {
                String::new()
            },
            alarm,
            problems,
            rules: rules_json(form),
            promise: t.s(match form.anonymity {
                Anonymity::Identified => "ask-promise",
                Anonymity::Confidential => "ask-promise-confidential",
                Anonymity::Anonymous => "ask-promise-anonymous",
            }),
            preview: self.preview,
        };
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        framed(render(status, &page), self.sheet.frame_origins, self.preview)
    }
}

/// The form as a client would see it. `preview`: for the builder; framable by our own pages, and it sends nothing.
#[must_use]
pub fn render_form(sheet: Sheet<'_>, lang: Lang, values: &Answers, errors: &[FieldError], preview: bool) -> Response {
    let mut page = Page::new(sheet, lang, values, errors);
    if preview {
        page.notice = T::new(lang).s("ask-preview");
        page.preview = true;
    }
    page.step = step_from(sheet.form, values, 0).unwrap_or(0);
    page.response()
}

#[derive(Template)]
#[template(path = "surveys/client/form.html")]
struct FormPage {
    t: T,
    title: String,
    org: String,
    name: String,
    notice: String,
    langs: Vec<Other>,
    action: String,
    code: String,
    hidden: Vec<(String, String)>,
    step: (String, usize),
    carried: Vec<(String, String)>,
    blocks: Vec<Block>,
    more: bool,
    back: String,
    alarm: String,
    problems: Vec<Problem>,
    rules: String,
    promise: String,
    preview: bool,
}

struct Block {
    here: bool,
    question: Question,
}

struct Other {
    href: String,
    lang: &'static str,
    name: &'static str,
}

struct Problem {
    at: String,
    title: String,
    text: String,
}

/// A short page: thanks, closed, not found.
#[derive(Debug, Default)]
pub struct Note {
    pub status: u16,
    pub title: String,
    pub paragraphs: Vec<String>,
    pub org: String,
    pub notice: String,
    pub frame_origins: String,
    /// A button that sends an empty form there.
    pub button: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "surveys/client/note.html")]
struct NotePage {
    t: T,
    title: String,
    paragraphs: Vec<String>,
    org: String,
    notice: String,
    /// All is done: a tick stands above.
    done: bool,
    action: String,
    button: String,
}

impl Note {
    #[must_use]
    pub fn response(self, lang: Lang) -> Response {
        let (action, button) = self.button.unwrap_or_default();
        let done = self.status < 400 && button.is_empty();
        let page = NotePage {
            t: T::new(lang),
            title: self.title,
            paragraphs: self.paragraphs,
            org: self.org,
            notice: self.notice,
            done,
            action,
            button,
        };
        framed(render(StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK), &page), &self.frame_origins, false)
    }
}

/// Says who may frame the page.
fn framed(mut response: Response, origins: &str, own: bool) -> Response {
    let mut allowed: Vec<&str> = origins.split_whitespace().filter(|o| is_origin(o)).take(50).collect();
    if own {
        allowed.push("'self'");
    }
    let list = if allowed.is_empty() { "'none'".to_owned() } else { allowed.join(" ") };
    if let Ok(value) = HeaderValue::from_str(&format!("{}; frame-ancestors {list}", crate::doors::CLIENT_CSP)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, value);
    }
    response
}

/// `https://host[:port]`, nothing that could end the directive.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|h| {
        !h.is_empty() && h.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'*' | b'[' | b']'))
    })
}

/// The name of a field of ours: the plain word, unless a question has it as its key.
#[must_use]
pub fn field_name(form: &Form, name: &str) -> String {
    if form.question(name).is_some() { format!(":{name}") } else { name.to_owned() }
}

fn langs(form: &Form, now: Lang, action: &str, query: &[(String, String)]) -> Vec<Other> {
    let others = form.locales.iter().copied().filter(|l| *l != now);
    others
        .map(|lang| {
            let mut text = form_urlencoded::Serializer::new(String::new());
            text.extend_pairs(query.iter().filter(|(k, _)| k != "lang")).append_pair("lang", lang.as_str());
            let name = match lang {
                Lang::Ru => "Русский",
                Lang::En => "English",
            };
            Other { href: format!("{action}?{}", text.finish()), lang: lang.as_str(), name }
        })
        .collect()
}

/// Key → rule, for the script; safe inside a `<script>`.
fn rules_json(form: &Form) -> String {
    let map: serde_json::Map<String, Json> =
        form.questions.iter().filter_map(|q| Some((q.key.clone(), serde_json::to_value(q.show_if.as_ref()?).ok()?))).collect();
    if map.is_empty() {
        return String::new();
    }
    let text = Json::Object(map).to_string();
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Errors by question (or its part), each once, in the form's order.
fn problems(form: &Form, lang: Lang, errors: &[FieldError]) -> Vec<Problem> {
    let mut out: Vec<Problem> = Vec::new();
    for q in &form.questions {
        for e in errors.iter().filter(|e| e.field.split('.').nth(1) == Some(q.key.as_str())) {
            let at = e.field.strip_prefix("answers.").unwrap_or(&e.field);
            let part = at.strip_prefix(q.key.as_str()).and_then(|rest| rest.strip_prefix('.')).unwrap_or("");
            let row = q.rows.iter().find(|r| r.key == part).map(|r| r.title.get(lang).to_owned());
            let line = q.fields.iter().find(|f| f.as_str() == part).map(|f| T::new(lang).s(line_of(*f).2));
            let row = row.or(line);
            let known = part.is_empty() || row.is_some() || part == "consent";
            let problem = Problem {
                at: if known { at.to_owned() } else { q.key.clone() },
                title: row.unwrap_or_else(|| q.title.get(lang).to_owned()),
                text: said(e, T::new(lang)),
            };
            if !out.iter().any(|p| p.at == problem.at) {
                out.push(problem);
            }
        }
    }
    out
}

/// An error in a client's words.
fn said(e: &FieldError, t: T) -> String {
    if e.code == "required" { t.s("ask-required") } else { kit::web::field_text(e, t) }
}

fn label(l: Option<&Label>, lang: Lang) -> Option<String> {
    l.map(|l| l.get(lang).to_owned())
}

/// A question as the macros draw it, with what was typed and what is wrong with it.
fn question(q: &Asked, lang: Lang, value: Option<&Json>, errors: &[FieldError]) -> Question {
    let t = T::new(lang);
    let error = |part: &str| {
        let field = if part.is_empty() { format!("answers.{}", q.key) } else { format!("answers.{}.{part}", q.key) };
        errors.iter().find(|e| e.field == field).map_or_else(String::new, |e| said(e, t))
    };
    let text = |v: Option<&Json>| v.map_or_else(String::new, |v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
    let chosen = |key: &str| match value {
        Some(Json::Array(list)) => list.iter().any(|v| v.as_str() == Some(key)),
        Some(v) => v.as_str() == Some(key),
        None => false,
    };
    let part = |name: &str| value.and_then(|v| v.get(name));
    let ask = match q.kind {
        Type::Nps | Type::Csat | Type::Ces | Type::Rating => {
            let scale = q.scale();
            let (from, to) = scale.map_or((0, 10), |s| (s.min, s.max));
            let (low, high) = ends(q, lang);
            Ask::Scale { from, to, low, high, chosen: value.and_then(Json::as_i64) }
        }
        Type::Choice | Type::ScoredChoice | Type::Choices => {
            let options = q.options.iter().map(|o| Pick::new(&*o.key, o.title.get(lang), chosen(&o.key))).collect();
            Ask::Choice { options, many: q.kind == Type::Choices }
        }
        Type::Text => {
            let max = q.max.unwrap_or(TEXT_MAX);
            Ask::Words { value: text(value), rows: if max <= 200 { 2 } else { 4 }, max: u32::try_from(max).unwrap_or(0) }
        }
        Type::Matrix => {
            let rows = q.rows.iter().map(|r| Row {
                key: r.key.clone(),
                title: r.title.get(lang).to_owned(),
                chosen: text(part(&r.key)),
                error: error(&r.key),
            });
            let numbers = q.scale().map(|s| (s.min..=s.max).map(|n| (n.to_string(), n.to_string())).collect());
            let options =
                numbers.unwrap_or_else(|| q.options.iter().map(|o| (o.key.clone(), o.title.get(lang).to_owned())).collect());
            Ask::Matrix { rows: rows.collect(), options, words: !q.options.is_empty() }
        }
        Type::Consent => {
            Ask::Tick { label: label(q.consent.as_ref(), lang).unwrap_or_default(), ticked: value == Some(&Json::Bool(true)) }
        }
        Type::Contact => {
            let lines = q.fields.iter().map(|f| {
                let (kind, complete, name) = line_of(*f);
                ContactLine {
                    part: f.as_str(),
                    label: t.s(name),
                    kind,
                    complete,
                    value: text(part(f.as_str())),
                    error: error(f.as_str()),
                }
            });
            Ask::Contact {
                lines: lines.collect(),
                consent: label(q.consent.as_ref(), lang).unwrap_or_default(),
                ticked: part("consent") == Some(&Json::Bool(true)),
                consent_error: error("consent"),
            }
        }
    };
    let hint = label(q.hint.as_ref(), lang).unwrap_or_else(|| match q.kind {
        Type::Choices => t.s("ask-several"),
        Type::Matrix if q.options.is_empty() => {
            let (low, high) = ends(q, lang);
            let s = q.scale();
            s.filter(|_| !low.is_empty() && !high.is_empty())
                .map_or_else(String::new, |s| format!("{} — {low}, {} — {high}", s.min, s.max))
        }
        _ => String::new(),
    });
    Question::new(&*q.key, q.title.get(lang), ask).hint(hint).required(q.required).error(error(""))
}

/// A line of a contact: the input's type, the browser's word for what belongs there, and our text.
fn line_of(field: ContactField) -> (&'static str, &'static str, &'static str) {
    match field {
        ContactField::Name => ("text", "name", "ask-contact-name"),
        ContactField::Phone => ("tel", "tel", "ask-contact-phone"),
        ContactField::Email => ("email", "email", "ask-contact-email"),
    }
}

/// Words at the ends of a scale.
fn ends(q: &Asked, lang: Lang) -> (String, String) {
    let t = T::new(lang);
    let (low, high) = match q.kind {
        Type::Nps => (t.s("ask-nps-low"), t.s("ask-nps-high")),
        Type::Csat => (t.s("ask-csat-low"), t.s("ask-csat-high")),
        Type::Ces => (t.s("ask-ces-low"), t.s("ask-ces-high")),
        _ if q.scale().is_some_and(|s| s.best == Best::Min) => (t.s("ask-rating-high"), t.s("ask-rating-low")),
        _ => (t.s("ask-rating-low"), t.s("ask-rating-high")),
    };
    (label(q.low_label.as_ref(), lang).unwrap_or(low), label(q.high_label.as_ref(), lang).unwrap_or(high))
}

/// An answer as fields of a form: what `from_fields` reads back.
fn fields_of(q: &Asked, value: &Json) -> Vec<(String, String)> {
    let text = |v: &Json| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    match value {
        Json::Null => Vec::new(),
        Json::Array(list) => list.iter().map(|v| (q.key.clone(), text(v))).collect(),
        Json::Object(map) => map.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (format!("{}.{k}", q.key), text(v))).collect(),
        one => vec![(q.key.clone(), text(one))],
    }
}
