//! Who acts: a person of one company, through a session, a token or the command line.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a person may be in a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Owner,
    Manager,
    Supervisor,
    Employee,
    Viewer,
}

impl Role {
    pub const ALL: [Self; 5] = [Self::Owner, Self::Manager, Self::Supervisor, Self::Employee, Self::Viewer];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Supervisor => "supervisor",
            Self::Employee => "employee",
            Self::Viewer => "viewer",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

/// How far a right goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everything of the company.
    Company,
    /// The branches a person is responsible for.
    OwnBranches,
    /// What is the person's own.
    Own,
}

/// The door through which somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    Session,
    Token,
    Cli,
    /// A job or a client's page: the program itself.
    System,
}

impl Via {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Token => "token",
            Self::Cli => "cli",
            Self::System => "system",
        }
    }
}

/// What a token was made for; a session has all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scopes {
    pub read: bool,
    pub write: bool,
    pub history: bool,
    pub admin: bool,
}

impl Scopes {
    pub const ALL: Self = Self { read: true, write: true, history: true, admin: true };
    pub const NAMES: [&'static str; 4] = ["read", "write", "history", "admin"];

    /// Reads names separated by spaces; `None` on an unknown one. `write` brings `read`, `admin` brings both.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut s = Self { read: false, write: false, history: false, admin: false };
        for name in text.split_whitespace() {
            match name {
                "read" => s.read = true,
                "write" => (s.read, s.write) = (true, true),
                "history" => s.history = true,
                "admin" => (s.read, s.write, s.admin) = (true, true, true),
                _ => return None,
            }
        }
        Some(s)
    }
}

/// The key, path and body of a POST that may be repeated without a second effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    pub key: String,
    pub path: String,
    pub body_hash: String,
}

/// Somebody who acts in one company. The company always comes from here, never from input.
#[derive(Clone, Debug)]
pub struct Actor {
    pub org: Uuid,
    pub org_name: Arc<str>,
    pub zone: TimeZone,
    /// The member of the company; `None` for the program itself.
    pub member: Option<Uuid>,
    pub login: Option<Uuid>,
    pub name: Arc<str>,
    pub role: Role,
    pub employee: Option<Uuid>,
    /// The branches a supervisor answers for.
    pub branches: Arc<[Uuid]>,
    /// The companies of this sign-in with their names, for the switch in the frame; empty for tokens.
    pub companies: Arc<[(Uuid, String)]>,
    pub scopes: Scopes,
    pub via: Via,
    pub lang: crate::i18n::Lang,
    /// How far the right goes that let this request in; the route table sets it.
    pub reach: Reach,
    pub idempotency: Option<Idempotency>,
    /// The token's id, or the session's hash: whom an idempotency key belongs to.
    pub credential: Arc<str>,
    /// Nothing goes out of this company's house for now: said to those who can change it.
    pub outgoing_paused: bool,
}

impl Actor {
    /// May the actor see or touch things of this branch?
    #[must_use]
    pub fn reaches(&self, branch: Option<Uuid>) -> bool {
        match self.reach {
            Reach::Company => true,
            Reach::OwnBranches | Reach::Own => branch.is_some_and(|b| self.branches.contains(&b)),
        }
    }

    /// The branches to narrow a list to; `None` for the whole company.
    #[must_use]
    pub fn only_branches(&self) -> Option<&[Uuid]> {
        match self.reach {
            Reach::Company => None,
            Reach::OwnBranches | Reach::Own => Some(&self.branches),
        }
    }
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Actor {
    type Rejection = crate::Error;

    /// The guard of the route put the actor there; a route without a guard has none.
    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, crate::Error> {
        parts.extensions.get::<Self>().cloned().ok_or(crate::Error::Unauthorized)
    }
}
