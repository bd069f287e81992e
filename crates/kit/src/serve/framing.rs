//! Where on the wire a request ends and the next one begins.
//!
//! hyper reads ahead: half of a further head may lie in its buffer while we wait for the rest. Whoever watches only the
//! reads takes that for idleness, and the half head would have the time of an idle connection. So the bytes are walked
//! here, too: heads byte by byte, bodies by their length.

use super::head::HeadWatch;

#[derive(Debug)]
enum State {
    Head,
    /// So many bytes of a body (or of a chunk with the end of its line) are still to come.
    Body(u64),
    Chunk(u64),
    /// In the line that says how long a chunk is.
    Size {
        size: u64,
        over: bool,
    },
    /// After the last chunk; in a line that was empty so far, or not.
    Trailer {
        empty: bool,
    },
    /// hyper knows better: nothing is said any more.
    Lost,
}

/// Walks along the bytes of a connection.
#[derive(Debug)]
pub(super) struct Framing {
    head: HeadWatch,
    state: State,
}

impl Framing {
    pub(super) const fn new() -> Self {
        Self { head: HeadWatch::new(), state: State::Head }
    }

    /// Takes the next bytes; says whether a head among them is one that two servers could read differently.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> bool {
        let mut ambiguous = false;
        while !bytes.is_empty() {
            match &mut self.state {
                State::Lost => break,
                State::Body(left) | State::Chunk(left) => {
                    let now = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    *left -= now as u64;
                    bytes = bytes.get(now..).unwrap_or_default();
                    if *left == 0 {
                        let chunked = matches!(self.state, State::Chunk(_));
                        self.state = if chunked { State::Size { size: 0, over: false } } else { State::Head };
                    }
                    continue;
                }
                State::Head => {
                    let taken = self.head.feed(bytes);
                    ambiguous |= self.head.is_ambiguous();
                    bytes = bytes.get(taken..).unwrap_or_default();
                    if self.head.is_done() {
                        self.state = match self.head.body() {
                            None => State::Lost,
                            Some(None) => State::Size { size: 0, over: false },
                            Some(Some(0)) => State::Head,
                            Some(Some(length)) => State::Body(length),
                        };
                        self.head = HeadWatch::new();
                    }
                    continue;
                }
                State::Size { .. } | State::Trailer { .. } => {}
            }
            let Some((&byte, rest)) = bytes.split_first() else { break };
            bytes = rest;
            self.line(byte);
        }
        ambiguous
    }

    /// Half a head has come, and nothing after it.
    pub(super) const fn is_inside_head(&self) -> bool {
        matches!(self.state, State::Head) && self.head.has_begun()
    }

    fn line(&mut self, byte: u8) {
        match &mut self.state {
            State::Size { size, over } => match byte {
                b'\n' => {
                    // The chunk is followed by the end of its line.
                    self.state = if *size == 0 { State::Trailer { empty: true } } else { State::Chunk(size.saturating_add(2)) };
                }
                _ if *over => {}
                _ => match char::from(byte).to_digit(16) {
                    Some(digit) => *size = size.saturating_mul(16).saturating_add(u64::from(digit)),
                    None => *over = true,
                },
            },
            State::Trailer { empty } => match byte {
                b'\n' if *empty => self.state = State::Head,
                b'\n' => *empty = true,
                b'\r' => {}
                _ => *empty = false,
            },
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_head_is_known_wherever_the_bytes_are_cut() {
        let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let post = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\na\r\n\r\n";
        let chunks = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n0\r\n\r\n\r\n10\r\n0123456789abcdef\r\n0\r\nA: b\r\n\r\n";
        for (text, inside) in [
            (get.to_owned(), false),
            (format!("{get}\r\n"), false),
            (format!("{get}GET /x HT"), true),
            (format!("{post}{get}"), false),
            (format!("{post}{get}P"), true),
            (format!("{chunks}{post}"), false),
            (format!("{chunks}{chunks}GET"), true),
            (chunks[..chunks.len() - 2].to_owned(), false),
            (post[..post.len() - 2].to_owned(), false),
            ("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\nGET /".to_owned(), false),
            ("GET / HT".to_owned(), true),
        ] {
            for step in [1, 2, 7, 1000] {
                let mut framing = Framing::new();
                let ambiguous = text.as_bytes().chunks(step).any(|part| framing.feed(part));
                assert_eq!((framing.is_inside_head(), ambiguous), (inside, false), "{step} {text:?}");
            }
        }
        let smuggled = format!("{get}POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n");
        assert!(Framing::new().feed(smuggled.as_bytes()), "the second head is looked at like the first");
    }
}
