//! How the figures of a standard's touchpoints moved after each of its versions. A comparison of the time after with an
//! equally long time before: it says that something moved, never why.

use jiff::ToSpan;
use kit::i18n::{Label, T};
use kit::time::{date_of, day_number};
use kit::{Actor, Query, Result, Timestamp};
use uuid::Uuid;

use super::super::figure::Item;
use super::super::rules::{Ask, Metric, Query as Names};
use super::{store, written_out};
use crate::standards::editing::{self, versions};

/// So many days on each side of a publication are compared at most.
const WINDOW: i64 = 90;
/// Before so many days nothing is said.
const EARLY: i64 = 14;
/// So many versions and touchpoints are looked at.
const VERSIONS: i64 = 6;
const POINTS: usize = 6;

/// A figure before and after a version.
pub struct Moved {
    pub version: i64,
    pub on: String,
    pub touchpoint: Uuid,
    pub point: String,
    pub metric: Metric,
    /// Days on each side.
    pub days: i64,
    pub item: Item,
    pub before: super::Number,
    pub after: super::Number,
}

/// # Errors
/// `NotFound` for a standard that the reader does not see; those of the database.
pub async fn effect<Q: Query>(q: &Q, actor: &Actor, now: Timestamp, standard: Uuid) -> Result<Vec<Moved>> {
    editing::seen(q, actor, standard).await?;
    let Some(reader) = super::with(actor, crate::access::Noun::Metric) else { return Ok(Vec::new()) };
    let t = T::new(actor.lang);
    let desk = super::super::desk(q, &reader, now);
    let mut points: Vec<Uuid> = Vec::new();
    for item in editing::items(q, actor.org, standard).await?.iter().filter(|i| i.in_force()) {
        let point = item.published.as_ref().and_then(|p| p.touchpoint.as_deref()).and_then(|p| Uuid::try_parse(p).ok());
        if let Some(point) = point.filter(|p| !points.contains(p) && points.len() < POINTS) {
            points.push(point);
        }
    }
    let mut out = Vec::new();
    let rows = versions::versions(q, actor.org, standard, 0, VERSIONS).await?;
    for (i, row) in rows.iter().enumerate() {
        let day = day_number(Timestamp(row.published_at).date(&actor.zone));
        // Neither side reaches into the time of another version.
        let next = i
            .checked_sub(1)
            .and_then(|n| rows.get(n))
            .map_or(desk.today + 1, |r| day_number(Timestamp(r.published_at).date(&actor.zone)));
        let before = rows.get(i + 1).map_or(i64::MIN / 2, |r| day_number(Timestamp(r.published_at).date(&actor.zone)));
        let days = WINDOW.min(next - day).min(day - before);
        if days < EARLY {
            continue;
        }
        for point in &points {
            let Some((_, name)) = store::touchpoint(q, actor.org, &point.to_string()).await? else { continue };
            let name: Label = serde_json::from_str(&name).unwrap_or_else(|_| name.as_str().into());
            for metric in [Metric::Csat, Metric::Nps, Metric::Ces] {
                let to = date_of(day).checked_add(days.days()).unwrap_or(date_of(day));
                let names = Names {
                    touchpoint: Some(point.to_string()),
                    from: Some(date_of(day).to_string()),
                    to: Some(to.to_string()),
                    compare: Some("previous".into()),
                    ..Names::default()
                };
                let figure = match desk.figure(&Ask::read(metric, names)?).await {
                    Ok(figure) => figure,
                    Err(kit::Error::Invalid(_) | kit::Error::Forbidden(_)) => continue,
                    Err(other) => return Err(other),
                };
                let Some(item) = figure.items.first().filter(|i| !i.suppressed && i.sample.n() > 0) else { continue };
                let Some(earlier) = item.previous.clone().filter(|p| p.n() > 0) else { continue };
                let label = t.s(&format!("insight-metric-{}", metric.key()));
                let past = Item { sample: earlier, previous: None, ..item.clone() };
                out.push(Moved {
                    version: row.number,
                    on: t.date(&date_of(day)),
                    touchpoint: *point,
                    point: t.label(&name).to_owned(),
                    metric,
                    days,
                    before: written_out(actor, &figure, &past, &label, String::new()),
                    after: written_out(actor, &figure, item, &label, String::new()),
                    item: item.clone(),
                });
            }
        }
    }
    Ok(out)
}
