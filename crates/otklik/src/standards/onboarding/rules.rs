//! What makes a track sound, when its steps are due, what is done and what is late.

use std::collections::HashMap;

use kit::error::FieldError;
use kit::i18n::Label;
use kit::{Faults, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub const MOST_STEPS: usize = 60;
/// A track ends within four months.
pub const LAST_DAY: i64 = 120;
/// A hire begins a track when it is not longer ago than this.
pub const FRESH_DAYS: i64 = 14;
/// The lowest mark of the last assessment that passes when nothing else is said.
pub const PASS_MARK: i64 = 3;

/// What a newcomer does, or what is done with a newcomer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = StepKind)]
pub enum Kind {
    /// Reads a standard; done by signing it.
    Read,
    /// Takes a quiz; done by passing it.
    Quiz,
    /// A talk with the head.
    Talk,
    /// Watches a colleague at work.
    Watch,
    /// Is assessed by the head; the last one closes the track.
    Assessment,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Read, Self::Quiz, Self::Talk, Self::Watch, Self::Assessment];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Quiz => "quiz",
            Self::Talk => "talk",
            Self::Watch => "watch",
            Self::Assessment => "assessment",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
}

/// Who says that a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    Newcomer,
    Head,
}

/// A step of a track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TrackStep)]
pub struct Step {
    /// Days after the first working day.
    #[schema(minimum = 0, maximum = 120)]
    pub day: i64,
    pub kind: Kind,
    pub title: Label,
    /// The standard that is read; its signature does the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<Uuid>,
    /// The quiz that is taken; passing it does the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiz: Option<Uuid>,
    /// Who ticks it: the head for talks and assessments, the newcomer otherwise, when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<Who>,
}

impl Step {
    #[must_use]
    pub fn who(&self) -> Who {
        match (self.kind, self.who) {
            (Kind::Assessment, _) | (Kind::Talk, None) => Who::Head,
            (_, Some(who)) => who,
            _ => Who::Newcomer,
        }
    }

    /// Is it done by what the newcomer does elsewhere, so that nobody ticks it?
    #[must_use]
    pub fn by_itself(&self) -> bool {
        self.standard.is_some() || self.quiz.is_some()
    }
}

/// A track: what the first months hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrackForm {
    pub title: Label,
    /// Whom it is for; empty: everybody who is new.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub positions: Vec<String>,
    /// By day; within one day in the order given.
    #[schema(min_items = 1, max_items = 60)]
    pub steps: Vec<Step>,
    /// Begins it for new people?
    #[serde(default = "yes")]
    pub active: bool,
}

fn yes() -> bool {
    true
}

fn label(faults: &mut Faults, field: &str, label: &Label, max: usize) {
    let mut own = Faults::default();
    label.texts().for_each(|text| own.text(field, text, max));
    faults.0.extend(own.0.into_iter().next());
}

/// Everything that is wrong with a track, apart from what it points at. Gives it with its steps by day.
///
/// # Errors
/// `Invalid` with one entry for each fault.
pub fn check(form: &TrackForm) -> Result<TrackForm> {
    let mut out = form.clone();
    let mut faults = Faults::default();
    label(&mut faults, "title", &form.title, 200);
    if form.positions.len() > 50 {
        faults.push(FieldError::new("positions", "too-many").with("max", 50));
    }
    for (i, position) in form.positions.iter().enumerate().take(50) {
        faults.text(&format!("positions[{i}]"), position, 200);
    }
    if form.steps.is_empty() {
        faults.add("steps", "required");
    }
    if form.steps.len() > MOST_STEPS {
        faults.push(FieldError::new("steps", "too-many").with("max", MOST_STEPS));
    }
    for (i, step) in form.steps.iter().enumerate().take(MOST_STEPS) {
        let at = format!("steps[{i}]");
        label(&mut faults, &format!("{at}.title"), &step.title, 300);
        if !(0..=LAST_DAY).contains(&step.day) {
            faults.push(FieldError::new(format!("{at}.day"), "out-of-range").with("min", 0).with("max", LAST_DAY));
        }
        if step.standard.is_some() && step.kind != Kind::Read {
            faults.add(format!("{at}.standard"), "track-standard-is-read");
        }
        if step.quiz.is_some() && step.kind != Kind::Quiz {
            faults.add(format!("{at}.quiz"), "track-quiz-is-taken");
        }
        if step.kind == Kind::Quiz && step.quiz.is_none() {
            faults.add(format!("{at}.quiz"), "required");
        }
    }
    faults.check()?;
    out.positions = form.positions.iter().map(|p| p.trim().to_owned()).collect();
    out.steps.sort_by_key(|s| s.day);
    Ok(out)
}

/// Somebody's name for a job, as it is compared: letters' case, ё and spaces around do not matter.
#[must_use]
pub fn same_position(a: &str, b: &str) -> bool {
    let folded = |t: &str| t.trim().to_lowercase().replace('ё', "е");
    folded(a) == folded(b)
}

/// The track of a hire: one that names the position before one for everybody, and of those the older one.
#[must_use]
pub fn fitting<X: Copy>(tracks: &[(X, Vec<String>)], position: Option<&str>) -> Option<X> {
    let names = |t: &&(X, Vec<String>)| position.is_some_and(|p| t.1.iter().any(|name| same_position(name, p)));
    tracks.iter().find(names).or_else(|| tracks.iter().find(|t| t.1.is_empty())).map(|t| t.0)
}

/// A step as it stands with one newcomer: copied when the track began, so that later edits of the track change nothing here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub step: Step,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Done>,
}

/// Who ticked a step, and with which words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    pub at: i64,
    pub by: Option<Uuid>,
    pub by_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What is known of the newcomer beside the track.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// When each standard was signed first.
    pub signed: HashMap<Uuid, i64>,
    /// When each quiz was passed first.
    pub passed: HashMap<Uuid, i64>,
    /// Days away, both ends inclusive; an open end lasts.
    pub away: Vec<(i64, Option<i64>)>,
    /// Standards that were withdrawn, and the quizzes on them.
    pub gone: Vec<Uuid>,
}

/// The day a step is due: days away push it back, each of them once.
#[must_use]
pub fn due_day(start: i64, day: i64, away: &[(i64, Option<i64>)], today: i64) -> i64 {
    let mut spans: Vec<(i64, i64)> = away.iter().map(|(from, to)| ((*from).max(start), to.unwrap_or(today.max(*from)))).collect();
    spans.sort_unstable();
    let (mut due, mut counted) = (start + day, start - 1);
    for (from, to) in spans {
        let from = from.max(counted + 1);
        if from > due {
            break;
        }
        if to >= from {
            due += to - from + 1;
            counted = to;
        }
    }
    due
}

/// A step as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// From 1.
    pub n: usize,
    pub step: Step,
    pub due: i64,
    pub done_at: Option<i64>,
    pub done: Option<Done>,
    pub late: bool,
    /// Its standard was withdrawn before it was done: nobody asks for it any more.
    pub lifted: bool,
}

/// The steps of a newcomer as they stand today.
#[must_use]
pub fn shown(steps: &[Kept], start: i64, known: &Known, today: i64, running: bool) -> Vec<Shown> {
    let one = |(i, kept): (usize, &Kept)| {
        let by_itself = kept
            .step
            .standard
            .and_then(|s| known.signed.get(&s))
            .or_else(|| kept.step.quiz.and_then(|q| known.passed.get(&q)))
            .copied();
        let done_at = by_itself.or(kept.done.as_ref().map(|d| d.at));
        let due = due_day(start, kept.step.day, &known.away, today);
        let gone = [kept.step.standard, kept.step.quiz].into_iter().flatten().any(|id| known.gone.contains(&id));
        let lifted = gone && done_at.is_none();
        Shown {
            lifted,
            n: i + 1,
            step: kept.step.clone(),
            due,
            late: running && !lifted && done_at.is_none() && due < today,
            done_at,
            done: kept.done.clone(),
        }
    };
    steps.iter().enumerate().map(one).collect()
}

/// The place of the assessment that closes the track.
#[must_use]
pub fn last_assessment(steps: &[Kept]) -> Option<usize> {
    let assessments = steps.iter().enumerate().filter(|(_, k)| k.step.kind == Kind::Assessment);
    assessments.max_by_key(|(i, k)| (k.step.day, *i)).map(|(i, _)| i)
}

/// What is said when a step is ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tick {
    /// 5 is best; an assessment needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 5)]
    pub mark: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// The last assessment only: is the track passed? From a mark of 3 on, when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed: Option<bool>,
}

/// # Errors
/// `Invalid` when an assessment has no mark, or the words do not fit the step.
pub fn check_tick(tick: &Tick, kind: Kind, last: bool) -> Result<()> {
    let mut faults = Faults::default();
    faults.optional("note", tick.note.as_deref().unwrap_or(""), 2000);
    match tick.mark {
        Some(mark) if !(1..=5).contains(&mark) => {
            faults.push(FieldError::new("mark", "out-of-range").with("min", 1).with("max", 5));
        }
        Some(_) if !matches!(kind, Kind::Assessment | Kind::Talk) => faults.add("mark", "track-no-mark"),
        None if kind == Kind::Assessment => faults.add("mark", "required"),
        _ => {}
    }
    if tick.passed.is_some() && !last {
        faults.add("passed", "track-only-last");
    }
    faults.check()
}

#[cfg(test)]
mod tests;
