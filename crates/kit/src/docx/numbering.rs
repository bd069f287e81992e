//! Word's automatic numbering: which list a paragraph belongs to, and what is shown before it.

use std::collections::HashMap;
use std::io::BufRead;

use super::Refusal;
use super::xml::{Step, Walk};

/// Word has nine levels.
const LEVELS: usize = 9;

#[derive(Clone, Debug)]
struct Level {
    format: String,
    /// `%1.%2.`
    text: String,
    start: usize,
}

impl Default for Level {
    fn default() -> Self {
        Self { format: "decimal".into(), text: String::new(), start: 1 }
    }
}

#[derive(Clone, Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    list: Option<String>,
    level: Option<usize>,
    outline: Option<usize>,
}

/// What the file says about lists and styles, and how far each list has counted.
#[derive(Debug, Default)]
pub struct Numbering {
    patterns: HashMap<String, Vec<Level>>,
    lists: HashMap<String, (String, HashMap<usize, usize>)>,
    styles: HashMap<String, Style>,
    /// Counters belong to the pattern: lists of one pattern go on counting, unless a list begins anew.
    counts: HashMap<String, [usize; LEVELS]>,
    begun: std::collections::HashSet<(String, usize)>,
}

/// `numbering.xml`
pub fn read_lists<R: BufRead>(walk: &mut Walk<R>, out: &mut Numbering) -> Result<(), Refusal> {
    let (mut pattern, mut list, mut level) = (None::<String>, None::<String>, None::<usize>);
    while let Some(step) = walk.next()? {
        match step {
            Step::Open(tag) => match tag.name.as_str() {
                "abstractNum" => pattern = tag.attr("abstractNumId").map(str::to_owned),
                "num" => {
                    list = tag.attr("numId").map(str::to_owned);
                    if let Some(id) = &list {
                        out.lists.insert(id.clone(), (String::new(), HashMap::new()));
                    }
                }
                "abstractNumId" => {
                    if let (Some(id), Some(to)) = (&list, tag.attr("val"))
                        && let Some(entry) = out.lists.get_mut(id)
                    {
                        entry.0 = to.to_owned();
                    }
                }
                "lvl" | "lvlOverride" => level = tag.number("ilvl").filter(|l| *l < LEVELS),
                "startOverride" => {
                    if let (Some(id), Some(level), Some(start)) = (&list, level, tag.number("val"))
                        && let Some(entry) = out.lists.get_mut(id)
                    {
                        entry.1.insert(level, start);
                    }
                }
                "numFmt" | "lvlText" | "start" => {
                    let (Some(id), Some(at), None) = (&pattern, level, &list) else { continue };
                    let levels = out.patterns.entry(id.clone()).or_insert_with(|| vec![Level::default(); LEVELS]);
                    let Some(level) = levels.get_mut(at) else { continue };
                    match tag.name.as_str() {
                        "numFmt" => level.format = tag.attr("val").unwrap_or("decimal").to_owned(),
                        "lvlText" => level.text = tag.attr("val").unwrap_or("").chars().take(40).collect(),
                        _ => level.start = tag.number("val").unwrap_or(1).min(1_000_000),
                    }
                }
                _ => {}
            },
            Step::Close(name) => match name.as_str() {
                "abstractNum" => pattern = None,
                "num" => list = None,
                "lvl" | "lvlOverride" => level = None,
                _ => {}
            },
            Step::Text(_) => {}
        }
    }
    Ok(())
}

/// `styles.xml`
pub fn read_styles<R: BufRead>(walk: &mut Walk<R>, out: &mut Numbering) -> Result<(), Refusal> {
    let mut now: Option<(String, Style)> = None;
    while let Some(step) = walk.next()? {
        match step {
            Step::Open(tag) if tag.name == "style" => {
                now = tag.attr("styleId").map(|id| (id.to_owned(), Style::default()));
            }
            Step::Open(tag) => {
                let Some((_, style)) = &mut now else { continue };
                let value = tag.attr("val").map(str::to_owned);
                match tag.name.as_str() {
                    "name" => style.name = value.unwrap_or_default().to_lowercase(),
                    "basedOn" => style.based_on = value,
                    "numId" => style.list = value,
                    "ilvl" => style.level = tag.number("val"),
                    "outlineLvl" => style.outline = tag.number("val"),
                    _ => {}
                }
            }
            Step::Close(name) if name == "style" => {
                if let Some((id, style)) = now.take() {
                    out.styles.insert(id, style);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// What a paragraph says of itself.
#[derive(Debug, Default)]
pub struct Said {
    pub style: Option<String>,
    pub list: Option<String>,
    pub level: Option<usize>,
    pub outline: Option<usize>,
}

impl Numbering {
    /// A style with what it takes over from those it is based on.
    fn style(&self, id: &str) -> Style {
        let mut out = Style::default();
        let mut next = Some(id.to_owned());
        // A ring of styles ends by the count.
        for _ in 0..12 {
            let Some(style) = next.as_deref().and_then(|id| self.styles.get(id)) else { break };
            if out.name.is_empty() {
                out.name.clone_from(&style.name);
            }
            out.list = out.list.or_else(|| style.list.clone());
            out.level = out.level.or(style.level);
            out.outline = out.outline.or(style.outline).or_else(|| heading_by_name(&style.name));
            next.clone_from(&style.based_on);
        }
        out
    }

    /// The level of a heading, from 1.
    pub fn heading(&self, said: &Said) -> Option<usize> {
        let style = said.style.as_deref().map(|id| self.style(id));
        let level = said.outline.or_else(|| style.and_then(|s| s.outline))?;
        // Level 9 is Word's word for ordinary text.
        (level < LEVELS).then_some(level + 1)
    }

    /// Counts the paragraph: its level and what is shown before it.
    pub fn count(&mut self, said: &Said) -> Option<(usize, String)> {
        let style = said.style.as_deref().map(|id| self.style(id)).unwrap_or_default();
        let list = said.list.clone().or(style.list)?;
        // List 0 takes the numbering away.
        if list == "0" {
            return None;
        }
        let level = said.level.or(style.level).unwrap_or(0).min(LEVELS - 1);
        let (pattern, overrides) = self.lists.get(&list)?;
        let levels = self.patterns.get(pattern)?;
        let starts: Vec<usize> = levels.iter().map(|l| l.start).collect();
        let counts = self.counts.entry(pattern.clone()).or_insert([0; LEVELS]);
        let anew = overrides.get(&level).filter(|_| !self.begun.contains(&(list.clone(), level)));
        self.begun.insert((list.clone(), level));
        for (at, start) in starts.iter().enumerate().take(level) {
            // A level that was jumped over counts as begun.
            if counts[at] == 0 {
                counts[at] = *start;
            }
        }
        counts[level] = match anew {
            Some(start) => *start,
            None if counts[level] == 0 => starts.get(level).copied().unwrap_or(1),
            None => counts[level].saturating_add(1),
        };
        counts[level + 1..].fill(0);
        let own = levels.get(level)?;
        let mut shown = own.text.clone();
        if own.format == "bullet" {
            return Some((level, "•".into()));
        }
        if own.format == "none" {
            return Some((level, String::new()));
        }
        for (at, pattern) in levels.iter().enumerate().take(level + 1) {
            let place = format!("%{}", at + 1);
            if shown.contains(&place) {
                shown = shown.replace(&place, &written(counts[at], &pattern.format));
            }
        }
        Some((level, shown))
    }
}

fn heading_by_name(name: &str) -> Option<usize> {
    let rest = name.strip_prefix("heading ").or_else(|| name.strip_prefix("заголовок "))?;
    rest.trim().parse::<usize>().ok().filter(|n| (1..=LEVELS).contains(n)).map(|n| n - 1)
}

/// A number as a list writes it.
fn written(n: usize, format: &str) -> String {
    // Word repeats the letter after the alphabet's end: я, аа, бб.
    let lettered = |letters: &str| {
        let letters: Vec<char> = letters.chars().collect();
        let at = n.saturating_sub(1);
        let letter = letters.get(at % letters.len().max(1)).copied().unwrap_or('?');
        std::iter::repeat_n(letter, (at / letters.len().max(1) + 1).min(20)).collect::<String>()
    };
    match format {
        "lowerLetter" => lettered("abcdefghijklmnopqrstuvwxyz"),
        "upperLetter" => lettered("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "russianLower" => lettered("абвгдежзиклмнопрстуфхцчшщэюя"),
        "russianUpper" => lettered("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ"),
        "lowerRoman" => roman(n).to_lowercase(),
        "upperRoman" => roman(n),
        "decimalZero" => format!("{n:02}"),
        _ => n.to_string(),
    }
}

fn roman(mut n: usize) -> String {
    const SIGNS: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if n > 3999 {
        return n.to_string();
    }
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while n >= value {
            out.push_str(sign);
            n -= value;
        }
    }
    out
}
