//! Who may do what: one table, role × noun × reach. The routes name a noun and an act; a test walks all of it.

use kit::{Reach, Role};

/// What the routes are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Noun {
    /// What belongs to nobody in particular: home, search, the own profile.
    Home,
    /// The own name, language, password and sessions.
    Account,
    Org,
    /// Holding back letters and other messages.
    OutgoingPause,
    Branch,
    Department,
    Employee,
    User,
    Token,
    Touchpoint,
    Mark,
    Audit,
    Survey,
    Response,
    Invitation,
    Import,
    Export,
    Metric,
    Standard,
    /// A standard's draft waits for the word of its head.
    Approval,
    Proposal,
    Duty,
    /// Signing for oneself.
    Signature,
    /// Entering what others signed on paper.
    Sheet,
    Absence,
    Quiz,
    Attempt,
    Track,
    Newcomer,
    /// Ticking a step: a newcomer's own, or as the head.
    Step,
    /// What a quiz says of the wording.
    QuizResult,
}

/// Looking or changing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    See,
    Change,
}

/// What a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    pub noun: Noun,
    pub act: Act,
}

#[must_use]
pub const fn see(noun: Noun) -> Right {
    Right { noun, act: Act::See }
}

#[must_use]
pub const fn change(noun: Noun) -> Right {
    Right { noun, act: Act::Change }
}

const ALL: Option<Reach> = Some(Reach::Company);
const BRANCH: Option<Reach> = Some(Reach::OwnBranches);
const OWN: Option<Reach> = Some(Reach::Own);
const NO: Option<Reach> = None;

/// The table. Columns: owner, manager, supervisor, employee, viewer.
pub const RIGHTS: &[(Noun, Act, [Option<Reach>; 5])] = {
    use Act::{Change, See};
    use Noun::{
        Absence, Account, Approval, Attempt, Audit, Branch, Department, Duty, Employee, Export, Home, Import, Invitation, Mark,
        Metric, Newcomer, Org, OutgoingPause, Proposal, Quiz, QuizResult, Response, Sheet, Signature, Standard, Step, Survey,
        Token, Touchpoint, Track, User,
    };
    &[
        //                     owner  manager supervisor employee viewer
        (Home, See, [ALL, ALL, BRANCH, OWN, ALL]),
        (Home, Change, [OWN, OWN, OWN, OWN, OWN]),
        (Account, See, [OWN, OWN, OWN, OWN, OWN]),
        (Account, Change, [OWN, OWN, OWN, OWN, OWN]),
        (Org, See, [ALL, ALL, ALL, ALL, ALL]),
        (Org, Change, [ALL, NO, NO, NO, NO]),
        (OutgoingPause, See, [ALL, NO, NO, NO, NO]),
        (OutgoingPause, Change, [ALL, NO, NO, NO, NO]),
        (Branch, See, [ALL, ALL, BRANCH, BRANCH, ALL]),
        (Branch, Change, [ALL, ALL, NO, NO, NO]),
        (Department, See, [ALL, ALL, ALL, ALL, ALL]),
        (Department, Change, [ALL, ALL, NO, NO, NO]),
        (Employee, See, [ALL, ALL, BRANCH, OWN, ALL]),
        (Employee, Change, [ALL, ALL, NO, NO, NO]),
        (User, See, [ALL, ALL, NO, NO, NO]),
        (User, Change, [ALL, NO, NO, NO, NO]),
        (Token, See, [OWN, OWN, OWN, OWN, OWN]),
        (Token, Change, [OWN, OWN, OWN, OWN, OWN]),
        (Touchpoint, See, [ALL, ALL, ALL, ALL, ALL]),
        (Touchpoint, Change, [ALL, ALL, NO, NO, NO]),
        (Mark, See, [ALL, ALL, BRANCH, BRANCH, ALL]),
        (Mark, Change, [ALL, ALL, BRANCH, NO, NO]),
        (Audit, See, [ALL, ALL, NO, NO, NO]),
        (Survey, See, [ALL, ALL, ALL, NO, ALL]),
        (Survey, Change, [ALL, ALL, NO, NO, NO]),
        (Response, See, [ALL, ALL, BRANCH, OWN, ALL]),
        (Response, Change, [ALL, ALL, NO, NO, NO]),
        (Invitation, See, [ALL, ALL, NO, NO, NO]),
        (Invitation, Change, [ALL, ALL, NO, NO, NO]),
        (Import, See, [ALL, ALL, NO, NO, NO]),
        (Import, Change, [ALL, ALL, NO, NO, NO]),
        (Export, See, [ALL, ALL, NO, NO, NO]),
        (Metric, See, [ALL, ALL, BRANCH, OWN, ALL]),
        // Drafts are shown to those who may change a standard, the version in force to everybody.
        (Standard, See, [ALL, ALL, ALL, ALL, ALL]),
        (Standard, Change, [ALL, ALL, NO, NO, NO]),
        (Approval, Change, [ALL, ALL, NO, NO, NO]),
        (Proposal, See, [ALL, ALL, ALL, OWN, NO]),
        (Proposal, Change, [OWN, OWN, OWN, OWN, NO]),
        (Duty, See, [ALL, ALL, BRANCH, OWN, ALL]),
        (Signature, See, [ALL, ALL, BRANCH, OWN, NO]),
        (Signature, Change, [OWN, OWN, OWN, OWN, OWN]),
        (Sheet, See, [ALL, ALL, BRANCH, NO, NO]),
        (Sheet, Change, [ALL, ALL, BRANCH, NO, NO]),
        (Absence, See, [ALL, ALL, BRANCH, OWN, NO]),
        (Absence, Change, [ALL, ALL, BRANCH, NO, NO]),
        (Quiz, See, [ALL, ALL, ALL, ALL, ALL]),
        (Quiz, Change, [ALL, ALL, NO, NO, NO]),
        (Attempt, See, [ALL, ALL, BRANCH, OWN, NO]),
        (Attempt, Change, [OWN, OWN, OWN, OWN, OWN]),
        (Track, See, [ALL, ALL, ALL, ALL, ALL]),
        (Track, Change, [ALL, ALL, NO, NO, NO]),
        (Newcomer, See, [ALL, ALL, BRANCH, OWN, NO]),
        (Newcomer, Change, [ALL, ALL, BRANCH, NO, NO]),
        (Step, Change, [ALL, ALL, BRANCH, OWN, NO]),
        (QuizResult, See, [ALL, ALL, BRANCH, NO, ALL]),
    ]
};

/// How far a role's right to an act goes; `None` when it has none.
#[must_use]
pub fn reach(role: Role, right: Right) -> Option<Reach> {
    let column = Role::ALL.iter().position(|r| *r == role)?;
    let (_, _, row) = RIGHTS.iter().find(|(noun, act, _)| *noun == right.noun && *act == right.act)?;
    row.get(column).copied().flatten()
}

/// The scope that a token needs for an act.
#[must_use]
pub fn scope_allows(scopes: kit::actor::Scopes, right: Right) -> bool {
    match (right.act, right.noun) {
        (Act::Change, Noun::Account | Noun::Org | Noun::OutgoingPause | Noun::User | Noun::Token) | (Act::See, Noun::Audit) => {
            scopes.admin
        }
        (Act::Change, _) => scopes.write,
        (Act::See, _) => scopes.read,
    }
}
