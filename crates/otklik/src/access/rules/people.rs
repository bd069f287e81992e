//! What makes a user and a token sound.

use kit::actor::Scopes;
use kit::{Error, Faults, FieldError, Result, Role};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody who may come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserForm {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// An e-mail or a phone is needed to sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// Any spelling; stored as E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    pub phone: Option<String>,
    pub role: Role,
    /// The employee that this person is: an id or a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub employee: Option<String>,
    /// The branches that a supervisor answers for: ids or codes.
    #[serde(default)]
    #[schema(max_items = 5000)]
    pub branches: Vec<String>,
}

/// What can be changed about a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub employee: Option<String>,
    #[serde(default)]
    #[schema(max_items = 5000)]
    pub branches: Vec<String>,
    pub state: UserState,
}

/// Where a user stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UserState {
    Invited,
    Active,
    Revoked,
}

impl UserState {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Revoked => "revoked",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "active" => Self::Active,
            "invited" => Self::Invited,
            _ => Self::Revoked,
        }
    }
}

/// # Errors
/// `Invalid` with every fault.
pub fn check_change(form: &UserChange) -> Result<UserChange> {
    let mut out = form.clone();
    form.name.trim().clone_into(&mut out.name);
    let mut faults = Faults::default();
    faults.text("name", &out.name, 200);
    if out.role == Role::Supervisor && out.branches.is_empty() {
        faults.add("branches", "supervisor-needs-branches");
    }
    if out.branches.len() > 5000 {
        faults.push(FieldError::new("branches", "too-many").with("max", 5000));
    }
    faults.check()?;
    Ok(out)
}

/// Where a changed user goes. An invited person becomes active by coming in, not by somebody's word; somebody brought back
/// is what they were before.
///
/// # Errors
/// `Conflict` for an invited person who should be active.
pub fn next_state(now: UserState, wanted: UserState, has_login: bool) -> Result<UserState> {
    use UserState::{Active, Invited, Revoked};
    match (now, wanted) {
        (_, Revoked) => Ok(Revoked),
        (Revoked, _) => Ok(if has_login { Active } else { Invited }),
        (Invited, Active) => Err(Error::Conflict("user-invited")),
        (Active, Invited) => Err(Error::Conflict("user-active")),
        (same, _) => Ok(same),
    }
}

/// A new API token.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenForm {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    pub scopes: Vec<Scope>,
}

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    Read,
    Write,
    History,
    Admin,
}

impl Scope {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::History => "history",
            Self::Admin => "admin",
        }
    }
}

/// A token never may more than who makes it.
///
/// # Errors
/// `Invalid` for faults, `Forbidden` for a scope that the maker has not.
pub fn check_token(form: &TokenForm, maker: Scopes) -> Result<(String, String)> {
    let name = form.name.trim().to_owned();
    let mut faults = Faults::default();
    faults.text("name", &name, 100);
    if form.scopes.is_empty() {
        faults.add("scopes", "required");
    }
    faults.check()?;
    let mut scopes = form.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    let has = |s: &Scope| match s {
        Scope::Read => maker.read,
        Scope::Write => maker.write,
        Scope::History => maker.history,
        Scope::Admin => maker.admin,
    };
    if !scopes.iter().all(has) {
        return Err(Error::Forbidden("scope"));
    }
    Ok((name, scopes.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(" ")))
}

/// How somebody names themselves at the door: an e-mail or a phone, in its normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    Email(String),
    Phone(String),
}

/// Reads what was typed into "e-mail or phone".
#[must_use]
pub fn who(typed: &str) -> Option<Who> {
    if typed.contains('@') {
        kit::mail::valid_email(typed).ok().map(Who::Email)
    } else {
        kit::mail::normalise_phone(typed, "RU").ok().map(Who::Phone)
    }
}

/// Where to go after signing in: a path of ours, or home. A browser reads `//x`, `/\x` and control signs as another site.
#[must_use]
pub fn safe_next(next: &str) -> &str {
    let sound = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\t', '\n', '\r', '\0'])
        && !next.chars().any(char::is_control)
        && next.is_ascii()
        && next.len() <= 2000;
    if sound { next } else { "/" }
}

/// The kinds of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum InviteKind {
    Link,
    Mail,
    Code,
}

/// What making an invitation answers.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Invited {
    pub user: Uuid,
    pub kind: InviteKind,
    /// The link to hand over; null unless it was asked for.
    pub url: Option<String>,
    /// The code to print; null unless it was asked for.
    pub code: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths_follow_a_sign_in() {
        for good in ["/", "/surveys?a=b", "/a//b", "/?next=//x"] {
            assert_eq!(safe_next(good), good);
        }
        for bad in [
            "//evil",
            "/\\evil",
            "\\/evil",
            "https:evil",
            "https://evil",
            "javascript:alert(1)",
            "",
            "/\t/evil",
            "/\n/evil",
            "evil",
            "/ж",
        ] {
            assert_eq!(safe_next(bad), "/", "{bad:?}");
        }
    }

    #[test]
    fn a_token_never_may_more_than_its_maker() {
        let form = |scopes: &[Scope]| TokenForm { name: "t".into(), scopes: scopes.into() };
        let reader = Scopes::parse("read").unwrap();
        assert!(check_token(&form(&[Scope::Read]), reader).is_ok());
        assert!(matches!(check_token(&form(&[Scope::Write]), reader), Err(Error::Forbidden("scope"))));
        assert_eq!(check_token(&form(&[Scope::Write, Scope::Read, Scope::Read]), Scopes::ALL).unwrap().1, "read write");
    }

    #[test]
    fn nobody_becomes_active_by_somebody_elses_word() {
        use UserState::{Active, Invited, Revoked};
        assert!(next_state(Invited, Active, false).is_err());
        assert_eq!(next_state(Revoked, Active, false).unwrap(), Invited);
        assert_eq!(next_state(Revoked, Active, true).unwrap(), Active);
        assert_eq!(next_state(Active, Revoked, true).unwrap(), Revoked);
    }
}
