//! What somebody reads before signing: only the asked items, with the difference against what they signed before.

use kit::db::Query;
use kit::i18n::{Label, Lang};
use kit::{Actor, Error, Result};
use uuid::Uuid;

use super::rules::asked;
use super::store::{people, reads};
use super::{Duty, of_person};
use crate::standards::editing::rules::{Content, ItemChange, ItemText, difference::item_difference};
use crate::standards::editing::versions;

/// One item to read.
#[derive(Clone, Debug)]
pub struct ReadItem {
    pub id: Uuid,
    pub text: ItemText,
    /// What differs from the version that this person signed; empty: never signed before.
    pub changes: Vec<ItemChange>,
    /// Was it signed before?
    pub before: bool,
}

/// What is to be read and signed.
#[derive(Clone, Debug)]
pub struct Reading {
    pub standard: Uuid,
    pub number: i64,
    pub title: Label,
    pub duty: Option<Duty>,
    pub items: Vec<ReadItem>,
    /// Items of the standard that this person need not sign (again).
    pub others: usize,
}

/// What the reader has to sign under a standard.
///
/// # Errors
/// `NotFound`; `Forbidden` for a user who is no employee.
pub async fn reading(q: &impl Query, actor: &Actor, standard: Uuid, today: i64) -> Result<Reading> {
    let org = actor.org;
    let row = people::in_force(q, org, standard).await?.ok_or(Error::NotFound)?;
    let employee = actor.employee.ok_or(Error::Forbidden("no-employee"))?;
    let version = versions::version(q, org, standard, row.number).await?.ok_or(Error::NotFound)?;
    let content = Content::read(&version.content)?;
    let duty = of_person(q, org, employee, today).await?.into_iter().find(|d| d.standard == standard);
    let states = people::items_now(q, org, &[standard]).await?.remove(&standard).unwrap_or_default();
    let ids: Vec<Uuid> = states.iter().map(|i| i.id).collect();
    let signed = reads::signed(q, org, &[employee], &ids).await?;
    let number = |id: Uuid| signed.iter().find(|s| s.1 == id).map_or(0, |s| s.2);
    let wanted: Vec<Uuid> = match &duty {
        Some(d) if d.state.open() => asked(&states, number, false).map(|i| i.id).collect(),
        _ => Vec::new(),
    };
    let texts = reads::texts(q, org, &wanted).await?;
    let mut items = Vec::with_capacity(wanted.len());
    for item in content.items.iter().filter(|i| wanted.contains(&i.id)) {
        let text = item.text()?;
        let last = number(item.id);
        let before = texts.iter().rfind(|t| t.item == item.id && t.number <= last && last > 0);
        let changes = match before {
            Some(row) => item_difference(&serde_json::from_str(&row.text)?, &text),
            None => Vec::new(),
        };
        items.push(ReadItem { id: item.id, before: before.is_some(), text, changes });
    }
    let others = content.items.len() - items.len();
    Ok(Reading { standard, number: row.number, title: content.title, duty, items, others })
}

/// A sheet of acquaintance: the whole text that is asked, and the people of a branch who have not signed.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub number: i64,
    pub title: Label,
    pub items: Vec<(Uuid, ItemText)>,
    /// By name: who has something to sign, and which items.
    pub people: Vec<(Uuid, String, Option<String>, Vec<Uuid>)>,
}

/// What a branch signs on paper.
///
/// # Errors
/// `NotFound`; `Forbidden` for another branch.
pub async fn sheet(q: &impl Query, actor: &Actor, standard: Uuid, branch: Uuid, today: i64) -> Result<Sheet> {
    if !actor.reaches(Some(branch)) {
        return Err(Error::Forbidden("other-branch"));
    }
    let org = actor.org;
    let row = people::in_force(q, org, standard).await?.ok_or(Error::NotFound)?;
    let version = versions::version(q, org, standard, row.number).await?.ok_or(Error::NotFound)?;
    let content = Content::read(&version.content)?;
    let mut open = Vec::new();
    for state in [super::Stand::Overdue, super::Stand::Pending] {
        let wanted = super::Wanted { state: Some(state), branch: Some(branch), limit: 500, after: None };
        open.extend(super::of_standard(q, actor, standard, &wanted, today).await?.items);
    }
    let mut persons = Vec::with_capacity(open.len());
    for duty in open {
        let position = reads::employee(q, org, duty.employee).await?.and_then(|e| e.position);
        persons.push((duty.employee, duty.employee_name, position, duty.items));
    }
    persons.sort_by_key(|p| (p.1.to_lowercase(), p.0));
    let asked: Vec<Uuid> = persons.iter().flat_map(|p| p.3.iter().copied()).collect();
    let mut items = Vec::new();
    for item in content.items.iter().filter(|i| asked.contains(&i.id)) {
        items.push((item.id, item.text()?));
    }
    Ok(Sheet { number: row.number, title: content.title, items, people: persons })
}

/// The words of an item in a language, or none.
#[must_use]
pub fn words(label: Option<&Label>, lang: Lang) -> String {
    label.map_or_else(String::new, |l| l.get(lang).to_owned())
}
