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

/// The beginning of a text, not longer than so many letters, cut between words.
#[must_use]
pub fn short(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let begin = text.get(..end).unwrap_or(text);
    let cut = begin.rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    let begin = begin.get(..cut).unwrap_or(begin);
    format!("{}…", begin.trim_end_matches([' ', ',', ';', ':', '.', '\u{a0}']))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(super::short("Здравствуйте", 20), "Здравствуйте");
        assert_eq!(super::short("Ответьте в тот же день, в который спросили", 24), "Ответьте в тот же день…");
        assert_eq!(super::short("Превысокомногорассмотрительствующий", 10), "Превысоком…");
    }
}
