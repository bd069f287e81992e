//! Kano's sorting of features by what their presence and absence do to a client.

use serde::{Deserialize, Serialize};

/// Category of one answer pair, in the order in which ties are broken: the more binding first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum KanoCategory {
    /// Must-be.
    M,
    /// One-dimensional.
    O,
    /// Attractive.
    A,
    /// Indifferent.
    I,
    /// Reverse.
    R,
    /// Questionable.
    Q,
}

const CATEGORIES: [KanoCategory; 6] =
    [KanoCategory::M, KanoCategory::O, KanoCategory::A, KanoCategory::I, KanoCategory::R, KanoCategory::Q];

/// Category of the answers 1 like … 5 dislike to the functional and the dysfunctional question (Kano 1984, Berger 1993).
pub fn kano_category(functional: u8, dysfunctional: u8) -> Option<KanoCategory> {
    use KanoCategory::{A, I, M, O, Q, R};
    Some(match (functional, dysfunctional) {
        (1, 1) | (5, 5) => Q,
        (1, 2..=4) => A,
        (1, 5) => O,
        (2..=4, 1) => R,
        (2..=4, 2..=4) => I,
        (2..=4, 5) => M,
        (5, 1..=4) => R,
        _ => return None,
    })
}

/// Kano analysis of one feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kano {
    /// Answers per category, in the order M, O, A, I, R, Q.
    pub counts: Vec<(KanoCategory, u64)>,
    /// The most frequent category; ties go to the more binding one (M, O, A, I).
    pub category: KanoCategory,
    /// (A + O)/(A + O + M + I), 0…1. `None` when nobody answered so.
    pub better: Option<f64>,
    /// −(O + M)/(A + O + M + I), −1…0.
    pub worse: Option<f64>,
    /// Lead of the most frequent category over the next, as a share of all answers.
    pub category_strength: f64,
    /// (A + O + M)/all answers.
    pub total_strength: f64,
}

/// Analyses `(functional, dysfunctional)` answers; impossible ones are left out. `None` without answers.
pub fn kano(answers: &[(u8, u8)]) -> Option<Kano> {
    let found: Vec<KanoCategory> = answers.iter().filter_map(|&(f, d)| kano_category(f, d)).collect();
    let counts = CATEGORIES.map(|c| (c, found.iter().filter(|x| **x == c).count() as u64));
    let [(_, m), (_, o), (_, a), (_, i), ..] = counts;
    let total = found.len() as f64;
    if found.is_empty() {
        return None;
    }
    let mut ranked = counts;
    // Stable: ties keep the order of the categories.
    ranked.sort_by_key(|c| std::cmp::Reverse(c.1));
    let [first, second, ..] = ranked;
    let base = (a + o + m + i) as f64;
    let share = |part: u64| (base > 0.0).then(|| part as f64 / base);
    Some(Kano {
        counts: counts.to_vec(),
        category: first.0,
        better: share(a + o),
        worse: share(o + m).map(|w| -w),
        category_strength: (first.1 - second.1) as f64 / total,
        total_strength: (a + o + m) as f64 / total,
    })
}
