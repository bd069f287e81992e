//! Verbs about places and moments: the company itself, its branches, touchpoints and marks.

use kit::db::Query;
use kit::filter::Filter;
use kit::web::List;
use kit::{Actor, Error, Reach, Result, Tx, args};
use uuid::Uuid;

use super::rules::places::{self as rules, BranchForm, MarkForm, OrgForm, TouchpointForm};
use super::store::places::{self as store, BranchRow, MarkRow, TouchpointRow};

/// Which part of a list: `limit` as asked, the cursor of the part before, words to search for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub limit: i64,
    pub after: Option<Vec<String>>,
    pub q: String,
}

impl Wanted {
    /// The cursor's parts, when there are as many as the list needs.
    pub(super) fn cursor<const N: usize>(&self) -> Result<Option<[&str; N]>> {
        let Some(parts) = &self.after else { return Ok(None) };
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        parts.try_into().map(Some).map_err(|_| Error::field("after", "bad-cursor"))
    }
}

/// An id inside a cursor.
///
/// # Errors
/// `Invalid` when it is none.
pub fn cursor_id(text: &str) -> Result<Uuid> {
    Uuid::try_parse(text).map_err(|_| Error::field("after", "bad-cursor"))
}

/// What somebody typed to name a thing: an id, or a code that a database can hold.
#[must_use]
pub fn as_ref(text: &str) -> (Option<Uuid>, String) {
    (Uuid::try_parse(text).ok(), text.trim().replace('\0', "\u{fffd}"))
}

/// The branch that an id or a code names.
///
/// # Errors
/// Those of the database.
pub async fn branch_ref(q: &impl Query, org: Uuid, text: &str) -> Result<Option<Uuid>> {
    let (id, code) = as_ref(text);
    store::branch_id(q, org, id, &code).await
}

/// The employee that an id or a code names.
///
/// # Errors
/// Those of the database.
pub async fn employee_ref(q: &impl Query, org: Uuid, text: &str) -> Result<Option<Uuid>> {
    let (id, code) = as_ref(text);
    store::employee_id(q, org, id, &code).await
}

/// A branch as its form.
#[must_use]
pub fn branch_form(row: &BranchRow) -> BranchForm {
    BranchForm { name: row.name.clone(), code: row.code.clone(), timezone: row.timezone.clone(), region: row.region.clone() }
}

/// A branch that this actor may look at.
///
/// # Errors
/// `NotFound`; `Forbidden` when it is another branch of the own company.
pub async fn branch(q: &impl Query, actor: &Actor, id: Uuid) -> Result<BranchRow> {
    let row = store::branch(q, actor.org, id).await?.ok_or(Error::NotFound)?;
    if actor.reaches(Some(id)) { Ok(row) } else { Err(Error::Forbidden("other-branch")) }
}

/// Branches by name.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn branches(q: &impl Query, actor: &Actor, wanted: &Wanted) -> Result<List<BranchRow>> {
    let mut filter = Filter::of(actor.org);
    if let Some(own) = actor.only_branches() {
        filter.among("id", own);
    }
    filter.words("search", &wanted.q);
    if let Some([name, id]) = wanted.cursor::<2>()? {
        filter.and("(name, id) > (?, ?)", args![name, cursor_id(id)?]);
    }
    let rows = store::branches(q, filter, wanted.limit + 1).await?;
    Ok(List::cut(rows, wanted.limit, |r| vec![r.name.clone(), r.id.to_string()]))
}

/// # Errors
/// `Invalid`, also when the code is taken.
pub async fn create_branch(tx: &Tx, form: &BranchForm) -> Result<BranchRow> {
    let form = rules::check_branch(form)?;
    let id = tx.new_id();
    store::insert_branch(tx, id, &form).await.map_err(|e| e.on_unique("branch_code", Error::field("code", "duplicate")))?;
    tx.record("branch.created", id, None, Some(serde_json::to_value(&form)?)).await?;
    store::branch(tx, tx.org(), id).await?.ok_or(Error::NotFound)
}

/// # Errors
/// `NotFound`, `Conflict` when somebody else saved first, `Invalid`.
pub async fn edit_branch(
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
    change: impl FnOnce(&BranchForm) -> Result<BranchForm>,
) -> Result<BranchRow> {
    let row = store::branch(tx, tx.org(), id).await?.ok_or(Error::NotFound)?;
    let before = branch_form(&row);
    let form = rules::check_branch(&change(&before)?)?;
    let done = store::update_branch(tx, id, version.unwrap_or(row.version), &form).await;
    if done.map_err(|e| e.on_unique("branch_code", Error::field("code", "duplicate")))? == 0 {
        return Err(Error::Conflict("version"));
    }
    tx.record("branch.changed", id, Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&form)?)).await?;
    store::branch(tx, tx.org(), id).await?.ok_or(Error::NotFound)
}

/// A closed branch keeps its figures and its answers; new ones are stored without it.
///
/// # Errors
/// `NotFound`; `Conflict` when it is closed (or open) already.
pub async fn set_closed(tx: &Tx, id: Uuid, closed: bool) -> Result<BranchRow> {
    store::branch(tx, tx.org(), id).await?.ok_or(Error::NotFound)?;
    if !store::set_branch_closed(tx, id, closed).await? {
        return Err(Error::Conflict(if closed { "branch-closed" } else { "branch-open" }));
    }
    tx.record(if closed { "branch.closed" } else { "branch.reopened" }, id, None, None).await?;
    store::branch(tx, tx.org(), id).await?.ok_or(Error::NotFound)
}

/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn touchpoints(q: &impl Query, actor: &Actor, wanted: &Wanted) -> Result<List<TouchpointRow>> {
    let mut filter = Filter::of(actor.org);
    if let Some([key]) = wanted.cursor::<1>()? {
        filter.and("key > ?", args![key]);
    }
    let rows = store::touchpoints(q, filter, wanted.limit + 1).await?;
    Ok(List::cut(rows, wanted.limit, |r| vec![r.key.clone()]))
}

/// # Errors
/// `NotFound`.
pub async fn touchpoint(q: &impl Query, actor: &Actor, id: Uuid) -> Result<TouchpointRow> {
    store::touchpoint(q, actor.org, id).await?.ok_or(Error::NotFound)
}

async fn owner(tx: &Tx, form: &TouchpointForm) -> Result<Option<Uuid>> {
    match &form.owner {
        None => Ok(None),
        Some(text) => employee_ref(tx, tx.org(), text).await?.map(Some).ok_or_else(|| Error::field("owner", "unknown")),
    }
}

/// # Errors
/// `Invalid`, also when the key is taken.
pub async fn create_touchpoint(tx: &Tx, form: &TouchpointForm) -> Result<TouchpointRow> {
    let form = rules::check_touchpoint(form)?;
    let owner = owner(tx, &form).await?;
    let id = tx.new_id();
    let done = store::insert_touchpoint(tx, id, &form, owner).await;
    done.map_err(|e| e.on_unique("touchpoint_key", Error::field("key", "duplicate")))?;
    tx.record("touchpoint.created", id, None, Some(serde_json::to_value(&form)?)).await?;
    store::touchpoint(tx, tx.org(), id).await?.ok_or(Error::NotFound)
}

/// A touchpoint as its form.
///
/// # Errors
/// When the stored name cannot be read: a defect.
pub fn touchpoint_form(row: &TouchpointRow) -> Result<TouchpointForm> {
    Ok(TouchpointForm {
        key: row.key.clone(),
        name: serde_json::from_str(&row.name)?,
        stage: row.stage.clone(),
        channel: row.channel.clone(),
        owner: row.owner.map(|o| o.to_string()),
    })
}

/// # Errors
/// `NotFound`, `Conflict` when somebody else saved first, `Invalid`.
pub async fn edit_touchpoint(
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
    change: impl FnOnce(&TouchpointForm) -> Result<TouchpointForm>,
) -> Result<TouchpointRow> {
    let row = store::touchpoint(tx, tx.org(), id).await?.ok_or(Error::NotFound)?;
    let before = touchpoint_form(&row)?;
    let form = rules::check_touchpoint(&change(&before)?)?;
    let owner = owner(tx, &form).await?;
    let done = store::update_touchpoint(tx, id, version.unwrap_or(row.version), &form, owner).await;
    if done.map_err(|e| e.on_unique("touchpoint_key", Error::field("key", "duplicate")))? == 0 {
        return Err(Error::Conflict("version"));
    }
    tx.record("touchpoint.changed", id, Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&form)?)).await?;
    store::touchpoint(tx, tx.org(), id).await?.ok_or(Error::NotFound)
}

/// Adds what is missing of the starter list.
///
/// # Errors
/// Those of the database.
pub async fn add_starter(tx: &Tx) -> Result<Vec<TouchpointRow>> {
    use kit::i18n::{Label, Lang};
    let have = store::touchpoint_keys(tx, tx.org()).await?;
    let mut made = Vec::new();
    for (key, stage, channel, ru, en) in rules::STARTER.iter().filter(|(key, ..)| !have.iter().any(|k| k == key)) {
        let name = Label::Map([(Lang::Ru, (*ru).to_owned()), (Lang::En, (*en).to_owned())].into());
        let form =
            TouchpointForm { key: (*key).into(), name, stage: (*stage).into(), channel: Some((*channel).into()), owner: None };
        made.push(create_touchpoint(tx, &form).await?);
    }
    Ok(made)
}

/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn marks(q: &impl Query, actor: &Actor, wanted: &Wanted) -> Result<List<MarkRow>> {
    let mut filter = Filter::of(actor.org);
    if let Some(own) = actor.only_branches() {
        // What happened to the whole company happened to every branch.
        let mut places: Vec<String> = vec!["branch is null".into()];
        for id in own {
            let place = filter.place((*id).into());
            places.push(format!("branch = {place}"));
        }
        filter.sql.push_str(&format!(" and ({})", places.join(" or ")));
    }
    if let Some([on, id]) = wanted.cursor::<2>()? {
        filter.and("(on_date, id) < (?, ?)", args![on, cursor_id(id)?]);
    }
    let rows = store::marks(q, filter, wanted.limit + 1).await?;
    Ok(List::cut(rows, wanted.limit, |r| vec![r.on_date.clone(), r.id.to_string()]))
}

/// # Errors
/// `NotFound`, `Forbidden` for another branch.
pub async fn mark(q: &impl Query, actor: &Actor, id: Uuid) -> Result<MarkRow> {
    let row = store::mark(q, actor.org, id).await?.ok_or(Error::NotFound)?;
    if row.branch.is_none() || actor.reaches(row.branch) { Ok(row) } else { Err(Error::Forbidden("other-branch")) }
}

async fn mark_branch(tx: &Tx, form: &MarkForm) -> Result<Option<Uuid>> {
    let branch = match &form.branch {
        None => None,
        Some(text) => Some(branch_ref(tx, tx.org(), text).await?.ok_or_else(|| Error::field("branch", "unknown"))?),
    };
    // A branch head marks the own branches, not the company.
    if tx.actor.reach == Reach::Company || tx.actor.reaches(branch) { Ok(branch) } else { Err(Error::Forbidden("other-branch")) }
}

/// # Errors
/// `Invalid`, `Forbidden` for another branch.
pub async fn create_mark(tx: &Tx, form: &MarkForm) -> Result<MarkRow> {
    let form = rules::check_mark(form)?;
    let branch = mark_branch(tx, &form).await?;
    let id = tx.new_id();
    store::insert_mark(tx, id, &form, branch).await?;
    tx.record("mark.created", id, None, Some(serde_json::to_value(&form)?)).await?;
    store::mark(tx, tx.org(), id).await?.ok_or(Error::NotFound)
}

fn mark_form(row: &MarkRow) -> Result<MarkForm> {
    let on = row.on_date.parse().map_err(|e| Error::Internal(format!("a stored day: {e}")))?;
    Ok(MarkForm { on, text: kit::i18n::Label::stored(&row.text), branch: row.branch.map(|b| b.to_string()), rebase: row.rebase })
}

/// # Errors
/// `NotFound`, `Forbidden`, `Conflict`, `Invalid`.
pub async fn edit_mark(
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
    change: impl FnOnce(&MarkForm) -> Result<MarkForm>,
) -> Result<MarkRow> {
    let row = own_mark(tx, id).await?;
    let before = mark_form(&row)?;
    let form = rules::check_mark(&change(&before)?)?;
    let branch = mark_branch(tx, &form).await?;
    if store::update_mark(tx, id, version.unwrap_or(row.version), &form, branch).await? == 0 {
        return Err(Error::Conflict("version"));
    }
    tx.record("mark.changed", id, Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&form)?)).await?;
    store::mark(tx, tx.org(), id).await?.ok_or(Error::NotFound)
}

async fn own_mark(tx: &Tx, id: Uuid) -> Result<MarkRow> {
    let row = store::mark(tx, tx.org(), id).await?.ok_or(Error::NotFound)?;
    if tx.actor.reach == Reach::Company || tx.actor.reaches(row.branch) { Ok(row) } else { Err(Error::Forbidden("other-branch")) }
}

/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn remove_mark(tx: &Tx, id: Uuid) -> Result<()> {
    let row = own_mark(tx, id).await?;
    store::delete_mark(tx, id).await?;
    tx.record("mark.removed", id, Some(serde_json::to_value(mark_form(&row)?)?), None).await
}

/// Puts back a mark as it was when it was removed: the history knows.
///
/// # Errors
/// `NotFound` when it was never removed or is back already; `Forbidden` for another branch.
pub async fn restore_mark(tx: &Tx, id: Uuid) -> Result<MarkRow> {
    let mut filter = Filter::of(tx.org());
    filter.and("noun = ?", args!["mark"]);
    filter.and("noun_id = ?", args![id.to_string()]);
    let last = store::history(tx, filter, 1).await?.pop().filter(|r| r.verb == "mark.removed").ok_or(Error::NotFound)?;
    let form: MarkForm = serde_json::from_str(last.before.as_deref().unwrap_or("{}"))?;
    let branch = mark_branch(tx, &form).await?;
    if store::insert_mark(tx, id, &form, branch).await? == 0 {
        return Err(Error::NotFound);
    }
    tx.record("mark.restored", id, None, Some(serde_json::to_value(&form)?)).await?;
    store::mark(tx, tx.org(), id).await?.ok_or(Error::NotFound)
}

/// The company as its form.
#[must_use]
pub fn org_form(row: &super::store::Org) -> OrgForm {
    OrgForm {
        name: row.name.clone(),
        timezone: row.timezone.clone(),
        locale: row.locale.clone(),
        frame_origins: row.frame_origins.split_whitespace().map(str::to_owned).collect(),
    }
}

/// # Errors
/// `Conflict` when somebody else saved first or the name is taken, `Invalid`.
pub async fn edit_org(
    tx: &Tx,
    version: Option<i64>,
    change: impl FnOnce(&OrgForm) -> Result<OrgForm>,
) -> Result<super::store::Org> {
    let row = super::store::org(tx, tx.org()).await?.ok_or(Error::NotFound)?;
    let before = org_form(&row);
    let form = rules::check_org(&change(&before)?)?;
    let done = store::update_org(tx, version.unwrap_or(row.version), &form).await;
    if done.map_err(|e| e.on_unique("org_name", Error::field("name", "duplicate")))? == 0 {
        return Err(Error::Conflict("version"));
    }
    tx.record("org.changed", tx.org(), Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&form)?)).await?;
    super::store::org(tx, tx.org()).await?.ok_or(Error::NotFound)
}
