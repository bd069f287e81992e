//! Signing: what was shown is hashed, kept and never changed; from paper it is entered for others.

use std::collections::HashMap;

use kit::db::Query;
use kit::i18n::T;
use kit::time::date_of;
use kit::{Actor, Error, Faults, Result, Timestamp, Tx, Via};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::rules::bundle::{self, Signed};
use super::rules::signing::{SheetForm, SignatureForm, check_items, check_sheet, check_statement};
use super::rules::{State, asked};
use super::settle::{Force, apply, today};
use super::store::people::{Known, Narrow, Whose};
use super::store::reads::EmployeeRow;
use super::store::signatures::SignatureRow;
use super::store::{self, people, reads, signatures};
use super::{counts, may_see};
use crate::standards::editing::rules::Content;
use crate::standards::editing::versions;

/// A standard as it is shown to whoever signs it.
struct Shown {
    force: Force,
    content: Content,
    published_at: i64,
    /// The time for signing runs from then.
    since: i64,
}

impl Shown {
    async fn of(q: &impl Query, org: Uuid, standard: Uuid) -> Result<Self> {
        let row = people::in_force(q, org, standard).await?.ok_or(Error::NotFound)?;
        if row.withdrawn_at.is_some() {
            return Err(Error::Conflict("standard-withdrawn"));
        }
        let version = versions::version(q, org, standard, row.number).await?.ok_or(Error::NotFound)?;
        let items = people::items_now(q, org, &[standard]).await?.remove(&standard).unwrap_or_default();
        Ok(Self {
            content: Content::read(&version.content)?,
            published_at: row.published_at,
            since: row.since(),
            force: Force::of(&row, items)?,
        })
    }
}

/// The text of these items in a version, as it is hashed.
fn content_of(standard: Uuid, number: i64, content: &Content, items: &[Uuid]) -> Result<Json> {
    let texts: HashMap<Uuid, &serde_json::Map<String, Json>> = content.items.iter().map(|i| (i.id, &i.text)).collect();
    let texts: Vec<(Uuid, Json)> = items.iter().filter_map(|id| Some((*id, Json::Object((*texts.get(id)?).clone())))).collect();
    Ok(bundle::content(standard, &serde_json::to_value(&content.title)?, number, &texts))
}

/// Who enters a signature, and how.
struct By<'a> {
    via: &'static str,
    member: Uuid,
    name: &'a str,
}

/// What a person has to sign now.
struct Open {
    items: Vec<Uuid>,
    place: super::rules::Place,
}

/// What is asked of somebody under a standard.
async fn open(tx: &Tx, shown: &Shown, employee: Uuid) -> Result<Open> {
    let (org, standard) = (tx.org(), shown.force.standard);
    let these = [employee];
    let whose = Whose::These(&these);
    let (day, everybody) = (today(tx), Narrow::default());
    let find = || people::rows(tx, org, standard, day, &whose, &everybody);
    let mut row = find().await?.into_iter().next();
    // The publication may not have come to this person yet.
    if row.as_ref().is_some_and(|r| r.duty.is_none_or(|(_, d)| d.seen != shown.force.number)) {
        let from = kit::time::day_number(Timestamp(shown.since).date(&tx.actor.zone));
        apply(tx, &shown.force, &whose, &everybody, from).await?;
        row = find().await?.into_iter().next();
    }
    let duty = row.and_then(|r| r.duty).map(|(_, d)| d).ok_or(Error::Forbidden("outside-audience"))?;
    let place = duty.place.ok_or(Error::Forbidden("outside-audience"))?;
    if duty.state != State::Pending {
        return Ok(Open { items: Vec::new(), place });
    }
    let ids: Vec<Uuid> = shown.force.items.iter().map(|i| i.id).collect();
    let acks = people::acknowledged(tx, org, &whose, &ids).await?;
    let items = asked(&shown.force.items, |i| acks.get(&(employee, i)).copied().unwrap_or(0), false).map(|i| i.id).collect();
    Ok(Open { items, place })
}

/// Keeps one signature; the steps of knowledge are the caller's to write.
async fn keep(
    tx: &Tx,
    shown: &Shown,
    person: &EmployeeRow,
    open: &Open,
    statement: &str,
    by: &By<'_>,
) -> Result<(SignatureRow, Vec<Known>)> {
    let (standard, number) = (shown.force.standard, shown.force.number);
    if open.items.is_empty() || !signatures::close_duty(tx, standard, person.id, number).await? {
        return Err(Error::Conflict("nothing-to-sign"));
    }
    let text_hash = bundle::hash_of(&content_of(standard, number, &shown.content, &open.items)?);
    let mut row = SignatureRow {
        id: tx.new_id(),
        standard,
        number,
        employee: person.id,
        employee_name: person.name.clone(),
        items: serde_json::to_string(&open.items)?,
        statement: statement.to_owned(),
        text_hash,
        hash: String::new(),
        via: by.via.to_owned(),
        member: by.member,
        member_name: by.name.to_owned(),
        at: tx.now.0,
    };
    row.hash = bundle::hash_of(&signed_json(tx.org(), &row, &open.items));
    signatures::insert(tx, &row).await?;
    signatures::acknowledge(tx, person.id, &open.items, number, row.id).await?;
    let known = |item: &Uuid| Known { item: *item, employee: person.id, place: open.place, required: 0, known: 1 };
    Ok((row, open.items.iter().map(known).collect()))
}

fn signed_json(org: Uuid, row: &SignatureRow, items: &[Uuid]) -> Json {
    Signed {
        id: row.id,
        company: org,
        standard: row.standard,
        number: row.number,
        employee: row.employee,
        employee_name: &row.employee_name,
        items,
        statement: &row.statement,
        text_hash: &row.text_hash,
        via: &row.via,
        member: row.member,
        member_name: &row.member_name,
        at: Timestamp(row.at).to_string(),
    }
    .json()
}

async fn count(tx: &Tx, shown: &Shown, steps: &[Known]) -> Result<()> {
    let day = today(tx);
    people::put_knowledge(tx, day, steps).await?;
    let standards = shown.force.items.iter().map(|i| (i.id, shown.force.standard)).collect();
    counts::add(tx, tx.org(), &standards, day, steps, tx.now).await
}

/// Signs a version of a standard for oneself.
///
/// # Errors
/// `Forbidden` for a user who is no employee or is not meant; `Conflict` for an old version or when nothing is asked;
/// `Invalid` when the items are not exactly those that are asked.
pub async fn sign(tx: &Tx, standard: Uuid, form: &SignatureForm) -> Result<SignatureRow> {
    let via = match tx.actor.via {
        Via::Session => "session",
        Via::Token => "token",
        Via::Cli | Via::System => return Err(Error::Forbidden("no-employee")),
    };
    store::lock(tx).await?;
    let shown = Shown::of(tx, tx.org(), standard).await?;
    let (Some(member), Some(employee)) = (tx.actor.member, tx.actor.employee) else {
        return Err(Error::Forbidden("no-employee"));
    };
    let statement = check_statement(form)?;
    let person = reads::employee(tx, tx.org(), employee).await?.ok_or(Error::Forbidden("no-employee"))?;
    let open = open(tx, &shown, employee).await?;
    if form.version != shown.force.number {
        return Err(Error::ConflictWith("version-replaced", shown.force.number.to_string()));
    }
    if open.items.is_empty() {
        return Err(Error::Conflict("nothing-to-sign"));
    }
    check_items(&form.items, &open.items)?;
    let by = By { via, member, name: &tx.actor.name.clone() };
    let (row, steps) = keep(tx, &shown, &person, &open, &statement, &by).await?;
    count(tx, &shown, &steps).await?;
    let after = json!({"standard": standard, "version": row.number, "employee": employee, "items": open.items, "hash": row.hash});
    tx.record("signature.created", row.id, None, Some(after)).await?;
    Ok(row)
}

/// Enters a sheet that people signed by hand.
///
/// # Errors
/// `Conflict` for an old version; `Forbidden` for people of another branch; `Invalid` for people who are unknown or have
/// nothing to sign.
pub async fn enter_sheet(tx: &Tx, standard: Uuid, form: &SheetForm) -> Result<Vec<SignatureRow>> {
    let member = tx.actor.member.ok_or(Error::Forbidden("role"))?;
    store::lock(tx).await?;
    let shown = Shown::of(tx, tx.org(), standard).await?;
    let day = date_of(today(tx));
    check_sheet(form, Timestamp(shown.published_at).date(&tx.actor.zone), day)?;
    if form.version != shown.force.number {
        return Err(Error::ConflictWith("version-replaced", shown.force.number.to_string()));
    }
    let (mut faults, mut persons): (Faults, Vec<EmployeeRow>) = (Faults::default(), Vec::new());
    for (n, text) in form.employees.iter().enumerate() {
        match reads::employee_ref(tx, tx.org(), text.trim()).await? {
            None => faults.add(format!("employees[{n}]"), "unknown"),
            Some(person) if persons.iter().any(|p| p.id == person.id) => faults.add(format!("employees[{n}]"), "duplicate"),
            Some(person) if !tx.actor.reaches(Some(person.branch)) => return Err(Error::Forbidden("other-branch")),
            Some(person) => persons.push(person),
        }
    }
    let mut opens = Vec::new();
    for (n, person) in persons.iter().enumerate() {
        match open(tx, &shown, person.id).await {
            Ok(open) if !open.items.is_empty() => opens.push(open),
            Ok(_) | Err(Error::Forbidden("outside-audience")) => faults.add(format!("employees[{n}]"), "nothing-to-sign"),
            Err(error) => return Err(error),
        }
    }
    faults.check()?;
    let t = T::new(tx.actor.lang);
    let signed_on = form.signed_on.unwrap_or(day);
    let name = tx.actor.name.clone();
    let statement = t.w2("duties-paper-statement", "day", t.date(&signed_on), "name", &name);
    let by = By { via: "paper", member, name: &name };
    let (mut rows, mut steps) = (Vec::new(), Vec::new());
    for (person, open) in persons.iter().zip(&opens) {
        let (row, known) = keep(tx, &shown, person, open, &statement, &by).await?;
        rows.push(row);
        steps.extend(known);
    }
    count(tx, &shown, &steps).await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.employee).collect();
    let after = json!({"version": form.version, "employees": ids, "signed_on": signed_on.to_string()});
    tx.record("sheet.created", standard, None, Some(after)).await?;
    Ok(rows)
}

/// A signature.
///
/// # Errors
/// `NotFound`; `Forbidden` for somebody whom the reader may not see.
pub async fn signature(q: &impl Query, actor: &Actor, id: Uuid) -> Result<SignatureRow> {
    let row = signatures::find(q, actor.org, id).await?.ok_or(Error::NotFound)?;
    may_see(q, actor, row.employee).await?;
    Ok(row)
}

/// The items of a signature.
///
/// # Errors
/// When they cannot be read: a defect.
pub fn items_of(row: &SignatureRow) -> Result<Vec<Uuid>> {
    Ok(serde_json::from_str(&row.items)?)
}

/// The signatures of a company that are no longer what was signed: a word of their own or of the text was changed.
///
/// # Errors
/// Those of the database.
pub async fn changed(q: &impl Query, org: Uuid) -> Result<Vec<Uuid>> {
    let (mut found, mut after) = (Vec::new(), Uuid::nil());
    // Many sign the same version: the last one read is kept at hand.
    let mut text: Option<((Uuid, i64), Option<Content>)> = None;
    loop {
        let rows = signatures::after(q, org, after, 500).await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.id;
        for row in rows {
            let version = (row.standard, row.number);
            if text.as_ref().is_none_or(|(known, _)| *known != version) {
                let kept = versions::version(q, org, row.standard, row.number).await?;
                text = Some((version, kept.and_then(|v| Content::read(&v.content).ok())));
            }
            let content = text.as_ref().and_then(|(_, content)| content.as_ref());
            if !is_as_signed(org, &row, content) {
                found.push(row.id);
            }
        }
    }
}

fn is_as_signed(org: Uuid, row: &SignatureRow, content: Option<&Content>) -> bool {
    let (Ok(items), Some(content)) = (items_of(row), content) else { return false };
    let shown = content_of(row.standard, row.number, content, &items);
    row.hash == bundle::hash_of(&signed_json(org, row, &items)) && shown.is_ok_and(|s| bundle::hash_of(&s) == row.text_hash)
}

/// The file that proves a signature anywhere.
///
/// # Errors
/// As [`signature`].
pub async fn bundle(q: &impl Query, actor: &Actor, id: Uuid) -> Result<String> {
    let row = signature(q, actor, id).await?;
    let items = items_of(&row)?;
    let version = versions::version(q, actor.org, row.standard, row.number).await?.ok_or(Error::NotFound)?;
    let content = content_of(row.standard, row.number, &Content::read(&version.content)?, &items)?;
    Ok(bundle::bundle(&actor.org_name, &signed_json(actor.org, &row, &items), &row.hash, &content))
}
