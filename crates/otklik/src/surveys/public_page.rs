//! How the client's page looks: the form with what was typed, and the few short pages around it. Questions are drawn in
//! `public_question`.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use kit::FieldError;
use kit::i18n::{Lang, T};
use serde_json::Value as Json;

use super::public_question::{Problem, fields_of, problems, question};
use super::rules::answers::Answers;
use super::rules::form::Form;
use super::rules::steps::{step_before, step_from, steps};
use super::rules::visible;
use crate::figures::Anonymity;
use crate::layout::{Question, render};

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
