//! Which column is what: the first rows, and a choice for each column.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{RawForm, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Error, Ground, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::app::App;
use crate::doors::frame;
use crate::imports::preview::{self, Preview};
use crate::imports::rules::map::{Create, Kind, Map, OnError};
use crate::imports::rules::suggest::Look;
use crate::imports::{source, upload};
use crate::layout::{Errors, Frame, render};
use crate::surveys::rules::form::{Form, Type};

/// A file that waits for its map; lies beside it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Waiting {
    pub org: Uuid,
    pub name: String,
    pub size: i64,
    pub kind: Kind,
    pub survey: Option<String>,
}

fn beside(ground: &Ground, id: Uuid) -> std::path::PathBuf {
    source::path_of(ground, id).with_extension("waiting.json")
}

/// Remembers a file that waits; clears away those that nobody came back to for a day.
///
/// # Errors
/// Those of the disk.
pub fn put(ground: &Ground, id: Uuid, waiting: &Waiting) -> Result<()> {
    let at = beside(ground, id);
    std::fs::write(&at, serde_json::to_vec(waiting)?)?;
    let stale = |entry: &std::fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|m| m.elapsed().ok());
        name.ends_with(".waiting.json") && age.is_some_and(|a| a.as_secs() > 86_400)
    };
    if let Some(folder) = at.parent() {
        for entry in std::fs::read_dir(folder)?.flatten().filter(stale) {
            let csv = entry.path().with_extension("").with_extension("csv");
            let _ = std::fs::remove_file(csv);
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

fn get(ground: &Ground, actor: &Actor, id: Uuid) -> Result<Waiting> {
    let bytes = std::fs::read(beside(ground, id)).map_err(|_| Error::NotFound)?;
    let waiting: Waiting = serde_json::from_slice(&bytes)?;
    if waiting.org == actor.org { Ok(waiting) } else { Err(Error::NotFound) }
}

struct Pick {
    value: String,
    label: String,
    chosen: bool,
}

struct Column {
    at: usize,
    header: String,
    sample: String,
    targets: Vec<Pick>,
    /// Numbers may be reversed, and some of them may mean "no answer".
    numeric: bool,
    reverse: bool,
    missing: String,
    error: String,
}

#[derive(Template)]
#[template(path = "imports/pages/mapping.html")]
struct MappingPage {
    frame: Frame,
    action: String,
    lead: String,
    columns: Vec<Column>,
    creates: Vec<(&'static str, String, bool)>,
    refuse: bool,
    warnings: Vec<(String, String)>,
    errors: Errors,
}

/// What somebody chose so far.
#[derive(Clone, Debug, Default)]
struct Typed {
    fields: HashMap<String, Vec<String>>,
}

impl Typed {
    fn read(form: &[u8]) -> Self {
        let mut fields: HashMap<String, Vec<String>> = HashMap::new();
        for (k, v) in form_urlencoded::parse(form) {
            fields.entry(k.into_owned()).or_default().push(v.into_owned());
        }
        Self { fields }
    }

    fn one(&self, name: &str) -> &str {
        self.fields.get(name).and_then(|v| v.first()).map_or("", String::as_str)
    }

    fn has(&self, name: &str, value: &str) -> bool {
        self.fields.get(name).is_some_and(|v| v.iter().any(|x| x == value))
    }

    /// What was suggested, as if it had been chosen.
    fn suggested(seen: &Preview) -> Self {
        let mut out = Self::default();
        let mut set = |name: String, value: String| _ = out.fields.insert(name, vec![value]);
        for (i, c) in seen.columns.iter().enumerate() {
            match &c.suggested {
                Json::String(to) => set(format!("c{i}"), to.clone()),
                Json::Object(d) => {
                    set(format!("c{i}"), d.get("to").and_then(Json::as_str).unwrap_or("").to_owned());
                    if d.get("reverse") == Some(&json!(true)) {
                        set(format!("r{i}"), "on".into());
                    }
                    let missing: Vec<String> = d
                        .get("missing")
                        .and_then(Json::as_array)
                        .into_iter()
                        .flatten()
                        .map(|m| m.as_str().map_or_else(|| m.to_string(), str::to_owned))
                        .collect();
                    set(format!("m{i}"), missing.join(", "));
                }
                _ => {}
            }
        }
        out.fields.insert("create".into(), vec!["branches".into()]);
        out
    }

    fn map(&self, waiting: &Waiting, header: &[String]) -> Map {
        let mut map: Map = serde_json::from_str("{}").unwrap_or_default();
        map.survey.clone_from(&waiting.survey);
        for (i, name) in header.iter().enumerate() {
            let to = self.one(&format!("c{i}"));
            if to.is_empty() {
                continue;
            }
            let missing: Vec<&str> =
                self.one(&format!("m{i}")).split([',', ';']).map(str::trim).filter(|m| !m.is_empty()).collect();
            let reverse = self.has(&format!("r{i}"), "on");
            let plain = !to.starts_with("answer:") || (missing.is_empty() && !reverse);
            map.columns
                .insert(name.clone(), if plain { json!(to) } else { json!({"to": to, "reverse": reverse, "missing": missing}) });
        }
        for (name, what) in
            [("branches", Create::Branches), ("employees", Create::Employees), ("touchpoints", Create::Touchpoints)]
        {
            if self.has("create", name) {
                map.create.push(what);
            }
        }
        if self.has("refuse", "on") {
            map.on_error = OnError::RefuseFile;
        }
        map
    }
}

/// What a column may become, with its words.
fn targets(kind: Kind, form: Option<&Form>, t: T) -> Vec<(String, String)> {
    let mut out = vec![(String::new(), t.s("imports-target-none"))];
    for q in form.iter().flat_map(|f| &f.questions) {
        let title = t.label(&q.title);
        let name = |title: &str| t.w("imports-target-question", "title", title);
        match q.kind {
            Type::Matrix => out.extend(
                q.rows.iter().map(|r| (format!("answer:{}.{}", q.key, r.key), name(&format!("{title} — {}", t.label(&r.title))))),
            ),
            Type::Contact => {
                let parts = q.fields.iter().map(|f| f.as_str()).chain(["consent"]);
                let word = |p: &str| {
                    t.s(&if p == "consent" { "imports-contact-consent".to_owned() } else { format!("surveys-contact-{p}") })
                };
                out.extend(parts.map(|p| (format!("answer:{}.{p}", q.key), name(&format!("{title} — {}", word(p))))));
            }
            _ => out.push((format!("answer:{}", q.key), name(title))),
        }
    }
    out.extend(kind.targets().iter().map(|target| ((*target).to_owned(), t.s(&format!("imports-target-{target}")))));
    out
}

async fn page(
    app: &App,
    actor: &Actor,
    id: Uuid,
    waiting: &Waiting,
    typed: Option<Typed>,
    refused: Vec<kit::FieldError>,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let mut map: Map = serde_json::from_str("{}").unwrap_or_default();
    map.survey.clone_from(&waiting.survey);
    let seen = preview::preview(&app.ground, actor, id, waiting.kind, &map).await?;
    let form = match waiting.kind {
        Kind::Responses => Some(preview::form_of(&app.ground, actor.org, &map).await?),
        _ => None,
    };
    let typed = typed.unwrap_or_else(|| Typed::suggested(&seen));
    let header: Vec<String> = seen.columns.iter().map(|c| c.header.clone()).collect();
    // What the whole file shows under this choice: a scale that changes on the way is said before anything is stored.
    let chosen = typed.map(waiting, &header);
    let looked = preview::preview(&app.ground, actor, id, waiting.kind, &chosen).await;
    let warnings = looked.map(|p| p.warnings).unwrap_or_default();
    let mut errors = Errors::none();
    let mut own: HashMap<String, String> = HashMap::new();
    for f in &refused {
        let text = kit::web::field_text(f, t);
        let column = f
            .field
            .strip_prefix("map.columns.")
            .and_then(|rest| header.iter().position(|h| rest == h || rest.starts_with(&format!("{h}."))));
        match column {
            Some(i) => {
                errors.add(format!("c{i}"), format!("{}: {text}", header[i]));
                own.insert(format!("c{i}"), text);
            }
            None => errors.add("c0", target_words(f, t).unwrap_or(text)),
        }
    }
    let all = targets(waiting.kind, form.as_ref(), t);
    let columns = seen
        .columns
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let chosen = typed.one(&format!("c{i}"));
            let cells: Vec<&str> = seen.rows.iter().map(|r| r[i].trim()).filter(|c| !c.is_empty()).take(4).collect();
            let sample: Vec<String> = cells
                .into_iter()
                .map(|c| if c.chars().count() > 60 { c.chars().take(59).chain(['…']).collect() } else { c.to_owned() })
                .collect();
            Column {
                at: i,
                header: c.header.clone(),
                sample: sample.join(" · "),
                targets: all.iter().map(|(v, l)| Pick { value: v.clone(), label: l.clone(), chosen: v == chosen }).collect(),
                // A date has no scale to turn.
                numeric: waiting.kind == Kind::Responses && c.look == Look::Number && chosen != "at",
                reverse: typed.has(&format!("r{i}"), "on"),
                missing: typed.one(&format!("m{i}")).to_owned(),
                error: own.get(&format!("c{i}")).cloned().unwrap_or_default(),
            }
        })
        .collect();
    let creates: &[&'static str] = match waiting.kind {
        Kind::Responses => &["branches", "employees", "touchpoints"],
        Kind::Employees => &["branches"],
        _ => &[],
    };
    let separator = if seen.separator == "\t" { t.s("imports-tab") } else { seen.separator.clone() };
    let lead = t.args(
        "imports-map-lead",
        &[
            ("rows", t.int(seen.rows.len()).as_str().into()),
            ("file", waiting.name.as_str().into()),
            ("encoding", seen.encoding.as_str().into()),
            ("separator", separator.as_str().into()),
        ],
    );
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = MappingPage {
        frame: frame(actor, t.s("imports-map-title"), "imports").crumb(t.s("imports-title"), "/imports"),
        action: format!("/imports/new/{id}"),
        lead,
        columns,
        creates: creates.iter().map(|c| (*c, t.s(&format!("imports-create-{c}")), typed.has("create", c))).collect(),
        refuse: typed.has("refuse", "on"),
        warnings: warnings.into_iter().map(|w| (w.column, w.message)).collect(),
        errors,
    };
    Ok(render(status, &page))
}

/// A missing target by its word, not by its key.
fn target_words(f: &kit::FieldError, t: T) -> Option<String> {
    let target = f.args.iter().find(|(k, _)| *k == "target").filter(|_| f.code == "target-missing")?;
    let key = format!("imports-target-{}", target.1);
    // Answers have no column of their own: any question will do.
    Some(if t.has(&key) { t.w("error-target-missing", "target", t.s(&key)) } else { t.s("imports-answers-missing") })
}

/// Shows the columns with what they seem to be.
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let waiting = get(&app.ground, &actor, id.0)?;
    page(&app, &actor, id.0, &waiting, None, Vec::new()).await
}

/// Begins the import.
pub async fn start(State(app): State<App>, actor: Actor, id: Id, RawForm(form): RawForm) -> Result<Response> {
    let waiting = get(&app.ground, &actor, id.0)?;
    let typed = Typed::read(&form);
    let blank: Map = serde_json::from_str("{}").unwrap_or_default();
    let file = upload::ready(&app.ground, id.0, &waiting.name, waiting.size, &blank).await?;
    let map = typed.map(&waiting, &file.header);
    let tx = app.write(&actor).await?;
    match crate::imports::begin(&tx, waiting.kind, &map, &file, false).await {
        Ok(row) => {
            tx.commit().await?;
            let _ = std::fs::remove_file(beside(&app.ground, id.0));
            Ok(Redirect::to(&format!("/imports/{}", row.id)).into_response())
        }
        Err(Error::Invalid(refused)) => {
            drop(tx);
            page(&app, &actor, id.0, &waiting, Some(typed), refused).await
        }
        Err(other) => Err(other),
    }
}
