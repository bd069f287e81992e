//! Ways in for a user: an invitation as a link, a mail or a printed code; a link to a new password.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Error, Result};

use super::go;
use super::users::{user_frame, user_page};
use crate::access::people;
use crate::access::rules::people::InviteKind;
use crate::app::App;
use crate::layout::simple::Typed;
use crate::layout::{Frame, render};
use crate::thing::{Sent, sent};

/// A secret that is shown this once.
#[derive(askama::Template)]
#[template(path = "access/pages/secret.html")]
pub struct SecretPage {
    pub frame: Frame,
    pub lead: String,
    /// What is copied: a link or a token.
    pub secret: String,
    pub back: String,
    /// What can also be done.
    pub note: String,
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
    let made = match sent(people::invite(&tx, id.0, kind).await, tx).await? {
        Sent::Done(made) => made,
        Sent::Again(again) => return user_page(&app, &actor, id.0, None, "", again).await,
    };
    let name = people::user(&app.ground.db, actor.org, id.0).await?.row.name;
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
    match sent(people::reset_link(&tx, id.0).await, tx).await? {
        Sent::Done(secret) => {
            let name = people::user(&app.ground.db, actor.org, id.0).await?.row.name;
            let frame = user_frame(&actor, name.clone(), "");
            let (lead, note) = (t.w("access-reset-link-lead", "name", &name), t.s("access-reset-link-note"));
            Ok(render(StatusCode::OK, &SecretPage { frame, lead, secret, back: format!("/users/{}", id.0), note }))
        }
        Sent::Again(again) => user_page(&app, &actor, id.0, None, "", again).await,
    }
}
