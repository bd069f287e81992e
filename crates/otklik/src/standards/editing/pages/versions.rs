//! Every version of a standard, one as it was, and what changed between two.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Id, Paging, Params};
use kit::{Actor, Error, Result, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

use super::show::{VersionView, version_view};
use super::{FieldView, Section, field_views, inside, points, sections, view};
use crate::app::App;
use crate::layout::{Frame, State as Mood, render};
use crate::standards::editing::rules::{Content, Span};
use crate::standards::editing::withdrawal::{self, Act};
use crate::standards::editing::{self, reading, store, versions};

#[derive(Template)]
#[template(path = "standards/editing/pages/versions.html")]
struct VersionsPage {
    frame: Frame,
    id: Uuid,
    versions: Vec<VersionView>,
    next: String,
    acts: Vec<ActView>,
}

/// What happened beside the versions.
struct ActView {
    at: String,
    by: String,
    words: String,
    reason: String,
}

async fn act_views(db: &impl kit::db::Query, actor: &Actor, id: Uuid) -> Result<Vec<ActView>> {
    let t = T::new(actor.lang);
    let mut out = Vec::new();
    for acted in withdrawal::acts(db, actor.org, id).await? {
        let (words, reason) = match acted.act {
            Act::Withdrawn { reason } => (t.s("standards-act-withdrawn"), reason),
            Act::Restored => (t.s("standards-act-restored"), String::new()),
            Act::Changed { field, was, is } => {
                let (was, is) = (shown(db, actor, field, &was).await?, shown(db, actor, field, &is).await?);
                (t.w2(&format!("standards-act-{field}"), "was", was, "is", is), String::new())
            }
        };
        out.push(ActView { at: t.date(&Timestamp(acted.at).date(&actor.zone)), by: acted.by, words, reason });
    }
    Ok(out)
}

/// A property as people read it.
async fn shown(db: &impl kit::db::Query, actor: &Actor, field: &str, value: &str) -> Result<String> {
    let t = T::new(actor.lang);
    let none = || t.s("standards-act-none");
    Ok(match field {
        "kind" if !value.is_empty() => t.s(&format!("standards-kind-{value}")),
        "owner" => match Uuid::try_parse(value) {
            Ok(id) => store::member_name(db, actor.org, id).await?.unwrap_or_else(none),
            Err(_) => none(),
        },
        _ => value.parse::<jiff::civil::Date>().map_or_else(|_| none(), |d| t.date(&d)),
    })
}

/// The versions of a standard, newest first.
///
/// # Errors
/// `NotFound`.
pub async fn list(State(app): State<App>, actor: Actor, id: Id, paging: Params<Paging>) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let standard = editing::seen(db, &actor, id.0).await?;
    let before = paging.0.cursor()?.and_then(|p| p.first()?.parse::<i64>().ok()).unwrap_or(0);
    let rows = versions::versions(db, actor.org, id.0, before, 51).await?;
    let list = kit::web::List::cut(rows, 50, |r| vec![r.number.to_string()]);
    let next = list.next.map(|c| format!("/standards/{}/versions?after={c}", id.0)).unwrap_or_default();
    let now = standard.row.published.filter(|_| standard.row.withdrawn_at.is_none());
    let versions = list.items.iter().map(|v| version_view(id.0, v, now, &actor)).collect();
    // Further back only the versions go on.
    let acts = if before == 0 { act_views(db, &actor, id.0).await? } else { Vec::new() };
    let page = VersionsPage { frame: inside(&actor, &standard, t.s("standards-versions")), id: id.0, versions, next, acts };
    Ok(render(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "standards/editing/pages/version.html")]
struct VersionPage {
    frame: Frame,
    hash: String,
    at: String,
    sections: Vec<Section>,
}

/// A version as it was published.
///
/// # Errors
/// `NotFound`.
pub async fn one(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    path: Result<axum::extract::Path<(String, i64)>, axum::extract::rejection::PathRejection>,
) -> Result<Response> {
    let number = path.map_err(|_| Error::NotFound)?.0.1;
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let standard = editing::seen(db, &actor, id.0).await?;
    let row = versions::version(db, actor.org, id.0, number).await?.ok_or(Error::NotFound)?;
    let content = Content::read(&row.content)?;
    let points = points(db, actor.org, t).await?;
    let views = content.items.iter().map(|i| Ok(view(i.id, 0, &i.text()?, &points, t))).collect::<Result<Vec<_>>>()?;
    let title = format!("{}: {}", t.label(&content.title), t.w("standards-version-n", "n", number));
    let frame = inside(&actor, &standard, title).crumb(t.s("standards-versions"), format!("/standards/{}/versions", id.0));
    let at = t.date(&Timestamp(row.published_at).date(&actor.zone));
    Ok(render(StatusCode::OK, &VersionPage { frame, hash: row.hash, at, sections: sections(views) }))
}

/// An item that differs, for a page.
pub(super) struct DiffView {
    pub id: Uuid,
    pub mood: Mood,
    pub word: String,
    pub text: String,
    pub fields: Vec<FieldView>,
}

#[derive(Template)]
#[template(path = "standards/editing/pages/diff.html")]
struct DiffPage {
    frame: Frame,
    title: Vec<Span>,
    reordered: bool,
    items: Vec<DiffView>,
    earlier: String,
    later: String,
}

/// Which versions are compared.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Between {
    from: Option<i64>,
    to: Option<i64>,
}

/// What changed between two versions, word by word.
///
/// # Errors
/// `NotFound`; `Invalid` for versions that there are not.
pub async fn difference(State(app): State<App>, actor: Actor, id: Id, between: Params<Between>) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let standard = editing::seen(db, &actor, id.0).await?;
    let d = reading::difference(db, &actor, &standard, between.0.from, between.0.to).await?;
    let points = points(db, actor.org, t).await?;
    let item = |i: &reading::ItemDifference| DiffView {
        id: i.id,
        mood: match i.fate {
            reading::Fate::Added => Mood::Good,
            reading::Fate::Removed => Mood::Quiet,
            reading::Fate::Changed => Mood::Note,
        },
        word: t.s(&format!("standards-fate-{}", i.fate.as_str())),
        text: i.after.as_ref().or(i.before.as_ref()).map(|x| t.label(&x.text).to_owned()).unwrap_or_default(),
        fields: field_views(&i.fields, &points, t),
    };
    let step = |from: i64, to: i64| format!("/standards/{}/diff?from={from}&to={to}", id.0);
    let title = t.w2("standards-between", "from", d.from, "to", d.to);
    let frame = inside(&actor, &standard, title).crumb(t.s("standards-versions"), format!("/standards/{}/versions", id.0));
    let page = DiffPage {
        frame,
        items: d.items.iter().map(item).collect(),
        title: d.title,
        reordered: d.reordered,
        earlier: if d.from > 1 { step(d.from - 1, d.from) } else { String::new() },
        later: if standard.row.published.is_some_and(|n| d.to < n) { step(d.to, d.to + 1) } else { String::new() },
    };
    Ok(render(StatusCode::OK, &page))
}
