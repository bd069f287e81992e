//! What changed between two texts, word by word.

use kit::i18n::Lang;
use serde::Serialize;

use super::form::ItemText;

/// What became of a run of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = DifferencePart)]
pub enum Part {
    Same,
    Added,
    Removed,
}

/// A run of words with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DifferenceSpan)]
pub struct Span {
    pub part: Part,
    pub text: String,
}

impl Span {
    #[must_use]
    pub fn is_added(&self) -> bool {
        self.part == Part::Added
    }

    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.part == Part::Removed
    }
}

/// One field of an item that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ItemFieldChange)]
pub struct ItemChange {
    #[schema(pattern = "^(text|why|measure|norm|stage|critical|weight|minutes_cost|touchpoint|mandatory|example)$")]
    pub field: String,
    /// The language of a text; null for what is no text.
    pub lang: Option<Lang>,
    pub words: Vec<Span>,
}

/// Beyond so many words a side, the middle is shown as replaced: comparing costs the product of both.
const MOST_WORDS: usize = 1500;

/// Words with the spaces and signs around them as pieces of their own.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut last: Option<bool> = None;
    for (i, c) in text.char_indices() {
        let word = c.is_alphanumeric() || matches!(c, '\u{306}' | '\u{308}');
        // Each sign stands alone, so that a comma is a change of its own.
        if i > start && (last != Some(word) || !word) {
            out.push(&text[start..i]);
            start = i;
        }
        last = Some(word);
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

/// Compares two texts by words: what stayed, what went, what came.
#[must_use]
pub fn word_difference(before: &str, after: &str) -> Vec<Span> {
    let (a, b) = (pieces(before), pieces(after));
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (from, to) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    let mut out: Vec<Span> = Vec::new();
    let mut add = |part: Part, text: &str| match out.last_mut() {
        Some(last) if last.part == part => last.text.push_str(text),
        _ => out.push(Span { part, text: text.to_owned() }),
    };
    for piece in &a[..head] {
        add(Part::Same, piece);
    }
    if from.len() > MOST_WORDS || to.len() > MOST_WORDS {
        from.iter().for_each(|p| add(Part::Removed, p));
        to.iter().for_each(|p| add(Part::Added, p));
    } else {
        for (part, piece) in middle(from, to) {
            add(part, piece);
        }
    }
    for piece in &a[a.len() - tail..] {
        add(Part::Same, piece);
    }
    joined(out)
}

/// The longest common run of pieces, by a table.
fn middle<'t>(a: &[&'t str], b: &[&'t str]) -> Vec<(Part, &'t str)> {
    let width = b.len() + 1;
    let mut table = vec![0_u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            table[i * width + j] = if a[i] == b[j] {
                table[(i + 1) * width + j + 1] + 1
            } else {
                table[(i + 1) * width + j].max(table[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::with_capacity(a.len() + b.len());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            out.push((Part::Same, a[i]));
            (i, j) = (i + 1, j + 1);
        } else if table[(i + 1) * width + j] >= table[i * width + j + 1] {
            out.push((Part::Removed, a[i]));
            i += 1;
        } else {
            out.push((Part::Added, b[j]));
            j += 1;
        }
    }
    out.extend(a[i..].iter().map(|p| (Part::Removed, *p)));
    out.extend(b[j..].iter().map(|p| (Part::Added, *p)));
    out
}

/// A lone space between two changed words belongs to the change: «не [прямо] сейчас» reads, «[не][ ][прямо]» does not.
fn joined(spans: Vec<Span>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let (mut gone, mut come) = (String::new(), String::new());
    let flush = |gone: &mut String, come: &mut String, out: &mut Vec<Span>| {
        for (part, text) in [(Part::Removed, &mut *gone), (Part::Added, &mut *come)] {
            if !text.is_empty() {
                out.push(Span { part, text: std::mem::take(text) });
            }
        }
    };
    let count = spans.len();
    for (i, span) in spans.into_iter().enumerate() {
        match span.part {
            Part::Removed => gone.push_str(&span.text),
            Part::Added => come.push_str(&span.text),
            Part::Same if span.text.trim().is_empty() && !gone.is_empty() && !come.is_empty() && i + 1 < count => {
                gone.push_str(&span.text);
                come.push_str(&span.text);
            }
            Part::Same => {
                flush(&mut gone, &mut come, &mut out);
                match out.last_mut() {
                    Some(last) if last.part == Part::Same => last.text.push_str(&span.text),
                    _ => out.push(span),
                }
            }
        }
    }
    flush(&mut gone, &mut come, &mut out);
    out
}

/// What differs between two texts of an item, field by field and language by language.
#[must_use]
pub fn item_difference(before: &ItemText, after: &ItemText) -> Vec<ItemChange> {
    let mut out = Vec::new();
    let texts = [
        ("text", Some(&before.text), Some(&after.text)),
        ("why", before.why.as_ref(), after.why.as_ref()),
        ("measure", before.measure.as_ref(), after.measure.as_ref()),
        ("norm", before.norm.as_ref(), after.norm.as_ref()),
        ("stage", before.stage.as_ref(), after.stage.as_ref()),
    ];
    for (field, was, is) in texts.into_iter().filter(|(_, a, b)| a != b) {
        let mut shown: Vec<(&str, &str)> = Vec::new();
        for lang in Lang::ALL {
            let (a, b) = (was.map_or("", |l| l.get(lang)), is.map_or("", |l| l.get(lang)));
            // A text that is the same in every language is shown once.
            if a != b && !shown.contains(&(a, b)) {
                shown.push((a, b));
                out.push(ItemChange { field: field.into(), lang: Some(lang), words: word_difference(a, b) });
            }
        }
    }
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let truth = |b: bool| b.to_string();
    let files =
        |t: &ItemText| t.example.iter().flat_map(|e| [e.photo.clone(), e.audio.clone()]).flatten().collect::<Vec<_>>().join(" ");
    let plain = [
        ("critical", truth(before.critical), truth(after.critical)),
        ("weight", number(Some(before.weight)), number(Some(after.weight))),
        ("minutes_cost", number(before.minutes_cost), number(after.minutes_cost)),
        ("touchpoint", before.touchpoint.clone().unwrap_or_default(), after.touchpoint.clone().unwrap_or_default()),
        ("mandatory", truth(before.mandatory), truth(after.mandatory)),
        ("example", files(before), files(after)),
    ];
    for (field, was, is) in plain.into_iter().filter(|(_, a, b)| a != b) {
        let words = [(Part::Removed, was), (Part::Added, is)];
        let words = words.into_iter().filter(|(_, t)| !t.is_empty()).map(|(part, text)| Span { part, text }).collect();
        out.push(ItemChange { field: field.into(), lang: None, words });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        word_difference(before, after)
            .iter()
            .map(|s| match s.part {
                Part::Same => s.text.clone(),
                Part::Added => format!("[+{}]", s.text),
                Part::Removed => format!("[-{}]", s.text),
            })
            .collect()
    }

    #[test]
    fn words_that_changed_are_told_from_those_that_stayed() {
        assert_eq!(shown("Ответьте за 3 минуты", "Ответьте за 2 минуты"), "Ответьте за [-3][+2] минуты");
        assert_eq!(shown("Улыбнитесь", "Улыбнитесь."), "Улыбнитесь[+.]");
        assert_eq!(shown("а б в", "а в"), "а [-б ]в");
        assert_eq!(shown("", "Новый текст"), "[+Новый текст]");
        assert_eq!(shown("То же", "То же"), "То же");
        assert_eq!(shown("старый текст тут", "новое слово тут"), "[-старый текст][+новое слово] тут");
    }

    #[test]
    fn both_sides_can_be_read_back_whatever_changed() {
        let words = ["да", "нет", " ", ", ", "час", "ё"];
        let mut seed = 7_u64;
        for _ in 0..300 {
            let mut text = || {
                (0..8)
                    .map(|_| {
                        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        words[usize::try_from(seed >> 40).unwrap_or(0) % words.len()]
                    })
                    .collect::<String>()
            };
            let (a, b) = (text(), text());
            let spans = word_difference(&a, &b);
            let side = |not: Part| spans.iter().filter(|s| s.part != not).map(|s| s.text.as_str()).collect::<String>();
            assert_eq!((side(Part::Added), side(Part::Removed)), (a, b));
        }
    }

    #[test]
    fn an_item_tells_each_field_and_language() {
        let before = ItemText::new("Здоровайтесь первым");
        let mut after = ItemText {
            text: kit::i18n::Label::Map([(Lang::Ru, "Здоровайтесь первыми".into()), (Lang::En, "Greet first".into())].into()),
            ..before.clone()
        };
        after.critical = true;
        let fields: Vec<(String, Option<Lang>)> =
            item_difference(&before, &after).into_iter().map(|c| (c.field, c.lang)).collect();
        assert_eq!(fields, [("text".into(), Some(Lang::Ru)), ("text".into(), Some(Lang::En)), ("critical".into(), None)]);
    }
}
