//! How somebody stands with a quiz, as pages say it.

use kit::i18n::T;

use super::Standing;
use crate::layout::State as Mood;

/// How somebody stands with a quiz, in a shape and a word.
#[must_use]
pub fn mood_of(t: T, s: &Standing) -> (Mood, String) {
    if s.passed_at.is_some() {
        (Mood::Good, t.s("quiz-state-passed"))
    } else if s.open {
        (Mood::Note, t.s("quiz-state-open"))
    } else if s.left == Some(0) {
        (Mood::Bad, t.s("quiz-state-used"))
    } else if s.runs > 0 {
        (Mood::Warn, t.s("quiz-state-failed"))
    } else {
        (Mood::Quiet, t.s("quiz-state-new"))
    }
}
