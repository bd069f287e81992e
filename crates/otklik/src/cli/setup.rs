//! `otklik setup` and `otklik token`: for the administrator at the server.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use kit::{Error, Result, Via};
use serde_json::json;
use uuid::Uuid;

use super::Place;
use crate::access::{self, NewOrg};

#[derive(Debug, Args)]
pub struct Setup {
    /// The company's name
    #[arg(long, env = "OTKLIK_ORG")]
    org: String,
    /// The owner's e-mail
    #[arg(long, env = "OTKLIK_OWNER_EMAIL")]
    owner_email: String,
    /// A file with the owner's password
    #[arg(long, env = "OTKLIK_OWNER_PASSWORD_FILE")]
    owner_password_file: PathBuf,
    /// The owner's name
    #[arg(long, default_value = "", env = "OTKLIK_OWNER_NAME")]
    owner_name: String,
    /// Time zone of the company
    #[arg(long, default_value = "Europe/Moscow", env = "OTKLIK_TIMEZONE")]
    timezone: String,
    /// Language of the company: ru or en
    #[arg(long, default_value = "ru", env = "OTKLIK_LOCALE")]
    locale: String,
}

/// Makes a company; may run while the server runs.
///
/// # Errors
/// `Invalid` for unsound fields, `Conflict` when the name is taken (exit 2, nothing changed).
pub async fn run(place: &Place, c: Setup) -> Result<ExitCode> {
    let ground = super::open(place, None).await?;
    let file = &c.owner_password_file;
    let text = std::fs::read_to_string(file).map_err(|e| Error::Internal(format!("{}: {e}", file.display())))?;
    let password = text.trim_end_matches(['\r', '\n']);
    let hash = access::hash_password(&ground, password, Some(&c.owner_email)).await?;
    let name =
        if c.owner_name.trim().is_empty() { c.owner_email.split('@').next().unwrap_or("").to_owned() } else { c.owner_name };
    let new = NewOrg {
        name: c.org,
        timezone: c.timezone,
        locale: c.locale,
        owner_name: name,
        owner_email: c.owner_email,
        owner_password: Some(hash),
    };
    let actor = access::entry::system(Uuid::nil(), "", "UTC", Via::Cli);
    let mut tx = ground.write(&actor).await?;
    let (org, member) = access::set_up(&mut tx, &new).await?;
    let (_, token) = access::make_token(&tx, member, "otklik setup", "read write history admin").await?;
    tx.commit().await?;
    println!("{}", json!({"org": org, "user": member, "token": token}));
    ground.db.clone().close().await;
    Ok(ExitCode::SUCCESS)
}

#[derive(Debug, Args)]
pub struct Token {
    /// The company's name
    #[arg(long, env = "OTKLIK_ORG")]
    org: String,
    /// The user's e-mail or phone
    #[arg(long, env = "OTKLIK_USER")]
    user: String,
    /// read, write, history, admin; several allowed; all that the role allows when not given
    #[arg(long, env = "OTKLIK_SCOPE", value_delimiter = ',')]
    scope: Vec<String>,
}

/// Makes a token of a user, confirming an invited one.
///
/// # Errors
/// `Invalid` when the company, the user or a scope is unknown.
pub async fn token(place: &Place, c: Token) -> Result<ExitCode> {
    let ground = super::open(place, None).await?;
    let org = access::store::org_by_name(&ground.db, &c.org).await?.ok_or_else(|| Error::field("org", "unknown"))?;
    let scopes = if c.scope.is_empty() { "read write history admin".to_owned() } else { c.scope.join(" ") };
    if kit::actor::Scopes::parse(&scopes).is_none() {
        return Err(Error::field("scope", "unknown"));
    }
    let actor = access::entry::system(org.id, &org.name, &org.timezone, Via::Cli);
    let tx = ground.write(&actor).await?;
    // Some sign in by phone: they have no e-mail.
    let (email, phone) = match kit::mail::valid_email(&c.user) {
        Ok(email) => (Some(email), None),
        Err(_) => (None, Some(kit::mail::normalise_phone(&c.user, "RU").map_err(|_| Error::field("user", "bad-email"))?)),
    };
    let member = access::store::people::member_by(&tx, org.id, email.as_deref(), phone.as_deref())
        .await?
        .ok_or_else(|| Error::field("user", "unknown"))?;
    let login = match (&email, &phone) {
        (Some(email), _) => access::store::login_for_email(&tx, email, None).await?,
        (None, phone) => access::store::login_for_phone(&tx, phone.as_deref().unwrap_or_default()).await?,
    };
    access::store::people::confirm(&tx, member, login).await?;
    let (_, secret) = access::make_token(&tx, member, "otklik token", &scopes).await?;
    tx.commit().await?;
    println!("{}", json!({"token": secret}));
    ground.db.clone().close().await;
    Ok(ExitCode::SUCCESS)
}

#[derive(Debug, Args)]
pub struct Password {
    /// The user's e-mail or phone
    #[arg(long, env = "OTKLIK_USER")]
    user: String,
    /// A file with the new password; without it a one-time link is printed
    #[arg(long, env = "OTKLIK_PASSWORD_FILE")]
    password_file: Option<PathBuf>,
}

/// Resets a password: sets it from a file, or prints a link that works once. Other sessions and tokens end when it is set.
///
/// # Errors
/// `Invalid` when the user is unknown or the password is unsound.
pub async fn password(place: &Place, public_url: Option<String>, c: Password) -> Result<ExitCode> {
    let ground = super::open(place, public_url).await?;
    let login = access::entrance::login_by_words(&ground, &c.user).await?.ok_or_else(|| Error::field("user", "unknown"))?;
    if let Some(file) = &c.password_file {
        let text = std::fs::read_to_string(file).map_err(|e| Error::Internal(format!("{}: {e}", file.display())))?;
        let hash = access::hash_password(&ground, text.trim_end_matches(['\r', '\n']), Some(&c.user)).await?;
        let mut tx = ground.write(&access::entry::system(Uuid::nil(), "", "UTC", Via::Cli)).await?;
        access::account::set_password(&mut tx, login, &hash, "").await?;
        tx.commit().await?;
        println!("{}", json!({"user": c.user}));
    } else {
        let secret = access::people::new_secret(&ground.db, &ground, "reset", None, None, Some(login)).await?;
        println!("{}", json!({"user": c.user, "url": format!("{}/reset/{secret}", ground.public_url)}));
    }
    ground.db.clone().close().await;
    Ok(ExitCode::SUCCESS)
}
