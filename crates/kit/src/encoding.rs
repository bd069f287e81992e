//! Which letters a file is written in, and how they become UTF-8 while it streams.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251};

/// The encodings that files come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1251,
}

impl Encoding {
    pub const ALL: [Self; 4] = [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1251];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1251 => "windows-1251",
        }
    }

    /// Reads a name as people write it: `utf8`, `CP1251`, `UTF-16` …
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        match plain.as_str() {
            "utf8" => Some(Self::Utf8),
            "utf16" | "utf16le" => Some(Self::Utf16Le),
            "utf16be" => Some(Self::Utf16Be),
            "windows1251" | "cp1251" | "win1251" => Some(Self::Windows1251),
            _ => None,
        }
    }

    fn decoder(self) -> Decoder {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1251 => WINDOWS_1251,
        }
        .new_decoder_with_bom_removal()
    }
}

/// Looks at a file piece by piece and says what it is written in.
#[derive(Debug, Default)]
pub struct Detector {
    seen: u64,
    head: Vec<u8>,
    /// Units of two bytes whose first (second) byte is that of a Latin or a Cyrillic letter in UTF-16.
    low: u64,
    high: u64,
    pairs: u64,
    /// A sequence that was cut at the end of the last piece.
    cut: Vec<u8>,
    good: u64,
    bad: u64,
}

impl Detector {
    /// One more piece. Pieces must be of even length, but for the last.
    pub fn feed(&mut self, piece: &[u8]) {
        if self.head.len() < 4 {
            self.head.extend(piece.iter().take(4 - self.head.len()));
        }
        if self.seen < 1 << 18 {
            for pair in piece.chunks_exact(2) {
                let sign = |b: u8| u64::from(b == 0 || b == 4);
                self.low += sign(pair[0]);
                self.high += sign(pair[1]);
                self.pairs += 1;
            }
        }
        self.seen += piece.len() as u64;
        if self.cut.is_empty() {
            self.utf8(piece);
        } else {
            let mut joined = std::mem::take(&mut self.cut);
            joined.extend_from_slice(piece);
            self.utf8(&joined);
        }
    }

    fn utf8(&mut self, mut bytes: &[u8]) {
        loop {
            match std::str::from_utf8(bytes) {
                Ok(text) => {
                    self.good += u64::from(!text.is_ascii());
                    return;
                }
                Err(e) => {
                    let (sound, rest) = bytes.split_at(e.valid_up_to());
                    // Letters beyond ASCII that are sound speak for UTF-8 as unsound ones speak against it.
                    self.good += sound.iter().filter(|b| **b >= 0xC0).take(1000).count() as u64;
                    let Some(skip) = e.error_len() else {
                        self.cut = rest.to_vec();
                        return;
                    };
                    self.bad += 1;
                    bytes = rest.get(skip..).unwrap_or(&[]);
                }
            }
            // Enough to know.
            if self.bad > 10_000 {
                return;
            }
        }
    }

    /// The encoding, and whether some letters of it cannot be read.
    #[must_use]
    pub fn verdict(&self) -> (Encoding, bool) {
        match self.head.as_slice() {
            [0xEF, 0xBB, 0xBF, ..] => return (Encoding::Utf8, self.bad > 0),
            [0xFF, 0xFE, ..] => return (Encoding::Utf16Le, false),
            [0xFE, 0xFF, ..] => return (Encoding::Utf16Be, false),
            _ => {}
        }
        if self.pairs >= 2 {
            let most = self.pairs * 8 / 10;
            match (self.low > most, self.high > most) {
                (false, true) => return (Encoding::Utf16Le, false),
                (true, false) => return (Encoding::Utf16Be, false),
                _ => {}
            }
        }
        match self.bad {
            0 => (Encoding::Utf8, false),
            bad if self.good > bad * 20 => (Encoding::Utf8, true),
            _ => (Encoding::Windows1251, false),
        }
    }
}

/// Turns a file of any encoding into UTF-8 as it is read.
pub struct Utf8<R> {
    from: R,
    decoder: Decoder,
    raw: Vec<u8>,
    at: usize,
    filled: usize,
    ended: bool,
    finished: bool,
    /// Letters for a reader who asks for less than one.
    left: std::collections::VecDeque<u8>,
}

impl<R: Read> Utf8<R> {
    pub fn new(from: R, encoding: Encoding) -> Self {
        Self {
            from,
            decoder: encoding.decoder(),
            raw: vec![0; 1 << 16],
            at: 0,
            filled: 0,
            ended: false,
            finished: false,
            left: std::collections::VecDeque::new(),
        }
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !self.left.is_empty() {
            return self.left.read(out);
        }
        if out.len() < 16 && !out.is_empty() {
            let mut small = [0; 64];
            let n = self.read(&mut small)?;
            self.left.extend(small.get(..n).unwrap_or(&[]));
            return self.left.read(out);
        }
        loop {
            if self.finished {
                return Ok(0);
            }
            if self.at == self.filled && !self.ended {
                self.at = 0;
                self.filled = self.from.read(&mut self.raw)?;
                self.ended = self.filled == 0;
            }
            let input = self.raw.get(self.at..self.filled).unwrap_or(&[]);
            let (state, read, written, _) = self.decoder.decode_to_utf8(input, out, self.ended);
            self.at += read;
            self.finished = self.ended && state == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Отзыв;Оценка\nВсё хорошо, ёлка;5\nПлохо;2\n";

    fn detect(bytes: &[u8]) -> Encoding {
        let mut d = Detector::default();
        bytes.chunks(6).for_each(|c| d.feed(c));
        d.verdict().0
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    }

    #[test]
    fn every_encoding_is_recognised_and_read() {
        let cp1251 = WINDOWS_1251.encode(TEXT).0.into_owned();
        let mut bom = vec![0xEF, 0xBB, 0xBF];
        bom.extend_from_slice(TEXT.as_bytes());
        let mut le_bom = vec![0xFF, 0xFE];
        le_bom.extend(utf16(TEXT, false));
        let cases = [
            (TEXT.as_bytes().to_vec(), Encoding::Utf8),
            (bom, Encoding::Utf8),
            (cp1251, Encoding::Windows1251),
            (le_bom, Encoding::Utf16Le),
            (utf16(TEXT, false), Encoding::Utf16Le),
            (utf16(TEXT, true), Encoding::Utf16Be),
        ];
        for (bytes, want) in cases {
            assert_eq!(detect(&bytes), want);
            let mut text = String::new();
            Utf8::new(bytes.as_slice(), want).read_to_string(&mut text).expect("readable");
            assert_eq!(text, TEXT, "{want:?}");
        }
        assert_eq!(detect(b"plain,ascii\n1,2\n"), Encoding::Utf8);
        assert_eq!(detect(b""), Encoding::Utf8);
        assert_eq!(Encoding::parse("CP-1251"), Some(Encoding::Windows1251));
    }

    #[test]
    fn one_broken_letter_does_not_make_a_long_text_another_encoding() {
        let mut bytes = TEXT.repeat(50).into_bytes();
        bytes.insert(400, 0xFF);
        let mut d = Detector::default();
        bytes.chunks(64).for_each(|c| d.feed(c));
        assert_eq!(d.verdict(), (Encoding::Utf8, true));
    }
}
