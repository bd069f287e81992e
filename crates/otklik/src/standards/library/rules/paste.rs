//! From lines to drafts of items: headings become sections, wrapped lines are joined, tables find their columns.

use std::collections::HashMap;

use serde::Serialize;

use super::lines::{Line, Mark, squeeze};

/// An item's text may be this long.
pub const LONGEST: usize = 2000;

/// What a reader should look at before a draft comes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Warning {
    /// A mark with nothing behind it.
    Empty,
    /// Longer than an item may be; it is not cut.
    TooLong { chars: usize },
    /// The same words as the draft with this number, from 1.
    Duplicate { of: usize },
    /// The standard holds an item with the same words.
    Present,
}

/// An item as it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Draft {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub norm: Option<String>,
    /// The heading that it stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The line, paragraph or row that it begins on, from 1.
    pub from_line: usize,
    pub warnings: Vec<Warning>,
}

/// Words under another spelling are the same words.
#[must_use]
pub fn folded(text: &str) -> String {
    let low = text.to_lowercase().replace('ё', "е");
    let words: Vec<&str> = low.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

/// The columns of a table, told by the words over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Text,
    Why,
    Measure,
    Norm,
    Other,
}

const COLUMNS: [(Column, &[&str]); 4] = [
    (Column::Norm, &["норма", "норматив", "цель", "norm", "target", "goal"]),
    (Column::Measure, &["мера", "измер", "показател", "критери", "как провер", "measure", "metric", "criteri", "how to check"]),
    (Column::Why, &["зачем", "почему", "причин", "смысл", "why", "reason", "purpose"]),
    (
        Column::Text,
        &[
            "пункт",
            "требован",
            "стандарт",
            "правил",
            "текст",
            "действи",
            "что дела",
            "item",
            "requirement",
            "rule",
            "standard",
            "text",
            "action",
        ],
    ),
];

fn columns(cells: &[String]) -> Option<Vec<Column>> {
    let of = |cell: &String| {
        let low = cell.to_lowercase();
        let short = cell.chars().count() <= 40;
        let found =
            COLUMNS.iter().find(|(_, words)| short && words.iter().any(|w| low.starts_with(w) || low.contains(&format!(" {w}"))));
        found.map_or(Column::Other, |(c, _)| *c)
    };
    let found: Vec<Column> = cells.iter().map(of).collect();
    let once = found.iter().filter(|c| **c == Column::Text).count() == 1;
    // One word such as "Стандарт" may be a row; a heading has two columns at least.
    (once && found.len() > 1 && found.iter().filter(|c| **c != Column::Other).count() + usize::from(index(&cells[0])) >= 2)
        .then_some(found)
}

/// `№`, `п/п`, a number.
fn index(cell: &str) -> bool {
    let low = cell.trim().to_lowercase();
    low.starts_with('№')
        || low == "n"
        || low == "#"
        || low.ends_with("п/п")
        || low.chars().all(|c| c.is_ascii_digit() || ".)".contains(c))
}

fn of_row(line: &Line, head: Option<&Vec<Column>>) -> Draft {
    let mut out = Draft { from_line: line.at, ..Draft::default() };
    let put = |to: &mut Option<String>, cell: &str| *to = (!cell.is_empty()).then(|| cell.to_owned());
    let Some(head) = head else {
        let said: Vec<&str> = line
            .cells
            .iter()
            .enumerate()
            .filter(|(i, c)| !(c.is_empty() || *i == 0 && index(c)))
            .map(|(_, c)| c.as_str())
            .collect();
        out.text = super::lines::split_mark(&said.join(" — ")).1.to_owned();
        return out;
    };
    for (cell, column) in line.cells.iter().zip(head) {
        match column {
            Column::Text => out.text = super::lines::split_mark(cell).1.to_owned(),
            Column::Why => put(&mut out.why, cell),
            Column::Measure => put(&mut out.measure, cell),
            Column::Norm => put(&mut out.norm, cell),
            Column::Other => {}
        }
    }
    out
}

/// Is this numbered line the heading of what follows? `2. Встреча`, then `2.1. …`
fn heads(line: &Line, next: Option<&Line>) -> bool {
    let Some(next) = next else { return false };
    let deeper = match (&line.mark, &next.mark) {
        (Some(Mark::Number(own)), Some(Mark::Number(theirs))) => theirs.len() > own.len() && theirs.starts_with(own),
        (None | Some(Mark::Number(_)), Some(Mark::Letter | Mark::Bullet))
        | (None, Some(Mark::Number(_)))
        | (Some(Mark::Letter), Some(Mark::Bullet)) => line.text.ends_with(':'),
        _ => false,
    };
    deeper && short(&line.text)
}

/// Short enough for a heading, and no sentence.
fn short(text: &str) -> bool {
    text.chars().count() <= 80 && !text.ends_with(['.', ';', '!', '?'])
}

/// Does a line go on with the one before it?
fn goes_on(line: &Line, before: &Draft, marked: bool) -> bool {
    if line.mark.is_some() || before.text.is_empty() {
        return false;
    }
    let lower = line.text.starts_with(|c: char| c.is_lowercase());
    let open = !before.text.ends_with(['.', '!', '?', ';']);
    if line.whole {
        return lower && open;
    }
    line.close && (marked || lower)
}

/// Joins a wrapped line; a word parted by a hyphen is whole again.
fn join(text: &mut String, more: &str) {
    let parted = text.ends_with('-')
        && text.trim_end_matches('-').ends_with(char::is_alphabetic)
        && more.starts_with(|c: char| c.is_lowercase());
    if parted {
        text.pop();
    } else {
        text.push(' ');
    }
    text.push_str(more);
}

/// Reads lines into drafts; `present` are the texts that the standard has.
#[must_use]
pub fn drafts(lines: &[Line], present: &[&str]) -> Vec<Draft> {
    let mut out: Vec<Draft> = Vec::new();
    let mut section: Option<String> = None;
    let mut head: Option<Vec<Column>> = None;
    let (mut marked, mut waiting) = (false, None::<&Line>);
    for (i, line) in lines.iter().enumerate() {
        if !line.cells.is_empty() {
            if let Some(found) = columns(&line.cells) {
                head = Some(found);
                continue;
            }
            let mut draft = of_row(line, head.as_ref().filter(|h| h.len() >= line.cells.len().min(2)));
            // A row of one cell across the table parts it into sections.
            let said = line.cells.iter().filter(|c| !c.is_empty()).count();
            if head.as_ref().is_some_and(|h| h.len() > 1) && said == 1 && !draft.text.is_empty() && short(&draft.text) {
                section = Some(super::lines::section(&draft.text).unwrap_or(draft.text));
            } else if said > 0 {
                draft.section.clone_from(&section);
                out.push(draft);
            }
            marked = false;
            continue;
        }
        // Between two rows of a table a short line parts it into sections.
        let inside = head.is_some() && lines.get(i + 1).is_some_and(|n| !n.cells.is_empty());
        if inside && line.mark.is_none() && short(&line.text) {
            section = Some(line.text.clone());
            continue;
        }
        head = None;
        // A mark alone on its line belongs to the next one, if that has none itself.
        if let Some(bare) = waiting.take()
            && line.mark.is_some()
        {
            out.push(Draft { section: section.clone(), from_line: bare.at, ..Draft::default() });
        }
        if line.heading || heads(line, lines.get(i + 1)) {
            section = Some(line.text.trim_end_matches(':').trim().to_owned()).filter(|s| !s.is_empty());
            marked = false;
            continue;
        }
        if line.text.is_empty() {
            waiting = Some(line);
            marked = true;
            continue;
        }
        let alone =
            i.checked_sub(1).and_then(|i| lines.get(i)).filter(|b| b.text.is_empty() && b.mark.is_some() && b.cells.is_empty());
        if alone.is_none()
            && let Some(before) = out.last_mut()
            && goes_on(line, before, marked)
            && before.section == section
        {
            join(&mut before.text, &line.text);
            continue;
        }
        marked = line.mark.is_some() || alone.is_some();
        let from_line = alone.map_or(line.at, |b| b.at);
        out.push(Draft { text: line.text.clone(), section: section.clone(), from_line, ..Draft::default() });
    }
    if let Some(bare) = waiting {
        out.push(Draft { section, from_line: bare.at, ..Draft::default() });
    }
    warn(&mut out, present);
    out
}

fn warn(drafts: &mut [Draft], present: &[&str]) {
    let present: std::collections::HashSet<String> = present.iter().map(|t| folded(t)).collect();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (i, draft) in drafts.iter_mut().enumerate() {
        draft.text = squeeze(draft.text.trim_end_matches([';', ',', ' ']));
        let key = folded(&draft.text);
        if key.is_empty() {
            draft.warnings.push(Warning::Empty);
            continue;
        }
        let chars = draft.text.chars().count();
        if chars > LONGEST {
            draft.warnings.push(Warning::TooLong { chars });
        }
        if present.contains(&key) {
            draft.warnings.push(Warning::Present);
        }
        match seen.get(&key) {
            Some(of) => draft.warnings.push(Warning::Duplicate { of: *of }),
            None => _ = seen.insert(key, i + 1),
        }
    }
}

/// Should the draft come in unless somebody says otherwise?
#[must_use]
pub fn wanted(draft: &Draft) -> bool {
    draft.warnings.is_empty()
}
