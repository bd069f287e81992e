//! Comparison within tolerance: field-specific, then case, then file.

use serde_json::Value;

#[derive(Default)]
pub struct Verdict {
    /// Leaves that agree.
    pub agreed: usize,
    /// Fields that do not, with both values.
    pub wrong: Vec<String>,
    /// Fields the crate does not compute.
    pub missing: Vec<String>,
}

#[derive(Clone, Copy)]
enum Tolerance {
    Exact,
    Absolute(f64),
    Relative(f64),
}

/// Parameters of fitted models, to which `params_relative` applies.
const PARAMETERS: [&str; 9] = ["r", "alpha", "a", "b", "p", "q", "v", "s", "beta"];

fn named(rules: &Value, key: &str) -> Option<Tolerance> {
    let number = |name: &str| rules.get(name).and_then(Value::as_f64);
    if key.is_empty() {
        return number("abs")
            .map(Tolerance::Absolute)
            .or_else(|| number("relative").map(Tolerance::Relative))
            .or_else(|| rules.get("exact").and_then(Value::as_bool).filter(|on| *on).map(|_| Tolerance::Exact));
    }
    number(key)
        .map(Tolerance::Absolute)
        .or_else(|| number(&format!("{key}_relative")).map(Tolerance::Relative))
        .or_else(|| number(&format!("{key}_abs")).map(Tolerance::Absolute))
        .or_else(|| PARAMETERS.contains(&key).then(|| number("params_relative"))?.map(Tolerance::Relative))
}

pub fn compare(file: &Value, case: &Value, computed: &Value) -> Verdict {
    let mut verdict = Verdict::default();
    let rules = [&case["tolerance"], &file["default_tolerance"]];
    walk(&mut verdict, rules, "", "", &case["expected"], computed);
    verdict
}

fn walk(verdict: &mut Verdict, rules: [&Value; 2], path: &str, key: &str, expected: &Value, computed: &Value) {
    match (expected, computed) {
        (Value::Object(want), Value::Object(have)) => {
            for (name, want) in want {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                match have.get(name) {
                    Some(have) => walk(verdict, rules, &path, name, want, have),
                    None => verdict.missing.push(path),
                }
            }
        }
        (Value::Array(want), Value::Array(have)) => {
            if want.len() != have.len() {
                verdict.wrong.push(format!("{path}: {} entries instead of {}", have.len(), want.len()));
                return;
            }
            verdict.agreed += usize::from(want.is_empty());
            for (i, (want, have)) in want.iter().zip(have).enumerate() {
                let path = format!("{path}[{i}]");
                walk(verdict, rules, &path, key, want, have);
            }
        }
        (Value::Number(_), Value::Number(_)) => {
            let (want, have) = (expected.as_f64().unwrap_or(f64::NAN), computed.as_f64().unwrap_or(f64::NAN));
            let specific = rules.iter().find_map(|r| named(r, key));
            let tolerance = specific.or_else(|| rules.iter().find_map(|r| named(r, ""))).unwrap_or(Tolerance::Exact);
            let fits = match tolerance {
                Tolerance::Exact => want == have,
                Tolerance::Absolute(by) => (want - have).abs() <= by,
                Tolerance::Relative(by) => (want - have).abs() <= by * want.abs().max(have.abs()),
            };
            settle(verdict, path, fits, expected, computed);
        }
        _ => settle(verdict, path, expected == computed, expected, computed),
    }
}

fn settle(verdict: &mut Verdict, path: &str, fits: bool, expected: &Value, computed: &Value) {
    if fits {
        verdict.agreed += 1;
    } else {
        let short = |v: &Value| v.to_string().chars().take(80).collect::<String>();
        verdict.wrong.push(format!("{path} is {}, expected {}", short(computed), short(expected)));
    }
}
