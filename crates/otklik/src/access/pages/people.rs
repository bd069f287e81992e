//! Pages of users, their invitations, and tokens.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Error, Result, Role};
use uuid::Uuid;

use super::{Ask, frame, go, may, said};
use crate::access::rules::people::{InviteKind, Scope, TokenForm, UserChange, UserForm, UserState};
use crate::access::{Noun, api, change, people, places};
use crate::app::App;
use crate::layout::simple::{FormPage, ListPage, Post, Row, Small, Typed, refused};
use crate::layout::{Errors, Field, Frame, State as Look, render};

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
    let t = T::new(actor.lang);
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
    let chosen = typed.all("branches");
    let mut checks = Field::checks("branches", t.s("access-user-branches")).hint(t.s("access-user-branches-hint"));
    for b in places::branches(&app.ground.db, actor, &api::wanted(Some(500), None, None)?).await?.items {
        let id = b.id.to_string();
        let on = chosen.contains(&id);
        if b.closed_at.is_none() || on {
            checks = checks.check(id, b.name, on);
        }
    }
    if !checks.choices.is_empty() {
        fields.push(checks);
    }
    fields.push(
        Field::text("employee", t.s("access-user-employee"))
            .hint(t.s("access-user-employee-hint"))
            .value(typed.get("employee"))
            .max_length(64),
    );
    Ok(fields)
}

fn user_frame(actor: &Actor, title: String, done: &str) -> Frame {
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

/// Lets somebody in, as invited.
///
/// # Errors
/// Those of the database.
pub async fn create_user(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let made = match role(&typed) {
        Ok(role) => {
            let form = UserForm {
                name: typed.get("name").into(),
                email: some(&typed, "email"),
                phone: some(&typed, "phone"),
                role,
                employee: some(&typed, "employee"),
                branches: typed.all("branches"),
            };
            people::create_user(&tx, &form).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(user) => {
            tx.commit().await?;
            Ok(go(&format!("/users/{}?done=invited", user.row.id)))
        }
        Err(error) => {
            drop(tx);
            new_page(&app, &actor, &typed, refused(error, T::new(actor.lang))?).await
        }
    }
}

async fn user_page(app: &App, actor: &Actor, id: Uuid, typed: Option<Typed>, done: &str, errors: Errors) -> Result<Response> {
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
    let typed = typed.unwrap_or_else(|| {
        let mut pairs = vec![("name".to_owned(), user.row.name.clone()), ("role".to_owned(), user.row.role.clone())];
        pairs.extend(user.branches.iter().map(|b| ("branches".to_owned(), b.to_string())));
        pairs.extend(user.row.employee.map(|e| ("employee".to_owned(), e.to_string())));
        Typed(pairs)
    });
    Ok(page.answer(fields(app, actor, &typed, false).await?, errors))
}

/// A user.
///
/// # Errors
/// `NotFound`.
pub async fn user(State(app): State<App>, actor: Actor, id: Id, Query(ask): Query<Ask>) -> Result<Response> {
    user_page(&app, &actor, id.0, None, &ask.done, Errors::none()).await
}

/// Saves a user.
///
/// # Errors
/// `NotFound`.
pub async fn save_user(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let wanted = |now: &UserChange| {
        Ok(UserChange {
            name: typed.get("name").into(),
            role: role(&typed)?,
            employee: some(&typed, "employee"),
            branches: typed.all("branches"),
            state: now.state,
        })
    };
    match people::edit_user(&tx, id.0, None, wanted).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("/users/{}?done=saved", id.0)))
        }
        Err(error) => {
            drop(tx);
            let errors = refused(error, T::new(actor.lang))?;
            user_page(&app, &actor, id.0, Some(typed), "", errors).await
        }
    }
}

/// Ends a user's access.
///
/// # Errors
/// `NotFound`.
pub async fn revoke(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    match people::revoke_user(&tx, id.0).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(go(&format!("/users/{}?done=revoked", id.0)))
        }
        Err(error) => {
            drop(tx);
            let errors = refused(error, T::new(actor.lang))?;
            user_page(&app, &actor, id.0, None, "", errors).await
        }
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

#[derive(askama::Template)]
#[template(path = "access/pages/secret.html")]
struct SecretPage {
    frame: Frame,
    lead: String,
    /// What is copied: a link or a token.
    secret: String,
    back: String,
    /// What can also be done.
    note: String,
}

#[derive(askama::Template)]
#[template(path = "access/pages/sheet.html")]
struct SheetPage {
    frame: Frame,
    name: String,
    company: String,
    address: String,
    qr: String,
    code: String,
    back: String,
}

/// Makes a way in: shows the link or the printed sheet once, or sends a mail.
///
/// # Errors
/// `NotFound`.
pub async fn invite(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let kind = match typed.get("kind") {
        "mail" => InviteKind::Mail,
        "code" => InviteKind::Code,
        _ => InviteKind::Link,
    };
    let tx = app.write(&actor).await?;
    let made = match people::invite(&tx, id.0, kind).await {
        Ok(made) => made,
        Err(error) => {
            drop(tx);
            let errors = refused(error, t)?;
            return user_page(&app, &actor, id.0, None, "", errors).await;
        }
    };
    let name = people::user(&tx, actor.org, id.0).await?.row.name;
    tx.commit().await?;
    let back = format!("/users/{}", id.0);
    match (made.url, made.code) {
        (Some(url), _) => {
            let frame = user_frame(&actor, name.clone(), "");
            let (lead, note) = (t.w("access-link-lead", "name", &name), t.s("access-link-note"));
            Ok(render(StatusCode::OK, &SecretPage { frame, lead, secret: url, back, note }))
        }
        (None, Some(code)) => {
            let address = format!("{}/code", app.ground.public_url);
            let qr = qr(&address)?;
            let frame = user_frame(&actor, t.s("access-sheet"), "");
            Ok(render(StatusCode::OK, &SheetPage { frame, name, company: actor.org_name.to_string(), address, qr, code, back }))
        }
        (None, None) => Ok(go(&format!("{back}?done=mailed"))),
    }
}

/// The QR code of an address as SVG.
fn qr(address: &str) -> Result<String> {
    use fast_qr::convert::{Builder, Shape, svg::SvgBuilder};
    let code = fast_qr::QRBuilder::new(address).build().map_err(|e| Error::Internal(format!("QR: {e:?}")))?;
    Ok(SvgBuilder::default().shape(Shape::Square).to_str(&code))
}

/// Makes a link to a new password.
///
/// # Errors
/// `NotFound`.
pub async fn reset(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let t = T::new(actor.lang);
    let tx = app.write(&actor).await?;
    match people::reset_link(&tx, id.0).await {
        Ok(secret) => {
            let name = people::user(&tx, actor.org, id.0).await?.row.name;
            tx.commit().await?;
            let frame = user_frame(&actor, name.clone(), "");
            let (lead, note) = (t.w("access-reset-link-lead", "name", &name), t.s("access-reset-link-note"));
            Ok(render(StatusCode::OK, &SecretPage { frame, lead, secret, back: format!("/users/{}", id.0), note }))
        }
        Err(error) => {
            drop(tx);
            let errors = refused(error, t)?;
            user_page(&app, &actor, id.0, None, "", errors).await
        }
    }
}

async fn tokens_page(app: &App, actor: &Actor, ask: &Ask, typed: &Typed, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let list = people::tokens(&app.ground.db, actor, &ask.wanted()?).await?;
    let mut page =
        ListPage::new(frame(actor, "access-tokens", &ask.done), ("key", t.s("access-tokens-empty"), t.s("access-tokens-why")));
    page.lead = t.s("access-tokens-why");
    page.heads = vec![t.s("access-name"), t.s("access-token-scopes"), t.s("access-token-used")];
    page.next = ask.next("/tokens", list.next.as_ref());
    let now = app.ground.now().0;
    for r in list.items {
        let confirm = t.w("access-token-revoke-confirm", "name", &r.name);
        page.rows.push(Row {
            main: r.name,
            cells: vec![r.scopes.replace(' ', ", "), r.used_at.map_or_else(|| t.s("access-never"), |at| t.relative(now, at))],
            post: Some(Post::new(format!("/tokens/{}/removal", r.id), t.s("access-token-revoke")).danger(confirm)),
            ..Row::default()
        });
    }
    let chosen = typed.all("scopes");
    let mut scopes = Field::checks("scopes", t.s("access-token-scopes"));
    for name in kit::actor::Scopes::NAMES {
        scopes = scopes.check(
            name,
            t.s(&format!("access-scope-{name}")),
            chosen.iter().any(|c| c == name) || (typed.0.is_empty() && name == "read"),
        );
    }
    let fields = vec![
        Field::text("name", t.s("access-name"))
            .hint(t.s("access-token-name-hint"))
            .value(typed.get("name"))
            .max_length(100)
            .error(errors.of("name"))
            .required(),
        scopes.error(errors.of("scopes")),
    ];
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.form = Some(Small { action: "/tokens".into(), fields, submit: t.s("access-token-make"), errors });
    Ok(render(status, &page))
}

/// The own tokens.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn tokens(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    tokens_page(&app, &actor, &ask, &Typed::default(), Errors::none()).await
}

/// Makes a token and shows it this once.
///
/// # Errors
/// Those of the database.
pub async fn create_token(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let scopes = typed.all("scopes");
    let all = [Scope::Read, Scope::Write, Scope::History, Scope::Admin];
    let form = TokenForm {
        name: typed.get("name").into(),
        scopes: all.into_iter().filter(|s| scopes.iter().any(|n| n == s.as_str())).collect(),
    };
    let tx = app.write(&actor).await?;
    match people::create_token(&tx, &form).await {
        Ok((row, secret)) => {
            tx.commit().await?;
            let mut frame = said(frame(&actor, "access-tokens", ""), t, "").crumb(t.s("access-tokens"), "/tokens");
            frame.title = row.name;
            let page = SecretPage {
                frame,
                lead: t.s("access-token-once"),
                secret,
                back: "/tokens".into(),
                note: t.s("access-token-note"),
            };
            Ok(render(StatusCode::OK, &page))
        }
        Err(error) => {
            drop(tx);
            let errors = refused(error, t)?;
            tokens_page(&app, &actor, &Ask::default(), &typed, errors).await
        }
    }
}

/// Ends a token.
///
/// # Errors
/// `NotFound`.
pub async fn revoke_token(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    people::revoke_token(&tx, id.0).await?;
    tx.commit().await?;
    Ok(go("/tokens?done=removed"))
}
