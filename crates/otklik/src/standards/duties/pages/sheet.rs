//! The printed sheet of acquaintance, and the form by which it is entered.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::time::date_of;
use kit::web::Id;
use kit::{Actor, Error, Result};
use uuid::Uuid;

use super::facts;
use crate::access::places;
use crate::app::App;
use crate::doors::{frame, go};
use crate::layout::simple::{Typed, refused};
use crate::layout::{Errors, Field, Frame, render};
use crate::standards::duties::rules::signing::SheetForm;
use crate::standards::duties::{api, reading, signing};

/// An item on paper.
struct Item {
    text: String,
    facts: Vec<(String, String)>,
}

/// Somebody who signs on paper.
struct Person {
    id: String,
    name: String,
    position: String,
    /// The numbers of the items that are asked of this person; empty: all of them.
    numbers: String,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "standards/duties/pages/sheet.html")]
struct SheetPage {
    frame: Frame,
    id: String,
    branch: String,
    branch_name: String,
    company: String,
    number: i64,
    today: String,
    items: Vec<Item>,
    people: Vec<Person>,
    signed_on: Field,
    errors: Errors,
}

/// What the address carries.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Ask {
    #[serde(default)]
    pub branch: String,
}

async fn page(app: &App, actor: &Actor, id: Uuid, branch: &str, typed: &Typed, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let today = api::today(app, actor);
    let at = places::branch_ref(db, actor.org, branch).await?.ok_or(Error::NotFound)?;
    let sheet = reading::sheet(db, actor, id, at, today).await?;
    let name = crate::access::store::places::branch(db, actor.org, at).await?.map_or_else(String::new, |b| b.name);
    let ticked = typed.all("employee");
    let people = sheet
        .people
        .iter()
        .map(|(id, name, position, asked)| {
            let numbers = sheet.items.iter().enumerate().filter(|(_, i)| asked.contains(&i.0)).map(|(n, _)| (n + 1).to_string());
            let numbers: Vec<String> = numbers.collect();
            Person {
                id: id.to_string(),
                name: name.clone(),
                position: position.clone().unwrap_or_default(),
                numbers: if numbers.len() == sheet.items.len() { String::new() } else { numbers.join(", ") },
                ticked: ticked.contains(&id.to_string()),
            }
        })
        .collect();
    let items = sheet.items.iter().map(|(_, i)| Item { text: t.label(&i.text).to_owned(), facts: facts(t, i) }).collect();
    let title = t.label(&sheet.title).to_owned();
    let day = typed.get("signed_on");
    let signed_on = Field::input("date", "signed_on", t.s("duties-signed-on"))
        .value(if day.is_empty() { date_of(today).to_string() } else { day.to_owned() })
        .error(errors.of("signed_on").to_owned());
    let frame = frame(actor, t.s("duties-sheet-title"), "standards")
        .crumb(t.s("layout-nav-standards"), "/standards")
        .crumb(title, format!("/standards/{id}"))
        .crumb(t.s("duties-people"), format!("/standards/{id}/people"));
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = SheetPage {
        frame,
        id: id.to_string(),
        branch: at.to_string(),
        branch_name: name,
        company: actor.org_name.to_string(),
        number: sheet.number,
        today: t.date(&date_of(today)),
        items,
        people,
        signed_on,
        errors,
    };
    Ok(render(status, &page))
}

/// The sheet of a branch: to print, and to enter.
///
/// # Errors
/// `NotFound`; `Forbidden` for another branch.
pub async fn show(State(app): State<App>, actor: Actor, id: Id, Query(ask): Query<Ask>) -> Result<Response> {
    page(&app, &actor, id.0, &ask.branch, &Typed::default(), Errors::none()).await
}

/// Enters who signed.
///
/// # Errors
/// `NotFound`; `Forbidden` for another branch.
pub async fn enter(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let day = match typed.get("signed_on").trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Error::field("signed_on", "bad-day")),
    };
    let tx = app.write(&actor).await?;
    let done = match day {
        Ok(signed_on) => {
            let version = typed.get("version").parse().unwrap_or(0);
            signing::enter_sheet(&tx, id.0, &SheetForm { version, employees: typed.all("employee"), signed_on }).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("/standards/{}/people?branch={}&done=entered", id.0, typed.get("branch"))))
        }
        Err(error) => {
            drop(tx);
            page(&app, &actor, id.0, typed.get("branch"), &typed, refused(error, t)?).await
        }
    }
}
