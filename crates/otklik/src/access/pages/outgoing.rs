//! The page door of the pause: two buttons.

use axum::extract::State;
use axum::response::Response;
use kit::{Actor, Error, Result};

use super::go;
use crate::access::outgoing;
use crate::app::App;

/// Holds back whatever would go out.
///
/// # Errors
/// Those of the database.
pub async fn pause(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tx = app.write(&actor).await?;
    match outgoing::pause(&tx).await {
        // Somebody was faster: it is as it was wanted.
        Err(Error::Conflict(_)) => {}
        other => {
            other?;
            tx.commit().await?;
        }
    }
    Ok(go("/org?done=outgoing-paused"))
}

/// Lets it go again.
///
/// # Errors
/// Those of the database.
pub async fn resume(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tx = app.write(&actor).await?;
    match outgoing::resume(&tx).await {
        Err(Error::NotFound) => {}
        other => {
            other?;
            tx.commit().await?;
            app.ground.jobs_due.notify_one();
        }
    }
    Ok(go("/org?done=outgoing-resumed"))
}
