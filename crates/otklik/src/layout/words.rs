//! Texts with the words that somebody searched for.

/// A piece of a text; found words are marked.
#[derive(Clone, Debug)]
pub struct Piece {
    pub text: String,
    pub found: bool,
}

/// Cuts a text where searched words stand.
#[must_use]
pub fn marked(text: &str, words: &[Vec<String>]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut add = |part: &str, found: bool| match out.last_mut() {
        Some(last) if last.found == found => last.text.push_str(part),
        _ => out.push(Piece { text: part.to_owned(), found }),
    };
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '\u{306}' | '\u{308}');
        let word = inside(first);
        let end = rest.find(|c: char| inside(c) != word).unwrap_or(rest.len());
        let (part, later) = rest.split_at(end);
        let found = word && !words.is_empty() && measure::text::stems(part).iter().any(|s| words.iter().any(|w| w.contains(s)));
        add(part, found);
        rest = later;
    }
    out
}
