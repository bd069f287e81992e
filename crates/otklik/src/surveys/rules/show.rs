//! Which questions a client sees: rules over the answers given before.

use kit::{Faults, FieldError};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::answers::Answers;
use super::form::{Form, Question, Type};

/// A rule: one comparison, or all or any of several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Show {
    All(AllOf),
    Any(AnyOf),
    One(Compare),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllOf {
    pub all: Vec<Show>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnyOf {
    pub any: Vec<Show>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    pub question: String,
    pub op: Op,
    pub value: Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
}

/// Rules may nest this deep and hold this many comparisons in one list.
const DEEPEST: usize = 8;
const MOST: usize = 50;

impl Show {
    /// A rule may only look at questions before its own, with values that the question can have.
    pub fn check(&self, at: &str, before: &[Question], faults: &mut Faults, depth: usize) {
        if depth > DEEPEST {
            return faults.push(FieldError::new(at, "too-deep").with("max", DEEPEST));
        }
        match self {
            Self::All(AllOf { all: list }) | Self::Any(AnyOf { any: list }) => {
                if list.is_empty() {
                    faults.add(at, "required");
                }
                if list.len() > MOST {
                    return faults.push(FieldError::new(at, "too-many").with("max", MOST));
                }
                let name = if matches!(self, Self::All(_)) { "all" } else { "any" };
                for (i, show) in list.iter().enumerate() {
                    show.check(&format!("{at}.{name}[{i}]"), before, faults, depth + 1);
                }
            }
            Self::One(c) => {
                let Some(q) = before.iter().find(|q| q.key == c.question) else {
                    return faults.add(format!("{at}.question"), "not-an-earlier-question");
                };
                if !c.fits(q) {
                    faults.add(format!("{at}.value"), "value-never-given");
                }
            }
        }
    }

    /// Does the rule hold? An unanswered question makes every comparison false.
    #[must_use]
    pub fn holds(&self, answers: &Answers) -> bool {
        match self {
            Self::All(AllOf { all }) => all.iter().all(|s| s.holds(answers)),
            Self::Any(AnyOf { any }) => any.iter().any(|s| s.holds(answers)),
            Self::One(c) => answers.get(&c.question).is_some_and(|given| c.compare(given)),
        }
    }
}

impl Compare {
    fn fits(&self, q: &Question) -> bool {
        let one = |v: &Json| match q.kind {
            Type::Nps | Type::Csat | Type::Ces | Type::Rating => v.is_i64(),
            Type::Choice | Type::Choices | Type::ScoredChoice => v.as_str().is_some_and(|k| q.option(k).is_some()),
            Type::Consent => v.is_boolean(),
            Type::Text => v.is_string(),
            Type::Matrix | Type::Contact => false,
        };
        match self.op {
            Op::In => self.value.as_array().is_some_and(|a| !a.is_empty() && a.len() <= MOST && a.iter().all(one)),
            Op::Lt | Op::Le | Op::Gt | Op::Ge => q.scale().is_some() && q.kind != Type::Matrix && one(&self.value),
            Op::Eq | Op::Ne => one(&self.value),
        }
    }

    fn compare(&self, given: &Json) -> bool {
        // Of several chosen options one is enough; "not equal" means that none of them is.
        let list: Vec<&Json> = given.as_array().map_or_else(|| vec![given], |a| a.iter().collect());
        let number = |v: &Json| v.as_i64();
        let ordered = |ok: fn(&i64, &i64) -> bool| number(given).zip(number(&self.value)).is_some_and(|(a, b)| ok(&a, &b));
        match self.op {
            Op::Eq => list.contains(&&self.value),
            Op::Ne => !list.contains(&&self.value),
            Op::In => self.value.as_array().is_some_and(|wanted| list.iter().any(|v| wanted.contains(v))),
            Op::Lt => ordered(i64::lt),
            Op::Le => ordered(i64::le),
            Op::Gt => ordered(i64::gt),
            Op::Ge => ordered(i64::ge),
        }
    }
}

/// The questions that a client with these answers sees, in order. What was said to a hidden question is not heard by later rules.
#[must_use]
pub fn visible<'f>(form: &'f Form, answers: &Answers) -> Vec<&'f Question> {
    let mut heard = Answers::new();
    let mut seen = Vec::new();
    for q in &form.questions {
        if q.show_if.as_ref().is_none_or(|s| s.holds(&heard)) {
            if let Some(given) = answers.get(&q.key) {
                heard.insert(q.key.clone(), given.clone());
            }
            seen.push(q);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Table {
        questions: Vec<Json>,
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        says: String,
        rules: serde_json::Map<String, Json>,
        answers: Answers,
        hidden: Vec<String>,
    }

    #[test]
    fn the_server_shows_what_the_table_says() {
        let table: Table = serde_json::from_str(include_str!("show_cases.json")).expect("the table");
        for case in table.cases {
            let mut questions = table.questions.clone();
            for q in &mut questions {
                if let Some(rule) = q["key"].as_str().and_then(|k| case.rules.get(k)) {
                    q["show_if"] = rule.clone();
                }
            }
            let form: Form = serde_json::from_value(serde_json::json!({"name": "x", "locales": ["ru"], "questions": questions}))
                .expect("a form");
            form.check(true).unwrap_or_else(|e| panic!("{}: {e}", case.says));
            let seen = visible(&form, &case.answers);
            let hidden: Vec<&str> =
                form.questions.iter().map(|q| q.key.as_str()).filter(|k| !seen.iter().any(|s| s.key == *k)).collect();
            assert_eq!(hidden, case.hidden, "{}", case.says);
        }
    }

    #[test]
    fn the_script_in_the_browser_shows_the_same() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let run = std::process::Command::new("node")
            .arg(root.join("../../ui/client/show.test.mjs"))
            .arg(root.join("src/surveys/rules/show_cases.json"))
            .output()
            .expect("node, which the build needs too");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }
}
