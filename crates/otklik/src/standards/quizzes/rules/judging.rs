//! How a run is mixed, judged and counted.

use std::collections::BTreeMap;

use kit::{Faults, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Picks, Question};

/// What a run asks: the questions as they stood when it began, in its own order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub seed: i64,
    pub questions: Vec<Question>,
}

/// Mixes questions and their options. The same seed gives the same order.
#[must_use]
pub fn mixed(questions: &[Question], seed: i64) -> Asked {
    let mut chance = Chance(seed.cast_unsigned());
    let mut out = questions.to_vec();
    chance.shuffle(&mut out);
    out.iter_mut().for_each(|q| chance.shuffle(&mut q.options));
    Asked { seed, questions: out }
}

/// A small generator (SplitMix64) for mixing; nothing secret hangs on it.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn shuffle<X>(&mut self, list: &mut [X]) {
        for i in (1..list.len()).rev() {
            let at = usize::try_from(self.next() % (i as u64 + 1)).unwrap_or(0);
            list.swap(i, at);
        }
    }
}

/// What one question got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    pub item: Uuid,
    pub picked: Vec<String>,
    pub right: bool,
}

/// Judges a run; a question that was left open is not right.
///
/// # Errors
/// `Invalid` when nothing was answered, or an answer names what was not asked.
pub fn judge(asked: &[Question], answers: &BTreeMap<String, Picks>) -> Result<BTreeMap<String, Judged>> {
    let mut faults = Faults::default();
    for (key, picks) in answers {
        let field = format!("answers.{}", key.chars().take(64).collect::<String>());
        let Some(q) = asked.iter().find(|q| q.name() == key) else {
            faults.add(field, "unknown-question");
            continue;
        };
        if picks.keys().iter().any(|k| q.option(k).is_none()) {
            faults.add(field, "unknown-option");
        } else if !q.many() && picks.sorted().len() > 1 {
            faults.add(field, "quiz-one-answer");
        }
    }
    if answers.values().all(|p| p.keys().is_empty()) {
        faults.add("answers", "nothing-answered");
    }
    faults.check()?;
    let judged = asked.iter().map(|q| {
        let picked: Vec<String> =
            answers.get(q.name()).map_or(Vec::new(), |p| p.sorted().into_iter().map(str::to_owned).collect());
        let right = q.correct.sorted() == picked;
        (q.name().to_owned(), Judged { item: q.item, picked, right })
    });
    Ok(judged.collect())
}

/// How many of a run's questions were right.
#[must_use]
pub fn right_of(judged: &BTreeMap<String, Judged>) -> i64 {
    i64::try_from(judged.values().filter(|j| j.right).count()).unwrap_or(0)
}

/// How the first runs went on one question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub n: u64,
    pub right: u64,
    /// How often each option was picked in answers that were wrong.
    pub wrong: BTreeMap<String, u64>,
}

impl Tally {
    pub fn add(&mut self, judged: &Judged) {
        self.n += 1;
        if judged.right {
            self.right += 1;
            return;
        }
        for key in &judged.picked {
            *self.wrong.entry(key.clone()).or_default() += 1;
        }
    }

    /// The wrong option that was picked most, when it is more than a slip: at least two people, and a fifth of all.
    /// An option that is right can be picked in a wrong answer, too; it misleads nobody.
    #[must_use]
    pub fn misread(&self, question: &Question) -> Option<(&str, u64)> {
        let wrong = |key: &str| question.option(key).is_some() && !question.correct.keys().iter().any(|k| k == key);
        let most = self.wrong.iter().filter(|(k, _)| wrong(k)).max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)))?;
        (*most.1 >= 2 && most.1 * 5 >= self.n).then_some((most.0.as_str(), *most.1))
    }
}
