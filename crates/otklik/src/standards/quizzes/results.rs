//! What a quiz says of the wording: for each question how many were right at once, and what the others took for right.

use std::collections::{BTreeMap, HashMap};

use kit::db::Query;
use kit::i18n::Label;
use kit::{Actor, Reach, Result};
use measure::share::Share;
use uuid::Uuid;

use super::rules::{Judged, Question, Tally};
use super::store::{self, QuizRow};
use crate::figures::{self, Dim, Keys, Period, Range, Slice};

/// One question with its first answers.
#[derive(Clone, Debug)]
pub struct Line {
    pub question: Question,
    pub item_text: Label,
    /// Its item no longer holds, so nobody is asked any more.
    pub orphaned: bool,
    pub right: Share,
    /// The wrong option that many took for right, and how many.
    pub misread: Option<(Label, u64)>,
}

/// One branch.
#[derive(Clone, Debug)]
pub struct Place {
    pub branch: Uuid,
    pub name: String,
    /// Answers of first runs that were right.
    pub right: Share,
    /// People who passed at once.
    pub passed: Share,
}

/// The results of a quiz.
#[derive(Clone, Debug)]
pub struct Results {
    pub quiz: QuizRow,
    pub people: u64,
    pub right: Share,
    pub passed: Share,
    pub lines: Vec<Line>,
    pub places: Vec<Place>,
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// What the first runs say, in the branches that the reader may see.
///
/// # Errors
/// `NotFound`.
pub async fn of(q: &impl Query, actor: &Actor, id: Uuid) -> Result<Results> {
    let quiz = super::seen(q, actor, id).await?;
    let questions = super::questions_of(&quiz)?;
    let mut tallies: HashMap<String, Tally> = HashMap::new();
    let mut after = Uuid::nil();
    loop {
        let rows = store::firsts_of(q, actor.org, id, after, 5000).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in rows.iter().filter(|r| actor.reaches(Some(r.branch))) {
            let judged: BTreeMap<String, Judged> = serde_json::from_str(&row.answers)?;
            judged.iter().for_each(|(key, j)| tallies.entry(key.clone()).or_default().add(j));
        }
    }
    let items = super::items_asked(q, actor.org, &questions).await?;
    let line = |question: Question| {
        let tally = tallies.remove(question.name()).unwrap_or_default();
        let item = items.get(&question.item);
        let misread = tally.misread(&question).and_then(|(key, n)| Some((question.option(key)?.title.clone(), n)));
        Line {
            item_text: item.map_or_else(|| Label::from(""), super::item_text),
            orphaned: item.is_none_or(|i| i.retired),
            right: Share { yes: tally.right, n: tally.n },
            misread,
            question,
        }
    };
    let lines: Vec<Line> = questions.into_iter().map(line).collect();
    let rows = store::by_branch(q, actor.org, id).await?;
    let places: Vec<Place> = rows
        .into_iter()
        .filter(|r| actor.reaches(Some(r.branch)))
        .map(|r| Place {
            branch: r.branch,
            name: r.name,
            right: Share { yes: count(r.right_answers), n: count(r.of_questions) },
            passed: Share { yes: count(r.passed), n: count(r.people) },
        })
        .collect();
    let sum = |part: fn(&Place) -> Share| places.iter().map(part).fold(Share { yes: 0, n: 0 }, Share::merge);
    let (right, passed) = (sum(|p| p.right), sum(|p| p.passed));
    Ok(Results { quiz, people: passed.n, right, passed, lines, places })
}

/// What quizzes say of one item: for its thread.
#[derive(Clone, Debug)]
pub struct OfItem {
    /// The quiz and the question; closed ones are not asked any more.
    pub asked: Vec<(Uuid, Label)>,
    /// Right first answers, in the branches that the reader may see.
    pub right: Share,
}

/// Who asks about an item, and how many were right at once.
///
/// # Errors
/// Those of the database.
pub async fn of_item(q: &impl Query, actor: &Actor, standard: Uuid, item: Uuid) -> Result<OfItem> {
    let mut asked = Vec::new();
    for quiz in store::open_of(q, actor.org, &[standard]).await? {
        let about = super::questions_of(&quiz)?.into_iter().filter(|question| question.item == item);
        asked.extend(about.map(|question| (quiz.id, question.text)));
    }
    let key = super::series_key(standard, item);
    let series: Vec<i64> = figures::all_series(q, actor.org).await?.into_iter().filter(|s| s.key == key).map(|s| s.id).collect();
    let (dim, keys) = match actor.reach {
        Reach::Own => (Dim::Employee, Keys::These(actor.employee.into_iter().collect())),
        _ => actor.only_branches().map_or((Dim::All, Keys::Whole), |own| (Dim::Branch, Keys::These(own.to_vec()))),
    };
    let slice = Slice { series, dim, keys, range: Range::default(), by_key: false, by_period: Period::None, by_series: false };
    let rows = figures::read(q, actor.org, &slice).await?;
    let right = rows.iter().fold(Share { yes: 0, n: 0 }, |s, r| s.merge(Share { yes: count(r.hist.sum), n: count(r.hist.n) }));
    Ok(OfItem { asked, right })
}
