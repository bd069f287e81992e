//! Pages of the own tokens.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Result};

use super::ways_in::SecretPage;
use super::{Ask, frame, go, said};
use crate::access::people;
use crate::access::rules::people::{Scope, TokenForm};
use crate::app::App;
use crate::layout::simple::{ListPage, Post, Row, Small, Typed};
use crate::layout::{Errors, Field, render};
use crate::thing::{Sent, sent};

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
    match sent(people::create_token(&tx, &form).await, tx).await? {
        Sent::Done((row, secret)) => {
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
        Sent::Again(again) => tokens_page(&app, &actor, &Ask::default(), &typed, again.errors).await,
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
