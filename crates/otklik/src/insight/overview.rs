//! What the overview shows: everything of one look at the company, a branch or a person, read at once.

use std::collections::HashMap;

use kit::db::Query;
use kit::time::{date_of, day_number};
use kit::{Reach, Result};
use uuid::Uuid;

use super::figure::{Figure, samples};
use super::gather::{Desk, Gathered, Key, Spec};
use super::rules::{Ask, By, Metric, Sample, periods};
use super::store::{self, MarkRow, Named, SurveyName, Table};
use crate::figures::{self, Kind, Range, Series};
use crate::surveys::responses::{self, Asked, Shown};

/// So many groups stand on one page.
pub const GROUPS: i64 = 50;
/// So many weeks are drawn.
pub const WEEKS: i64 = 52;
/// So many answers are looked through for words.
const WORDS: i64 = 60;
/// So many names are read at once.
const CHOICES: i64 = 200;

/// A figure that has a card: one of the catalogue, or the rating of one question.
#[derive(Clone, Debug)]
pub struct Card {
    pub metric: Metric,
    /// The series that feed it.
    pub series: Vec<Series>,
    /// The question, where it is about one.
    pub question: Option<(Uuid, String)>,
    pub now: Sample,
    /// The span of the same length before; `None` where all time is asked for.
    pub before: Option<Sample>,
    /// The same span a year ago.
    pub year: Option<Sample>,
    /// Week by week, oldest first: its number ([`figures::week_of`]), its sample, whether it is hidden.
    pub weeks: Vec<(i64, Sample, bool)>,
}

/// One look at everything.
pub struct Overview {
    pub cards: Vec<Card>,
    /// Which of the cards is looked at more closely.
    pub chosen: usize,
    /// Its breakdown; `None` where anonymous answers may not be cut this way.
    pub groups: Option<Figure>,
    /// How often each of its values came.
    pub spread: Option<Sample>,
    /// The last answers, for their words.
    pub latest: Vec<Shown>,
    pub marks: Vec<MarkRow>,
    pub surveys: Vec<SurveyName>,
    pub branches: Vec<Named>,
    /// How many surveys have anonymous answers that may not be cut this way.
    pub left_out: usize,
}

/// What is asked of the overview.
pub struct Wanted {
    pub ask: Ask,
    pub by: By,
    pub metric: Option<Metric>,
    pub question: Option<String>,
    pub after: Option<String>,
}

impl<Q: Query> Desk<'_, Q> {
    /// Reads the overview in few statements, side by side.
    ///
    /// # Errors
    /// `Invalid` for names that do not exist, `Forbidden` for another branch; those of the database.
    pub async fn overview(&self, wanted: &Wanted) -> Result<Overview> {
        let org = self.actor.org;
        let ask = &wanted.ask;
        let (all, survey, spec) = tokio::try_join!(
            figures::all_series(self.q, org),
            async {
                match &ask.query.survey {
                    Some(text) => Ok(store::survey(self.q, org, text).await?.map(|s| s.id)),
                    None => Ok(None),
                }
            },
            self.places(ask),
        )?;
        let spec = Spec { by: None, ..spec };
        let shown = |s: &&Series| {
            matches!(s.key.kind, Kind::Nps | Kind::Csat | Kind::Ces | Kind::Rating)
                && survey.map_or(s.key.about == ask.about, |id| s.key.source == id)
        };
        let series: Vec<Series> = all.iter().filter(shown).cloned().collect();
        let week = figures::week_of(ask.range.to.map_or(self.today, |t| (t - 1).min(self.today)));
        let weekly = Spec {
            by: Some(By::Week),
            range: Range { from: Some(figures::week_start(week - WEEKS + 1)), to: Some(figures::week_start(week + 1)) },
            ..spec.clone()
        };
        let at = |range: Option<Range>| range.map(|range| Spec { range, ..spec.clone() });
        let (before, year) = (at(periods::range_before(ask.range, false)), at(periods::range_before(ask.range, true)));
        let maybe = async |spec: &Option<Spec>| match spec {
            Some(spec) => self.gather(&series, spec, false).await.map(Some),
            None => Ok(None),
        };
        let (from, to) = (date_of(figures::week_start(week - WEEKS + 1)), date_of(self.today + 1));
        let (from, to) = (from.to_string(), to.to_string());
        let own = self.actor.only_branches();
        // The words among the last answers, not the last words among all of them: those could lie millions of answers back.
        let about = survey.is_none().then(|| ask.query.about.clone().unwrap_or_else(|| "clients".into()));
        let (since, until) = (ask.query.from.clone(), ask.query.to.clone());
        let last = Asked { branch: ask.query.branch.clone(), from: since, to: until, about, ..Asked::default() };
        let chosen_branch: Option<Vec<Uuid>> = spec.dims.iter().find(|d| d.0 == figures::Dim::Branch).and_then(|d| d.1.clone());
        let (now, before, year, weekly, latest, marks, surveys, mut branches) = tokio::try_join!(
            self.gather(&series, &spec, false),
            maybe(&before),
            maybe(&year),
            self.gather(&series, &weekly, false),
            responses::list(self.q, self.actor, survey, &last, (None, self.today), WORDS),
            store::marks(self.q, org, &from, &to, chosen_branch.as_deref()),
            store::surveys(self.q, org, CHOICES),
            async {
                if self.actor.reach == Reach::Own {
                    Ok(Vec::new())
                } else {
                    store::names(self.q, org, Table::Branch, own, None, CHOICES).await
                }
            },
        )?;
        let weeks: Vec<i64> = (week - WEEKS + 1..=week).collect();
        let cards = cards(&series, &now, before.as_ref(), year.as_ref(), &weekly, &weeks);
        let chosen = cards
            .iter()
            .position(|c| {
                wanted.metric == Some(c.metric)
                    && (wanted.question.is_none() || c.question.as_ref().map(|q| &q.1) == wanted.question.as_ref())
            })
            .unwrap_or(0);
        let (mut groups, mut spread) = (None, None);
        if let Some(card) = cards.get(chosen) {
            groups = self.groups(wanted, card, &all).await?;
            spread = of_card(&now, card, Metric::Distribution, &Key::Whole);
        }
        // The last answers may come from branches beyond the first few.
        let mut more: Vec<Uuid> = latest.iter().filter_map(|s| s.row.branch).collect();
        more.retain(|id| !branches.iter().any(|b| b.id == *id));
        if !more.is_empty() {
            branches.extend(store::names(self.q, org, Table::Branch, Some(&more), None, CHOICES).await?);
        }
        let left_out = now.left_out.len();
        Ok(Overview { cards, chosen, groups, spread, latest, marks, surveys, branches, left_out })
    }

    /// The breakdown of one card, a page of it.
    async fn groups(&self, wanted: &Wanted, card: &Card, all: &[Series]) -> Result<Option<Figure>> {
        let mut query = wanted.ask.query.clone();
        query.by = Some(wanted.by.key().into());
        query.tiers = Some("1".into());
        query.limit = Some(GROUPS);
        query.after.clone_from(&wanted.after);
        if let Some((survey, question)) = &card.question {
            query.survey = Some(survey.to_string());
            query.question = Some(question.clone());
        }
        let ask = Ask { range: wanted.ask.range, ..Ask::read(card.metric, query)? };
        match self.figure_of(&ask, all).await {
            Ok(figure) => Ok(Some(figure)),
            // Anonymous answers may not be cut this way: the page says so instead.
            Err(kit::Error::Invalid(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The sample of a card's series at one place.
fn of_card(gathered: &Gathered, card: &Card, metric: Metric, key: &Key) -> Option<Sample> {
    let only = Gathered {
        sums: card
            .series
            .iter()
            .filter_map(|s| {
                let at = (key.clone(), s.id);
                gathered.sums.get(&at).map(|h| (at, h.clone()))
            })
            .collect(),
        ..Gathered::default()
    };
    samples(metric, &card.series, &only).remove(key).flatten()
}

fn cards(
    series: &[Series],
    now: &Gathered,
    before: Option<&Gathered>,
    year: Option<&Gathered>,
    weekly: &Gathered,
    weeks: &[i64],
) -> Vec<Card> {
    type Fed = (Metric, Vec<Series>, Option<(Uuid, String)>);
    let mut wanted: Vec<Fed> = [Metric::Nps, Metric::Csat, Metric::Ces]
        .into_iter()
        .map(|m| (m, series.iter().filter(|s| m.takes(&s.key, false)).cloned().collect(), None))
        .collect();
    for s in series.iter().filter(|s| s.key.kind == Kind::Rating) {
        wanted.push((Metric::Rating, vec![s.clone()], Some((s.key.source, s.key.question.clone()))));
    }
    let mut out = Vec::new();
    for (metric, series, question) in wanted {
        if series.is_empty() {
            continue;
        }
        let mut card = Card { metric, series, question, now: metric.empty(), before: None, year: None, weeks: Vec::new() };
        let whole = |g: &Gathered| of_card(g, &card, metric, &Key::Whole).unwrap_or_else(|| metric.empty());
        let (current, earlier, last_year) = (whole(now), before.map(&whole), year.map(&whole));
        let line: HashMap<i64, Sample> =
            weeks.iter().filter_map(|w| Some((*w, of_card(weekly, &card, metric, &Key::Period(*w))?))).collect();
        if current.n() == 0 && line.is_empty() {
            continue;
        }
        let first = weeks.iter().position(|w| line.contains_key(w)).unwrap_or(weeks.len());
        card.weeks = weeks
            .iter()
            .skip(first)
            .map(|w| {
                (
                    *w,
                    line.get(w).cloned().unwrap_or_else(|| metric.empty()),
                    weekly.hidden.contains(&Key::Period(*w)) && !line.contains_key(w),
                )
            })
            .collect();
        (card.now, card.before, card.year) = (current, earlier, last_year);
        out.push(card);
    }
    out.truncate(12);
    out
}

/// The day of a mark, in days since 1970; `None` for a date that cannot be read.
#[must_use]
pub fn mark_day(mark: &MarkRow) -> Option<i64> {
    mark.on_date.parse().ok().map(day_number)
}
