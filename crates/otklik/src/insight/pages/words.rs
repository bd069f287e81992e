//! What clients said, in their own words.

use kit::Actor;
use kit::i18n::T;

use crate::insight::store;
use crate::surveys::responses::Shown;
use crate::surveys::rules::form::{Question, Type};

/// Somebody's words, with where they were said.
pub(super) struct Words {
    pub(super) href: String,
    pub(super) text: String,
    /// «8 из 10»; empty where nothing was rated or ratings are not shown.
    pub(super) score: String,
    pub(super) basis: String,
}

pub(super) fn words(actor: &Actor, t: T, rows: &[Shown], branches: &[store::Named]) -> Vec<Words> {
    let mut out = Vec::new();
    for shown in rows {
        let said = shown.form.questions.iter().filter(|q| q.kind == Type::Text).find_map(|q| shown.answers.get(&q.key)?.as_str());
        let Some(text) = said.filter(|s| !s.trim().is_empty()) else { continue };
        // Who could be recognised by day and place stays unrecognised.
        let day = shown.row.at.filter(|_| !shown.protected).map(|at| t.date(&kit::Timestamp(at).date(&actor.zone)));
        let branch = shown.row.branch.and_then(|b| branches.iter().find(|n| n.id == b)).map(|b| b.name.clone());
        let scaled = |q: &&Question| matches!(q.kind, Type::Nps | Type::Csat | Type::Ces | Type::Rating);
        let score = shown.form.questions.iter().find(scaled);
        let score = score.and_then(|q| Some((q.scale()?.max, shown.answers.get(&q.key)?.as_i64()?)));
        let score = score.map_or_else(String::new, |(max, v)| t.w2("responses-score", "value", v, "max", max));
        out.push(Words {
            href: format!("/responses/{}", shown.row.id),
            text: text.chars().take(300).collect(),
            score,
            basis: [branch, day].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        });
        if out.len() == 8 {
            break;
        }
    }
    out
}
