//! What a page of figures was asked for, read from its address, and the filters above it.

use axum::http::{StatusCode, Uri};
use kit::i18n::T;
use kit::time::date_of;
use kit::{Actor, Error, Reach, Result};

use crate::access::choose::{self, What};
use crate::insight::rules::{Ask, Metric, Query, ask};
use crate::insight::store;
use crate::layout::Field;

/// What a page of figures was asked for, as it stands in the address; it follows from page to page.
#[derive(Clone, Debug, Default)]
pub(super) struct Where {
    pairs: Vec<(String, String)>,
}

impl Where {
    pub(super) fn read(uri: &Uri) -> Self {
        let pairs = form_urlencoded::parse(uri.query().unwrap_or("").as_bytes());
        Self { pairs: pairs.into_owned().filter(|(_, v)| !v.is_empty() && !v.contains('\0') && v.len() < 300).collect() }
    }

    /// Turns the branch that was chosen or typed into its id. What fits none or several is taken out, so that the page shows
    /// everything, and the words about it are returned with what was typed.
    pub(super) async fn settle(&mut self, q: &impl kit::Query, actor: &Actor) -> Result<Option<(String, String)>> {
        let Some(at) = self.pairs.iter().position(|(k, _)| k == "branch") else { return Ok(None) };
        let typed = self.pairs[at].1.clone();
        match choose::resolve(q, actor, What::Branch, "branch", &typed).await {
            Ok(Some(id)) => self.pairs[at].1 = id.to_string(),
            Ok(None) => _ = self.pairs.remove(at),
            Err(Error::Invalid(faults)) => {
                self.pairs.remove(at);
                let words = faults.first().map_or_else(String::new, |f| kit::web::field_text(f, T::new(actor.lang)));
                return Ok(Some((typed, words)));
            }
            Err(other) => return Err(other),
        }
        Ok(None)
    }

    /// The filter of branches; none for those who see one or only themselves.
    pub(super) async fn branches(
        &self,
        q: &impl kit::Query,
        actor: &Actor,
        wrong: Option<&(String, String)>,
    ) -> Result<Option<Field>> {
        if actor.reach == Reach::Own {
            return Ok(None);
        }
        let t = T::new(actor.lang);
        let (value, error) = wrong.map_or((self.get("branch").unwrap_or(""), ""), |(typed, words)| (typed, words));
        let field = Field::select("branch", t.s("insight-branch")).placeholder(t.s("insight-branch-any")).value(value);
        let field = choose::field(q, actor, What::Branch, field).await?.error(error);
        Ok((field.choices.len() > 1 || wrong.is_some()).then_some(field))
    }

    /// The address as it came, without its path.
    pub(super) fn raw(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.pairs).finish()
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// The address of a page with some of it changed; "" drops a part.
    pub(super) fn href(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (k, v) in &self.pairs {
            let follows = matches!(
                k.as_str(),
                "period"
                    | "from"
                    | "to"
                    | "branch"
                    | "survey"
                    | "about"
                    | "by"
                    | "metric"
                    | "question"
                    | "item"
                    | "standard"
                    | "grain"
            );
            if follows && !changes.iter().any(|(c, _)| c == k) {
                out.append_pair(k, v);
            }
        }
        for (k, v) in changes.iter().filter(|(_, v)| !v.is_empty()) {
            out.append_pair(k, v);
        }
        let query = out.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The list of answers behind the figures of this place: the same days, branch and survey.
    pub(super) fn answers(&self, today: i64, commented: bool) -> String {
        let days = self.range(today).1;
        let text = |d: i64| date_of(d).to_string();
        let survey = self.get("survey").filter(|s| uuid::Uuid::try_parse(s).is_ok());
        let mut out = form_urlencoded::Serializer::new(String::new());
        if let Some(branch) = self.get("branch") {
            out.append_pair("branch", branch);
        }
        if let Some((from, to)) = days {
            out.append_pair("from", &text(from)).append_pair("to", &text(to - 1));
        }
        if !commented {
            out.append_pair("all", "1");
        }
        let query = out.finish();
        let path = survey.map_or_else(|| "/responses".to_owned(), |s| format!("/surveys/{s}/responses"));
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }

    /// The period in words of the filter, and its days; the last day is included on pages.
    pub(super) fn range(&self, today: i64) -> (&'static str, Option<(i64, i64)>) {
        let back = |days: i64| Some((today + 1 - days, today + 1));
        let period = self.get("period").or_else(|| self.get("from").or(self.get("to")).map(|_| "own"));
        match period {
            Some("30") => ("30", back(30)),
            Some("365") => ("365", back(365)),
            Some("all") => ("all", None),
            Some("own") => {
                let day = |key| self.get(key).and_then(|text| ask::day(text).ok());
                let to = day("to").map_or(today, |t| t.max(day("from").unwrap_or(t)));
                ("own", Some((day("from").unwrap_or(to - 89).min(to), to + 1)))
            }
            _ => ("90", back(90)),
        }
    }

    pub(super) fn query(&self) -> Query {
        let own = |key: &str| self.get(key).map(str::to_owned);
        Query { survey: own("survey"), branch: own("branch"), about: own("about").filter(|a| a == "staff"), ..Query::default() }
    }

    /// What the address asks of one figure: of a survey and its question, or of a standard and its item.
    pub(super) fn query_of(&self, metric: Metric) -> Query {
        let own = |key: &str| self.get(key).map(str::to_owned);
        if metric.of_standards() {
            return Query { branch: own("branch"), standard: own("standard"), item: own("item"), ..Query::default() };
        }
        Query { question: own("question"), ..self.query() }
    }

    pub(super) fn ask(&self, metric: Metric, today: i64, more: Query) -> Result<Ask> {
        let (_, days) = self.range(today);
        let text = |d: i64| date_of(d).to_string();
        Ask::read(metric, Query { from: days.map(|d| text(d.0)), to: days.map(|d| text(d.1)), ..more })
    }
}

/// The filters above a page.
pub(super) struct Filters {
    pub(super) period: Field,
    pub(super) own: bool,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) branch: Option<Field>,
    pub(super) survey: Option<Field>,
    pub(super) about: Field,
    pub(super) keep: Vec<(String, String)>,
}

impl Filters {
    /// A branch that nobody knows is told beside the filter, and by the status.
    pub(super) fn status(&self) -> StatusCode {
        if self.branch.as_ref().is_some_and(|f| !f.error.is_empty()) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }
}

pub(super) fn filters(t: T, place: &Where, today: i64, branch: Option<Field>, surveys: &[store::SurveyName]) -> Filters {
    let (period, days) = place.range(today);
    let periods = ["30", "90", "365", "all", "own"].map(|p| (p, t.s(&format!("insight-period-{p}"))));
    let chosen = place.get("survey").unwrap_or("");
    let survey_choices = surveys.iter().map(|s| (s.id.to_string(), t.label(&s.label()).to_owned()));
    let of_survey = surveys.iter().find(|s| s.code == chosen).map_or_else(|| chosen.to_owned(), |s| s.id.to_string());
    let text = |d: i64| date_of(d).to_string();
    Filters {
        period: Field::select("period", t.s("insight-period")).value(period).choices(periods),
        own: period == "own",
        from: days.map_or(String::new(), |d| text(d.0)),
        to: days.map_or(String::new(), |d| text(d.1 - 1)),
        branch,
        survey: (surveys.len() > 1).then(|| {
            Field::select("survey", t.s("insight-survey"))
                .placeholder(t.s("insight-survey-any"))
                .value(of_survey)
                .choices(survey_choices)
        }),
        about: Field::select("about", t.s("insight-about"))
            .value(place.get("about").unwrap_or("clients"))
            .choices(["clients", "staff"].map(|a| (a, t.s(&format!("insight-about-{a}"))))),
        keep: ["by", "metric", "question", "grain"]
            .into_iter()
            .filter_map(|k| Some((k.to_owned(), place.get(k)?.to_owned())))
            .collect(),
    }
}
