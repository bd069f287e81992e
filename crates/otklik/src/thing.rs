//! One small shape for the doors of a thing that is listed, made and edited: its answers in the API, and what comes of its
//! form on a page.

use axum::response::Response;
use kit::i18n::T;
use kit::web::{List, answer, created, etag, tagged};
use kit::{Actor, Error, Result, Tx};
use serde::Serialize;
use uuid::Uuid;

use crate::layout::simple::Again;

/// A stored thing and what the API says of it.
pub trait Thing: Sized {
    /// As the API shows it.
    type Shown: Serialize;
    /// Where it lives below `/api/v1/`.
    const PLACE: &'static str;

    /// Its id and version.
    fn key(&self) -> (Uuid, i64);

    /// # Errors
    /// When what is stored cannot be read: a defect.
    fn show(self, actor: &Actor) -> Result<Self::Shown>;

    /// The entity tag.
    fn tag(&self) -> String {
        etag(self.key().1)
    }
}

/// 200 with a part of a list.
///
/// # Errors
/// When what is stored cannot be read: a defect.
pub fn listed<R: Thing>(actor: &Actor, list: List<R>) -> Result<Response> {
    let items = list.items.into_iter().map(|r| r.show(actor)).collect::<Result<Vec<_>>>()?;
    answer(200, &List { items, next: list.next })
}

/// 200 with the thing and its entity tag.
///
/// # Errors
/// When what is stored cannot be read: a defect.
pub fn shown<R: Thing>(actor: &Actor, row: R) -> Result<Response> {
    let (_, version) = row.key();
    Ok(tagged(answer(200, &row.show(actor)?)?, version))
}

/// Commits, and answers 201 with the thing, its address and its entity tag.
///
/// # Errors
/// `Replay` when another request with the same key was faster; those of the database.
pub async fn made<R: Thing>(tx: Tx, row: R) -> Result<Response> {
    let (id, version) = row.key();
    let location = format!("/api/v1/{}/{id}", R::PLACE);
    let body = row.show(&tx.actor)?;
    tx.finish(201, Some(&location), &body, false).await?;
    Ok(tagged(created(&location, &body)?, version))
}

/// Commits, and answers 200 with the thing as it is now.
///
/// # Errors
/// Those of the database.
pub async fn changed<R: Thing>(tx: Tx, row: R) -> Result<Response> {
    let (_, version) = row.key();
    let body = row.show(&tx.actor)?;
    tx.commit().await?;
    Ok(tagged(answer(200, &body)?, version))
}

/// What came of a page's form.
#[derive(Debug)]
pub enum Sent<R> {
    /// It is stored: go on.
    Done(R),
    /// It is shown again.
    Again(Again),
}

/// Commits what a form did, or says why the form is shown again. The connection is free afterwards.
///
/// # Errors
/// What is not the form's own: somebody else's thing, a missing right, a defect.
pub async fn sent<R>(result: Result<R>, tx: Tx) -> Result<Sent<R>> {
    match result {
        Ok(row) => {
            tx.commit().await?;
            Ok(Sent::Done(row))
        }
        Err(error @ (Error::Invalid(_) | Error::Conflict(_) | Error::ConflictWith(..))) => {
            let t = T::new(tx.actor.lang);
            Again::of(error, t).map(Sent::Again)
        }
        Err(other) => Err(other),
    }
}
