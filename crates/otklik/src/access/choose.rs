//! Choosing a branch or an employee: few from a drop-down, many by typing a name or a code. What was typed is read here, so
//! that it works without a script, and what fits several is refused with their names.

use kit::db::Query;
use kit::filter::fold;
use kit::{Actor, Error, FieldError, Result, args};
use uuid::Uuid;

use super::store::choose::{Choosable, list, one, own};
use crate::layout::Field;

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Branch,
    /// A branch for something new: closed ones are not offered.
    OpenBranch,
    Employee,
}

/// So many fit into a drop-down; more are searched for.
pub const FEW: usize = 50;
/// So many are offered while somebody types.
const OFFERED: i64 = 20;
/// So many of one name are told apart by what stands beside it.
const NAMESAKES: i64 = 200;
/// So many names an error gives.
const TOLD: usize = 4;

/// Between a name and what tells it from its namesakes.
const SIGN: &str = " · ";

fn label(row: &Choosable) -> String {
    if row.more.is_empty() { row.name.clone() } else { format!("{}{SIGN}{}", row.name, row.more) }
}

impl What {
    fn place(self) -> &'static str {
        match self {
            Self::Branch => "/choices/branches",
            Self::OpenBranch => "/choices/open-branches",
            Self::Employee => "/choices/employees",
        }
    }

    fn unknown(self) -> &'static str {
        match self {
            Self::Branch | Self::OpenBranch => "no-such-branch",
            Self::Employee => "no-such-employee",
        }
    }

    async fn coded(self, q: &impl Query, org: Uuid, code: &str) -> Result<Option<Uuid>> {
        match self {
            Self::Branch | Self::OpenBranch => super::store::places::branch_id(q, org, None, code).await,
            Self::Employee => super::store::places::employee_id(q, org, None, code).await,
        }
    }
}

/// What is offered for what was typed so far, in words that `resolve` understands.
///
/// # Errors
/// Those of the database.
pub async fn offered(q: &impl Query, actor: &Actor, what: What, typed: &str) -> Result<Vec<String>> {
    let mut filter = own(actor, what);
    filter.words("search", typed.split(SIGN).next().unwrap_or(typed));
    Ok(list(q, what, filter, OFFERED).await?.iter().map(label).collect())
}

/// The id that was chosen or typed: an id, a code, an offered line, a name, or words that fit one alone. `None` for nothing.
///
/// # Errors
/// `Invalid` on the field when nothing or more than one fits.
pub async fn resolve(q: &impl Query, actor: &Actor, what: What, field: &str, typed: &str) -> Result<Option<Uuid>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let refused = |code: &'static str| Error::Invalid(vec![FieldError::new(field, code).with("typed", short(typed))]);
    if typed.contains('\0') || typed.chars().count() > 300 {
        return Err(refused(what.unknown()));
    }
    if let Ok(id) = Uuid::try_parse(typed) {
        // An id of another branch of the own company is refused by the verb, in its own words.
        return one(q, actor.org, what, id).await?.map(|c| Some(c.id)).ok_or_else(|| refused("unknown"));
    }
    let (name, more) = typed.rsplit_once(SIGN).map_or((typed, None), |(name, more)| (name.trim(), Some(more.trim())));
    for code in [Some(typed), more].into_iter().flatten() {
        if let Some(id) = what.coded(q, actor.org, code).await? {
            return Ok(Some(id));
        }
    }
    let mut filter = own(actor, what);
    filter.and("name = ?", args![name]);
    let mut fits = list(q, what, filter, NAMESAKES).await?;
    if let Some(more) = more {
        fits.retain(|c| c.more == more);
    }
    if fits.is_empty() {
        let mut filter = own(actor, what);
        filter.words("search", name);
        fits = list(q, what, filter, OFFERED).await?;
        // «Лесная» is meant before «Лесная 2», however it was spelt.
        let same: Vec<_> = fits.iter().filter(|c| fold(&c.name) == fold(name)).cloned().collect();
        if !same.is_empty() {
            fits = same;
        }
    }
    match fits.as_slice() {
        [] => Err(refused(what.unknown())),
        [only] => Ok(Some(only.id)),
        several => {
            let told: Vec<String> = several.iter().take(TOLD).map(label).collect();
            let more = if several.len() > TOLD { "; …" } else { "" };
            let error = FieldError::new(field, "several-fit").with("typed", short(typed));
            Err(Error::Invalid(vec![error.with("fit", format!("{}{more}", told.join("; ")))]))
        }
    }
}

fn short(typed: &str) -> String {
    typed.chars().take(80).collect()
}

/// Puts the choices into a field: a drop-down while they are few, otherwise a search. `field` carries what is chosen: an id,
/// or what was typed and refused.
///
/// # Errors
/// Those of the database.
pub async fn field(q: &impl Query, actor: &Actor, what: What, field: Field) -> Result<Field> {
    let some = list(q, what, own(actor, what), i64::try_from(FEW + 1).unwrap_or(i64::MAX)).await?;
    let chosen = Uuid::try_parse(&field.value).ok();
    if some.len() <= FEW {
        let mut rows = some;
        // A code in an address chooses too; what lies outside the own choices is still shown as chosen.
        let chosen = match chosen {
            None if !field.value.is_empty() => resolve(q, actor, what, "", &field.value).await.ok().flatten(),
            known => known,
        };
        if let Some(id) = chosen
            && !rows.iter().any(|c| c.id == id)
            && let Some(row) = one(q, actor.org, what, id).await?
        {
            rows.push(row);
        }
        let field = match chosen {
            Some(id) => field.value(id.to_string()),
            None => field,
        };
        let twice = |name: &str| rows.iter().filter(|c| c.name == name).count() > 1;
        let choices: Vec<_> =
            rows.iter().map(|c| (c.id.to_string(), if twice(&c.name) { label(c) } else { c.name.clone() })).collect();
        return Ok(field.choices(choices));
    }
    let words = match chosen {
        Some(id) => one(q, actor.org, what, id).await?.map_or_else(|| field.value.clone(), |c| label(&c)),
        None => field.value.clone(),
    };
    Ok(field.value(words).pick(what.place(), some.iter().take(usize::try_from(OFFERED).unwrap_or(0)).map(label)))
}

/// Puts branches to choose several of into a field: boxes to tick while they are few, otherwise a line to type in for each.
/// `chosen` are ids, or what was typed and refused.
///
/// # Errors
/// Those of the database.
pub async fn several(q: &impl Query, actor: &Actor, field: Field, chosen: &[String]) -> Result<Field> {
    let what = What::OpenBranch;
    let some = list(q, what, own(actor, what), i64::try_from(FEW + 1).unwrap_or(i64::MAX)).await?;
    let mut known = Vec::new();
    for text in chosen {
        known.push(match Uuid::try_parse(text) {
            Ok(id) => one(q, actor.org, what, id).await?,
            Err(_) => None,
        });
    }
    if some.len() <= FEW {
        // A branch that was closed since is still one of them.
        let mut rows = some;
        for row in known.into_iter().flatten() {
            if !rows.iter().any(|r| r.id == row.id) {
                rows.push(row);
            }
        }
        return Ok(rows.iter().fold(field, |f, row| {
            let id = row.id.to_string();
            let on = chosen.contains(&id);
            f.check(id, &*row.name, on)
        }));
    }
    let lines = chosen.iter().zip(&known).map(|(text, row)| row.as_ref().map_or_else(|| text.clone(), label)).collect();
    Ok(field.picks(what.place(), some.iter().take(usize::try_from(OFFERED).unwrap_or(0)).map(label), lines))
}
