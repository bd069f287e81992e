//! Tables go out: one row after another, in constant memory.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use kit::time::{date_of, day_number};
use kit::{Actor, Error, FieldError, Ground, Result, Timestamp};
use serde::Deserialize;
use serde_json::{Map as JsonMap, Value as Json, json};
use uuid::Uuid;

use super::rules::cells::write_row;
use super::rules::map::Kind;
use super::rules::out::{Columns, cells_of};
use super::store::{self, Went};
use crate::access::intake;
use crate::figures::week_start;
use crate::surveys::responses::Closed;
use crate::surveys::responses::rules::{Sight, seen, whole_weeks};
use crate::surveys::rules::answers::Answers;
use crate::surveys::rules::form::Form;
use kit::encoding::Encoding;

/// What is wanted, in the words of a URL.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// csv (default) or jsonl.
    pub format: Option<String>,
    /// For responses: a survey's id or code; all surveys when not given.
    pub survey: Option<String>,
    /// The first day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// The day after the last.
    pub to: Option<String>,
    /// `;` (default), `,` or tab.
    pub separator: Option<String>,
    /// utf-8 (default, with its mark) or windows-1251.
    pub encoding: Option<String>,
}

/// How the file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv { separator: char, encoding: Encoding },
    Jsonl,
}

/// A part of a survey that is exported alike.
#[derive(Clone, Debug)]
struct Part {
    survey: Uuid,
    versions: Vec<i64>,
    from: Option<i64>,
    to: Option<i64>,
    /// Of what was promised confidence.
    guarded: Option<Guarded>,
}

/// A block of what was promised confidence.
#[derive(Clone, Debug)]
struct Guarded {
    closed: Arc<Closed>,
    /// The days that are written; `None`: what has no date.
    days: Option<(i64, i64)>,
}

/// A file on its way out.
pub struct Export {
    ground: Arc<Ground>,
    org: Uuid,
    kind: Kind,
    format: Format,
    contacts: bool,
    parts: VecDeque<Part>,
    forms: HashMap<(Uuid, i64), Form>,
    columns: Columns,
    names: HashMap<Uuid, String>,
    channels: HashMap<Uuid, String>,
    after: i64,
    after_id: Option<Uuid>,
    begun: bool,
    ended: bool,
    /// Rows so far.
    pub rows: u64,
}

const PAGE: i64 = 2000;

fn day(field: &'static str, text: Option<&String>) -> Result<Option<jiff::civil::Date>> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(None) };
    let sound = text.parse::<jiff::civil::Date>().ok().filter(|d| text.len() == 10 && (1900..2200).contains(&d.year()));
    sound.map(Some).ok_or_else(|| Error::field(field, "not-a-date"))
}

impl Export {
    /// Makes ready what was asked for.
    ///
    /// # Errors
    /// `NotFound` for an unknown kind, `Invalid` for what does not fit.
    pub async fn begin(ground: &Arc<Ground>, actor: &Actor, kind: &str, wanted: &Wanted) -> Result<Self> {
        let kind = Kind::parse(kind).ok_or(Error::NotFound)?;
        let format = format_of(wanted)?;
        let (from, to) = (day("from", wanted.from.as_ref())?, day("to", wanted.to.as_ref())?);
        let db = &ground.db;
        let mut names = HashMap::new();
        let lists = [
            intake::branches(db, actor.org).await?,
            intake::employees(db, actor.org).await?,
            intake::touchpoints(db, actor.org).await?,
        ];
        for one in lists.into_iter().flatten() {
            names.insert(one.id, one.code.unwrap_or_else(|| one.id.to_string()));
        }
        let mut out = Self {
            ground: Arc::clone(ground),
            org: actor.org,
            kind,
            format,
            contacts: matches!(actor.role, kit::Role::Owner | kit::Role::Manager),
            parts: VecDeque::new(),
            forms: HashMap::new(),
            columns: Columns::default(),
            names,
            channels: HashMap::new(),
            after: i64::MIN,
            after_id: None,
            begun: false,
            ended: false,
            rows: 0,
        };
        match kind {
            Kind::Responses => out.choose(actor, wanted.survey.as_deref(), from, to).await?,
            _ if wanted.survey.as_deref().is_some_and(|s| !s.is_empty()) => return Err(Error::field("survey", "not-for-type")),
            _ => out.columns = Columns::plain(kind),
        }
        Ok(out)
    }

    /// Which versions of which surveys, and how far each may be shown.
    async fn choose(
        &mut self,
        actor: &Actor,
        survey: Option<&str>,
        from: Option<jiff::civil::Date>,
        to: Option<jiff::civil::Date>,
    ) -> Result<()> {
        let db = &self.ground.db;
        let survey = match survey.map(str::trim).filter(|s| !s.is_empty()) {
            Some(name) => {
                let map = super::Map { survey: Some(name.to_owned()), ..super::Map::default() };
                let found = super::survey_of(db, actor.org, &map).await;
                Some(found.map_err(|_| Error::field("survey", "unknown"))?.id)
            }
            None => None,
        };
        let mut parts: BTreeMap<(Uuid, bool), Vec<i64>> = BTreeMap::new();
        for v in store::versions(db, actor.org, survey).await? {
            parts.entry((v.survey, v.anonymity != "identified")).or_default().push(v.number);
            self.forms.insert((v.survey, v.number), serde_json::from_str(&v.form)?);
        }
        for ((id, protected), versions) in parts {
            let moment = |d: jiff::civil::Date| kit::time::start_of_day(d, &actor.zone).0;
            if !protected {
                let (from, to) = (from.map(moment), to.map(moment));
                self.parts.push_back(Part { survey: id, versions, from, to, guarded: None });
                continue;
            }
            let today = day_number(self.ground.now().date(&actor.zone));
            let closed = Arc::new(Closed::of(db, actor.org, id, &versions, today).await?);
            let (first, last) = whole_weeks(from, to);
            let week = |d: Option<jiff::civil::Date>, open: i64| d.map_or(open, |d| week(day_number(d)));
            for (begin, end) in closed.blocks.inside(week(first, i64::MIN), week(last, i64::MAX)) {
                let days = Some((week_start(begin), week_start(end)));
                let guarded = Some(Guarded { closed: Arc::clone(&closed), days });
                self.parts.push_back(Part { survey: id, versions: versions.clone(), from: None, to: None, guarded });
            }
            if closed.undated && from.is_none() && to.is_none() {
                let guarded = Some(Guarded { closed, days: None });
                self.parts.push_back(Part { survey: id, versions, from: None, to: None, guarded });
            }
        }
        self.columns = Columns::of(self.forms.values(), self.contacts);
        for (id, name) in store::channels(db, actor.org).await? {
            self.channels.insert(id, name);
        }
        Ok(())
    }

    /// The type of the file, for its header.
    #[must_use]
    pub fn mime(&self) -> &'static str {
        match self.format {
            Format::Csv { encoding: Encoding::Windows1251, .. } => "text/csv; charset=windows-1251",
            Format::Csv { .. } => "text/csv; charset=utf-8",
            Format::Jsonl => "application/x-ndjson",
        }
    }

    /// A name for the file.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.kind.as_str(), if self.format == Format::Jsonl { "jsonl" } else { "csv" })
    }

    /// The next piece of the file; `None` at its end.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let mut text = String::new();
        if !self.begun {
            self.begun = true;
            if let Format::Csv { separator, encoding } = self.format {
                if encoding == Encoding::Utf8 {
                    text.push('\u{feff}');
                }
                write_row(&mut text, self.columns.names.iter().map(String::as_str), separator);
            }
        }
        while !self.ended && text.len() < 1 << 16 {
            let more = if self.kind == Kind::Responses { self.answers(&mut text).await? } else { self.things(&mut text).await? };
            self.ended = !more;
        }
        Ok((!text.is_empty()).then(|| self.encode(&text)))
    }

    fn encode(&self, text: &str) -> Vec<u8> {
        let Format::Csv { encoding: Encoding::Windows1251, .. } = self.format else { return text.as_bytes().to_vec() };
        let (bytes, _, lossy) = encoding_rs::WINDOWS_1251.encode(text);
        if !lossy {
            return bytes.into_owned();
        }
        // A sign that the encoding lacks becomes a question mark, as spreadsheets do it.
        let mut buffer = [0; 4];
        text.chars()
            .flat_map(|c| match encoding_rs::WINDOWS_1251.encode(c.encode_utf8(&mut buffer)) {
                (one, _, false) => one.to_vec(),
                _ => vec![b'?'],
            })
            .collect()
    }

    fn put(&mut self, text: &mut String, cells: &[String], object: impl FnOnce() -> Json) {
        self.rows += 1;
        match self.format {
            Format::Csv { separator, .. } => write_row(text, cells.iter().map(String::as_str), separator),
            Format::Jsonl => {
                text.push_str(&object().to_string());
                text.push('\n');
            }
        }
    }

    async fn answers(&mut self, text: &mut String) -> Result<bool> {
        let Some(part) = self.parts.front().cloned() else { return Ok(false) };
        let (survey, versions) = (part.survey, part.versions.as_slice());
        let db = &self.ground.db;
        let rows = match &part.guarded {
            None => store::answers(db, self.org, survey, versions, part.from, part.to, self.after, PAGE).await?,
            // The order in which they came would tell more than their block.
            Some(g) => store::guarded_answers(db, self.org, (survey, versions), g.days, self.after_id, PAGE).await?,
        };
        let Some((seq, id)) = rows.last().map(|r| (r.seq, r.id)) else {
            self.parts.pop_front();
            (self.after, self.after_id) = (i64::MIN, None);
            return Ok(true);
        };
        (self.after, self.after_id) = (seq, Some(id));
        for row in rows {
            let key = (row.survey, row.version);
            let Some(form) = self.forms.get(&key) else { continue };
            let answers: Answers = serde_json::from_str(&row.answers)?;
            let sight = Sight { contacts: self.contacts, protected: part.guarded.is_some() };
            let answers = seen(form, answers, sight);
            if part.guarded.is_some() && answers.is_empty() {
                continue;
            }
            let base = self.base(&row, part.guarded.as_ref().map(|g| &*g.closed));
            let cells = cells_of(&self.columns, &base, &answers);
            self.put(text, &cells, || object(&base, &answers));
        }
        Ok(true)
    }

    /// The columns besides the answers, in their order.
    fn base(&self, row: &Went, guarded: Option<&Closed>) -> Vec<(&'static str, Option<String>)> {
        let name = |id: Option<Uuid>| id.map(|id| self.names.get(&id).cloned().unwrap_or_else(|| id.to_string()));
        let at = match guarded {
            Some(closed) => closed.first_day(row.day).map(|d| date_of(d).to_string()),
            None => row.at.map(|a| Timestamp(a).to_string()),
        };
        let open = |value: Option<String>| if guarded.is_some() { None } else { value };
        vec![
            ("id", open(Some(row.id.to_string()))),
            ("external_id", open(row.external_id.clone())),
            ("survey", Some(row.survey.to_string())),
            ("version", Some(row.version.to_string())),
            ("at", at),
            ("branch", open(name(row.branch))),
            ("employee", open(name(row.employee))),
            ("touchpoint", open(name(row.touchpoint))),
            ("channel", open(row.channel.and_then(|c| self.channels.get(&c).cloned()))),
            ("respondent", open(row.respondent.clone())),
        ]
    }

    async fn things(&mut self, text: &mut String) -> Result<bool> {
        // Ids grow with time, so the last id shown is the place to go on from; a list is read once and kept short.
        let rows = match self.kind {
            Kind::Branches => store::branches_out(&self.ground.db, self.org).await?,
            Kind::Employees => store::employees_out(&self.ground.db, self.org).await?,
            _ => store::touchpoints_out(&self.ground.db, self.org).await?,
        };
        for cells in rows {
            let mut cells: Vec<String> = cells.into_iter().map(Option::unwrap_or_default).collect();
            if let (Kind::Touchpoints, Some(name)) = (self.kind, cells.get_mut(2)) {
                *name = intake::plain_name(name);
            }
            let names = self.columns.names.clone();
            self.put(text, &cells, || {
                names.iter().zip(&cells).map(|(k, v)| (k.clone(), if v.is_empty() { Json::Null } else { json!(v) })).collect()
            });
        }
        Ok(false)
    }
}

fn week(day: i64) -> i64 {
    crate::figures::week_of(day)
}

fn object(base: &[(&'static str, Option<String>)], answers: &Answers) -> Json {
    let mut out: JsonMap<String, Json> = base
        .iter()
        .map(|(k, v)| {
            let value = match (*k, v) {
                ("version", Some(v)) => v.parse::<i64>().map_or(Json::Null, Json::from),
                (_, Some(v)) => json!(v),
                (_, None) => Json::Null,
            };
            ((*k).to_owned(), value)
        })
        .collect();
    out.insert("answers".into(), json!(answers));
    Json::Object(out)
}

fn format_of(wanted: &Wanted) -> Result<Format> {
    let given = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
    match given(&wanted.format).as_deref().unwrap_or("csv") {
        "csv" => {}
        "jsonl" => return Ok(Format::Jsonl),
        _ => return Err(Error::field("format", "format-not-there")),
    }
    let separator = match given(&wanted.separator) {
        None => ';',
        Some(text) => super::rules::table::separator(&text)
            .map(char::from)
            .ok_or_else(|| Error::Invalid(vec![FieldError::new("separator", "unknown-variant").with("allowed", "; , tab")]))?,
    };
    let encoding = match given(&wanted.encoding) {
        None => Encoding::Utf8,
        Some(text) => {
            Encoding::parse(&text).filter(|e| matches!(e, Encoding::Utf8 | Encoding::Windows1251)).ok_or_else(|| {
                Error::Invalid(vec![FieldError::new("encoding", "unknown-variant").with("allowed", "utf-8, windows-1251")])
            })?
        }
    };
    Ok(Format::Csv { separator, encoding })
}
