//! What an edit changed, for the history: a draft is saved often, and only the difference is worth keeping.

use serde_json::{Map, Value as Json};

/// The parts that differ, as they were and as they became. Of questions only those that are not the same in both, and
/// the order when it changed.
#[must_use]
pub fn difference(before: &Json, after: &Json) -> (Json, Json) {
    let (mut was, mut is) = (Map::new(), Map::new());
    let empty = Map::new();
    let (old, new) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let (a, b) = (old.get(key), new.get(key));
        if a == b {
            continue;
        }
        if let ("questions", Some(Json::Array(a)), Some(Json::Array(b))) = (key.as_str(), a, b) {
            let only = |these: &[Json], those: &[Json]| these.iter().filter(|q| !those.contains(q)).cloned().collect::<Vec<_>>();
            let order = |list: &[Json]| list.iter().map(|q| q["key"].clone()).collect::<Vec<_>>();
            for (part, list) in [(&mut was, only(a, b)), (&mut is, only(b, a))] {
                if !list.is_empty() {
                    part.insert("questions".into(), Json::Array(list));
                }
            }
            if order(a) != order(b) {
                was.insert("order".into(), Json::Array(order(a)));
                is.insert("order".into(), Json::Array(order(b)));
            }
            continue;
        }
        for (part, value) in [(&mut was, a), (&mut is, b)] {
            if let Some(value) = value {
                part.insert(key.clone(), value.clone());
            }
        }
    }
    (Json::Object(was), Json::Object(is))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_changed_is_kept() {
        let before = json!({"name": "А", "thanks": "Спасибо", "questions": [{"key": "a", "t": 1}, {"key": "b", "t": 2}]});
        let after = json!({"name": "А", "questions": [{"key": "b", "t": 2}, {"key": "a", "t": 3}]});
        let (was, is) = difference(&before, &after);
        assert_eq!(was, json!({"thanks": "Спасибо", "questions": [{"key": "a", "t": 1}], "order": ["a", "b"]}));
        assert_eq!(is, json!({"questions": [{"key": "a", "t": 3}], "order": ["b", "a"]}));
        assert_eq!(difference(&before, &before), (json!({}), json!({})));
    }
}
