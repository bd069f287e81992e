//! Words for search: tokens, stems and the families of words that stemming alone tears apart.
//!
//! An index holds [`stems`] of a text, in order. A query asks with [`query_stems`]: one list of alternatives a word, the
//! plain stem first. A word is found where any of its alternatives stands; so a search finds what plain stems find and
//! sometimes more, never less.

mod families;

use rust_stemmers::{Algorithm, Stemmer};

/// Lower case, ё → е, then runs of Latin and Russian letters and digits. Everything else separates.
pub fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '0'..='9' | 'a'..='z' | 'а'..='я' => word.push(c),
            'ё' => word.push('е'),
            // The combining dots of a decomposed ё or й (macOS file names, pasted text) are no separator.
            '\u{308}' if word.ends_with('е') => {}
            '\u{306}' if word.ends_with('и') => {
                word.pop();
                word.push('й');
            }
            _ if !word.is_empty() => found.push(std::mem::take(&mut word)),
            _ => {}
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

/// Stems words of either script; build once, use for many.
pub struct Stems {
    russian: Stemmer,
    english: Stemmer,
}

impl Default for Stems {
    fn default() -> Self {
        Self { russian: Stemmer::create(Algorithm::Russian), english: Stemmer::create(Algorithm::English) }
    }
}

impl Stems {
    /// Plain Snowball stem of one token: Russian where it has a Russian letter, English otherwise.
    pub fn stem(&self, token: &str) -> String {
        let russian = token.chars().any(|c| ('а'..='я').contains(&c));
        let stemmer = if russian { &self.russian } else { &self.english };
        stemmer.stem(token).into_owned()
    }
}

/// Plain Snowball stem of one word, which is first lower-cased and ё → е. Empty when the word has no letter or digit.
pub fn stem(word: &str) -> String {
    let stemmer = Stems::default();
    tokens(word).first().map(|token| stemmer.stem(token)).unwrap_or_default()
}

/// Stems of a text in order, for indexing; positions matter for phrases.
pub fn stems(text: &str) -> Vec<String> {
    let stemmer = Stems::default();
    tokens(text).iter().map(|token| stemmer.stem(token)).collect()
}

/// Stems of a query: per word its alternatives, the plain stem first, no repetitions.
pub fn query_stems(query: &str) -> Vec<Vec<String>> {
    let stemmer = Stems::default();
    tokens(query)
        .iter()
        .map(|token| {
            let mut alternatives = vec![stemmer.stem(token)];
            for relative in families::relatives(token, &stemmer) {
                if !alternatives.contains(&relative) {
                    alternatives.push(relative);
                }
            }
            alternatives
        })
        .collect()
}

/// How the words of a query are to be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// Every word.
    All,
    /// At least one word.
    Any,
    /// All words in a row.
    Phrase,
}

/// Does a text, given by its [`stems`], answer a query, given by its [`query_stems`]? An empty query matches nothing.
pub fn matches(text: &[String], query: &[Vec<String>], how: Match) -> bool {
    if query.is_empty() {
        return false;
    }
    let stands = |word: &Vec<String>| text.iter().any(|stem| word.contains(stem));
    match how {
        Match::All => query.iter().all(stands),
        Match::Any => query.iter().any(stands),
        Match::Phrase => text.windows(query.len()).any(|row| row.iter().zip(query).all(|(stem, word)| word.contains(stem))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(query: &str, text: &str) -> bool {
        matches(&stems(text), &query_stems(query), Match::All)
    }

    #[test]
    fn tokens_follow_the_rule() {
        assert_eq!(tokens("Счёт №5, WiFi-сеть… ЁЛКА"), ["счет", "5", "wifi", "сеть", "елка"]);
        assert_eq!(tokens("е\u{308}лка и\u{306}од"), ["елка", "йод"]);
        assert!(tokens("!—…").is_empty());
    }

    #[test]
    fn words_torn_apart_by_stemming_meet() {
        for (query, text) in [
            ("ждать", "Мы ждали час"),
            ("ждали", "сколько можно ждать"),
            ("жду", "ждём-с"),
            ("ребёнок", "пришли с детьми"),
            ("люди", "обычный человек"),
            ("прийти", "пришла и ушла"),
            ("звонок", "после звонка"),
            ("paid", "we had to pay twice"),
            ("waiting", "We waited"),
        ] {
            assert!(finds(query, text), "{query} in {text}: {:?} {:?}", query_stems(query), stems(text));
        }
        assert!(!finds("ждать", "ужин"));
    }

    #[test]
    fn the_plain_stem_is_always_among_the_alternatives() {
        for word in ["ждать", "официантами", "services", "123", "дети", "лучше"] {
            assert_eq!(query_stems(word).first().and_then(|a| a.first().cloned()), Some(stem(word)));
        }
    }

    #[test]
    fn phrases_need_neighbours() {
        let text = stems("очень долго ждали официанта");
        assert!(matches(&text, &query_stems("долго ждать"), Match::Phrase));
        assert!(!matches(&text, &query_stems("очень ждать"), Match::Phrase));
        assert!(matches(&text, &query_stems("хамство официант"), Match::Any));
        assert!(!matches(&text, &query_stems(""), Match::All));
    }
}
