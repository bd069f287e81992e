//! Reading what was promised confidence: answers appear block by block, each block a run of closed weeks with at least
//! five, and inside a block in an order that tells nothing.

use std::collections::{BTreeMap, HashMap};

use kit::Result;
use kit::db::Query;
use kit::time::{DAY, date_of, start_of_day};
use kit::{Actor, Error};
use uuid::Uuid;

use super::store::{self, Counted, Cut};
use crate::figures::guard::{self, Blocks};
use crate::figures::{version_key, week_of, week_start};
use crate::surveys::store::ResponseRow;

/// What is shown of the answers of some versions of a survey.
#[derive(Clone, Debug, Default)]
pub struct Closed {
    pub blocks: Blocks,
    /// Answers without a date are shown when there are enough of them.
    pub undated: bool,
    counted: Vec<Counted>,
    totals: Vec<(i64, i64)>,
    open: i64,
}

/// The groups of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Branch,
    Version,
}

impl Closed {
    /// Counts the answers of these versions. `today` is the company's, in days since 1970.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(q: &impl Query, org: Uuid, survey: Uuid, versions: &[i64], today: i64) -> Result<Self> {
        let counted = store::by_day(q, org, survey, versions).await?;
        let (mut weeks, mut undated): (BTreeMap<i64, i64>, i64) = Default::default();
        for c in &counted {
            match c.day {
                Some(day) => *weeks.entry(week_of(day)).or_default() += c.n,
                None => undated += c.n,
            }
        }
        let totals: Vec<(i64, i64)> = weeks.into_iter().collect();
        let open = week_of(today);
        Ok(Self { blocks: guard::blocks(&totals, open), undated: undated >= guard::LEAST, counted, totals, open })
    }

    /// Is an answer of this day shown?
    #[must_use]
    pub fn shows(&self, day: Option<i64>) -> bool {
        day.map_or(self.undated, |day| self.blocks.holding(week_of(day)).is_some())
    }

    /// The first day of the block that an answer lies in: nothing finer is told of when it came.
    #[must_use]
    pub fn first_day(&self, day: Option<i64>) -> Option<i64> {
        Some(week_start(self.blocks.holding(week_of(day?))?.0))
    }

    fn parts(&self, survey: Uuid, by: By) -> Vec<guard::Part> {
        let mut groups: BTreeMap<i64, HashMap<Uuid, i64>> = BTreeMap::new();
        for c in &self.counted {
            let group = match by {
                By::Branch => c.branch,
                By::Version => Some(version_key(survey, c.version)),
            };
            if let (Some(day), Some(group)) = (c.day, group) {
                *groups.entry(week_of(day)).or_default().entry(group).or_default() += c.n;
            }
        }
        guard::parts(&self.blocks, &self.totals, &groups, self.open)
    }

    /// What a reader of this cut may see, newest first. A branch or a version is shown where enough of its answers lie
    /// together; both at once are not.
    #[must_use]
    pub fn windows(&self, cut: &Cut, part_of_versions: bool, (from, to): (Option<i64>, Option<i64>)) -> Vec<Window> {
        let branches: Option<Vec<Uuid>> = match (cut.branch, &cut.branches) {
            (Some(one), _) => Some(vec![one]),
            (None, own) => own.clone(),
        };
        let parts = match (&branches, part_of_versions) {
            (Some(_), true) => return Vec::new(),
            (Some(_), false) => self.parts(cut.survey, By::Branch),
            (None, true) => self.parts(cut.survey, By::Version),
            (None, false) => Vec::new(),
        };
        let (low, high) = (from.map_or(i64::MIN, week_of), to.map_or(i64::MAX, week_of));
        let mut out = Vec::new();
        for (begin, end) in self.blocks.inside(low, high) {
            let part = parts.iter().find(|p| p.from <= begin && end <= p.to);
            let seen = |id: &Uuid| part.is_some_and(|p| p.visible.contains(id));
            let allowed: Option<Vec<Uuid>> = branches.as_ref().map(|b| b.iter().copied().filter(seen).collect());
            let hidden = allowed.as_ref().is_some_and(Vec::is_empty)
                || (part_of_versions && !cut.versions.iter().all(|v| seen(&version_key(cut.survey, *v))));
            if !hidden {
                out.push(Window { weeks: Some((begin, end)), branches: allowed });
            }
        }
        out.reverse();
        if self.undated && branches.is_none() && !part_of_versions && from.is_none() && to.is_none() {
            out.push(Window { weeks: None, branches: None });
        }
        out
    }
}

/// Answers that are shown together: a run of weeks, or what has no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    weeks: Option<(i64, i64)>,
    branches: Option<Vec<Uuid>>,
}

impl Window {
    /// Its place in the list, newest first.
    fn key(&self) -> i64 {
        self.weeks.map_or(i64::MIN, |w| w.0)
    }

    fn cut(&self, of: &Cut, actor: &Actor) -> Cut {
        // The day decides; the moment only leads the database there, with room for a company that moved its clock.
        let moment = |week: i64, more: i64| start_of_day(date_of(week_start(week)), &actor.zone).0 + more * DAY;
        Cut {
            from: self.weeks.map(|w| moment(w.0, -2)),
            to: self.weeks.map(|w| moment(w.1, 2)),
            days: Some(self.weeks.map(|(a, b)| (week_start(a), week_start(b)))),
            branch: None,
            branches: self.branches.clone(),
            ..of.clone()
        }
    }
}

/// With words, a search walks through few long windows instead of many short ones.
fn joined(windows: &[Window]) -> Vec<Window> {
    let mut out: Vec<Window> = Vec::new();
    for one in windows {
        match (out.last_mut().map(|last| (&mut last.weeks, &last.branches)), one.weeks) {
            // No answers lie between neighbouring blocks of a list without gaps; the older one begins earlier.
            (Some((Some(weeks), branches)), Some((begin, end))) if *branches == one.branches && end == weeks.0 => weeks.0 = begin,
            _ => out.push(one.clone()),
        }
    }
    out
}

/// Answers of these windows, one more than the limit; with each, the key of its window.
///
/// # Errors
/// Those of the database.
pub async fn read(
    q: &impl Query,
    actor: &Actor,
    (cut, windows): (&Cut, &[Window]),
    words: Option<&[Vec<String>]>,
    after: Option<(i64, Uuid)>,
    limit: i64,
) -> Result<Vec<(ResponseRow, i64)>> {
    let windows = if words.is_some() { joined(windows) } else { windows.to_vec() };
    let mut out = Vec::new();
    for window in windows {
        let behind = match after {
            Some((key, _)) if window.key() > key => continue,
            Some((key, id)) if window.key() == key => Some(id),
            _ => None,
        };
        let room = limit - i64::try_from(out.len()).unwrap_or(limit);
        if room <= 0 {
            break;
        }
        let rows = store::guarded(q, actor.org, &window.cut(cut, actor), words, behind, room).await?;
        out.extend(rows.into_iter().map(|r| (r, window.key())));
    }
    Ok(out)
}

/// A place in a list. Of a guarded survey it says the block and an id that was drawn by lot, so neither the moment nor the
/// order of answers can be asked for; of an open one the moment (none for undated answers) and the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    Open { at: Option<i64>, seq: i64 },
    Guarded { block: i64, id: Uuid },
}

impl After {
    /// Reads the parts of a cursor.
    ///
    /// # Errors
    /// `Invalid` when it is not one of ours.
    pub fn read(parts: Option<Vec<String>>) -> Result<Option<Self>> {
        let Some(parts) = parts else { return Ok(None) };
        let bad = || Error::field("after", "bad-cursor");
        let number = |text: &String| text.parse::<i64>().map_err(|_| bad());
        Ok(Some(match parts.as_slice() {
            [kind, block, id] if kind == "block" => {
                let id = Uuid::try_parse(id).map_err(|_| bad())?;
                Self::Guarded { block: if block.is_empty() { i64::MIN } else { number(block)? }, id }
            }
            [at, seq] => Self::Open { at: if at.is_empty() { None } else { Some(number(at)?) }, seq: number(seq)? },
            _ => return Err(bad()),
        }))
    }

    /// The parts of the cursor behind this place.
    #[must_use]
    pub fn write(self) -> Vec<String> {
        match self {
            Self::Open { at, seq } => vec![at.map_or_else(String::new, |a| a.to_string()), seq.to_string()],
            Self::Guarded { block, id } => {
                let block = if block == i64::MIN { String::new() } else { block.to_string() };
                vec!["block".into(), block, id.to_string()]
            }
        }
    }

    /// The place in a list of an open survey.
    ///
    /// # Errors
    /// `Invalid` when it belongs to a guarded one.
    pub fn open(this: Option<Self>) -> Result<Option<(Option<i64>, i64)>> {
        match this {
            None => Ok(None),
            Some(Self::Open { at, seq }) => Ok(Some((at, seq))),
            Some(Self::Guarded { .. }) => Err(Error::field("after", "bad-cursor")),
        }
    }

    /// The place in a list of a guarded survey.
    ///
    /// # Errors
    /// `Invalid` when it belongs to an open one.
    pub fn guarded(this: Option<Self>) -> Result<Option<(i64, Uuid)>> {
        match this {
            None => Ok(None),
            Some(Self::Guarded { block, id }) => Ok(Some((block, id))),
            Some(Self::Open { .. }) => Err(Error::field("after", "bad-cursor")),
        }
    }
}
