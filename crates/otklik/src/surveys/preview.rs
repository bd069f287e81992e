//! The draft as a client would meet it. Nothing is sent from here.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use kit::i18n::{Lang, T};
use kit::web::{Id, Params};
use kit::{Actor, Result};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::rules::form::{Form, Question as Asked, Type};
use crate::app::App;
use crate::doors::CLIENT_CSP;
use crate::layout::{Ask, Pick, Question, Row, render};

#[derive(Template)]
#[template(path = "surveys/pages/preview.html")]
struct Preview {
    t: T,
    title: String,
    questions: Vec<Question>,
    rules: String,
}

/// In which language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spoken {
    lang: Option<Lang>,
}

/// The draft's page; only our own pages may frame it.
pub async fn show(State(app): State<App>, actor: Actor, id: Id, spoken: Params<Spoken>) -> Result<Response> {
    let row = super::find(&app.ground.db, actor.org, id.0).await?;
    let form: Form = serde_json::from_str(&row.draft)?;
    let lang = spoken.0.lang.or(form.locales.first().copied()).unwrap_or(actor.lang);
    let t = T::new(lang);
    let rules: Map<String, Json> =
        form.questions.iter().filter_map(|q| Some((q.key.clone(), serde_json::to_value(q.show_if.as_ref()?).ok()?))).collect();
    let page = Preview {
        t,
        title: form.name.get(lang).to_owned(),
        questions: form.questions.iter().flat_map(|q| asked(q, lang, t)).collect(),
        rules: Json::Object(rules).to_string().replace('<', "\\u003c"),
    };
    let mut response = render(StatusCode::OK, &page);
    let policy = format!("{CLIENT_CSP}; frame-ancestors 'self'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

fn asked(q: &Asked, lang: Lang, t: T) -> Vec<Question> {
    let said = |label: &Option<kit::i18n::Label>| label.as_ref().map_or_else(String::new, |l| l.get(lang).to_owned());
    let picks = || q.options.iter().map(|o| Pick::new(&*o.key, o.title.get(lang), false)).collect::<Vec<_>>();
    let title = q.title.get(lang);
    let ask = match q.kind {
        Type::Nps | Type::Csat | Type::Ces | Type::Rating => {
            let Some(scale) = q.scale() else { return Vec::new() };
            Ask::Scale { from: scale.min, to: scale.max, low: said(&q.low_label), high: said(&q.high_label), chosen: None }
        }
        Type::Choice | Type::ScoredChoice => Ask::Choice { options: picks(), many: false },
        Type::Choices => Ask::Choice { options: picks(), many: true },
        Type::Consent => {
            let words = said(&q.consent);
            let words = if words.is_empty() { t.s("surveys-preview-agree") } else { words };
            Ask::Choice { options: vec![Pick::new("true", words, false)], many: true }
        }
        Type::Matrix => {
            let options = match q.scale() {
                Some(scale) => (scale.min..=scale.max).map(|n| (n.to_string(), n.to_string())).collect(),
                None => q.options.iter().map(|o| (o.key.clone(), o.title.get(lang).to_owned())).collect(),
            };
            let row = |r: &super::rules::Choice| Row { key: r.key.clone(), title: r.title.get(lang).to_owned(), chosen: String::new() };
            Ask::Matrix { rows: q.rows.iter().map(row).collect(), options }
        }
        Type::Text => Ask::Words { value: String::new(), rows: 4, max: 0 },
        Type::Contact => return contact(q, title, &said(&q.hint), &said(&q.consent), t),
    };
    vec![Question::new(&*q.key, title, ask).hint(said(&q.hint)).required(q.required)]
}

fn contact(q: &Asked, title: &str, hint: &str, consent: &str, t: T) -> Vec<Question> {
    let mut out: Vec<Question> = q
        .fields
        .iter()
        .map(|field| {
            let (kind, complete) = match field.as_str() {
                "phone" => ("tel", "tel"),
                "email" => ("email", "email"),
                _ => ("text", "name"),
            };
            let words = t.s(&format!("surveys-contact-{}", field.as_str()));
            Question::new(format!("{}.{}", q.key, field.as_str()), words, Ask::Line { kind, complete, value: String::new() })
        })
        .collect();
    if let Some(first) = out.first_mut() {
        first.title = format!("{title} {}", first.title);
        hint.clone_into(&mut first.hint);
    }
    let agree = Ask::Choice { options: vec![Pick::new("true", consent, false)], many: true };
    out.push(Question::new(format!("{}.consent", q.key), t.s("surveys-preview-consent"), agree));
    out
}
