//! Verbs about the own account: name and language, password, sessions.

use std::sync::Arc;

use kit::db::Query;
use kit::limits::Rule;
use kit::web::List;
use kit::{Actor, Error, Ground, Result, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::entrance::password_fits;
use super::hash_password;
use super::people::{User, user};
use super::places::{Wanted, cursor_id};
use super::store::account::{self as rows, Place, SessionRow};
use super::store::people::{self as store, UserRow};

/// Who one is here, and where else.
#[derive(Clone, Debug)]
pub struct Account {
    pub user: User,
    pub companies: Vec<Place>,
}

/// What one may change of oneself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountForm {
    pub name: String,
    /// `None`: as the company has it.
    #[serde(default)]
    pub locale: Option<String>,
}

/// The own account.
///
/// # Errors
/// `NotFound` for the program itself.
pub async fn account(q: &impl Query, actor: &Actor) -> Result<Account> {
    let user = user(q, actor.org, actor.member.ok_or(Error::NotFound)?).await?;
    let companies = match user.row.login {
        Some(login) => rows::places(q, login).await?,
        None => Vec::new(),
    };
    Ok(Account { user, companies })
}

/// Changes the own name and language.
///
/// # Errors
/// `Invalid`, `Conflict` when it was saved elsewhere meanwhile.
pub async fn edit(tx: &Tx, version: Option<i64>, change: impl FnOnce(&AccountForm) -> Result<AccountForm>) -> Result<()> {
    let member = tx.actor.member.ok_or(Error::NotFound)?;
    let now = user(tx, tx.org(), member).await?.row;
    let before = AccountForm { name: now.name.clone(), locale: now.locale.clone() };
    let mut form = change(&before)?;
    form.name = form.name.trim().to_owned();
    let mut faults = kit::Faults::default();
    faults.text("name", &form.name, 200);
    if form.locale.as_ref().is_some_and(|l| l.parse::<kit::i18n::Lang>().is_err()) {
        faults.add("locale", "unknown-locale");
    }
    faults.check()?;
    let row = UserRow { name: form.name.clone(), locale: form.locale.clone(), ..now.clone() };
    if store::update_user(tx, &row, version.unwrap_or(now.version)).await? == 0 {
        return Err(Error::Conflict("version"));
    }
    tx.record("user.changed", member, Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&form)?)).await
}

/// The sessions of the own sign-in, in whatever company; last seen first.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn sessions(q: &impl Query, actor: &Actor, now: kit::Timestamp, wanted: &Wanted) -> Result<List<SessionRow>> {
    let after = match wanted.after.as_deref() {
        None => (i64::MAX, Uuid::max()),
        Some([seen, id]) => (seen.parse().map_err(|_| Error::field("after", "bad-cursor"))?, cursor_id(id)?),
        Some(_) => return Err(Error::field("after", "bad-cursor")),
    };
    let Some(login) = actor.login else { return Ok(List { items: Vec::new(), next: None }) };
    let rows = rows::sessions(q, login, now.0, after, wanted.limit + 1).await?;
    Ok(List::cut(rows, wanted.limit, |r| vec![r.seen_at.to_string(), r.id.to_string()]))
}

/// Ends one session of the own sign-in.
///
/// # Errors
/// `NotFound`, also for somebody else's.
pub async fn end_session(tx: &Tx, id: Uuid) -> Result<()> {
    let login = tx.actor.login.ok_or(Error::NotFound)?;
    let row = rows::session(tx, login, tx.now.0, id).await?.ok_or(Error::NotFound)?;
    if rows::end_session(tx, login, id).await? == 0 {
        return Err(Error::NotFound);
    }
    tx.record("session.ended", id, Some(json!({"device": row.device})), None).await
}

/// Ends every session of the own sign-in but the one at hand.
///
/// # Errors
/// Those of the database.
pub async fn end_other_sessions(tx: &Tx) -> Result<()> {
    let (login, member) = tx.actor.login.zip(tx.actor.member).ok_or(Error::NotFound)?;
    let ended = rows::end_other_sessions(tx, login, &tx.actor.credential).await?;
    if ended == 0 {
        return Ok(());
    }
    tx.record("user.sessions-ended", member, None, Some(json!({"count": ended}))).await
}

/// A new password, and the end of what the old one let in.
///
/// # Errors
/// Those of the database.
pub async fn set_password(tx: &mut kit::Tx, login: Uuid, hashed: &str, keep_session: &str) -> Result<()> {
    store::set_password(tx, login, hashed).await?;
    store::end_sessions_and_tokens(tx, login, keep_session).await?;
    let own = tx.actor.clone();
    // Every company of the person writes it into its own history.
    for place in store::memberships(tx, login).await? {
        tx.actor.org = place.org;
        tx.actor.member = Some(place.id);
        tx.actor.name = place.name.into();
        tx.record("user.password-changed", place.id, None, None).await?;
    }
    tx.actor = own;
    Ok(())
}

/// Changes the own password; the session or token at hand stays, everything else ends. Guessing is slowed as at the door.
///
/// # Errors
/// `Invalid` when the present password does not fit or the new one is unsound, `TooMany` after too many tries.
pub async fn change_password(ground: &Arc<Ground>, actor: &Actor, present: &str, new: &str) -> Result<()> {
    let login = actor.login.ok_or(Error::NotFound)?;
    let row = store::login(&ground.db, login).await?.ok_or(Error::Unauthorized)?;
    ground.limits.check(Rule::LoginAccount, login).map_err(|w| Error::TooMany(w.0))?;
    if !password_fits(present, row.password).await? {
        return Err(Error::field("present", "wrong-password"));
    }
    let hashed = hash_password(ground, new, row.email.as_deref()).await?;
    let mut tx = ground.write(actor).await?;
    set_password(&mut tx, login, &hashed, &actor.credential).await?;
    tx.commit().await?;
    ground.limits.forgive(Rule::LoginAccount, login);
    Ok(())
}
