//! Lines of a rule book as people write them: the mark before a line, headings, rows of a table.

use kit::docx::Paragraph;

/// How deep a mark stands and whether it is sure to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `2.1.` → [2, 1]
    Number(Vec<u32>),
    /// `а)`
    Letter,
    /// `—`, `•`
    Bullet,
}

/// One line before anything is decided about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub mark: Option<Mark>,
    pub heading: bool,
    /// A row of a table; then `text` is empty.
    pub cells: Vec<String>,
    /// Nothing stands between this line and the one before it.
    pub close: bool,
    /// A whole paragraph, not a line of a window's width.
    pub whole: bool,
    /// From 1.
    pub at: usize,
}

const BULLETS: &str = "—–-•·▪◦●○*+‣⁃✓✔✅□■►▶→➢§";
const SECTIONS: [&str; 12] =
    ["раздел", "глава", "часть", "блок", "этап", "тема", "section", "chapter", "part", "block", "stage", "step"];

/// What the eye does not see goes away; every kind of space becomes a space. Tabs stay, they part cells.
#[must_use]
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push('\t'),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fffd}' => {}
            // Letters of the symbol fonts that Word puts before bullets.
            '\u{e000}'..='\u{f8ff}' => out.push('•'),
            c if c.is_control() => {}
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// One space between words.
#[must_use]
pub fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Takes the mark off a line: what it was, and the rest.
#[must_use]
pub fn split_mark(line: &str) -> (Option<Mark>, &str) {
    let line = line.trim();
    let found = number(line).or_else(|| letter(line)).or_else(|| bullet(line));
    match found {
        Some((mark, rest)) => (Some(mark), rest.trim()),
        None => (None, line),
    }
}

/// `1.` `1)` `1.1` `(1)` `1.1.1.` `IV.` — but not `5 минут`, `1.5 часа`, `10.00`, `12.03.2026`.
fn number(line: &str) -> Option<(Mark, &str)> {
    let open = line.starts_with('(');
    let body = line.strip_prefix('(').unwrap_or(line);
    let end = body.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(body.len());
    let (digits, mut rest) = body.split_at(end);
    if digits.is_empty() {
        return roman(line);
    }
    let mut closed = digits.ends_with('.');
    let groups: Vec<&str> = digits.trim_end_matches('.').split('.').collect();
    // The days of a date and the pennies of a price are no numbers of items; a list may go beyond a thousand.
    let most = if groups.len() == 1 { 4 } else { 3 };
    let good = |g: &&str| (1..=most).contains(&g.len()) && (!g.starts_with('0') || *g == "0");
    if !groups.iter().all(good) || digits.ends_with("..") || groups.len() > 6 {
        return None;
    }
    if let Some(after) = rest.strip_prefix(')') {
        (closed, rest) = (true, after);
    } else if open {
        return None;
    }
    let spaced = rest.is_empty() || rest.starts_with([' ', '\t']);
    let tabbed = rest.starts_with('\t') || rest.is_empty();
    let capital = rest.trim_start().starts_with(|c: char| c.is_uppercase() || "«\"“".contains(c));
    let sure = (closed && (spaced || capital)) || tabbed || (groups.len() > 1 && spaced && capital);
    let parts = groups.iter().filter_map(|g| g.parse().ok()).collect();
    sure.then_some((Mark::Number(parts), rest))
}

fn roman(line: &str) -> Option<(Mark, &str)> {
    let end = line.find(|c: char| !"IVXLC".contains(c)).filter(|n| (1..=6).contains(n))?;
    let (digits, rest) = line.split_at(end);
    let rest = rest.strip_prefix(['.', ')'])?;
    if !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let value = |c| match c {
        'I' => 1,
        'V' => 5,
        'X' => 10,
        'L' => 50,
        _ => 100,
    };
    let values: Vec<i32> = digits.chars().map(value).collect();
    let signed = values.iter().enumerate().map(|(i, v)| if values.get(i + 1).is_some_and(|n| n > v) { -v } else { *v });
    Some((Mark::Number(vec![u32::try_from(signed.sum::<i32>()).ok()?]), rest))
}

/// `а)`, `(b)`, `а. ` — but not `А. С. Пушкин`.
fn letter(line: &str) -> Option<(Mark, &str)> {
    let body = line.strip_prefix('(').unwrap_or(line);
    let first = body.chars().next().filter(|c| c.is_alphabetic())?;
    let rest = body.get(first.len_utf8()..)?;
    if let Some(rest) = rest.strip_prefix(')') {
        return Some((Mark::Letter, rest));
    }
    if line.starts_with('(') || first.is_uppercase() {
        return None;
    }
    let rest = rest.strip_prefix('.')?;
    (rest.starts_with([' ', '\t'])).then_some((Mark::Letter, rest))
}

fn bullet(line: &str) -> Option<(Mark, &str)> {
    let first = line.chars().next().filter(|c| BULLETS.contains(*c))?;
    let rest = line.get(first.len_utf8()..)?;
    let spaced = rest.is_empty() || rest.starts_with([' ', '\t']);
    // `-5 %` and `+7 495` are not bullets; signs that nothing else is written with need no space.
    if !spaced && (first.is_ascii() || rest.starts_with(|c: char| c.is_ascii_digit())) {
        return None;
    }
    let rest = rest.trim_start();
    let boxes = ["[ ] ", "[x] ", "[X] "];
    Some((Mark::Bullet, boxes.iter().find_map(|b| rest.strip_prefix(b)).unwrap_or(rest)))
}

/// `Раздел 2. Встреча` → `Встреча`; `Этап 1` → itself.
#[must_use]
pub fn section(line: &str) -> Option<String> {
    let (word, rest) = line.split_once([' ', '\t'])?;
    let low = word.to_lowercase();
    if !SECTIONS.contains(&low.as_str()) {
        return None;
    }
    let rest = rest.trim().trim_start_matches('№').trim();
    let end = rest.find(|c: char| !c.is_ascii_digit() && !"IVXLC.".contains(c)).unwrap_or(rest.len());
    if end == 0 || line.chars().count() > 160 {
        return None;
    }
    let name = rest.get(end..)?.trim_start_matches([' ', '.', ':', ')', '—', '–', '-', '\t']).trim();
    Some(if name.is_empty() { squeeze(line) } else { squeeze(name) })
}

/// A short line all in capitals.
fn loud(line: &str) -> bool {
    let letters = line.chars().filter(|c| c.is_alphabetic());
    let (all, upper) = letters.fold((0, 0), |(a, u), c| (a + 1, u + usize::from(c.is_uppercase())));
    all >= 4 && all == upper && line.chars().count() <= 80
}

/// `Страница 3 из 10`, `Page 3`: what a printer adds.
fn footer(line: &str) -> bool {
    let low = line.to_lowercase();
    let rest = ["страница ", "стр. ", "page "].iter().find_map(|p| low.strip_prefix(p));
    rest.is_some_and(|r| r.split_whitespace().all(|w| w.chars().all(|c| c.is_ascii_digit()) || ["из", "of", "/"].contains(&w)))
}

/// Bold and the like of Markdown.
fn unmarked(text: &str) -> String {
    if text.contains("**") || text.contains("__") { text.replace("**", "").replace("__", "") } else { text.to_owned() }
}

/// Lines of pasted text or a text file, Markdown included.
#[must_use]
pub fn of_text(text: &str) -> Vec<Line> {
    let mut out = Vec::new();
    let mut close = false;
    let text = text.replace("\r\n", "\n");
    for (at, raw) in text.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}']).enumerate() {
        let line = tidy(raw);
        let line = line.trim_matches(' ').trim_end();
        if line.trim().is_empty() || footer(line.trim()) {
            close = false;
            continue;
        }
        if let Some(line) = of_line(line, at + 1, close) {
            out.push(line);
            close = true;
        }
    }
    out
}

fn of_line(line: &str, at: usize, close: bool) -> Option<Line> {
    let blank = Line { at, close, ..Line::default() };
    if line.starts_with('|') && line.ends_with('|') && line.len() > 2 {
        let cells: Vec<String> = line.trim_matches('|').split('|').map(|c| squeeze(&unmarked(c))).collect();
        if cells.iter().all(|c| c.chars().all(|c| "-: ".contains(c))) {
            return None;
        }
        return Some(Line { cells, ..blank });
    }
    let hashes = line.chars().take_while(|c| *c == '#').count();
    if (1..=6).contains(&hashes) && line.get(hashes..).is_some_and(|r| r.starts_with(' ')) {
        let name = unmarked(split_mark(line.trim_start_matches('#')).1);
        return Some(Line { text: section(&name).unwrap_or_else(|| squeeze(&name)), heading: true, ..blank });
    }
    // Two tabs and more, or one that does not follow a mark: a row out of a table.
    let (mark, rest) = split_mark(line);
    if rest.contains('\t') {
        let cells = line.split('\t').map(|c| squeeze(&unmarked(c))).collect();
        return Some(Line { cells, ..blank });
    }
    Some(read(&unmarked(rest), mark, blank))
}

fn read(text: &str, mark: Option<Mark>, line: Line) -> Line {
    if let Some(name) = section(text) {
        return Line { text: name, heading: true, ..line };
    }
    let text = squeeze(text);
    Line { heading: mark.is_none() && loud(&text), text, mark, ..line }
}

/// Paragraphs of a Word file.
#[must_use]
pub fn of_paragraphs(paragraphs: &[Paragraph]) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let mut row = None;
    for (at, p) in paragraphs.iter().enumerate() {
        let text = tidy(&p.text.replace('\n', " "));
        if let Some(cell) = p.cell {
            let here = (cell.table, cell.row);
            if row != Some(here) {
                out.push(Line { at: at + 1, whole: true, ..Line::default() });
                row = Some(here);
            }
            if let Some(line) = out.last_mut() {
                let shown = p.number.as_deref().filter(|_| text.is_empty()).unwrap_or("");
                // No honest table is so wide.
                line.cells.resize((cell.column + 1).min(64).max(line.cells.len()), String::new());
                if let Some(known) = line.cells.get_mut(cell.column) {
                    *known = squeeze(&format!("{known} {shown} {text}"));
                }
            }
            continue;
        }
        row = None;
        let blank = Line { at: at + 1, whole: true, ..Line::default() };
        let (typed, rest) = split_mark(&text);
        if p.heading.is_some() {
            let name = section(rest).unwrap_or_else(|| squeeze(rest));
            out.push(Line { text: name, heading: true, ..blank });
            continue;
        }
        let shown = p.number.as_deref().and_then(|n| split_mark(&format!("{n} ")).0).or(p.level.map(|_| Mark::Bullet));
        let rest = if shown.is_some() && typed.is_none() { text.trim() } else { rest };
        out.push(read(rest, shown.or(typed), blank));
    }
    out
}
