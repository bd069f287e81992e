//! A walk through XML that stops at its limits and never resolves anything.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;
use std::time::Instant;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Limits, Refusal};

/// How much came out of the archive.
#[derive(Debug, Default)]
pub struct Gauge {
    pub read: Cell<u64>,
    pub over: Cell<bool>,
    /// May be read before the walk must have come to another tag.
    piece: Cell<u64>,
}

/// Counts what is inflated, and ends the file at the limit.
pub struct Counted<R> {
    from: R,
    left: u64,
    gauge: Rc<Gauge>,
}

impl<R> Counted<R> {
    pub fn new(from: R, left: u64) -> Self {
        let gauge = Gauge::default();
        gauge.piece.set(u64::MAX);
        Self { from, left, gauge: Rc::new(gauge) }
    }

    pub fn gauge(&self) -> Rc<Gauge> {
        Rc::clone(&self.gauge)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(out)?;
        let read = self.gauge.read.get() + n as u64;
        self.gauge.read.set(read);
        let piece = self.gauge.piece.get();
        self.gauge.piece.set(piece.saturating_sub(n as u64));
        if read > self.left || piece < n as u64 {
            self.gauge.over.set(true);
            return Err(io::Error::other("over the limit"));
        }
        Ok(n)
    }
}

/// A tag without its prefix, with the attributes that were asked for.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    attrs: Vec<(String, String)>,
}

impl Tag {
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// `w:val` as a number.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.attr(name)?.parse().ok()
    }
}

/// What the walk meets. An empty tag is opened and closed.
#[derive(Debug)]
pub enum Step {
    Open(Tag),
    Close(String),
    Text(String),
}

pub struct Walk<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    pending: Option<String>,
    depth: usize,
    steps: u64,
    gauge: Rc<Gauge>,
    pub limits: Limits,
    until: Instant,
}

impl<R: BufRead> Walk<R> {
    pub fn new(from: R, gauge: Rc<Gauge>, limits: Limits, until: Instant) -> Self {
        Self { reader: Reader::from_reader(from), buffer: Vec::new(), pending: None, depth: 0, steps: 0, gauge, limits, until }
    }

    /// The next step; `None` at the end.
    ///
    /// # Errors
    /// What is broken, too deep, too large or too slow.
    pub fn next(&mut self) -> Result<Option<Step>, Refusal> {
        if let Some(name) = self.pending.take() {
            return Ok(Some(Step::Close(name)));
        }
        loop {
            self.steps += 1;
            if self.steps.is_multiple_of(1024) && Instant::now() > self.until {
                return Err(Refusal::TooSlow);
            }
            // The buffer of the reader may hold a piece already, hence twice.
            self.gauge.piece.set(self.limits.piece * 2);
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer).map_err(|_| Refusal::Broken)?;
            return Ok(Some(match event {
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > self.limits.depth {
                        return Err(Refusal::Broken);
                    }
                    Step::Open(read_tag(&tag)?)
                }
                Event::Empty(tag) => {
                    let tag = read_tag(&tag)?;
                    self.pending = Some(tag.name.clone());
                    Step::Open(tag)
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    Step::Close(plain(tag.local_name().as_ref())?)
                }
                Event::Text(text) => Step::Text(text.decode().map_err(|_| Refusal::Broken)?.into_owned()),
                Event::CData(text) => Step::Text(text.decode().map_err(|_| Refusal::Broken)?.into_owned()),
                Event::GeneralRef(name) => {
                    let name = name.decode().map_err(|_| Refusal::Broken)?;
                    Step::Text(letter(&name).ok_or(Refusal::Broken)?.to_string())
                }
                // Entities live in a document type; Word writes none.
                Event::DocType(_) => return Err(Refusal::Broken),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => continue,
                Event::Eof if self.depth > 0 => return Err(Refusal::Broken),
                Event::Eof => return Ok(None),
            }));
        }
    }
}

fn plain(bytes: &[u8]) -> Result<String, Refusal> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Refusal::Broken)
}

/// The five names that XML has itself, and letters by their number.
fn letter(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let code = name.strip_prefix('#')?;
            let code = match code.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => code.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}

fn read_tag(tag: &BytesStart<'_>) -> Result<Tag, Refusal> {
    let name = plain(tag.local_name().as_ref())?;
    let mut attrs = Vec::new();
    // The check for twins is quadratic.
    for attr in tag.attributes().with_checks(false).take(64) {
        let attr = attr.map_err(|_| Refusal::Broken)?;
        let value = attr.normalized_value(XmlVersion::Explicit1_0).map_err(|_| Refusal::Broken)?;
        attrs.push((plain(attr.key.local_name().as_ref())?, value.into_owned()));
    }
    Ok(Tag { name, attrs })
}
