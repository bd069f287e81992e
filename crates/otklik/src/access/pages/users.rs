//! Pages of users.

use axum::extract::{Query, State};
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Error, Result, Role};
use uuid::Uuid;

use super::{Ask, frame, go, may};
use crate::access::choose::{self, What};
use crate::access::rules::people::{UserChange, UserForm, UserState};
use crate::access::{Noun, change, people};
use crate::app::App;
use crate::layout::simple::{Again, FormPage, ListPage, Post, Row, Typed};
use crate::layout::{Errors, Field, Frame, State as Look};
use crate::thing::{Sent, sent};

fn look(state: UserState) -> Look {
    match state {
        UserState::Active => Look::Good,
        UserState::Invited => Look::Note,
        UserState::Revoked => Look::Quiet,
    }
}

fn contact(email: Option<String>, phone: Option<String>) -> String {
    [email, phone.map(|p| kit::mail::show_phone(&p))].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Who may come in.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn users(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let list = people::users(&app.ground.db, &actor, &ask.wanted()?).await?;
    let mut page =
        ListPage::new(frame(&actor, "access-users", &ask.done), ("users", t.s("access-users"), t.s("access-users-why")));
    page.lead = t.s("access-users-why");
    if may(&actor, change(Noun::User)) {
        page.add = ("/users/new".into(), t.s("access-user-new"));
    }
    page.heads = vec![t.s("access-own-name"), t.s("access-role"), t.s("access-state")];
    page.next = ask.next("/users", list.next.as_ref());
    for u in list.items {
        let state = UserState::parse(&u.row.state);
        page.rows.push(Row {
            href: format!("/users/{}", u.row.id),
            main: u.row.name,
            sub: contact(u.row.email, u.row.phone),
            cells: vec![t.s(&format!("role-{}", u.row.role)), t.s(&format!("access-state-{}", state.as_str()))],
            badge: (state != UserState::Active).then(|| (look(state), t.s(&format!("access-state-{}", state.as_str())))),
            post: None,
        });
    }
    page.rows.iter_mut().for_each(|r| r.badge = None);
    Ok(page.answer())
}

fn role_field(t: T, value: &str) -> Field {
    Role::ALL.iter().fold(Field::radios("role", t.s("access-role")).value(value), |f, role| {
        let key = role.as_str();
        f.choice(key, t.s(&format!("role-{key}"))).choice_hint(t.s(&format!("access-role-{key}-why")))
    })
}

async fn fields(app: &App, actor: &Actor, typed: &Typed, new: bool) -> Result<Vec<Field>> {
    let (t, db) = (T::new(actor.lang), &app.ground.db);
    let mut fields = vec![
        Field::text("name", t.s("access-own-name"))
            .hint(t.s("access-own-name-hint"))
            .value(typed.get("name"))
            .max_length(200)
            .required(),
    ];
    if new {
        fields.push(Field::input("email", "email", t.s("access-email")).value(typed.get("email")).autocomplete("off"));
        let phone = Field::input("tel", "phone", t.s("access-phone")).hint(t.s("access-phone-hint"));
        fields.push(phone.value(typed.get("phone")).autocomplete("off").placeholder("+7 912 345-67-89"));
    }
    fields.push(role_field(t, typed.get("role")).required());
    let branches = Field::checks("branches", t.s("access-user-branches")).hint(t.s("access-user-branches-hint"));
    let branches = choose::several(db, actor, branches, &typed.all("branches")).await?;
    if !branches.choices.is_empty() {
        fields.push(branches);
    }
    let employee = Field::select("employee", t.s("access-user-employee"))
        .hint(t.s("access-user-employee-hint"))
        .placeholder(t.s("access-user-no-employee"))
        .value(typed.get("employee"));
    fields.push(choose::field(db, actor, What::Employee, employee).await?);
    Ok(fields)
}

/// Branches and employee as they were chosen or typed, by their ids.
async fn places_of(app: &App, actor: &Actor, typed: &Typed) -> Result<(Vec<String>, Option<String>)> {
    let db = &app.ground.db;
    let mut branches = Vec::new();
    for named in typed.all("branches") {
        let id = choose::resolve(db, actor, What::Branch, "branches", &named).await?;
        branches.extend(id.map(|id| id.to_string()));
    }
    let employee = choose::resolve(db, actor, What::Employee, "employee", typed.get("employee")).await?;
    Ok((branches, employee.map(|id| id.to_string())))
}

pub(super) fn user_frame(actor: &Actor, title: String, done: &str) -> Frame {
    let t = T::new(actor.lang);
    let mut frame = frame(actor, "access-users", done).crumb(t.s("access-users"), "/users");
    frame.title = title;
    frame
}

async fn new_page(app: &App, actor: &Actor, typed: &Typed, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let mut page = FormPage::new(user_frame(actor, t.s("access-user-new"), ""), "/users", t.s("access-add"), "/users");
    page.lead = t.s("access-user-new-lead");
    Ok(page.answer(fields(app, actor, typed, true).await?, errors))
}

/// The form of a new user.
///
/// # Errors
/// Those of the database.
pub async fn new_user(State(app): State<App>, actor: Actor) -> Result<Response> {
    new_page(&app, &actor, &Typed(vec![("role".into(), "viewer".into())]), Errors::none()).await
}

fn role(typed: &Typed) -> Result<Role> {
    Role::parse(typed.get("role")).ok_or_else(|| Error::field("role", "required"))
}

fn some(typed: &Typed, name: &str) -> Option<String> {
    Some(typed.get(name).trim().to_owned()).filter(|v| !v.is_empty())
}

/// What the form of a new user says.
async fn read_new(app: &App, actor: &Actor, typed: &Typed) -> Result<UserForm> {
    let (branches, employee) = places_of(app, actor, typed).await?;
    Ok(UserForm {
        name: typed.get("name").into(),
        email: some(typed, "email"),
        phone: some(typed, "phone"),
        role: role(typed)?,
        employee,
        branches,
    })
}

/// Lets somebody in, as invited.
///
/// # Errors
/// Those of the database.
pub async fn create_user(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let form = read_new(&app, &actor, &typed).await;
    let tx = app.write(&actor).await?;
    let made = match form {
        Ok(form) => people::create_user(&tx, &form).await,
        Err(error) => Err(error),
    };
    match sent(made, tx).await? {
        Sent::Done(user) => Ok(go(&format!("/users/{}?done=invited", user.row.id))),
        Sent::Again(again) => new_page(&app, &actor, &typed, again.errors).await,
    }
}

pub(super) async fn user_page(
    app: &App,
    actor: &Actor,
    id: Uuid,
    typed: Option<&Typed>,
    done: &str,
    again: Again,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let user = people::user(&app.ground.db, actor.org, id).await?;
    let state = UserState::parse(&user.row.state);
    let path = format!("/users/{id}");
    let mut page = FormPage::new(user_frame(actor, user.row.name.clone(), done), &*path, t.s("access-save"), "/users");
    page.frozen = !may(actor, change(Noun::User));
    page.facts = vec![(t.s("access-state"), t.s(&format!("access-state-{}", state.as_str())))];
    for (label, value) in
        [("access-email", user.row.email.clone()), ("access-phone", user.row.phone.as_deref().map(kit::mail::show_phone))]
    {
        if let Some(value) = value {
            page.facts.push((t.s(label), value));
        }
    }
    if !page.frozen {
        let invite =
            |kind: &str| Post::new(format!("{path}/invitation"), t.s(&format!("access-invite-{kind}"))).with("kind", kind);
        match state {
            UserState::Invited => {
                page.posts.push(invite("link"));
                if app.ground.mailer.is_some() && user.row.email.is_some() {
                    page.posts.push(invite("mail"));
                }
                page.posts.push(invite("code"));
            }
            UserState::Active => page.posts.push(Post::new(format!("{path}/password-reset"), t.s("access-reset-link"))),
            UserState::Revoked => page.posts.push(Post::new(format!("{path}/restoration"), t.s("access-user-restore"))),
        }
        if state != UserState::Revoked {
            let confirm = t.w("access-user-revoke-confirm", "name", &user.row.name);
            page.posts.push(Post::new(format!("{path}/revocation"), t.s("access-user-revoke")).danger(confirm));
        }
    }
    page.of_version(user.row.version, typed, &again);
    let mut pairs = vec![("name".to_owned(), user.row.name.clone()), ("role".to_owned(), user.row.role.clone())];
    pairs.extend(user.branches.iter().map(|b| ("branches".to_owned(), b.to_string())));
    pairs.extend(user.row.employee.map(|e| ("employee".to_owned(), e.to_string())));
    let saved = fields(app, actor, &Typed(pairs), false).await?;
    let fields = match again.shown(typed, &saved) {
        Some(typed) => fields(app, actor, &typed, false).await?,
        None => saved.clone(),
    };
    Ok(page.again(fields, &saved, again))
}

/// A user.
///
/// # Errors
/// `NotFound`.
pub async fn user(State(app): State<App>, actor: Actor, id: Id, Query(ask): Query<Ask>) -> Result<Response> {
    user_page(&app, &actor, id.0, None, &ask.done, Again::default()).await
}

/// Saves a user.
///
/// # Errors
/// `NotFound`.
pub async fn save_user(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let places = places_of(&app, &actor, &typed).await;
    let tx = app.write(&actor).await?;
    let wanted = |now: &UserChange| {
        let (branches, employee) = places?;
        Ok(UserChange { name: typed.get("name").into(), role: role(&typed)?, employee, branches, state: now.state })
    };
    match sent(people::edit_user(&tx, id.0, typed.version(), wanted).await, tx).await? {
        Sent::Done(_) => Ok(go(&format!("/users/{}?done=saved", id.0))),
        Sent::Again(again) => user_page(&app, &actor, id.0, Some(&typed), "", again).await,
    }
}

/// Ends a user's access.
///
/// # Errors
/// `NotFound`.
pub async fn revoke(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    match sent(people::revoke_user(&tx, id.0).await, tx).await? {
        Sent::Done(()) => Ok(go(&format!("/users/{}?done=revoked", id.0))),
        Sent::Again(again) => user_page(&app, &actor, id.0, None, "", again).await,
    }
}

/// Lets a user in again.
///
/// # Errors
/// `NotFound`.
pub async fn restore(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    people::edit_user(&tx, id.0, None, |now| Ok(UserChange { state: UserState::Active, ..now.clone() })).await?;
    tx.commit().await?;
    Ok(go(&format!("/users/{}?done=restored", id.0)))
}
