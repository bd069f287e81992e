//! A text as the linter reads it: words, numbers and marks with their places, sentences, clauses, quotations, brackets.

use crate::text::Stems;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    Mark(char),
}

/// One word, number or mark. `start..end` are bytes, `from..to` characters of the text.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    /// Lower case, ё as е, accents dropped.
    pub text: String,
    /// Plain Snowball stem; empty for marks and numbers.
    pub stem: String,
    pub start: usize,
    pub end: usize,
    pub from: usize,
    pub to: usize,
    /// Two letters or more, all capital.
    pub caps: bool,
    /// Begins with a capital.
    pub title: bool,
    /// Its letters are Latin.
    pub latin: bool,
    /// Stands in a quotation that is closed.
    pub quoted: bool,
    /// Stands in brackets.
    pub bracketed: bool,
    /// Number of its sentence and of its clause in the text.
    pub sentence: usize,
    pub clause: usize,
}

impl Token {
    pub fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    pub fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

/// The language that most letters of a text speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tongue {
    Russian,
    English,
}

/// A text, read.
#[derive(Debug)]
pub(super) struct Reading {
    pub tokens: Vec<Token>,
    pub tongue: Tongue,
}

/// How far a sentence is looked at around a word, in tokens: what stands further absolves nothing, and time stays linear.
const NEAR: usize = 100;

const DASHES: [char; 3] = ['—', '–', '-'];

fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Adds a character of a word to its folded form.
fn fold(c: char, word: &mut String) {
    for c in c.to_lowercase() {
        match c {
            'ё' => word.push('е'),
            '\u{306}' if word.ends_with('и') => {
                word.pop();
                word.push('й');
            }
            c if is_accent(c) => {}
            c => word.push(c),
        }
    }
}

/// Characters with their byte and character places, at most `limit` of them.
struct Source {
    chars: Vec<(usize, char)>,
    end: usize,
}

impl Source {
    fn new(text: &str, limit: usize) -> Self {
        let chars: Vec<_> = text.char_indices().take(limit).collect();
        let end = chars.last().map_or(0, |(at, c)| at + c.len_utf8());
        Self { chars, end }
    }

    fn get(&self, at: usize) -> Option<char> {
        self.chars.get(at).map(|(_, c)| *c)
    }

    fn byte(&self, at: usize) -> usize {
        self.chars.get(at).map_or(self.end, |(byte, _)| *byte)
    }

    /// Where the word or number that begins here ends.
    fn run(&self, from: usize, number: bool) -> usize {
        let mut at = from + 1;
        while let Some(c) = self.get(at) {
            let inside = if number {
                let joins = matches!(c, '.' | ',' | ':' | '/') && self.get(at + 1).is_some_and(|n| n.is_ascii_digit());
                c.is_ascii_digit() || joins
            } else {
                c.is_alphabetic() || c.is_ascii_digit() || is_accent(c)
            };
            if !inside {
                break;
            }
            at += 1;
        }
        at
    }
}

/// Reads the first `limit` characters of a text.
pub(super) fn read(text: &str, limit: usize) -> Reading {
    let source = Source::new(text, limit);
    let stems = Stems::default();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = source.get(at) {
        let (kind, to) = if c.is_ascii_digit() {
            (Kind::Number, source.run(at, true))
        } else if c.is_alphabetic() {
            (Kind::Word, source.run(at, false))
        } else {
            (Kind::Mark(c), at + 1)
        };
        let glue = DASHES.contains(&c)
            && at > 0
            && source.get(at - 1).is_some_and(char::is_alphanumeric)
            && source.get(at + 1).is_some_and(char::is_alphanumeric);
        if !glue && (kind != Kind::Mark(c) || c == '\n' || !(c.is_whitespace() || c.is_control())) {
            tokens.push(token(&source, &stems, kind, at, to));
        }
        at = to;
    }
    let letters = |latin: bool| tokens.iter().filter(|t| t.is_word() && t.latin == latin).map(|t| t.to - t.from).sum::<usize>();
    let tongue = if letters(true) > letters(false) { Tongue::English } else { Tongue::Russian };
    divide(&mut tokens);
    enclose(&mut tokens);
    Reading { tokens, tongue }
}

fn token(source: &Source, stems: &Stems, kind: Kind, from: usize, to: usize) -> Token {
    let signs = || source.chars.get(from..to).unwrap_or_default().iter().map(|(_, c)| *c);
    let mut text = String::new();
    signs().for_each(|c| fold(c, &mut text));
    let letters = signs().filter(|c| c.is_alphabetic()).count();
    Token {
        kind,
        stem: if kind == Kind::Word { stems.stem(&text) } else { String::new() },
        start: source.byte(from),
        end: source.byte(to),
        from,
        to,
        caps: letters > 1 && signs().all(|c| !c.is_alphabetic() || c.is_uppercase()),
        title: signs().next().is_some_and(char::is_uppercase),
        latin: text.chars().any(|c| c.is_ascii_alphabetic()),
        text,
        quoted: false,
        bracketed: false,
        sentence: 0,
        clause: 0,
    }
}

/// Numbers sentences and clauses. A full stop ends a sentence only before a capital: «10 мин. до приёма» goes on.
fn divide(tokens: &mut [Token]) {
    let (mut sentence, mut clause) = (0, 0);
    let mut capital_follows = vec![true; tokens.len()];
    let mut last = true;
    for (flag, token) in capital_follows.iter_mut().zip(tokens.iter()).rev() {
        *flag = last;
        match token.kind {
            Kind::Word => last = token.title,
            Kind::Number => last = true,
            Kind::Mark(_) => {}
        }
    }
    for (token, capital) in tokens.iter_mut().zip(capital_follows) {
        (token.sentence, token.clause) = (sentence, clause);
        match token.kind {
            Kind::Mark('!' | '?' | '…' | '\n') => (sentence, clause) = (sentence + 1, clause + 1),
            Kind::Mark('.') if capital => (sentence, clause) = (sentence + 1, clause + 1),
            Kind::Mark(',' | ';' | ':' | '(' | ')' | '—' | '–' | '-') => clause += 1,
            _ => {}
        }
    }
}

/// Marks what stands in quotations and in brackets; what is never closed is not enclosed.
fn enclose(tokens: &mut [Token]) {
    let mut quotes: Vec<usize> = Vec::new();
    let mut brackets: Vec<usize> = Vec::new();
    let mut inside: Vec<(usize, usize, bool)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Kind::Mark(mark) = token.kind else { continue };
        match mark {
            '«' | '„' => quotes.push(at),
            '"' | '“' if quotes.is_empty() => quotes.push(at),
            '»' | '”' | '"' | '“' => inside.extend(quotes.pop().filter(|_| quotes.is_empty()).map(|open| (open, at, true))),
            '(' => brackets.push(at),
            ')' => inside.extend(brackets.pop().filter(|_| brackets.is_empty()).map(|open| (open, at, false))),
            _ => {}
        }
    }
    for (open, close, quote) in inside {
        for token in tokens.get_mut(open + 1..close).unwrap_or_default() {
            if quote {
                token.quoted = true;
            } else {
                token.bracketed = true;
            }
        }
    }
}

impl Reading {
    /// Tokens of the sentence around a token, as places in `tokens`; of an endless one only [`NEAR`] to either side.
    pub fn sentence(&self, at: usize) -> std::ops::Range<usize> {
        let same = |i: &usize| self.tokens.get(*i).map(|t| t.sentence) == self.tokens.get(at).map(|t| t.sentence);
        let start = (0..at).rev().take(NEAR).take_while(same).last().unwrap_or(at);
        let end = (at..self.tokens.len()).take(NEAR).take_while(same).last().map_or(at, |i| i + 1);
        start..end
    }

    /// Tokens of a range; empty when it lies outside.
    pub fn slice(&self, range: std::ops::Range<usize>) -> &[Token] {
        self.tokens.get(range).unwrap_or_default()
    }
}
