//! The staff page of personal links.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Id, Paging, Params, field_text};
use kit::{Actor, Error, FieldError, Result};
use uuid::Uuid;

use super::{InvitationRow, Invite, MOST, Made, State as Stand, Told, store};
use crate::access::choose::{self, What};
use crate::app::App;
use crate::layout::{Errors, Field, Flash, Frame, State as Tone, render};
use crate::surveys;
use crate::surveys::public_form::pairs;

#[derive(Template)]
#[template(path = "surveys/invitations/list.html")]
struct ListPage {
    frame: Frame,
    errors: Errors,
    people: Field,
    branch: Field,
    send: Option<Field>,
    /// New links, shown this once.
    links: Vec<Link>,
    all_links: String,
    rows: Vec<Line>,
    next: String,
    open: bool,
    guarded: bool,
    id: Uuid,
}

struct Link {
    who: String,
    link: String,
}

struct Line {
    who: String,
    contact: String,
    state: Tone,
    word: String,
    when: String,
}

/// Who was asked, and a form to ask more people.
pub async fn list(State(app): State<App>, actor: Actor, id: Id, paging: Params<Paging>) -> Result<Response> {
    draw(&app, &actor, id.0, &paging.0, &Typed::default(), Vec::new(), Vec::new()).await
}

#[derive(Debug, Default)]
struct Typed {
    people: String,
    branch: String,
    send: bool,
}

/// Makes links for the people on the list. The links are shown at once, for they are not kept.
pub async fn create(State(app): State<App>, actor: Actor, id: Id, body: axum::body::Bytes) -> Result<Response> {
    let fields = pairs(&body)?;
    let get = |name: &str| fields.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let typed = Typed { people: get("people"), branch: get("branch"), send: !get("send").is_empty() };
    let done = async {
        let branch = choose::resolve(&app.ground.db, &actor, What::OpenBranch, "branch", &typed.branch).await?;
        let invites = read_people(&typed.people, branch);
        if invites.is_empty() {
            return Err(Error::field("people", "required"));
        }
        if invites.len() > MOST {
            return Err(Error::Invalid(vec![FieldError::new("people", "too-many").with("max", MOST)]));
        }
        let tx = app.write(&actor).await?;
        let made = super::invite(&tx, id.0, &invites, &|i, name| format!("{i}.{name}"), typed.send).await?;
        tx.commit().await?;
        Ok(made)
    };
    match done.await {
        Ok(made) => draw(&app, &actor, id.0, &Paging::default(), &Typed::default(), Vec::new(), made).await,
        Err(Error::Invalid(errors)) => draw(&app, &actor, id.0, &Paging::default(), &typed, errors, Vec::new()).await,
        Err(other) => Err(other),
    }
}

/// One person a line, in any order: what has an @ is the e-mail, what is digits is the phone, the rest the name.
fn read_people(people: &str, branch: Option<Uuid>) -> Vec<Invite> {
    let branch = branch.map(|id| id.to_string());
    let lines = people.lines().map(str::trim).filter(|l| !l.is_empty());
    lines
        .map(|line| {
            let mut invite = Invite { branch: branch.clone(), ..Invite::default() };
            let mut name: Vec<&str> = Vec::new();
            for part in line.split([';', ',', '\t']).map(str::trim).filter(|p| !p.is_empty()) {
                let digits = part.chars().filter(char::is_ascii_digit).count();
                if part.contains('@') && invite.email.is_none() {
                    invite.email = Some(part.to_owned());
                } else if digits >= 5 && !part.chars().any(char::is_alphabetic) && invite.phone.is_none() {
                    invite.phone = Some(part.to_owned());
                } else {
                    name.push(part);
                }
            }
            invite.name = Some(name.join(" ")).filter(|n| !n.is_empty());
            invite
        })
        .collect()
}

fn who(row: &InvitationRow, t: T) -> (String, String) {
    let phone = row.phone.as_deref().map(kit::mail::show_phone);
    let contact: Vec<String> = row.email.clone().into_iter().chain(phone).collect();
    let name = row.name.clone().or_else(|| contact.first().cloned()).unwrap_or_else(|| t.s("invitation-nameless"));
    (name, contact.join(" · "))
}

async fn draw(
    app: &App,
    actor: &Actor,
    id: Uuid,
    paging: &Paging,
    typed: &Typed,
    faults: Vec<FieldError>,
    made: Vec<Made>,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let survey = surveys::find(db, actor.org, id).await?;
    let draft: surveys::rules::Form = serde_json::from_str(&survey.draft)?;
    let told = Told::of(db, actor.org, &survey, app.today(actor)).await?;
    let limit = paging.limit()?;
    let before = paging.cursor()?.and_then(|parts| parts.first().and_then(|p| Uuid::try_parse(p).ok()));
    let rows = store::list(db, actor.org, id, before, limit + 1).await?;
    let cut = kit::web::List::cut(rows, limit, |r| vec![r.id.to_string()]);
    let now = app.ground.now();
    let lines = cut.items.into_iter().map(|row| {
        let (row, stand) = told.show(row, now);
        let (name, contact) = who(&row, t);
        let word = t.s(&format!("invitation-{}", stand.as_str()));
        let when = match (stand, &row.answered_on) {
            (Stand::Answered, Some(on)) => on.parse().map_or_else(|_| on.clone(), |d| t.date_short(&d)),
            (Stand::Answered, _) => String::new(),
            _ => t.w("invitation-until", "date", t.date_short(&kit::Timestamp(row.expires_at).date(&actor.zone))),
        };
        let state = match stand {
            Stand::Answered => Tone::Good,
            Stand::Waiting => Tone::Note,
            Stand::Expired => Tone::Quiet,
        };
        Line { who: name, contact, state, word, when }
    });
    let mut errors = Errors::none();
    for e in &faults {
        let text = field_text(e, t);
        match e.field.split_once('.').and_then(|(i, _)| i.parse::<usize>().ok()) {
            Some(i) => {
                let at = t.nw("invitation-line", i64::try_from(i + 1).unwrap_or(0), "text", &text);
                errors.add("people", at);
            }
            None => errors.add(&e.field, text),
        }
    }
    let branch = Field::select("branch", t.s("invitation-branch")).value(&*typed.branch).placeholder(t.s("invitation-no-branch"));
    let branch = choose::field(db, actor, What::OpenBranch, branch).await?;
    let mut frame = crate::doors::frame(actor, t.s("invitation-title"), "surveys")
        .crumb(t.s("layout-nav-surveys"), "/surveys")
        .crumb(draft.name.get(actor.lang).to_owned(), format!("/surveys/{id}"));
    if !made.is_empty() {
        frame = frame.flash(Flash::good(t.n("invitation-made", i64::try_from(made.len()).unwrap_or(0))));
    }
    let links: Vec<Link> = made.iter().map(|m| Link { who: who(&m.row, t).0, link: m.link.clone() }).collect();
    let all_links = links.iter().map(|l| format!("{}\t{}", l.who, l.link)).collect::<Vec<_>>().join("\n");
    let page = ListPage {
        people: Field::area("people", t.s("invitation-people"))
            .rows(6)
            .hint(t.s("invitation-people-hint"))
            .value(typed.people.clone())
            .error(errors.of("people").to_owned())
            .required(),
        branch: branch.error(errors.of("branch").to_owned()),
        send: app.ground.mailer.is_some().then(|| Field::switch("send", t.s("invitation-send"), typed.send)),
        errors,
        links,
        all_links,
        rows: lines.collect(),
        next: cut.next.map_or_else(String::new, |after| format!("/surveys/{id}/invitations?after={after}")),
        open: survey.state == "open",
        guarded: told.guarded,
        frame,
        id,
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(render(status, &page))
}
