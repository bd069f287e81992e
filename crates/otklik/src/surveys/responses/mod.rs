//! Reading what was answered: lists, search by word forms, one answer. How much is shown depends on who reads and on
//! what the survey promised.

pub mod api;
pub mod closed;
pub mod pages;
pub mod rules;
pub mod store;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use kit::actor::{Actor, Reach, Role};
use kit::db::Query;
use kit::time::{date_of, day_number, start_of_day};
use kit::{Error, Faults, FieldError, Result};
use uuid::Uuid;

use super::intake::channel_id;
use super::rules::answers::Answers;
use super::rules::form::Form;
use super::store::{PlaceKind, ResponseRow, place};
use closed::Window;
pub use closed::{After, Closed};
use rules::{Sight, seen, whole_weeks};
use store::{Cut, Version};

/// What a reader asks for, in the words of a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub q: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub branch: Option<String>,
    pub employee: Option<String>,
    pub touchpoint: Option<String>,
    pub channel: Option<String>,
    pub version: Option<i64>,
    pub question: Option<String>,
    pub score_below: Option<i64>,
    pub commented: bool,
    /// Only surveys of `clients` or of `staff`.
    pub about: Option<String>,
}

/// The same, understood.
#[derive(Clone, Debug, Default)]
struct Wanted {
    /// Per word its forms; empty when nothing can match, `None` when nothing is searched for.
    words: Option<Vec<Vec<String>>>,
    from: Option<Date>,
    to: Option<Date>,
    branch: Option<Uuid>,
    employee: Option<Uuid>,
    touchpoint: Option<Uuid>,
    channel: Option<Uuid>,
    version: Option<i64>,
    below: Option<(String, i64)>,
    commented: bool,
    about: Option<String>,
}

/// An answer as somebody may read it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub row: ResponseRow,
    pub form: Arc<Form>,
    pub answers: Answers,
    pub channel: Option<String>,
    pub protected: bool,
    /// The cursor of what comes after it.
    pub cursor: Vec<String>,
}

async fn understand(q: &impl Query, actor: &Actor, asked: &Asked, survey: Option<Uuid>) -> Result<Wanted> {
    let mut faults = Faults::default();
    let mut wanted =
        Wanted { version: asked.version, commented: asked.commented, about: asked.about.clone(), ..Wanted::default() };
    if let Some(text) = asked.q.as_deref().filter(|t| !t.trim().is_empty()) {
        faults.optional("q", &text.replace(char::is_control, " "), 200);
        wanted.words = Some(measure::text::query_stems(text).into_iter().take(20).collect());
    }
    for (field, text, into) in [("from", &asked.from, &mut wanted.from), ("to", &asked.to, &mut wanted.to)] {
        if let Some(text) = text {
            *into = day(text);
            if into.is_none() {
                faults.add(field, "not-a-day");
            }
        }
    }
    let places = [
        ("branch", PlaceKind::Branch, &asked.branch, &mut wanted.branch),
        ("employee", PlaceKind::Employee, &asked.employee, &mut wanted.employee),
        ("touchpoint", PlaceKind::Touchpoint, &asked.touchpoint, &mut wanted.touchpoint),
    ];
    for (field, kind, text, into) in places {
        let Some(text) = text else { continue };
        let known = if text.contains('\0') { None } else { place(q, actor.org, kind, text).await? };
        let Some(known) = known else {
            faults.add(field, "unknown");
            continue;
        };
        let foreign = match kind {
            PlaceKind::Branch => !actor.reaches(Some(known.id)),
            PlaceKind::Employee if actor.reach == Reach::Own => actor.employee != Some(known.id),
            PlaceKind::Employee => !actor.reaches(known.branch),
            PlaceKind::Touchpoint => false,
        };
        if foreign {
            return Err(Error::Forbidden("other-branch"));
        }
        *into = Some(known.id);
    }
    wanted.channel = asked.channel.as_deref().map(|c| channel_id(c.trim()));
    if let Some(below) = asked.score_below {
        match scored(q, actor.org, survey, asked.question.as_deref()).await? {
            Some(question) => wanted.below = Some((question, below)),
            None => faults.add("question", "unknown-question"),
        }
    } else if asked.question.is_some() {
        faults.push(FieldError::new("score_below", "required"));
    }
    faults.check()?;
    Ok(wanted)
}

/// A day as URLs write it.
fn day(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    text.parse::<Date>().ok().filter(|_| plain)
}

/// The question that a score is about: the one named, or the survey's first with a scale.
async fn scored(q: &impl Query, org: Uuid, survey: Option<Uuid>, named: Option<&str>) -> Result<Option<String>> {
    let Some(survey) = survey else { return Ok(None) };
    let row = super::find(q, org, survey).await?;
    let text = match row.published {
        Some(n) => super::store::version(q, org, survey, n).await?.unwrap_or(row.draft),
        None => row.draft,
    };
    let form: Form = serde_json::from_str(&text)?;
    let mut numeric = form.questions.iter().filter(|q| q.scale().is_some() && q.rows.is_empty());
    Ok(numeric.find(|q| named.is_none_or(|n| n == q.key)).map(|q| q.key.clone()))
}

/// A part of a survey that is read alike: its versions with the same promise.
struct Source {
    cut: Cut,
    /// Of what was promised confidence: what is closed, and what this reader may see of it.
    guarded: Option<(Closed, Vec<Window>)>,
}

/// What this reader may see of these surveys, each with its cut.
async fn sources(q: &impl Query, actor: &Actor, survey_named: Option<Uuid>, wanted: &Wanted, today: i64) -> Result<Vec<Source>> {
    let mut parts: Vec<(Uuid, bool, Vec<i64>)> = Vec::new();
    for Version { survey, number, anonymity, about } in store::versions(q, actor.org, survey_named).await? {
        if wanted.about.as_ref().is_some_and(|wanted| *wanted != about) {
            continue;
        }
        let protected = anonymity != "identified";
        match parts.iter_mut().find(|(s, p, _)| *s == survey && *p == protected) {
            Some((_, _, numbers)) => numbers.push(number),
            None => parts.push((survey, protected, vec![number])),
        }
    }
    let mixed: Vec<Uuid> =
        parts.iter().filter(|(s, p, _)| *p && parts.iter().any(|(o, q, _)| o == s && !q)).map(|(s, _, _)| *s).collect();
    let moment = |date: Option<Date>| date.map(|d| start_of_day(d, &actor.zone).0);
    let mut out = Vec::new();
    for (survey, protected, all) in parts {
        let versions: Vec<i64> = all.iter().copied().filter(|v| wanted.version.is_none_or(|w| w == *v)).collect();
        // Beside answers with their moments a protected one would show its own: it is read by itself.
        let beside = survey_named.is_none() || (wanted.version.is_none() && mixed.contains(&survey));
        if versions.is_empty() || (protected && beside) {
            continue;
        }
        let (from, to) = if protected { whole_weeks(wanted.from, wanted.to) } else { (wanted.from, wanted.to) };
        let cut = Cut {
            survey,
            versions,
            from: moment(from),
            to: moment(to),
            branches: (actor.reach == Reach::OwnBranches).then(|| actor.branches.to_vec()),
            branch: wanted.branch,
            employee: if actor.reach == Reach::Own { Some(actor.employee.unwrap_or_default()) } else { wanted.employee },
            touchpoint: wanted.touchpoint,
            channel: wanted.channel,
            below: wanted.below.clone(),
            commented: wanted.commented,
            days: None,
        };
        let mut guarded = None;
        if protected {
            // Nobody is picked out of a confidential survey by person, place of contact, channel or score.
            if cut.employee.is_some() || cut.touchpoint.is_some() || cut.channel.is_some() || cut.below.is_some() {
                continue;
            }
            let closed = Closed::of(q, actor.org, survey, &all, today).await?;
            let windows = closed.windows(&cut, cut.versions.len() < all.len(), (from.map(day_number), to.map(day_number)));
            if windows.is_empty() {
                continue;
            }
            guarded = Some((closed, windows));
        }
        out.push(Source { cut, guarded });
    }
    Ok(out)
}

/// Answers, newest first (with `q`: the last stored first; of a guarded survey: block by block); one more than the limit, so
/// that the caller knows of the next. `today` is the company's, in days since 1970.
///
/// # Errors
/// `NotFound` for a stranger's survey, `Invalid` for unsound filters, `Forbidden` for another branch.
pub async fn list(
    q: &impl Query,
    actor: &Actor,
    survey: Option<Uuid>,
    asked: &Asked,
    (after, today): (Option<After>, i64),
    limit: i64,
) -> Result<Vec<Shown>> {
    if let Some(survey) = survey {
        super::find(q, actor.org, survey).await?;
    }
    let wanted = understand(q, actor, asked, survey).await?;
    if wanted.words.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let mut open: Vec<(ResponseRow, Told)> = Vec::new();
    let limit = limit + 1;
    for Source { cut, guarded } in sources(q, actor, survey, &wanted, today).await? {
        if let Some((closed, windows)) = guarded {
            let place = After::guarded(after)?;
            let rows = closed::read(q, actor, (&cut, &windows), wanted.words.as_deref(), place, limit).await?;
            // Beside others a guarded survey is never read.
            let told = |(row, block): (ResponseRow, i64)| {
                let first = closed.first_day(row.day);
                let after = After::Guarded { block, id: row.id };
                (row, Told::Guarded { first, after })
            };
            return dress(q, actor, rows.into_iter().map(told).collect()).await;
        }
        let place = After::open(after)?;
        let part = match &wanted.words {
            Some(words) => store::found(q, actor.org, &cut, words, place.map(|p| p.1), limit).await?,
            None => by_time(q, actor.org, &cut, place, limit).await?,
        };
        open.extend(part.into_iter().map(|r| (r, Told::All)));
    }
    match &wanted.words {
        Some(_) => open.sort_by_key(|(r, _)| std::cmp::Reverse(r.seq)),
        None => open.sort_by_key(|(r, _)| std::cmp::Reverse((r.at, r.seq))),
    }
    open.truncate(usize::try_from(limit).unwrap_or(0));
    dress(q, actor, open).await
}

/// How much is told of an answer.
enum Told {
    All,
    /// Comments, and the first day of its block.
    Guarded {
        first: Option<i64>,
        after: After,
    },
}

async fn by_time(
    q: &impl Query,
    org: Uuid,
    cut: &Cut,
    after: Option<(Option<i64>, i64)>,
    limit: i64,
) -> Result<Vec<ResponseRow>> {
    let mut rows = match after {
        Some((None, _)) => Vec::new(),
        Some((Some(at), seq)) => store::dated(q, org, cut, Some((at, seq)), limit).await?,
        None => store::dated(q, org, cut, None, limit).await?,
    };
    let room = limit - i64::try_from(rows.len()).unwrap_or(limit);
    if room > 0 && cut.from.is_none() && cut.to.is_none() {
        let before = after.filter(|a| a.0.is_none()).map(|a| a.1);
        rows.extend(store::undated(q, org, cut, before, room).await?);
    }
    Ok(rows)
}

async fn dress(q: &impl Query, actor: &Actor, rows: Vec<(ResponseRow, Told)>) -> Result<Vec<Shown>> {
    let ids: Vec<Uuid> = rows.iter().filter_map(|(r, _)| r.channel).collect();
    let channels = store::names(q, actor.org, store::Names::Channel, &ids).await?;
    let mut forms: HashMap<(Uuid, i64), Arc<Form>> = HashMap::new();
    let mut out = Vec::with_capacity(rows.len());
    for (mut row, told) in rows {
        let protected = matches!(told, Told::Guarded { .. });
        let key = (row.survey, row.version);
        let form = match forms.get(&key) {
            Some(known) => Arc::clone(known),
            None => {
                let text = super::store::version(q, actor.org, row.survey, row.version).await?.ok_or(Error::NotFound)?;
                let read: Arc<Form> = Arc::new(serde_json::from_str(&text)?);
                forms.insert(key, Arc::clone(&read));
                read
            }
        };
        let sight = Sight { contacts: actor.role != Role::Viewer, protected };
        let answers = seen(&form, serde_json::from_str(&row.answers)?, sight);
        let mut channel = row.channel.and_then(|c| channels.get(&c).cloned());
        let after = match told {
            Told::All => After::Open { at: row.at, seq: row.seq },
            Told::Guarded { first, after } => {
                row.at = first.map(|day| start_of_day(date_of(day), &actor.zone).0);
                row.day = None;
                (row.branch, row.employee, row.touchpoint, row.channel) = (None, None, None, None);
                (row.raw, row.lang, row.external_id, row.respondent, channel) = (None, None, None, None, None);
                // Whether it came by a personal link would narrow down who it was.
                row.source = "guarded".into();
                after
            }
        };
        let cursor = after.write();
        row.answers = serde_json::to_string(&answers)?;
        out.push(Shown { row, form, answers, channel, protected, cursor });
    }
    Ok(out)
}

/// One answer, as far as this reader may see it. Of a guarded survey there is one verdict for all who do not read the whole
/// company, and for answers whose block is not closed: nothing is said, not even that it is there.
///
/// # Errors
/// `NotFound`, or `Forbidden` when it belongs to another branch or another employee.
pub async fn show(q: &impl Query, actor: &Actor, id: Uuid, today: i64) -> Result<Shown> {
    let row = super::store::response(q, actor.org, id).await?.ok_or(Error::NotFound)?;
    let versions = store::versions(q, actor.org, Some(row.survey)).await?;
    let guarded: Vec<i64> = versions.iter().filter(|v| v.anonymity != "identified").map(|v| v.number).collect();
    if guarded.contains(&row.version) {
        let closed = Closed::of(q, actor.org, row.survey, &guarded, today).await?;
        if actor.reach != Reach::Company || !closed.shows(row.day) {
            return Err(Error::NotFound);
        }
        let told = Told::Guarded { first: closed.first_day(row.day), after: After::Guarded { block: 0, id } };
        return dress(q, actor, vec![(row, told)]).await?.pop().ok_or(Error::NotFound);
    }
    let own = match actor.reach {
        Reach::Own => row.employee.is_some() && row.employee == actor.employee,
        _ => actor.reaches(row.branch),
    };
    if !own {
        return Err(Error::Forbidden("other-branch"));
    }
    dress(q, actor, vec![(row, Told::All)]).await?.pop().ok_or(Error::NotFound)
}
