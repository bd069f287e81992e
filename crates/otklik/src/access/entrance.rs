//! Verbs at the door: the first set-up, signing in and out, taking up an invitation, a new password.

use std::sync::Arc;

use kit::db::Query;
use kit::{Error, Ground, Result, Via};
use serde_json::json;
use uuid::Uuid;

use super::rules::people::{UserState, Who, who};
use super::store::people::{self as store, LoginRow, OnceRow};
use super::{NewOrg, entry, hash_password, people, set_up, start_session};

/// Compares a password on the threads for it. Without a stored one it takes the same time and fails.
///
/// # Errors
/// When the work was cut off.
pub async fn password_fits(password: &str, stored: Option<String>) -> Result<bool> {
    let password = password.to_owned();
    kit::secret::forge(move || kit::secret::verify_password(&password, stored.as_deref(), kit::secret::PasswordCost::OWASP)).await
}

pub(super) async fn login_of(q: &impl Query, who: &Who) -> Result<Option<LoginRow>> {
    match who {
        Who::Email(email) => store::login_by_email(q, email).await,
        Who::Phone(phone) => store::login_by_phone(q, phone).await,
    }
}

/// The sign-in that an e-mail or a phone names.
///
/// # Errors
/// Those of the database.
pub async fn login_by_words(ground: &Ground, typed: &str) -> Result<Option<Uuid>> {
    match who(typed) {
        Some(who) => Ok(login_of(&ground.db, &who).await?.map(|l| l.id)),
        None => Ok(None),
    }
}

/// Who stands at the door, when the password fits and some company lets them in. An unknown person costs the same time.
///
/// # Errors
/// `Invalid` with one and the same words, whatever did not fit.
pub async fn sign_in(ground: &Arc<Ground>, typed: &str, password: &str) -> Result<Uuid> {
    let refused = || Error::field("password", "sign-in");
    let login = match who(typed) {
        Some(who) => login_of(&ground.db, &who).await?,
        None => None,
    };
    let stored = login.as_ref().and_then(|l| l.password.clone());
    let fits = password_fits(password, stored).await?;
    let login = login.filter(|_| fits).ok_or_else(refused)?;
    if super::store::companies(&ground.db, login.id).await?.is_empty() {
        return Err(refused());
    }
    Ok(login.id)
}

/// Begins a session in the only company, or in none yet when there is a choice. The session before ends.
///
/// # Errors
/// Those of the database.
pub async fn begin_session(ground: &Arc<Ground>, login: Uuid, old: Option<&str>, place: Option<(Uuid, Uuid)>) -> Result<String> {
    if let Some(old) = old {
        store::end_session(&ground.db, &kit::secret::hash_token(old)).await?;
    }
    let place = match place {
        Some(place) => Some(place),
        None => match super::store::companies(&ground.db, login).await?.as_slice() {
            [only] => Some((only.org, only.member)),
            _ => None,
        },
    };
    start_session(ground, login, place).await
}

/// # Errors
/// Those of the database.
pub async fn sign_out(ground: &Ground, cookie: &str) -> Result<()> {
    store::end_session(&ground.db, &kit::secret::hash_token(cookie)).await.map(|_| ())
}

/// The sign-in behind a cookie, whether or not a company is chosen.
///
/// # Errors
/// Those of the database.
pub async fn login_behind(ground: &Ground, cookie: &str) -> Result<Option<Uuid>> {
    Ok(store::session(&ground.db, &kit::secret::hash_token(cookie), ground.now().0).await?.map(|s| s.login))
}

/// Goes to another company of the same sign-in, in a session with a new secret.
///
/// # Errors
/// `NotFound` for a company that does not let this person in.
pub async fn choose_company(ground: &Arc<Ground>, cookie: &str, org: Uuid) -> Result<String> {
    let login = login_behind(ground, cookie).await?.ok_or(Error::Unauthorized)?;
    let companies = super::store::companies(&ground.db, login).await?;
    let place = companies.iter().find(|c| c.org == org).map(|c| (c.org, c.member)).ok_or(Error::NotFound)?;
    begin_session(ground, login, Some(cookie), Some(place)).await
}

/// A waiting invitation or reset and whom it is for.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub hash: String,
    pub kind: String,
    pub org: Option<Uuid>,
    pub member: Option<Uuid>,
    pub login: Option<Uuid>,
    /// The company that invites.
    pub company: String,
    /// The person's name.
    pub name: String,
    /// The e-mail or phone that will sign in.
    pub who: String,
    /// The company's language.
    pub lang: kit::i18n::Lang,
    /// The sign-in exists and has a password: that one is asked for.
    pub known: bool,
}

fn still_open(row: &OnceRow, now: i64) -> Result<()> {
    match row.used_at {
        Some(_) => Err(Error::Gone("link-used")),
        None if row.expires_at <= now => Err(Error::Gone("link-expired")),
        None => Ok(()),
    }
}

/// What an invitation says before it is taken up. Looking changes nothing.
///
/// # Errors
/// `NotFound` for what never was one, `Gone` for a used or old one.
pub async fn invitation(ground: &Ground, hash: &str) -> Result<Waiting> {
    let row = store::once(&ground.db, hash).await?.filter(|r| r.kind != "reset").ok_or(Error::NotFound)?;
    still_open(&row, ground.now().0)?;
    let (org, member) = row.org.zip(row.member).ok_or(Error::NotFound)?;
    let user = store::user(&ground.db, org, member).await?.ok_or(Error::NotFound)?;
    if user.state != UserState::Invited.as_str() {
        return Err(Error::Gone("link-used"));
    }
    let company = super::store::org(&ground.db, org).await?.ok_or(Error::NotFound)?;
    let login = find_login(&ground.db, user.email.as_deref(), user.phone.as_deref()).await?;
    let known = match &login {
        Some(l) => l.password.is_some() || !store::memberships(&ground.db, l.id).await?.is_empty(),
        None => false,
    };
    Ok(Waiting {
        hash: row.hash,
        kind: row.kind,
        org: Some(org),
        member: Some(member),
        login: login.map(|l| l.id),
        company: company.name,
        name: user.name,
        who: user.email.or(user.phone).unwrap_or_default(),
        lang: company.locale.parse().unwrap_or(kit::i18n::Lang::Ru),
        known,
    })
}

async fn find_login(q: &impl Query, email: Option<&str>, phone: Option<&str>) -> Result<Option<LoginRow>> {
    match (email, phone) {
        (Some(email), _) => store::login_by_email(q, email).await,
        (None, Some(phone)) => store::login_by_phone(q, phone).await,
        (None, None) => Ok(None),
    }
}

/// Takes up an invitation: a new person chooses a password, a known one gives the one they have.
///
/// # Errors
/// `Gone`, `NotFound`, `Invalid` for a wrong or unsound password.
pub async fn take_up(ground: &Arc<Ground>, waiting: &Waiting, password: &str, old: Option<&str>) -> Result<String> {
    let (org, member) = waiting.org.zip(waiting.member).ok_or(Error::NotFound)?;
    let known = match waiting.login {
        Some(id) => store::login(&ground.db, id).await?,
        None => None,
    };
    let mut hashed = None;
    if let (true, Some(login)) = (waiting.known, &known) {
        // Who holds the link need not be who owns the sign-in: its password decides.
        if !password_fits(password, login.password.clone()).await? {
            return Err(Error::field("password", "wrong-password"));
        }
    } else {
        hashed = Some(hash_password(ground, password, Some(&waiting.who)).await?);
    }
    let mut tx = ground.write(&entry::system(org, &waiting.company, "UTC", Via::Session)).await?;
    if store::spend_once(&tx, &waiting.hash).await? == 0 {
        return Err(Error::Gone("link-used"));
    }
    let user = store::user(&tx, org, member).await?.ok_or(Error::NotFound)?;
    let login = match (known, &hashed) {
        (Some(login), None) => login.id,
        (Some(login), Some(password)) => {
            store::set_password(&tx, login.id, password).await?;
            login.id
        }
        (None, password) => {
            let password = password.as_deref().ok_or(Error::NotFound)?;
            let made = store::insert_login(&tx, user.email.as_deref(), user.phone.as_deref(), password).await;
            made.map_err(|e| e.on_unique("login_email", Error::Replay).on_unique("login_phone", Error::Replay))?
        }
    };
    let joined =
        store::join(&tx, member, login).await.map_err(|e| e.on_unique("member_login", Error::Conflict("already-member")))?;
    if joined == 0 {
        return Err(Error::Gone("link-used"));
    }
    tx.actor.member = Some(member);
    tx.actor.login = Some(login);
    tx.actor.name = user.name.into();
    tx.record("user.joined", member, None, None).await?;
    tx.commit().await?;
    begin_session(ground, login, old, Some((org, member))).await
}

/// Whom a reset link is for. Looking changes nothing.
///
/// # Errors
/// `NotFound`, `Gone`.
pub async fn reset(ground: &Ground, secret: &str) -> Result<OnceRow> {
    let row =
        store::once(&ground.db, &kit::secret::hash_token(secret)).await?.filter(|r| r.kind == "reset").ok_or(Error::NotFound)?;
    still_open(&row, ground.now().0)?;
    Ok(row)
}

/// Sets a new password by a reset link: every other session, every token and every other link of this person ends.
///
/// # Errors
/// `Gone`, `NotFound`, `Invalid`.
pub async fn reset_password(ground: &Arc<Ground>, row: &OnceRow, password: &str, old: Option<&str>) -> Result<String> {
    let login = row.login.ok_or(Error::NotFound)?;
    let known = store::login(&ground.db, login).await?.ok_or(Error::NotFound)?;
    let hashed = hash_password(ground, password, known.email.as_deref()).await?;
    let mut tx = ground.write(&entry::system(Uuid::nil(), "", "UTC", Via::Session)).await?;
    if store::spend_once(&tx, &row.hash).await? == 0 {
        return Err(Error::Gone("link-used"));
    }
    super::account::set_password(&mut tx, login, &hashed, "").await?;
    tx.commit().await?;
    begin_session(ground, login, old, None).await
}

/// Asks for a link to a new password. What comes of it happens in a job, so the answer and its time are the same for everybody.
///
/// # Errors
/// Those of the database.
pub async fn ask_reset(ground: &Ground, typed: &str, lang: kit::i18n::Lang) -> Result<()> {
    if ground.mailer.is_none() {
        return Ok(());
    }
    let Some(Who::Email(email)) = who(typed) else { return Ok(()) };
    let payload = json!({"email": email, "lang": lang});
    kit::jobs::enqueue(&ground.db, ground, None, super::jobs::RESET, &payload, ground.now(), None).await
}

/// Makes a new set-up code while no company exists; only its hash is kept. `None` when there is nothing to set up.
///
/// # Errors
/// Those of the database.
pub async fn new_setup_code(ground: &Ground) -> Result<Option<String>> {
    if super::store::any_org(&ground.db).await? {
        return Ok(None);
    }
    let code = kit::secret::printed_code(3, &mut |b: &mut [u8]| ground.entropy.fill(b));
    store::put_setup_code(&ground.db, &people::code_hash(ground, &code).unwrap_or_default()).await?;
    Ok(Some(code))
}

/// What the wizard was told.
#[derive(Clone, Debug, Default)]
pub struct FirstSteps {
    pub code: String,
    pub org: String,
    pub timezone: String,
    pub locale: String,
    pub name: String,
    pub email: String,
    pub password: String,
    /// The first branch; none when empty.
    pub branch: String,
}

async fn is_setup_code(ground: &Ground, hash: &str) -> Result<bool> {
    let stored = kit::ground::setting(&ground.db, "setup_code").await?;
    Ok(stored.is_some_and(|s| kit::secret::same(s.as_bytes(), hash.as_bytes())))
}

/// The hash of the set-up code that was typed.
///
/// # Errors
/// `Invalid` when it is not the one in the log.
pub async fn check_setup_code(ground: &Ground, typed: &str) -> Result<String> {
    let wrong = || Error::field("code", "wrong-code");
    let hash = people::code_hash(ground, typed).ok_or_else(wrong)?;
    if is_setup_code(ground, &hash).await? { Ok(hash) } else { Err(wrong()) }
}

/// Makes the first company, its owner and its first branch. Of many at once exactly one succeeds: whoever spends the code.
///
/// # Errors
/// `Invalid` with every fault, `NotFound` when the company is there already.
pub async fn first_setup(ground: &Arc<Ground>, steps: &FirstSteps, old: Option<&str>) -> Result<String> {
    let hash = check_setup_code(ground, &steps.code).await;
    let mut new = NewOrg {
        name: steps.org.clone(),
        timezone: steps.timezone.clone(),
        locale: steps.locale.clone(),
        owner_name: steps.name.clone(),
        owner_email: steps.email.clone(),
        owner_password: None,
    };
    let mut faults = kit::Faults::default();
    let mut collect = |e: Error| match e {
        Error::Invalid(list) => {
            faults.0.extend(list);
            Ok(())
        }
        other => Err(other),
    };
    let hash = match hash {
        Ok(hash) => hash,
        Err(e) => {
            collect(e)?;
            String::new()
        }
    };
    if let Err(e) = super::rules::check_new_org(&new) {
        collect(e)?;
    }
    if let Err(e) = super::check_password(&steps.password, Some(&steps.email)) {
        collect(e)?;
    }
    faults.optional("branch", &steps.branch, 200);
    faults.check()?;
    new.owner_password = Some(hash_password(ground, &steps.password, Some(&steps.email)).await?);
    let mut tx = ground.write(&entry::system(Uuid::nil(), "", "UTC", Via::Session)).await?;
    if store::spend_setup_code(&tx, &hash).await? == 0 {
        return Err(Error::NotFound);
    }
    let (org, member) = set_up(&mut tx, &new).await?;
    tx.actor.name = new.owner_name.trim().into();
    if !steps.branch.trim().is_empty() {
        let form =
            super::rules::places::BranchForm { name: steps.branch.clone(), code: "1".into(), timezone: None, region: None };
        super::places::create_branch(&tx, &form).await?;
    }
    let login = store::user(&tx, org, member).await?.and_then(|u| u.login).ok_or(Error::NotFound)?;
    tx.commit().await?;
    begin_session(ground, login, old, Some((org, member))).await
}

/// Spends the set-up code for the demonstration company.
///
/// # Errors
/// `Invalid` for a wrong code, `NotFound` when a company is there already.
pub async fn spend_for_demo(ground: &Arc<Ground>, typed: &str) -> Result<()> {
    let hash = check_setup_code(ground, typed).await?;
    let tx = ground.write(&entry::system(Uuid::nil(), "", "UTC", Via::Session)).await?;
    if store::spend_setup_code(&tx, &hash).await? == 0 {
        return Err(Error::NotFound);
    }
    tx.commit().await
}
