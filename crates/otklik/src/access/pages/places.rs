//! Pages of the company, branches, touchpoints, marks and the audit log.

use axum::extract::{Query, State};
use axum::response::Response;
use kit::i18n::{Label, Lang, T};
use kit::web::{Id, from_value};
use kit::{Actor, Error, Result};
use serde_json::{Value as Json, json};

use super::{Ask, frame, go, locale_field, may, zone_field, zone_name};
use crate::access::rules::places::{BranchForm, MarkForm, OrgForm, STAGES, TouchpointForm, stage};
use crate::access::{Noun, api, change, places};
use crate::app::App;
use crate::layout::simple::{FormPage, ListPage, Post, Row, Typed, refused};
use crate::layout::{Errors, Field, State as Look};

/// The company's own settings.
///
/// # Errors
/// Those of the database.
pub async fn org(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let row = crate::access::store::org(&app.ground.db, actor.org).await?.ok_or(Error::NotFound)?;
    Ok(org_page(&actor, &places::org_form(&row), &ask.done, Errors::none()))
}

fn org_page(actor: &Actor, form: &OrgForm, done: &str, errors: Errors) -> Response {
    let t = T::new(actor.lang);
    let mut page = FormPage::new(frame(actor, "access-org", done), "/org", t.s("access-save"), "/settings");
    page.frozen = !may(actor, change(Noun::Org));
    let fields = vec![
        Field::text("name", t.s("access-org-name")).value(&*form.name).max_length(200).required(),
        zone_field(t, &form.timezone),
        locale_field(t, &form.locale).hint(t.s("access-locale-hint")),
        Field::area("frame_origins", t.s("access-frame-origins"))
            .hint(t.s("access-frame-origins-hint"))
            .value(form.frame_origins.join("\n"))
            .placeholder("https://sosny.ru"),
    ];
    page.answer(fields, errors)
}

/// Saves the company's settings.
///
/// # Errors
/// Those of the database.
pub async fn save_org(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let form = OrgForm {
        name: typed.get("name").into(),
        timezone: typed.get("timezone").into(),
        locale: typed.get("locale").into(),
        frame_origins: typed.get("frame_origins").split_whitespace().map(str::to_owned).collect(),
    };
    let tx = app.write(&actor).await?;
    match places::edit_org(&tx, None, |_| Ok(form.clone())).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go("/org?done=saved"))
        }
        Err(error) => Ok(org_page(&actor, &form, "", refused(error, T::new(actor.lang))?)),
    }
}

/// Branches, with a search.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn branches(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let list = places::branches(&app.ground.db, &actor, &ask.wanted()?).await?;
    let empty = ("building-store", t.s("access-branches-empty"), t.s("access-branches-why"));
    let mut page = ListPage::new(frame(&actor, "access-branches", &ask.done), empty);
    page.lead = t.s("access-branches-why");
    if may(&actor, change(Noun::Branch)) {
        page.add = ("/branches/new".into(), t.s("access-branch-new"));
    }
    page.search = Some((ask.q.clone(), t.s("access-branches-search")));
    page.heads = vec![t.s("access-name"), t.s("access-branch-code"), t.s("access-timezone")];
    page.next = ask.next("/branches", list.next.as_ref());
    page.rows = list
        .items
        .into_iter()
        .map(|r| Row {
            href: format!("/branches/{}", r.id),
            main: r.name,
            sub: r.region.unwrap_or_default(),
            cells: vec![r.code, r.timezone.unwrap_or_else(|| "—".into())],
            badge: r.closed_at.map(|_| (Look::Quiet, t.s("access-branch-closed"))),
            post: None,
        })
        .collect();
    Ok(page.answer())
}

fn branch_fields(t: T, form: &BranchForm) -> Vec<Field> {
    let zone = form.timezone.as_deref().unwrap_or("");
    vec![
        Field::text("name", t.s("access-name"))
            .hint(t.s("access-branch-name-hint"))
            .value(&*form.name)
            .max_length(200)
            .required(),
        Field::text("code", t.s("access-branch-code"))
            .hint(t.s("access-branch-code-hint"))
            .value(&*form.code)
            .max_length(64)
            .required(),
        Field::text("region", t.s("access-region")).value(form.region.clone().unwrap_or_default()).max_length(200),
        zone_field(t, zone).placeholder(t.s("access-timezone-own")),
    ]
}

fn read_branch(typed: &Typed) -> BranchForm {
    let some = |name: &str| Some(typed.get(name).to_owned()).filter(|v| !v.is_empty());
    BranchForm {
        name: typed.get("name").into(),
        code: typed.get("code").into(),
        timezone: some("timezone"),
        region: some("region"),
    }
}

fn branch_frame(actor: &Actor, title: String, done: &str) -> crate::layout::Frame {
    let mut frame = frame(actor, "access-branches", done).crumb(T::new(actor.lang).s("access-branches"), "/branches");
    frame.title = title;
    frame
}

fn new_branch_page(actor: &Actor, form: &BranchForm, errors: Errors) -> Response {
    let t = T::new(actor.lang);
    let page = FormPage::new(branch_frame(actor, t.s("access-branch-new"), ""), "/branches", t.s("access-add"), "/branches");
    page.answer(branch_fields(t, form), errors)
}

/// The form of a new branch.
pub async fn new_branch(actor: Actor) -> Response {
    new_branch_page(&actor, &BranchForm::default(), Errors::none())
}

/// Makes a branch.
///
/// # Errors
/// Those of the database.
pub async fn create_branch(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let form = read_branch(&typed);
    let tx = app.write(&actor).await?;
    match places::create_branch(&tx, &form).await {
        Ok(row) => {
            tx.commit().await?;
            Ok(go(&format!("/branches/{}?done=added", row.id)))
        }
        Err(error) => Ok(new_branch_page(&actor, &form, refused(error, T::new(actor.lang))?)),
    }
}

async fn branch_page(
    app: &App,
    actor: &Actor,
    id: uuid::Uuid,
    typed: Option<&BranchForm>,
    done: &str,
    errors: Errors,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let row = places::branch(&app.ground.db, actor, id).await?;
    let path = format!("/branches/{id}");
    let mut page = FormPage::new(branch_frame(actor, row.name.clone(), done), &*path, t.s("access-save"), "/branches");
    page.frozen = !may(actor, change(Noun::Branch));
    if let Some(at) = row.closed_at {
        page.facts.push((t.s("access-branch-closed"), t.date_time(at, zone_name(actor))));
    }
    if !page.frozen {
        page.posts = vec![if row.closed_at.is_some() {
            Post::new(format!("{path}/reopening"), t.s("access-branch-reopen"))
        } else {
            Post::new(format!("{path}/closure"), t.s("access-branch-close"))
        }];
    }
    let stored = BranchForm { name: row.name, code: row.code, timezone: row.timezone, region: row.region };
    Ok(page.answer(branch_fields(t, typed.unwrap_or(&stored)), errors))
}

/// A branch.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn branch(State(app): State<App>, actor: Actor, id: Id, Query(ask): Query<Ask>) -> Result<Response> {
    branch_page(&app, &actor, id.0, None, &ask.done, Errors::none()).await
}

/// Saves a branch.
///
/// # Errors
/// `NotFound`.
pub async fn save_branch(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let form = read_branch(&typed);
    let tx = app.write(&actor).await?;
    match places::edit_branch(&tx, id.0, None, |_| Ok(form.clone())).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("/branches/{}?done=saved", id.0)))
        }
        Err(error) => {
            drop(tx);
            branch_page(&app, &actor, id.0, Some(&form), "", refused(error, T::new(actor.lang))?).await
        }
    }
}

async fn turn_branch(app: &App, actor: &Actor, id: Id, closed: bool) -> Result<Response> {
    let tx = app.write(actor).await?;
    places::set_closed(&tx, id.0, closed).await?;
    tx.commit().await?;
    Ok(go(&format!("/branches/{}?done={}", id.0, if closed { "closed" } else { "reopened" })))
}

/// Closes a branch.
///
/// # Errors
/// `NotFound`, `Conflict`.
pub async fn close_branch(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    turn_branch(&app, &actor, id, true).await
}

/// Reopens a branch.
///
/// # Errors
/// `NotFound`, `Conflict`.
pub async fn reopen_branch(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    turn_branch(&app, &actor, id, false).await
}

/// Touchpoints, with the starter list.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn touchpoints(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let list = places::touchpoints(&app.ground.db, &actor, &api::wanted(Some(500), ask.after.clone(), None)?).await?;
    let empty = ("map-route", t.s("access-touchpoints-empty"), t.s("access-touchpoints-why"));
    let mut page = ListPage::new(frame(&actor, "access-touchpoints", &ask.done), empty);
    page.lead = t.s("access-touchpoints-why");
    if may(&actor, change(Noun::Touchpoint)) {
        page.add = ("/touchpoints/new".into(), t.s("access-touchpoint-new"));
        page.posts = vec![Post::new("/touchpoints/starter", t.s("access-touchpoints-starter"))];
    }
    page.heads = vec![t.s("access-name"), t.s("access-stage"), t.s("access-channel"), t.s("access-key")];
    page.next = ask.next("/touchpoints", list.next.as_ref());
    let mut rows = list.items;
    rows.sort_by_key(|r| STAGES.iter().position(|s| *s == r.stage).unwrap_or(STAGES.len()));
    for r in rows {
        let name: Label = serde_json::from_str(&r.name)?;
        page.rows.push(Row {
            href: format!("/touchpoints/{}", r.id),
            main: t.label(&name).to_owned(),
            cells: vec![stage(t, &r.stage), r.channel.unwrap_or_default(), r.key],
            ..Row::default()
        });
    }
    Ok(page.answer())
}

/// Adds the starter list.
///
/// # Errors
/// Those of the database.
pub async fn starter(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tx = app.write(&actor).await?;
    places::add_starter(&tx).await?;
    tx.commit().await?;
    Ok(go("/touchpoints?done=added"))
}

fn touchpoint_fields(t: T, typed: &Typed) -> Vec<Field> {
    let stage_now = typed.get("stage");
    let mut stages = Field::select("stage", t.s("access-stage")).value(stage_now);
    if !stage_now.is_empty() && !STAGES.contains(&stage_now) {
        stages = stages.choice(stage_now, stage_now);
    }
    vec![
        Field::text("name_ru", t.s("access-name-ru")).value(typed.get("name_ru")).max_length(200),
        Field::text("name_en", t.s("access-name-en")).value(typed.get("name_en")).max_length(200),
        stages.choices(STAGES.iter().map(|s| (*s, stage(t, s)))).required(),
        Field::text("channel", t.s("access-channel"))
            .hint(t.s("access-channel-hint"))
            .value(typed.get("channel"))
            .max_length(100),
        Field::text("key", t.s("access-key")).hint(t.s("access-key-hint")).value(typed.get("key")).max_length(64).required(),
    ]
}

fn read_touchpoint(typed: &Typed, owner: Option<String>) -> Result<TouchpointForm> {
    let mut value = typed.json(&["key", "stage", "channel"]);
    let mut name = serde_json::Map::new();
    for (field, lang) in [("name_ru", "ru"), ("name_en", "en")] {
        if !typed.get(field).trim().is_empty() {
            name.insert(lang.into(), Json::from(typed.get(field).trim()));
        }
    }
    if name.is_empty() {
        return Err(Error::field("name_ru", "required"));
    }
    value["name"] = Json::Object(name);
    if let Some(owner) = owner {
        value["owner"] = Json::from(owner);
    }
    from_value(value)
}

fn touchpoint_page(actor: &Actor, action: String, title: String, typed: &Typed, done: &str, errors: Errors) -> Response {
    let t = T::new(actor.lang);
    let mut frame = frame(actor, "access-touchpoints", done).crumb(t.s("access-touchpoints"), "/touchpoints");
    frame.title = title;
    let mut page = FormPage::new(frame, action, t.s("access-save"), "/touchpoints");
    page.frozen = !may(actor, change(Noun::Touchpoint));
    page.answer(touchpoint_fields(t, typed), errors)
}

/// The form of a new touchpoint.
pub async fn new_touchpoint(actor: Actor) -> Response {
    let title = T::new(actor.lang).s("access-touchpoint-new");
    touchpoint_page(&actor, "/touchpoints".into(), title, &Typed::default(), "", Errors::none())
}

/// Makes a touchpoint.
///
/// # Errors
/// Those of the database.
pub async fn create_touchpoint(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let tx = app.write(&actor).await?;
    let made = match read_touchpoint(&typed, None) {
        Ok(form) => places::create_touchpoint(&tx, &form).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => {
            tx.commit().await?;
            Ok(go("/touchpoints?done=added"))
        }
        Err(error) => {
            Ok(touchpoint_page(&actor, "/touchpoints".into(), t.s("access-touchpoint-new"), &typed, "", refused(error, t)?))
        }
    }
}

/// A touchpoint.
///
/// # Errors
/// `NotFound`.
pub async fn touchpoint(State(app): State<App>, actor: Actor, id: Id, Query(ask): Query<Ask>) -> Result<Response> {
    let row = places::touchpoint(&app.ground.db, &actor, id.0).await?;
    let t = T::new(actor.lang);
    let name: Label = serde_json::from_str(&row.name)?;
    let of = |lang: Lang| match &name {
        Label::Plain(text) if lang == actor.lang => text.clone(),
        Label::Plain(_) => String::new(),
        Label::Map(map) => map.get(&lang).cloned().unwrap_or_default(),
    };
    let typed = Typed(vec![
        ("name_ru".into(), of(Lang::Ru)),
        ("name_en".into(), of(Lang::En)),
        ("stage".into(), row.stage.clone()),
        ("channel".into(), row.channel.clone().unwrap_or_default()),
        ("key".into(), row.key.clone()),
    ]);
    Ok(touchpoint_page(&actor, format!("/touchpoints/{}", id.0), t.label(&name).to_owned(), &typed, &ask.done, Errors::none()))
}

/// Saves a touchpoint.
///
/// # Errors
/// `NotFound`.
pub async fn save_touchpoint(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let tx = app.write(&actor).await?;
    match places::edit_touchpoint(&tx, id.0, None, |now| read_touchpoint(&typed, now.owner.clone())).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go("/touchpoints?done=saved"))
        }
        Err(error) => {
            let errors = refused(error, t)?;
            Ok(touchpoint_page(&actor, format!("/touchpoints/{}", id.0), t.s("access-touchpoints"), &typed, "", errors))
        }
    }
}

async fn marks_page(app: &App, actor: &Actor, ask: &Ask, typed: &Typed, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let list = places::marks(&app.ground.db, actor, &ask.wanted()?).await?;
    let empty = ("flag", t.s("access-marks-empty"), t.s("access-marks-why"));
    let mut page = ListPage::new(frame(actor, "access-marks", &ask.done), empty);
    page.lead = t.s("access-marks-why");
    page.heads = vec![t.s("access-mark-text"), t.s("access-mark-on"), t.s("access-branch")];
    page.next = ask.next("/marks", list.next.as_ref());
    let may_change = may(actor, change(Noun::Mark));
    for r in list.items {
        let branch = match r.branch {
            Some(id) => {
                crate::access::store::places::branch(&app.ground.db, actor.org, id).await?.map_or(String::new(), |b| b.name)
            }
            None => t.s("access-whole-company"),
        };
        let on = r.on_date.parse().map(|d: jiff::civil::Date| t.date(&d)).unwrap_or(r.on_date);
        let own = may_change && (actor.only_branches().is_none() || r.branch.is_some_and(|b| actor.branches.contains(&b)));
        page.rows.push(Row {
            main: kit::i18n::Label::stored(&r.text).get(t.language()).to_owned(),
            cells: vec![on, branch],
            post: own.then(|| Post::new(format!("/marks/{}/removal", r.id), t.s("access-remove"))),
            ..Row::default()
        });
    }
    if may_change {
        let on = if typed.get("on").is_empty() { app.ground.now().date(&actor.zone).to_string() } else { typed.get("on").into() };
        let own = if actor.only_branches().is_some() {
            actor.branches.first().map(ToString::to_string).unwrap_or_default()
        } else {
            String::new()
        };
        let branch = if typed.get("branch").is_empty() { own } else { typed.get("branch").into() };
        let mut branches = Field::select("branch", t.s("access-branch")).value(branch);
        if actor.only_branches().is_none() {
            branches = branches.placeholder(t.s("access-whole-company"));
        }
        for b in places::branches(&app.ground.db, actor, &api::wanted(Some(500), None, None)?).await?.items {
            branches = branches.choice(b.id.to_string(), b.name);
        }
        let fields = vec![
            Field::text("text", t.s("access-mark-text"))
                .hint(t.s("access-mark-hint"))
                .value(typed.get("text"))
                .max_length(200)
                .error(errors.of("text"))
                .required(),
            Field::input("date", "on", t.s("access-mark-on")).value(on).error(errors.of("on")).required(),
            branches.error(errors.of("branch")),
        ];
        page.form = Some(crate::layout::simple::Small {
            action: "/marks".into(),
            fields,
            submit: t.s("access-add"),
            errors: errors.clone(),
        });
    }
    let status = if errors.any() { 422 } else { 200 };
    let mut response = page.answer();
    *response.status_mut() = axum::http::StatusCode::from_u16(status).unwrap_or_default();
    Ok(response)
}

/// Marks on the time axis.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn marks(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    marks_page(&app, &actor, &ask, &Typed::default(), Errors::none()).await
}

/// Makes a mark.
///
/// # Errors
/// `Forbidden` for another branch.
pub async fn create_mark(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let made = match from_value::<MarkForm>(json!({"text": typed.get("text")}).merged(&typed.json(&["on", "branch"]))) {
        Ok(form) => places::create_mark(&tx, &form).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => {
            tx.commit().await?;
            Ok(go("/marks?done=added"))
        }
        Err(error) => {
            drop(tx);
            let errors = refused(error, T::new(actor.lang))?;
            marks_page(&app, &actor, &Ask::default(), &typed, errors).await
        }
    }
}

trait Merged {
    fn merged(self, other: &Json) -> Json;
}

impl Merged for Json {
    fn merged(mut self, other: &Json) -> Json {
        for (k, v) in other.as_object().into_iter().flatten() {
            self[k] = v.clone();
        }
        self
    }
}

/// Removes a mark.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn remove_mark(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    places::remove_mark(&tx, id.0).await?;
    tx.commit().await?;
    Ok(go("/marks?done=removed"))
}

/// What staff did, newest first.
///
/// # Errors
/// `Invalid` for a filter that is none.
pub async fn audit(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let some = |v: &String| Some(v.clone()).filter(|v| !v.is_empty());
    let params =
        api::places::AuditParams { noun: some(&ask.noun), from: some(&ask.from), to: some(&ask.to), limit: None, after: None };
    let list = places::audit(&app.ground.db, &actor, &ask.wanted()?, &params.which(&actor)?).await?;
    let mut page =
        ListPage::new(frame(&actor, "access-audit", ""), ("history", t.s("access-audit-empty"), t.s("access-audit-why")));
    page.lead = t.s("access-audit-why");
    let mut nouns = Field::select("noun", t.s("access-audit-noun")).value(&*ask.noun).placeholder(t.s("access-audit-all"));
    for noun in ["branch", "department", "employee", "import", "mark", "org", "response", "survey", "token", "touchpoint", "user"]
    {
        nouns = nouns.choice(noun, t.s(&format!("access-noun-{noun}")));
    }
    page.filters = vec![
        nouns,
        Field::input("date", "from", t.s("access-from")).value(&*ask.from),
        Field::input("date", "to", t.s("access-to")).value(&*ask.to),
    ];
    page.heads = vec![t.s("access-audit-what"), t.s("access-audit-when"), t.s("access-audit-who")];
    page.next = ask.next("/audit", list.next.as_ref());
    for r in list.items {
        let key = format!("access-verb-{}", r.verb.replace('.', "-"));
        let changes = places::changes(r.before.as_deref(), r.after.as_deref());
        let words = changes.iter().map(|(k, b, a)| {
            let field = format!("access-field-{}", k.replace('_', "-"));
            let field = if t.has(&field) { t.s(&field) } else { k.clone() };
            if b.is_empty() { format!("{field}: {a}") } else { format!("{field}: {b} → {a}") }
        });
        page.rows.push(Row {
            main: if t.has(&key) { t.s(&key) } else { r.verb },
            sub: words.collect::<Vec<_>>().join(" · ").chars().take(400).collect(),
            cells: vec![
                t.date_time(r.at, zone_name(&actor)),
                format!("{} ({})", r.actor_name, t.s(&format!("access-via-{}", r.via))),
            ],
            ..Row::default()
        });
    }
    Ok(page.answer())
}
