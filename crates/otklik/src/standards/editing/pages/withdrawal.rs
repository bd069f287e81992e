//! Taking a standard out of force, and back.

use axum::Form as Posted;
use axum::extract::State;
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Error, Result};

use super::show::{self, Stuck};
use super::{Typed, refused};
use crate::app::App;
use crate::doors::go;
use crate::standards::editing::withdrawal::{self, WithdrawalForm};

/// Takes a standard out of force. In a large company a job counts everybody anew; open duties are lifted at once.
///
/// # Errors
/// `NotFound`.
pub async fn withdraw(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let form = WithdrawalForm { reason: Typed(typed).get("why").to_owned() };
    let tx = app.write(&actor).await?;
    match withdrawal::withdraw(&tx, id.0, &form).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("/standards/{}?done=withdrawn", id.0)))
        }
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            drop(tx);
            let errors = refused(error, T::new(actor.lang), "why")?;
            // The page has another form with a reason.
            let errors = errors.list().iter().map(|(field, text)| (field.replace("reason", "why"), text.clone())).collect();
            show::page(&app, &actor, id.0, "", Some(Stuck { reason: form.reason, errors })).await
        }
        Err(other) => Err(other),
    }
}

/// Puts a withdrawn standard back in force.
///
/// # Errors
/// `NotFound`, `Conflict` when it is not withdrawn.
pub async fn restore(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    withdrawal::restore(&tx, id.0).await?;
    tx.commit().await?;
    Ok(go(&format!("/standards/{}?done=restored", id.0)))
}
