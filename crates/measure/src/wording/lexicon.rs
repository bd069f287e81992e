//! Phrases to look for, and how they are found in any form.
//!
//! A phrase is words in a row. `word` is found in any form by stem and family (see [`crate::text`]), `=word` in exactly this
//! form, `word*` as a beginning; `~` stands for up to two words.

pub(super) mod en;
pub(super) mod jargon;
pub(super) mod ru;

use std::collections::HashMap;

use super::reading::{Reading, Token};

#[derive(Debug)]
enum Form {
    Stems(Vec<String>),
    Exact(String),
    Prefix(String),
    Gap,
}

impl Form {
    fn new(pattern: &str) -> Self {
        if pattern == "~" {
            return Self::Gap;
        }
        let word = pattern.trim_start_matches('=');
        if let Some(beginning) = word.strip_suffix('*') {
            Self::Prefix(beginning.to_owned())
        } else if word.len() < pattern.len() {
            Self::Exact(word.to_owned())
        } else {
            Self::Stems(crate::text::query_stems(pattern).into_iter().flatten().collect())
        }
    }

    fn fits(&self, token: &Token) -> bool {
        token.is_word()
            && match self {
                Self::Stems(stems) => stems.contains(&token.stem),
                Self::Exact(word) => token.text == *word,
                Self::Prefix(beginning) => token.text.starts_with(beginning),
                Self::Gap => true,
            }
    }

    /// First letters of the words it may fit.
    fn letters(&self) -> Vec<char> {
        let first = |s: &String| s.chars().next();
        let mut letters: Vec<char> = match self {
            Self::Stems(stems) => stems.iter().filter_map(first).collect(),
            Self::Gap => Vec::new(),
            Self::Exact(word) | Self::Prefix(word) => first(word).into_iter().collect(),
        };
        letters.sort_unstable();
        letters.dedup();
        letters
    }
}

/// A list of phrases with a label each, ready for looking up.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    phrases: Vec<(Vec<Form>, &'static str)>,
    by_letter: HashMap<char, Vec<usize>>,
}

/// A phrase that was found: its tokens `at..end` and its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub at: usize,
    pub end: usize,
    pub label: &'static str,
}

impl Lexicon {
    /// Lists of `(label, "phrase, phrase, …")`.
    pub fn new(lists: &[&[(&'static str, &'static str)]]) -> Self {
        let mut lexicon = Self::default();
        for (label, phrases) in lists.iter().flat_map(|list| list.iter()) {
            for phrase in phrases.split(',').map(str::trim).filter(|p| !p.is_empty()) {
                let forms: Vec<Form> = phrase.split_whitespace().map(Form::new).collect();
                let number = lexicon.phrases.len();
                for letter in forms.first().map(Form::letters).unwrap_or_default() {
                    lexicon.by_letter.entry(letter).or_default().push(number);
                }
                lexicon.phrases.push((forms, label));
            }
        }
        lexicon
    }

    /// The longest phrase that begins at a token.
    pub fn at(&self, tokens: &[Token], at: usize) -> Option<Hit> {
        let letter = tokens.get(at)?.text.chars().next()?;
        let found = self.by_letter.get(&letter)?.iter().filter_map(|number| {
            let (forms, label) = self.phrases.get(*number)?;
            Some(Hit { at, end: end(forms, tokens, at)?, label })
        });
        found.max_by_key(|hit| hit.end)
    }

    /// All phrases of a text, from left to right, not overlapping.
    pub fn find(&self, reading: &Reading) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut at = 0;
        while at < reading.tokens.len() {
            match self.at(&reading.tokens, at) {
                Some(hit) => {
                    at = hit.end;
                    hits.push(hit);
                }
                None => at += 1,
            }
        }
        hits
    }
}

/// Where a phrase that begins at a token ends, if it stands there.
fn end(forms: &[Form], tokens: &[Token], at: usize) -> Option<usize> {
    match forms {
        [] => Some(at),
        [Form::Gap, rest @ ..] => {
            let words = tokens.get(at..)?.iter().take(2).take_while(|t| t.is_word()).count();
            (0..=words).find_map(|skip| end(rest, tokens, at + skip))
        }
        [form, rest @ ..] if tokens.get(at).is_some_and(|t| form.fits(t)) => end(rest, tokens, at + 1),
        _ => None,
    }
}
