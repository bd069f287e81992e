//! From answers to facts.

use std::collections::HashMap;

use serde_json::Value as Json;
use uuid::Uuid;

use super::answers::Answers;
use super::form::{Best, Form, Question, Type};
use crate::figures::{Dims, Fact, Kind, Series, SeriesKey};

/// Every series that answers to this form can feed.
#[must_use]
pub fn series_keys(form: &Form, survey: Uuid) -> Vec<SeriesKey> {
    let base = |kind, question: String, lo, hi, best_is_max| SeriesKey {
        kind,
        source: survey,
        question,
        about: form.about,
        anonymity: form.anonymity,
        lo,
        hi,
        best_is_max,
    };
    let mut keys = vec![base(Kind::Responses, String::new(), 0, 0, true)];
    for q in &form.questions {
        let scaled = |kind, question: String| q.scale().map(|s| base(kind, question, s.min, s.max, s.best == Best::Max));
        match q.kind {
            Type::Nps | Type::Csat | Type::Ces | Type::Rating => keys.extend(scaled(kind_of(q), q.key.clone())),
            Type::ScoredChoice => {
                let (lo, hi) = points_range(q);
                keys.push(base(Kind::Points, q.key.clone(), lo, hi, true));
                keys.extend(option_keys(q, &q.key).map(|k| base(Kind::Choice, k, 0, 0, true)));
            }
            Type::Choice | Type::Choices => keys.extend(option_keys(q, &q.key).map(|k| base(Kind::Choice, k, 0, 0, true))),
            Type::Matrix => {
                for row in &q.rows {
                    let name = format!("{}.{}", q.key, row.key);
                    if q.options.is_empty() {
                        keys.extend(scaled(Kind::Rating, name));
                    } else {
                        keys.extend(option_keys(q, &name).map(|k| base(Kind::Choice, k, 0, 0, true)));
                    }
                }
            }
            Type::Text | Type::Contact | Type::Consent => {}
        }
    }
    keys
}

fn kind_of(q: &Question) -> Kind {
    match q.kind {
        Type::Nps => Kind::Nps,
        Type::Csat => Kind::Csat,
        Type::Ces => Kind::Ces,
        _ => Kind::Rating,
    }
}

fn points_range(q: &Question) -> (i64, i64) {
    let points = || q.options.iter().filter_map(|o| o.points);
    (points().min().unwrap_or(0), points().max().unwrap_or(0))
}

/// The question itself (who answered it) and each of its options.
fn option_keys(q: &Question, name: &str) -> impl Iterator<Item = String> {
    let options: Vec<String> = q.options.iter().map(|o| format!("{name}={}", o.key)).collect();
    std::iter::once(name.to_owned()).chain(options)
}

/// Takes one fact of an answer.
type Put<'a> = dyn FnMut(Kind, &str, Option<i64>, Dims) + 'a;

/// A form with the numbers of its series, ready to turn many answers into facts.
#[derive(Clone, Debug)]
pub struct Counter {
    survey: Uuid,
    form: Form,
    ids: HashMap<(Kind, String), i64>,
    /// Touchpoints of questions, resolved to ids by the caller.
    touchpoints: HashMap<String, Uuid>,
}

impl Counter {
    /// `series` must hold those of [`series_keys`]; others are passed over.
    #[must_use]
    pub fn new(form: Form, survey: Uuid, series: &[Series], touchpoints: HashMap<String, Uuid>) -> Self {
        let wanted = series_keys(&form, survey);
        let ids =
            series.iter().filter(|s| wanted.contains(&s.key)).map(|s| ((s.key.kind, s.key.question.clone()), s.id)).collect();
        Self { survey, form, ids, touchpoints }
    }

    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    #[must_use]
    pub fn survey(&self) -> Uuid {
        self.survey
    }

    /// The facts of one set of answers. `already` names questions that this respondent answered before: they do not count again.
    #[must_use]
    pub fn facts(&self, answers: &Answers, day: Option<i64>, dims: Dims, already: &dyn Fn(&str) -> bool) -> Vec<Fact> {
        let mut out = Vec::with_capacity(answers.len() + 1);
        let mut put = |kind: Kind, question: &str, value: Option<i64>, dims: Dims| {
            if let Some(series) = self.ids.get(&(kind, question.to_owned())) {
                out.push(Fact { series: *series, value, day, dims, sign: 1 });
            }
        };
        put(Kind::Responses, "", None, dims);
        for q in &self.form.questions {
            let Some(given) = answers.get(&q.key) else { continue };
            if already(&q.key) {
                continue;
            }
            // A question about a touchpoint speaks of that one, wherever the link was found.
            let dims = match self.touchpoints.get(&q.key) {
                Some(t) => Dims { touchpoint: Some(*t), ..dims },
                None => dims,
            };
            let chosen = |put: &mut Put<'_>, name: &str, key: &str| {
                put(Kind::Choice, &format!("{name}={key}"), None, dims);
            };
            match (q.kind, given) {
                (Type::Nps | Type::Csat | Type::Ces | Type::Rating, v) => {
                    if let Some(v) = v.as_i64() {
                        put(kind_of(q), &q.key, Some(v), dims);
                    }
                }
                (Type::Choice | Type::ScoredChoice, Json::String(key)) => {
                    if let Some(points) = q.option(key).and_then(|o| o.points) {
                        put(Kind::Points, &q.key, Some(points), dims);
                    }
                    put(Kind::Choice, &q.key, None, dims);
                    chosen(&mut put, &q.key, key);
                }
                (Type::Choices, Json::Array(keys)) => {
                    put(Kind::Choice, &q.key, None, dims);
                    for key in keys.iter().filter_map(Json::as_str) {
                        chosen(&mut put, &q.key, key);
                    }
                }
                (Type::Matrix, Json::Object(rows)) => {
                    for (row, v) in rows {
                        let name = format!("{}.{row}", q.key);
                        if let Some(n) = v.as_i64() {
                            put(Kind::Rating, &name, Some(n), dims);
                        } else if let Some(key) = v.as_str() {
                            put(Kind::Choice, &name, None, dims);
                            chosen(&mut put, &name, key);
                        }
                    }
                }
                _ => {}
            }
        }
        out
    }
}
