//! Rows and cells of a CSV file, read one after another in bounded memory.

use std::io::Read;

/// Bytes of one row.
pub const MOST_BYTES: usize = 1 << 20;
/// Cells of one row.
pub const MOST_CELLS: usize = 4096;

/// Why a file cannot be read on. `row` counts as a spreadsheet does: the headings are row 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub row: u64,
    pub code: &'static str,
}

/// One row: cells one after another, and where each ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Record {
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A cell; empty when the row is shorter.
    #[must_use]
    pub fn get(&self, index: usize) -> &str {
        let Some(end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        // The decoder gives sound UTF-8, and separators are ASCII.
        self.text.get(start..*end).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("")
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> + '_ {
        (0..self.len()).map(|i| self.get(i))
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

impl<'a> FromIterator<&'a str> for Record {
    fn from_iter<I: IntoIterator<Item = &'a str>>(cells: I) -> Self {
        let mut out = Self::default();
        for cell in cells {
            out.text.extend_from_slice(cell.as_bytes());
            out.ends.push(out.text.len());
        }
        out
    }
}

/// Reads rows as RFC 4180 has them, with any one-byte separator, CR, LF or both, and empty lines passed over.
pub struct Rows<R> {
    from: R,
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    ended: bool,
    separator: u8,
    row: u64,
    after_cr: bool,
}

enum Step {
    Cell,
    Quoted,
    /// After a closing quote.
    Closed,
}

impl<R: Read> Rows<R> {
    pub fn new(from: R, separator: u8) -> Self {
        Self { from, buffer: vec![0; 1 << 16], at: 0, filled: 0, ended: false, separator, row: 0, after_cr: false }
    }

    /// The number of the row that was read last; the headings are row 1.
    pub fn row(&self) -> u64 {
        self.row
    }

    fn fill(&mut self) -> Result<bool, Fault> {
        if self.at < self.filled {
            return Ok(true);
        }
        if !self.ended {
            self.at = 0;
            self.filled = self.from.read(&mut self.buffer).map_err(|_| Fault { row: self.row, code: "file-unreadable" })?;
            self.ended = self.filled == 0;
        }
        Ok(!self.ended)
    }

    /// Reads the next row into `out`; `false` at the end.
    ///
    /// # Errors
    /// When the row is too long, has too many cells, or a quotation mark is never closed.
    pub fn next(&mut self, out: &mut Record) -> Result<bool, Fault> {
        out.clear();
        let mut step = Step::Cell;
        let mut begun = false;
        let mut cell_start = 0;
        let number = self.row + 1;
        let fault = |code| Fault { row: number, code };
        while self.fill()? {
            let piece = self.buffer.get(self.at..self.filled).unwrap_or(&[]);
            match step {
                Step::Quoted => {
                    let n = piece.iter().position(|b| *b == b'"').unwrap_or(piece.len());
                    out.text.extend_from_slice(&piece[..n]);
                    self.at += n;
                    if n < piece.len() {
                        self.at += 1;
                        step = Step::Closed;
                    }
                    if out.text.len() > MOST_BYTES {
                        return Err(fault("quote-never-closed"));
                    }
                }
                Step::Closed => {
                    if piece[0] == b'"' {
                        out.text.push(b'"');
                        self.at += 1;
                        step = Step::Quoted;
                    } else {
                        // A closed cell must not open again.
                        cell_start = usize::MAX;
                        step = Step::Cell;
                    }
                }
                Step::Cell => {
                    let byte = piece[0];
                    if byte == b'\n' && self.after_cr && !begun {
                        self.after_cr = false;
                        self.at += 1;
                        continue;
                    }
                    self.after_cr = false;
                    if byte == b'"' && cell_start == out.text.len() {
                        begun = true;
                        self.at += 1;
                        step = Step::Quoted;
                        continue;
                    }
                    let separator = self.separator;
                    let n = piece.iter().position(|b| *b == separator || *b == b'\n' || *b == b'\r').unwrap_or(piece.len());
                    out.text.extend_from_slice(&piece[..n]);
                    begun |= n > 0;
                    self.at += n;
                    if out.text.len() > MOST_BYTES {
                        return Err(fault("row-too-long"));
                    }
                    let Some(end) = piece.get(n).copied() else { continue };
                    self.at += 1;
                    if end == separator {
                        begun = true;
                        out.ends.push(out.text.len());
                        cell_start = out.text.len();
                        if out.ends.len() >= MOST_CELLS {
                            return Err(fault("too-many-columns"));
                        }
                    } else {
                        self.after_cr = end == b'\r';
                        if begun {
                            out.ends.push(out.text.len());
                            self.row = number;
                            return Ok(true);
                        }
                        out.clear();
                        cell_start = 0;
                    }
                }
            }
        }
        match step {
            Step::Quoted => Err(fault("quote-never-closed")),
            _ if begun => {
                out.ends.push(out.text.len());
                self.row = number;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// The separators that files come with.
pub const SEPARATORS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// Reads a separator as a map names it: the sign itself, or `tab`, `semicolon`, `comma`, `pipe`.
#[must_use]
pub fn separator(text: &str) -> Option<u8> {
    match text {
        "tab" | "\t" | "\\t" => Some(b'\t'),
        "semicolon" | ";" => Some(b';'),
        "comma" | "," => Some(b','),
        "pipe" | "|" => Some(b'|'),
        _ => None,
    }
}

/// The separator that cuts the sample into the most even table. A sample that was cut off at its end says so.
#[must_use]
pub fn detect_separator(sample: &[u8], cut: bool) -> u8 {
    let mut best = (0.0, b',');
    for candidate in SEPARATORS {
        let mut rows = Rows::new(sample, candidate);
        let mut record = Record::default();
        let mut widths = Vec::new();
        while widths.len() < 500 && matches!(rows.next(&mut record), Ok(true)) {
            widths.push(record.len());
        }
        if cut && widths.len() > 1 {
            widths.pop();
        }
        let Some(head) = widths.first().copied().filter(|w| *w > 1) else { continue };
        let even = widths.iter().filter(|w| **w == head).count();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
        let score = even as f64 / widths.len() as f64 + (head.min(50) as f64) / 1000.0;
        if score > best.0 {
            best = (score, candidate);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, separator: u8) -> Result<Vec<Vec<String>>, Fault> {
        let mut rows = Rows::new(text.as_bytes(), separator);
        let (mut out, mut r) = (Vec::new(), Record::default());
        while rows.next(&mut r)? {
            out.push(r.iter().map(str::to_owned).collect());
        }
        Ok(out)
    }

    #[test]
    fn rows_are_read_as_rfc_4180_has_them() {
        let text = "a,b,c\r\n1,\"x, \"\"y\"\"\r\nz\",\r\n\r\n,,\n\"\",2\" tall,\"q\"w";
        let want = [vec!["a", "b", "c"], vec!["1", "x, \"y\"\r\nz", ""], vec!["", "", ""], vec!["", "2\" tall", "qw"]];
        assert_eq!(all(text, b',').expect("sound"), want);
        assert_eq!(all("a\rb\r", b',').expect("sound"), [["a"], ["b"]]);
        assert_eq!(all("", b',').expect("sound"), Vec::<Vec<String>>::new());
    }

    #[test]
    fn what_cannot_be_a_table_is_said_and_not_kept_in_memory() {
        assert_eq!(all("a,b\n1,\"never\n2,3\n", b','), Err(Fault { row: 2, code: "quote-never-closed" }));
        let endless = format!("a\n\"{}", "x\n".repeat(10 << 20));
        assert_eq!(all(&endless, b','), Err(Fault { row: 2, code: "quote-never-closed" }));
        assert_eq!(all(&format!("a\n{}", "x".repeat(2 << 20)), b','), Err(Fault { row: 2, code: "row-too-long" }));
        assert_eq!(all(&",".repeat(1_000_000), b','), Err(Fault { row: 1, code: "too-many-columns" }));
    }

    #[test]
    fn the_separator_is_the_one_that_makes_an_even_table() {
        let text = "дата;сумма;текст\n1;4,5;\"да, и; нет\"\n2;3,5;ну, так\n";
        assert_eq!(detect_separator(text.as_bytes(), false), b';');
        assert_eq!(detect_separator(b"a\tb\n1,5\t2;3\n", false), b'\t');
        assert_eq!(detect_separator(b"a,b\n\"x;y;z\",2\n", false), b',');
        assert_eq!(detect_separator(b"one\ntwo\n", false), b',');
    }
}
