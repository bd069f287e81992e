//! Personal links. Whether a link was used is kept, which answer it gave is not: the two share no key and no time.

pub mod api;
pub mod door;
pub mod jobs;
pub mod pages;
pub mod store;

use std::collections::{BTreeMap, HashSet};

use kit::db::Query;
use kit::mail::{normalise_phone, valid_email};
use kit::time::{DAY, day_number};
use kit::{Error, Faults, FieldError, Result, Timestamp, Tx};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::rules::form::Form;
use super::store::{PlaceKind, SurveyRow};
use crate::figures::guard::{self, Blocks};
use crate::figures::{Anonymity, week_of};
pub use store::InvitationRow;

/// How long a link works.
const LASTS: i64 = 60 * DAY;
/// Most links in one request.
pub const MOST: usize = 1000;

/// Whom to ask, and where the answer belongs.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    #[schema(max_length = 200)]
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Id or code.
    pub branch: Option<String>,
    /// Id or code.
    pub employee: Option<String>,
    /// Id or key.
    pub touchpoint: Option<String>,
    #[schema(max_length = 60)]
    pub channel: Option<String>,
}

/// The path of a field of the item with this number, as the door that asks calls it.
pub type At<'a> = dyn Fn(usize, &str) -> String + Sync + 'a;

/// A new link; the secret is known only now.
#[derive(Clone, Debug)]
pub struct Made {
    pub row: InvitationRow,
    pub link: String,
}

/// Makes personal links to an open survey, all or none. `send`: those with an e-mail get it from us.
///
/// # Errors
/// `NotFound`, `Conflict` when the survey is not open, `Invalid` naming each item and field.
pub async fn invite(tx: &Tx, survey: Uuid, invites: &[Invite], at: &At<'_>, send: bool) -> Result<Vec<Made>> {
    let org = tx.org();
    let row = super::find(tx, org, survey).await?;
    let (Some(version), "open") = (row.published, row.state.as_str()) else { return Err(Error::Conflict("not-open")) };
    let text = super::store::version(tx, org, survey, version).await?.ok_or(Error::NotFound)?;
    let form: Form = serde_json::from_str(&text)?;
    if send && tx.ground.mailer.is_none() {
        return Err(Error::field("send", "no-mailer"));
    }
    // History first: its head is locked until the commit, so two requests cannot ask the same person at once.
    tx.record("invitation.created", survey, None, Some(json!({"count": invites.len()}))).await?;
    let mut faults = Faults::default();
    let mut made = Vec::with_capacity(invites.len());
    for (i, invite) in invites.iter().enumerate() {
        let field = |name: &str| at(i, name);
        made.push(ready(tx, survey, invite, &field, &mut faults).await?);
    }
    // Lists show the newest first; people of one request stay in the order in which they were named.
    let mut ids: Vec<Uuid> = made.iter().map(|m| m.row.id).collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    made.iter_mut().zip(ids).for_each(|(m, id)| m.row.id = id);
    rested(tx, &form, &made, at, &mut faults).await?;
    faults.check()?;
    let rows: Vec<(InvitationRow, String)> =
        made.iter().map(|m| (m.row.clone(), kit::secret::hash_token(m.link.rsplit('/').next().unwrap_or_default()))).collect();
    store::insert(tx, org, &rows).await?;
    if send {
        for m in made.iter().filter(|m| m.row.email.is_some()) {
            tx.enqueue(jobs::SEND, json!({"invitation": m.row.id, "link": m.link})).await?;
        }
    }
    Ok(made)
}

/// Checks one of them and gives it its secret.
async fn ready(
    tx: &Tx,
    survey: Uuid,
    invite: &Invite,
    field: &(dyn Fn(&str) -> String + Sync),
    faults: &mut Faults,
) -> Result<Made> {
    let filled = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let (name, channel) = (filled(&invite.name), filled(&invite.channel));
    for (key, text, max) in [("name", &name, 200), ("channel", &channel, 60)] {
        if let Some(text) = text {
            faults.optional(&field(key), text, max);
            // A name goes into a letter's head and a channel into a list: one line each.
            if text.chars().any(|c| matches!(c, '\n' | '\r' | '\t')) {
                faults.add(field(key), "control-characters");
            }
        }
    }
    let email = match filled(&invite.email).map(|e| valid_email(&e)) {
        Some(Ok(email)) => Some(email),
        Some(Err(_)) => {
            faults.add(field("email"), "bad-email");
            None
        }
        None => None,
    };
    let phone = match filled(&invite.phone).map(|p| normalise_phone(&p, "RU")) {
        Some(Ok(phone)) => Some(phone),
        Some(Err(_)) => {
            faults.add(field("phone"), "bad-phone");
            None
        }
        None => None,
    };
    let today = day_number(tx.now.date(&tx.actor.zone));
    let mut places = [None; 3];
    let kinds = [
        (PlaceKind::Branch, "branch", &invite.branch),
        (PlaceKind::Employee, "employee", &invite.employee),
        (PlaceKind::Touchpoint, "touchpoint", &invite.touchpoint),
    ];
    for (slot, (kind, key, text)) in places.iter_mut().zip(kinds) {
        let Some(text) = filled(text) else { continue };
        let place =
            if text.len() > 200 || text.contains('\0') { None } else { super::store::place(tx, tx.org(), kind, &text).await? };
        match place.filter(|p| p.open_on(today)) {
            Some(place) => *slot = Some(place.id),
            None => faults.add(field(key), "unknown"),
        }
    }
    let [branch, employee, touchpoint] = places;
    let secret = kit::secret::token("", &mut |b: &mut [u8]| tx.ground.entropy.fill(b));
    let row = InvitationRow {
        id: tx.new_id(),
        survey,
        name,
        email,
        phone,
        branch,
        employee,
        touchpoint,
        channel,
        sent_at: None,
        delivered_at: None,
        answered_on: None,
        expires_at: tx.now.0 + LASTS,
        created_at: tx.now.0,
    };
    Ok(Made { row, link: format!("{}/i/{secret}", tx.ground.public_url) })
}

/// Nobody is asked again before the company's quarantine is over, and nobody twice in one list.
async fn rested(tx: &Tx, form: &Form, made: &[Made], at: &At<'_>, faults: &mut Faults) -> Result<()> {
    let days = form.quarantine_days.filter(|d| *d > 0);
    let busy = match days {
        Some(days) => {
            let since = tx.now.minus(days * DAY);
            let on = since.date(&tx.actor.zone).to_string();
            let contacts: Vec<&str> =
                made.iter().flat_map(|m| [&m.row.email, &m.row.phone]).flatten().map(String::as_str).collect();
            store::asked_since(tx, tx.org(), &contacts, since.0, &on).await?
        }
        None => HashSet::new(),
    };
    let mut seen: HashSet<&str> = HashSet::new();
    for (i, m) in made.iter().enumerate() {
        for (key, contact) in [("email", &m.row.email), ("phone", &m.row.phone)] {
            let Some(contact) = contact.as_deref() else { continue };
            if !seen.insert(contact) {
                faults.add(at(i, key), "duplicate");
            } else if busy.contains(contact) {
                faults.push(FieldError::new(at(i, key), "quarantine").with("days", days.unwrap_or(0)));
            }
        }
    }
    Ok(())
}

/// Where a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Answered,
    Expired,
}

impl State {
    #[must_use]
    pub fn of(row: &InvitationRow, now: Timestamp) -> Self {
        match &row.answered_on {
            Some(_) => Self::Answered,
            None if row.expires_at <= now.0 => Self::Expired,
            None => Self::Waiting,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Answered => "answered",
            Self::Expired => "expired",
        }
    }
}

/// How much may be told of who has answered. In an identified survey everything. In a guarded one a link counts as answered
/// when the block of closed weeks in which it was used holds five used links: else a list that is read again and again
/// would say whose answer has just come.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub guarded: bool,
    closed: Blocks,
}

impl Told {
    /// Reads what may be told of a survey's links. `today` is the company's, in days since 1970.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(q: &impl Query, org: Uuid, survey: &SurveyRow, today: i64) -> Result<Self> {
        let versions = super::responses::store::versions(q, org, Some(survey.id)).await?;
        let draft: Form = serde_json::from_str(&survey.draft)?;
        let guarded = versions.iter().any(|v| v.anonymity != "identified")
            || (versions.is_empty() && draft.anonymity != Anonymity::Identified);
        if !guarded {
            return Ok(Self::default());
        }
        let mut weeks: BTreeMap<i64, i64> = BTreeMap::new();
        for (on, n) in store::answered(q, org, survey.id).await? {
            if let Some(week) = week(&on) {
                *weeks.entry(week).or_default() += n;
            }
        }
        let weeks: Vec<(i64, i64)> = weeks.into_iter().collect();
        Ok(Self { guarded, closed: guard::blocks(&weeks, week_of(today)) })
    }

    /// The row as it may be shown: a use that is not to be told yet is not there, and its day never is.
    #[must_use]
    pub fn show(&self, mut row: InvitationRow, now: Timestamp) -> (InvitationRow, State) {
        if !self.guarded {
            let state = State::of(&row, now);
            return (row, state);
        }
        row.answered_on.take_if(|on| week(on).is_none_or(|week| self.closed.holding(week).is_none()));
        let state = State::of(&row, now);
        row.answered_on = None;
        (row, state)
    }
}

fn week(on: &str) -> Option<i64> {
    on.parse().ok().map(|date| week_of(day_number(date)))
}

/// How many links reached people in a range of time, and how many of these were answered: what `response_rate` is made of.
/// A link that was handed over otherwise than by our mail counts as delivered when it was made.
///
/// # Errors
/// Those of the database.
pub async fn counts(q: &impl Query, org: Uuid, survey: Uuid, range: Option<(Timestamp, Timestamp)>) -> Result<(i64, i64)> {
    store::counts(q, org, survey, range.map(|(from, to)| (from.0, to.0))).await
}
