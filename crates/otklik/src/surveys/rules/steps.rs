//! The page without a script: questions that hang on earlier answers come in later steps.

use super::answers::Answers;
use super::form::{Form, Question};
use super::show::{AllOf, AnyOf, Show, visible};

impl Show {
    /// Calls `f` with every question that the rule looks at.
    pub fn looks_at<'s>(&'s self, f: &mut impl FnMut(&'s str)) {
        match self {
            Self::All(AllOf { all: list }) | Self::Any(AnyOf { any: list }) => list.iter().for_each(|s| s.looks_at(f)),
            Self::One(c) => f(&c.question),
        }
    }
}

/// The step of each question, in the form's order. A new step begins with the first question whose rule looks at the
/// step before it, so a rule never looks at its own step.
#[must_use]
pub fn steps(form: &Form) -> Vec<usize> {
    let mut step = 0;
    let mut begun_at = 0;
    let mut out = Vec::with_capacity(form.questions.len());
    for (i, q) in form.questions.iter().enumerate() {
        let mut hangs = false;
        if let Some(show) = &q.show_if {
            let now = form.questions.get(begun_at..i).unwrap_or_default();
            show.looks_at(&mut |key| hangs |= now.iter().any(|p| p.key == key));
        }
        if hangs {
            step += 1;
            begun_at = i;
        }
        out.push(step);
    }
    out
}

/// The first step from `from` on that has something to ask a client with these answers.
#[must_use]
pub fn step_from(form: &Form, answers: &Answers, from: usize) -> Option<usize> {
    let steps = steps(form);
    let seen = visible(form, answers);
    numbered(form, &steps).filter(|(step, q)| *step >= from && seen.iter().any(|s| s.key == q.key)).map(|(step, _)| step).min()
}

/// The last step before `before` that has something to ask.
#[must_use]
pub fn step_before(form: &Form, answers: &Answers, before: usize) -> Option<usize> {
    let steps = steps(form);
    let seen = visible(form, answers);
    numbered(form, &steps).filter(|(step, q)| *step < before && seen.iter().any(|s| s.key == q.key)).map(|(step, _)| step).max()
}

fn numbered<'f>(form: &'f Form, steps: &'f [usize]) -> impl Iterator<Item = (usize, &'f Question)> {
    steps.iter().copied().zip(&form.questions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form(shows: &[(&str, &[&str])]) -> Form {
        let questions: Vec<_> = shows
            .iter()
            .map(|(key, on)| {
                let mut q = json!({"key": key, "type": "rating", "title": key});
                if !on.is_empty() {
                    let all: Vec<_> = on.iter().map(|k| json!({"question": k, "op": "le", "value": 3})).collect();
                    q["show_if"] = json!({"any": [{"all": all}]});
                }
                q
            })
            .collect();
        serde_json::from_value(json!({"name": "x", "locales": ["ru"], "questions": questions})).expect("a form")
    }

    #[test]
    fn a_step_begins_where_a_rule_looks_at_the_one_before() {
        assert_eq!(steps(&form(&[("a", &[]), ("b", &[])])), [0, 0]);
        assert_eq!(
            steps(&form(&[("a", &[]), ("b", &[]), ("c", &["a"]), ("d", &["b"])])),
            [0, 0, 1, 1],
            "d looks past its own step"
        );
        assert_eq!(steps(&form(&[("a", &[]), ("b", &["a"]), ("c", &["b"]), ("d", &["a"])])), [0, 1, 2, 2]);
    }

    #[test]
    fn a_step_with_nothing_to_ask_is_passed_over_in_both_directions() {
        let f = form(&[("a", &[]), ("b", &["a"]), ("c", &["b"]), ("d", &[])]);
        let said = |pairs: &[(&str, i64)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect::<Answers>();
        assert_eq!(step_from(&f, &said(&[]), 0), Some(0));
        assert_eq!(step_from(&f, &said(&[("a", 5)]), 1), Some(2), "only d is left, and it stands with c");
        assert_eq!(step_from(&f, &said(&[("a", 1)]), 1), Some(1));
        assert_eq!(step_before(&f, &said(&[("a", 5)]), 2), Some(0));
        assert_eq!(step_before(&f, &said(&[("a", 1)]), 2), Some(1));
        assert_eq!(step_before(&f, &said(&[]), 0), None);
        assert_eq!(step_from(&f, &said(&[("a", 1)]), 3), None);
    }
}
