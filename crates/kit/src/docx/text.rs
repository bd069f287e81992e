//! The text of the document, paragraph by paragraph.

use std::io::BufRead;

use super::numbering::{Numbering, Said};
use super::xml::{Step, Tag, Walk};
use super::{Cell, Paragraph, Refusal};

/// A table that the walk is inside of.
#[derive(Default)]
struct Table {
    id: usize,
    rows: usize,
    columns: usize,
}

#[derive(Default)]
struct State {
    out: Vec<Paragraph>,
    /// Paragraphs nest: a text box stands inside one.
    open: Vec<(Said, String)>,
    tables: Vec<Table>,
    tables_seen: usize,
    /// Inside `w:t`.
    in_text: bool,
    length: usize,
}

/// Parts that say the same twice, or what is not there any more.
const SKIPPED: [&str; 4] = ["Fallback", "moveFrom", "del", "pPrChange"];

pub fn read<R: BufRead>(walk: &mut Walk<R>, mut numbering: Numbering) -> Result<Vec<Paragraph>, Refusal> {
    let mut state = State::default();
    let mut skipping = 0_usize;
    let mut body = false;
    while let Some(step) = walk.next()? {
        match step {
            Step::Open(tag) if skipping > 0 || SKIPPED.contains(&tag.name.as_str()) => skipping += 1,
            Step::Close(_) if skipping > 0 => skipping -= 1,
            Step::Text(_) if skipping > 0 => {}
            Step::Open(tag) => {
                body |= tag.name == "body";
                open(&mut state, &tag);
            }
            Step::Close(name) => close(&mut state, &name, &mut numbering),
            Step::Text(text) if state.in_text => {
                state.length += text.len();
                if let Some((_, words)) = state.open.last_mut() {
                    words.push_str(&text);
                }
            }
            Step::Text(_) => {}
        }
        if state.out.len() > walk.limits.paragraphs {
            return Err(Refusal::TooManyParagraphs);
        }
        if state.length > walk.limits.text {
            return Err(Refusal::TooLarge);
        }
    }
    if body { Ok(state.out) } else { Err(Refusal::Not) }
}

fn open(state: &mut State, tag: &Tag) {
    let value = || tag.attr("val").map(str::to_owned);
    match tag.name.as_str() {
        "p" => state.open.push(Default::default()),
        "t" => state.in_text = true,
        "tbl" => {
            state.tables_seen += 1;
            state.tables.push(Table { id: state.tables_seen, ..Table::default() });
        }
        "tr" => {
            if let Some(table) = state.tables.last_mut() {
                table.rows += 1;
                table.columns = 0;
            }
        }
        "tc" => {
            if let Some(table) = state.tables.last_mut() {
                table.columns += 1;
            }
        }
        name => {
            let Some((said, words)) = state.open.last_mut() else { return };
            match name {
                "pStyle" => said.style = value(),
                "numId" => said.list = value(),
                "ilvl" => said.level = tag.number("val"),
                "outlineLvl" => said.outline = tag.number("val"),
                // A tab of the text, not one of the tab stops in the paragraph's properties (those have a position).
                "tab" if tag.attr("pos").is_none() => words.push('\t'),
                "br" | "cr" => words.push('\n'),
                "noBreakHyphen" => words.push('-'),
                _ => {}
            }
        }
    }
}

fn close(state: &mut State, name: &str, numbering: &mut Numbering) {
    match name {
        "t" => state.in_text = false,
        "tbl" => _ = state.tables.pop(),
        "p" => {
            let Some((said, text)) = state.open.pop() else { return };
            // Word counts empty paragraphs too; nobody reads them, but a cell without text is still a cell.
            let counted = numbering.count(&said);
            let cell = state.tables.last().filter(|t| t.columns > 0 && t.rows > 0);
            let cell = cell.map(|t| Cell { table: t.id - 1, row: t.rows - 1, column: t.columns - 1 });
            if text.trim().is_empty() && cell.is_none() {
                return;
            }
            state.out.push(Paragraph {
                heading: numbering.heading(&said),
                level: counted.as_ref().map(|(level, _)| *level),
                number: counted.map(|(_, shown)| shown).filter(|s| !s.is_empty()),
                cell,
                text: text.trim().to_owned(),
            });
        }
        _ => {}
    }
}
