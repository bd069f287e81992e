//! A mark on the time axis, set where it is seen.

use std::collections::HashMap;

use axum::extract::{RawForm, State};
use axum::response::{IntoResponse, Redirect, Response};
use kit::i18n::T;
use kit::{Actor, Error, Result};

use super::overview::refused;
use super::place::Where;
use crate::access::choose::{self, What};
use crate::access::places;
use crate::access::rules::places::typed_mark;
use crate::app::App;
use crate::layout::simple::named;
use crate::layout::{Errors, Field};

/// The form of a mark.
#[derive(Default)]
pub(super) struct MarkForm {
    pub(super) on: String,
    pub(super) text: String,
    pub(super) branch: String,
    pub(super) rebase: bool,
    /// None while there are no branches.
    pub(super) branches: Option<Field>,
    pub(super) back: String,
    pub(super) errors: Errors,
}

impl MarkForm {
    pub(super) fn day(&self, t: &T) -> Field {
        Field::input("date", "on", t.s("insight-mark-on")).value(&*self.on).error(self.errors.of("on")).required()
    }

    pub(super) fn words(&self, t: &T) -> Field {
        let field = Field::text("text", t.s("insight-mark-text")).value(&*self.text).hint(t.s("insight-mark-hint"));
        field.error(self.errors.of("text")).max_length(200).required()
    }

    /// What is wrong, each line with the name of its field.
    pub(super) fn summary(&self, t: &T) -> Errors {
        let mut fields = vec![self.day(t), self.words(t)];
        fields.extend(self.branches.clone());
        named(&self.errors, &fields)
    }

    pub(super) fn anew(&self, t: &T) -> Field {
        Field::checks("rebase", t.s("access-mark-rebase")).hint(t.s("access-mark-rebase-hint")).check(
            "1",
            t.s("access-mark-rebase-yes"),
            self.rebase,
        )
    }

    pub(super) async fn branches(&self, q: &impl kit::Query, actor: &Actor) -> Result<Option<Field>> {
        let t = T::new(actor.lang);
        let field = Field::select("branch", t.s("insight-mark-branch")).value(&*self.branch);
        // A branch head marks the own branches, not the company.
        let field = if actor.only_branches().is_none() { field.placeholder(t.s("insight-branch-any")) } else { field };
        let field = choose::field(q, actor, What::Branch, field).await?.error(self.errors.of("branch"));
        Ok((!field.choices.is_empty()).then_some(field))
    }
}

/// Sets a mark and goes back to where it was set.
pub async fn mark(State(app): State<App>, actor: Actor, RawForm(body): RawForm) -> Result<Response> {
    let fields: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |key: &str| fields.get(key).map_or("", String::as_str);
    let back = field("back");
    // Only a page of ours.
    let back = if back.starts_with("/?") || back == "/" { back } else { "/" };
    let branch = choose::resolve(&app.ground.db, &actor, What::Branch, "branch", field("branch")).await;
    let tx = app.write(&actor).await?;
    let form = typed_mark(field("on"), field("text"), branch, !field("rebase").is_empty());
    let made = match form {
        Ok(form) => places::create_mark(&tx, &form).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => {
            tx.commit().await?;
            let marked = form_urlencoded::Serializer::new(String::new()).append_pair("marked", field("text").trim()).finish();
            let sign = if back.contains('?') { '&' } else { '?' };
            Ok(Redirect::to(&format!("{back}{sign}{marked}")).into_response())
        }
        Err(Error::Invalid(faults)) => {
            drop(tx);
            let t = T::new(actor.lang);
            let errors = faults.iter().map(|f| (f.field.clone(), kit::web::field_text(f, t))).collect();
            let form = MarkForm {
                on: field("on").into(),
                text: field("text").into(),
                branch: field("branch").into(),
                rebase: !field("rebase").is_empty(),
                errors,
                ..MarkForm::default()
            };
            let place = Where::read(&back.parse().unwrap_or_default());
            refused(&app, &actor, place, form).await
        }
        Err(error) => Err(error),
    }
}
