//! Verbs about people: who may come in, with which role, and with which tokens.

use kit::db::Query;
use kit::filter::Filter;
use kit::web::List;
use kit::{Actor, Error, Result, Role, Tx, args};
use serde_json::json;
use uuid::Uuid;

use super::places::{Wanted, branch_ref, cursor_id, employee_ref};
use super::rules::people::{self as rules, InviteKind, Invited, TokenForm, UserChange, UserForm, UserState};
use super::store::people::{self as store, OnceRow, TokenRow, UserRow};
use super::{NewMember, add_member, set_branches};

/// A user with the branches they answer for.
#[derive(Clone, Debug)]
pub struct User {
    pub row: UserRow,
    pub branches: Vec<Uuid>,
}

/// # Errors
/// `NotFound`.
pub async fn user(q: &impl Query, org: Uuid, id: Uuid) -> Result<User> {
    let row = store::user(q, org, id).await?.ok_or(Error::NotFound)?;
    let branches = super::store::branches_of(q, org, id).await?;
    Ok(User { row, branches })
}

/// Users by name.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn users(q: &impl Query, actor: &Actor, wanted: &Wanted) -> Result<List<User>> {
    let mut filter = Filter::of(actor.org);
    if let Some(parts) = &wanted.after {
        let [name, id] = parts.as_slice() else { return Err(Error::field("after", "bad-cursor")) };
        filter.and("(name, id) > (?, ?)", args![&**name, cursor_id(id)?]);
    }
    let rows = store::users(q, filter, wanted.limit + 1).await?;
    let cut = List::cut(rows, wanted.limit, |r| vec![r.name.clone(), r.id.to_string()]);
    let mut items = Vec::new();
    for row in cut.items {
        let branches =
            if row.role == Role::Supervisor.as_str() { super::store::branches_of(q, actor.org, row.id).await? } else { vec![] };
        items.push(User { row, branches });
    }
    Ok(List { items, next: cut.next })
}

async fn branch_ids(tx: &Tx, named: &[String]) -> Result<Vec<Uuid>> {
    let mut out = Vec::new();
    for (i, text) in named.iter().enumerate() {
        out.push(branch_ref(tx, tx.org(), text).await?.ok_or_else(|| Error::field(format!("branches[{i}]"), "unknown"))?);
    }
    Ok(out)
}

async fn employee_id(tx: &Tx, named: Option<&String>) -> Result<Option<Uuid>> {
    match named.filter(|t| !t.trim().is_empty()) {
        None => Ok(None),
        Some(text) => employee_ref(tx, tx.org(), text).await?.map(Some).ok_or_else(|| Error::field("employee", "unknown")),
    }
}

/// Brings somebody into the company as invited.
///
/// # Errors
/// `Invalid`.
pub async fn create_user(tx: &Tx, form: &UserForm) -> Result<User> {
    if form.branches.len() > 5000 {
        return Err(Error::Invalid(vec![kit::FieldError::new("branches", "too-many").with("max", 5000)]));
    }
    let blank = |t: &Option<String>| t.clone().filter(|t| !t.trim().is_empty());
    let new = NewMember {
        name: form.name.clone(),
        email: blank(&form.email),
        phone: blank(&form.phone),
        role: form.role,
        employee: employee_id(tx, form.employee.as_ref()).await?,
        branches: branch_ids(tx, &form.branches).await?,
    };
    let id = add_member(tx, &new).await?;
    user(tx, tx.org(), id).await
}

fn change_form(user: &User) -> UserChange {
    UserChange {
        name: user.row.name.clone(),
        role: Role::parse(&user.row.role).unwrap_or(Role::Viewer),
        employee: user.row.employee.map(|e| e.to_string()),
        branches: user.branches.iter().map(Uuid::to_string).collect(),
        state: UserState::parse(&user.row.state),
    }
}

/// Changes name, role, branches or state. It bites at the person's next request, for nothing of it is remembered elsewhere.
///
/// # Errors
/// `NotFound`, `Invalid`, `Forbidden` for raising oneself, `Conflict` for the last owner or an old version.
pub async fn edit_user(
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
    change: impl FnOnce(&UserChange) -> Result<UserChange>,
) -> Result<User> {
    store::lock_org(tx).await?;
    let now = user(tx, tx.org(), id).await?;
    let before = change_form(&now);
    let wanted = rules::check_change(&change(&before)?)?;
    // Roles are ordered from the owner down, so a smaller one is a higher one.
    if tx.actor.member == Some(id) && wanted.role < before.role {
        return Err(Error::Forbidden("role"));
    }
    let state = rules::next_state(before.state, wanted.state, now.row.login.is_some())?;
    let owns = |role: Role, state: UserState| role == Role::Owner && state == UserState::Active;
    if owns(before.role, before.state) && !owns(wanted.role, state) && store::other_owners(tx, id).await? == 0 {
        return Err(Error::Conflict("last-owner"));
    }
    let employee = employee_id(tx, wanted.employee.as_ref()).await?;
    let branches = branch_ids(tx, &wanted.branches).await?;
    let row = UserRow {
        name: wanted.name.clone(),
        role: wanted.role.as_str().into(),
        employee,
        state: state.as_str().into(),
        ..now.row.clone()
    };
    if store::update_user(tx, &row, version.unwrap_or(now.row.version)).await? == 0 {
        return Err(Error::Conflict("version"));
    }
    set_branches(tx, id, &branches).await?;
    if state == UserState::Revoked {
        store::end_access(tx, id).await?;
    }
    let verb = if state == UserState::Revoked && before.state != state { "user.revoked" } else { "user.changed" };
    let after = UserChange { state, ..wanted };
    tx.record(verb, id, Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&after)?)).await?;
    user(tx, tx.org(), id).await
}

/// Ends a person's access at once: sessions, tokens and waiting links.
///
/// # Errors
/// `NotFound`, `Conflict` for the last owner or when it was done already.
pub async fn revoke_user(tx: &Tx, id: Uuid) -> Result<()> {
    if user(tx, tx.org(), id).await?.row.state == UserState::Revoked.as_str() {
        return Err(Error::Conflict("user-revoked"));
    }
    edit_user(tx, id, None, |now| Ok(UserChange { state: UserState::Revoked, ..now.clone() })).await?;
    Ok(())
}

/// How long an invitation waits.
const INVITATION: i64 = 7 * kit::time::DAY;
/// How long a link to a new password waits.
const RESET: i64 = kit::time::DAY;

/// A new one-time link or code of a person; the secret is returned once and only its hash kept.
///
/// # Errors
/// Those of the database.
pub async fn new_secret(
    q: &impl Query,
    ground: &kit::Ground,
    kind: &str,
    org: Option<Uuid>,
    member: Option<Uuid>,
    login: Option<Uuid>,
) -> Result<String> {
    let fill = &mut |b: &mut [u8]| ground.entropy.fill(b);
    let secret = if kind == "code" { kit::secret::printed_code(3, fill) } else { kit::secret::token("", fill) };
    let hash = if kind == "code" { code_hash(ground, &secret).unwrap_or_default() } else { kit::secret::hash_token(&secret) };
    let now = ground.now().0;
    let expires_at = now + if kind == "reset" { RESET } else { INVITATION };
    store::insert_once(q, &OnceRow { hash, kind: kind.into(), org, member, login, expires_at, used_at: None }, now).await?;
    Ok(secret)
}

/// The hash of a printed code, however it was typed. Codes are short, so they are keyed: a stolen database opens nothing.
#[must_use]
pub fn code_hash(ground: &kit::Ground, typed: &str) -> Option<String> {
    kit::secret::read_code(typed).map(|code| kit::secret::keyed_hash(&ground.signing_key, &code))
}

/// Makes a way in for an invited person: a link to copy, a mail, or a code to print.
///
/// # Errors
/// `NotFound`, `Conflict` when the person is in already, or mail cannot go out.
pub async fn invite(tx: &Tx, id: Uuid, kind: InviteKind) -> Result<Invited> {
    let user = user(tx, tx.org(), id).await?;
    match UserState::parse(&user.row.state) {
        UserState::Invited => {}
        UserState::Active => return Err(Error::Conflict("user-active")),
        UserState::Revoked => return Err(Error::Conflict("user-revoked")),
    }
    let (org, ground) = (tx.org(), std::sync::Arc::clone(&tx.ground));
    let mut out = Invited { user: id, kind, url: None, code: None };
    match kind {
        InviteKind::Link => {
            let secret = new_secret(tx, &ground, "invitation", Some(org), Some(id), None).await?;
            out.url = Some(format!("{}/invitation/{secret}", ground.public_url));
        }
        InviteKind::Code => out.code = Some(new_secret(tx, &ground, "code", Some(org), Some(id), None).await?),
        InviteKind::Mail => {
            if ground.mailer.is_none() {
                return Err(Error::Conflict("no-mail"));
            }
            if user.row.email.is_none() {
                return Err(Error::Conflict("no-email"));
            }
            // The link is made when the mail is written, so that no secret lies in the queue.
            let by = tx.actor.name.to_string();
            tx.enqueue(super::jobs::INVITE, json!({"member": id, "by": by, "lang": tx.actor.lang})).await?;
        }
    }
    tx.record("user.invitation", id, None, Some(json!({"kind": kind}))).await?;
    Ok(out)
}

/// A link with which a person chooses a new password, for an owner to hand over. Only while the sign-in belongs to this
/// company alone: one company's owner must not open another's door.
///
/// # Errors
/// `NotFound`, `Conflict` when the person has not come in yet or belongs to another company too.
pub async fn reset_link(tx: &Tx, id: Uuid) -> Result<String> {
    let user = user(tx, tx.org(), id).await?;
    let login = user.row.login.filter(|_| user.row.state == UserState::Active.as_str()).ok_or(Error::Conflict("user-invited"))?;
    if store::memberships(tx, login).await?.iter().any(|m| m.org != tx.org()) {
        return Err(Error::Conflict("login-elsewhere"));
    }
    let ground = std::sync::Arc::clone(&tx.ground);
    let secret = new_secret(tx, &ground, "reset", Some(tx.org()), Some(id), Some(login)).await?;
    tx.record("user.password-reset", id, None, None).await?;
    Ok(format!("{}/reset/{secret}", ground.public_url))
}

/// The own tokens, newest first.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn tokens(q: &impl Query, actor: &Actor, wanted: &Wanted) -> Result<List<TokenRow>> {
    let mut filter = Filter::of(actor.org);
    filter.and("member = ?", args![actor.member]);
    if let Some(parts) = &wanted.after {
        let [id] = parts.as_slice() else { return Err(Error::field("after", "bad-cursor")) };
        filter.and("id < ?", args![cursor_id(id)?]);
    }
    let rows = store::tokens(q, filter, wanted.limit + 1).await?;
    Ok(List::cut(rows, wanted.limit, |r| vec![r.id.to_string()]))
}

/// # Errors
/// `NotFound`, also for somebody else's.
pub async fn token(q: &impl Query, actor: &Actor, id: Uuid) -> Result<TokenRow> {
    let mut filter = Filter::of(actor.org);
    filter.and("member = ?", args![actor.member]);
    filter.and("id = ?", args![id]);
    store::tokens(q, filter, 1).await?.pop().ok_or(Error::NotFound)
}

/// Makes a token of the actor; the secret is shown once.
///
/// # Errors
/// `Invalid`, `Forbidden` for a scope that the maker has not.
pub async fn create_token(tx: &Tx, form: &TokenForm) -> Result<(TokenRow, String)> {
    let member = tx.actor.member.ok_or(Error::Forbidden("role"))?;
    let (name, scopes) = rules::check_token(form, tx.actor.scopes)?;
    let (id, secret) = super::make_token(tx, member, &name, &scopes).await?;
    Ok((token(tx, &tx.actor, id).await?, secret))
}

/// # Errors
/// `NotFound`, also for somebody else's.
pub async fn revoke_token(tx: &Tx, id: Uuid) -> Result<()> {
    let member = tx.actor.member.ok_or(Error::NotFound)?;
    if store::revoke_token(tx, member, id).await? == 0 {
        return Err(Error::NotFound);
    }
    tx.record("token.revoked", id, None, None).await
}
