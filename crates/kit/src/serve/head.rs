//! A look at the raw head of a request, for what hyper quietly puts right.
//!
//! hyper drops `Content-Length` where there is a `Transfer-Encoding`, and takes a bare LF as the end of a line. A
//! proxy in front of us may read the same bytes otherwise, and on that difference request smuggling lives. So such
//! a request is refused.

/// Longest field name that matters here.
const NAME: usize = 32;

/// Reads a head byte by byte and remembers nearly nothing.
#[derive(Debug)]
pub(super) struct HeadWatch {
    name: [u8; NAME],
    len: usize,
    /// Still inside the name of a field, not in its value.
    in_name: bool,
    /// The first line is the request line and has no name.
    first_line: bool,
    previous: Option<u8>,
    length: u8,
    encoding: u8,
    bare_line_feed: bool,
    done: bool,
    /// Something other than the end of a line has come.
    begun: bool,
    /// What `Content-Length` says; `None` when it is no number.
    said: Option<u64>,
    in_length: bool,
}

impl HeadWatch {
    pub(super) const fn new() -> Self {
        Self {
            name: [0; NAME],
            len: 0,
            in_name: true,
            first_line: true,
            previous: None,
            length: 0,
            encoding: 0,
            bare_line_feed: false,
            done: false,
            begun: false,
            said: Some(0),
            in_length: false,
        }
    }

    /// Takes the next bytes of the connection and says how many of them belong to the head; what follows is not looked at.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> usize {
        for (n, &byte) in bytes.iter().enumerate() {
            if self.done {
                return n;
            }
            self.byte(byte);
        }
        bytes.len()
    }

    /// The head has come whole.
    pub(super) const fn is_done(&self) -> bool {
        self.done
    }

    pub(super) const fn has_begun(&self) -> bool {
        self.begun
    }

    /// The body that follows: so many bytes, or chunks (`Some(None)`); `None` when that cannot be said.
    pub(super) const fn body(&self) -> Option<Option<u64>> {
        match (self.encoding, self.said) {
            (0, Some(length)) => Some(Some(length)),
            (0, None) => None,
            _ => Some(None),
        }
    }

    /// Whether the head so far is one that two servers could read differently.
    pub(super) const fn is_ambiguous(&self) -> bool {
        self.bare_line_feed || self.length > 1 || self.encoding > 1 || (self.length > 0 && self.encoding > 0)
    }

    fn byte(&mut self, byte: u8) {
        let before = self.previous.replace(byte);
        self.begun |= !matches!(byte, b'\r' | b'\n');
        if self.in_length {
            match byte {
                b'0'..=b'9' => {
                    let digit = u64::from(byte - b'0');
                    self.said = self.said.and_then(|n| n.checked_mul(10)?.checked_add(digit));
                }
                b' ' | b'\t' | b'\r' => {}
                b'\n' => self.in_length = false,
                _ => self.said = None,
            }
        }
        if byte == b'\n' {
            // Without a byte before it we may have begun in the middle: give the benefit of the doubt.
            if before.is_some_and(|b| b != b'\r') {
                self.bare_line_feed = true;
            }
            let empty = self.in_name && self.len == 0;
            // Empty lines before the request line are allowed and skipped.
            self.done = empty && !self.first_line;
            self.first_line = self.first_line && empty;
            self.len = 0;
            self.in_name = true;
        } else if byte == b'\r' || !self.in_name {
        } else if byte == b':' && !self.first_line {
            let name = self.name.get(..self.len).unwrap_or_default();
            if name.eq_ignore_ascii_case(b"content-length") {
                self.length = self.length.saturating_add(1);
                self.in_length = true;
            } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
                self.encoding = self.encoding.saturating_add(1);
            }
            self.in_name = false;
        } else if let Some(place) = self.name.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        } else {
            // Too long to be one of the two, or the request line.
            self.in_name = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ambiguous(head: &str) -> bool {
        let mut whole = HeadWatch::new();
        whole.feed(head.as_bytes());
        let mut drops = HeadWatch::new();
        for byte in head.as_bytes() {
            drops.feed(std::slice::from_ref(byte));
        }
        assert_eq!(whole.is_ambiguous(), drops.is_ambiguous());
        whole.is_ambiguous()
    }

    #[test]
    fn only_ambiguous_heads_are_marked() {
        let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "content-length:".repeat(20));
        for fine in [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\nPOST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na\nb\nTransfer-Encoding: x\n\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nContent-Length: 1\r\n",
            "GET / HTTP/1.1\r\nX: Content-Length: 1\r\nX-Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET /content-length:1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            &long,
            "",
            "\n",
        ] {
            assert!(!ambiguous(fine), "{fine:?}");
        }
        for bad in [
            "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-ENCODING: chunked\r\ncontent-length: 3\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3\r\nA: b\r\nContent-Length: 3\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
        ] {
            assert!(ambiguous(bad), "{bad:?}");
        }
    }
}
