//! The company, its places and people, and who may come in.
//!
//! Nouns: org, branch, department, employee, touchpoint, member (a user inside a company), session, token, invitation, mark.

pub mod account;
pub mod api;
pub mod audit;
pub mod choose;
pub mod device;
pub mod entrance;
pub mod entry;
pub mod jobs;
pub mod outgoing;
pub mod pages;
pub mod people;
pub mod places;
pub mod rights;
pub mod rules;
pub mod store;
pub mod views;

pub mod chain;
pub mod intake;

#[cfg(test)]
mod tests;

pub use entry::{authenticate_browser, authenticate_session, authenticate_token};
pub use rights::{Act, Noun, RIGHTS, Right, change, reach, see};

use kit::{Error, Result, Role, Tx};
use serde_json::json;
use uuid::Uuid;

/// What `set up` needs.
#[derive(Clone, Debug)]
pub struct NewOrg {
    pub name: String,
    pub timezone: String,
    pub locale: String,
    pub owner_name: String,
    pub owner_email: String,
    /// Already hashed; `None` for a login that exists or will choose a password by a link.
    pub owner_password: Option<String>,
}

/// Makes a company with its owner. `tx.actor` is the program itself; its company is set to the new one.
///
/// # Errors
/// `Invalid` for unsound fields, `Conflict` when a company of that name exists.
pub async fn set_up(tx: &mut Tx, new: &NewOrg) -> Result<(Uuid, Uuid)> {
    let email = rules::check_new_org(new)?;
    let org = tx.new_id();
    let made = store::insert_org(tx, org, new).await;
    made.map_err(|e| e.on_unique("org_name", Error::Conflict("org-exists")))?;
    tx.actor.org = org;
    let login = store::login_for_email(tx, &email, new.owner_password.as_deref()).await?;
    let member = tx.new_id();
    store::insert_owner(tx, member, login, new.owner_name.trim(), email).await?;
    tx.actor.member = Some(member);
    tx.record("org.created", org, None, Some(json!({"name": new.name.trim(), "timezone": new.timezone, "locale": new.locale})))
        .await?;
    Ok((org, member))
}

/// Makes a token of a member; the secret is returned once and only its hash kept.
///
/// # Errors
/// Those of the database.
pub async fn make_token(tx: &Tx, member: Uuid, name: &str, scopes: &str) -> Result<(Uuid, String)> {
    let secret = kit::secret::api_token(&mut |b: &mut [u8]| tx.ground.entropy.fill(b));
    let id = tx.new_id();
    store::people::insert_token(tx, id, member, name, &kit::secret::hash_token(&secret), scopes).await?;
    tx.record("token.created", id, None, Some(json!({"name": name, "scopes": scopes, "member": member}))).await?;
    Ok((id, secret))
}

/// Is a password long enough, and not the e-mail itself?
///
/// # Errors
/// `Invalid` on the field `password`.
pub fn check_password(password: &str, email: Option<&str>) -> Result<()> {
    use kit::secret::PasswordProblem;
    kit::secret::check_password(password, email).map_err(|p| {
        Error::field(
            "password",
            match p {
                PasswordProblem::TooShort => "password-short",
                PasswordProblem::TooLong => "password-long",
                PasswordProblem::IsEmail => "password-is-email",
            },
        )
    })
}

/// Hashes a password that is long enough; off the async threads, since it is slow by intent.
///
/// # Errors
/// `Invalid` on the field `password`.
pub async fn hash_password(ground: &std::sync::Arc<kit::Ground>, password: &str, email: Option<&str>) -> Result<String> {
    check_password(password, email)?;
    let (password, ground) = (password.to_owned(), std::sync::Arc::clone(ground));
    let hashed = kit::secret::forge(move || {
        kit::secret::hash_password(&password, kit::secret::PasswordCost::OWASP, &mut |b: &mut [u8]| ground.entropy.fill(b))
    })
    .await?;
    hashed.map_err(|e| Error::Internal(format!("{e:?}")))
}

/// Somebody who may come in.
#[derive(Clone, Debug)]
pub struct NewMember {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub role: Role,
    pub employee: Option<Uuid>,
    pub branches: Vec<Uuid>,
}

/// Adds a person to the company as invited; they come in by a link or a code.
///
/// # Errors
/// `Invalid` for unsound fields or places of another company, `Conflict`-like field errors when the e-mail or phone is taken.
pub async fn add_member(tx: &Tx, new: &NewMember) -> Result<Uuid> {
    let new = rules::check_member(new)?;
    let id = tx.new_id();
    let made = store::people::insert_invited(tx, id, &new).await;
    made.map_err(|e| {
        e.on_unique("member_email", Error::field("email", "duplicate"))
            .on_unique("member_phone", Error::field("phone", "duplicate"))
            .on_foreign(Error::field("employee", "unknown"))
    })?;
    set_branches(tx, id, &new.branches).await?;
    tx.record("user.invited", id, None, Some(json!({"name": new.name, "role": new.role, "branches": new.branches}))).await?;
    Ok(id)
}

/// Sets the branches that a supervisor answers for.
///
/// # Errors
/// `Invalid` when one is not of this company.
pub async fn set_branches(tx: &Tx, member: Uuid, branches: &[Uuid]) -> Result<()> {
    store::people::clear_branches(tx, member).await?;
    for (i, branch) in branches.iter().enumerate() {
        let added = store::people::add_branch(tx, member, *branch).await;
        added.map_err(|e| e.on_foreign(Error::field(format!("branches[{i}]"), "unknown")))?;
    }
    Ok(())
}

/// How long a session lasts after the last sign of life.
const SESSION: i64 = 14 * kit::time::DAY;

/// Begins a session and returns the secret for its cookie; only the hash is kept. A new secret at every sign-in, so a
/// cookie that somebody planted before is worth nothing.
///
/// # Errors
/// Those of the database.
pub async fn start_session(ground: &kit::Ground, login: Uuid, place: Option<(Uuid, Uuid)>) -> Result<String> {
    let secret = kit::secret::token("", &mut |b: &mut [u8]| ground.entropy.fill(b));
    let now = ground.now().0;
    store::people::insert_session(
        &ground.db,
        &kit::secret::hash_token(&secret),
        ground.entropy.blind_id(),
        login,
        place,
        now,
        now + SESSION,
    )
    .await?;
    Ok(secret)
}

/// Confirms a member who need not choose a password: the demonstration company's people.
///
/// # Errors
/// Those of the database.
pub async fn activate(tx: &Tx, member: Uuid, email: &str, password: &str) -> Result<()> {
    let login = store::login_for_email(tx, email, Some(password)).await?;
    store::people::activate(tx, member, login).await?;
    tx.record("user.activated", member, None, None).await
}
