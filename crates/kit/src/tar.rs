//! Tar files (POSIX ustar, plain files only): any tool can look into what is written here, and only what is written here
//! is read.

use std::io::{self, Read, Write};

const BLOCK: usize = 512;
const BLOCK_64: u64 = 512;
/// The largest size that eleven octal figures can say; beyond it the size is written in binary, as GNU tar does.
const OCTAL_MAX: u64 = 0o77_777_777_777;

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

/// Writes files one after another.
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: W,
    /// Seconds since 1970, for every file.
    at: u64,
}

impl<W: Write> Writer<W> {
    pub fn new(out: W, at: u64) -> Self {
        Self { out, at }
    }

    /// A file whose bytes are at hand.
    ///
    /// # Errors
    /// Those of the output; `InvalidData` for a name that does not fit into a header.
    pub fn bytes(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.begin(name, bytes.len() as u64)?;
        self.out.write_all(bytes)?;
        self.pad(bytes.len() as u64)
    }

    /// A file of exactly `size` bytes; `each` sees them pass.
    ///
    /// # Errors
    /// As [`Writer::bytes`]; `UnexpectedEof` when the source has fewer.
    pub fn copy(&mut self, name: &str, size: u64, from: &mut dyn Read, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        self.begin(name, size)?;
        let mut left = size;
        let mut piece = vec![0; 1 << 16];
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
            let n = from.read(&mut piece[..most])?;
            if n == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            each(&piece[..n]);
            self.out.write_all(&piece[..n])?;
            left -= n as u64;
        }
        self.pad(size)
    }

    fn begin(&mut self, name: &str, size: u64) -> io::Result<()> {
        let mut head = [0_u8; BLOCK];
        let (prefix, rest) = split(name).ok_or_else(|| bad("a name too long for tar"))?;
        put(&mut head, 0, rest.as_bytes());
        put(&mut head, 100, b"0000600\0");
        put(&mut head, 108, b"0000000\0");
        put(&mut head, 116, b"0000000\0");
        if size <= OCTAL_MAX {
            put(&mut head, 124, format!("{size:011o}\0").as_bytes());
        } else {
            head[124] = 0x80;
            put(&mut head, 128, &size.to_be_bytes());
        }
        put(&mut head, 136, format!("{:011o}\0", self.at.min(OCTAL_MAX)).as_bytes());
        head[156] = b'0';
        put(&mut head, 257, b"ustar\x0000");
        put(&mut head, 345, prefix.as_bytes());
        let sum = checksum(&head);
        put(&mut head, 148, format!("{sum:06o}\0 ").as_bytes());
        self.out.write_all(&head)
    }

    fn pad(&mut self, size: u64) -> io::Result<()> {
        let rest = usize::try_from((BLOCK_64 - size % BLOCK_64) % BLOCK_64).unwrap_or(0);
        self.out.write_all(&[0; BLOCK][..rest])
    }

    /// Writes the end and gives the output back.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&[0; BLOCK * 2])?;
        Ok(self.out)
    }
}

fn put(head: &mut [u8; BLOCK], at: usize, bytes: &[u8]) {
    head[at..at + bytes.len()].copy_from_slice(bytes);
}

/// The sum over a header with its own field taken as spaces.
fn checksum(head: &[u8; BLOCK]) -> u64 {
    head.iter().enumerate().map(|(i, b)| u64::from(if (148..156).contains(&i) { b' ' } else { *b })).sum()
}

/// A name as a prefix of folders and the rest, each within its field.
fn split(name: &str) -> Option<(&str, &str)> {
    if name.is_empty() || !name.is_ascii() {
        return None;
    }
    if name.len() <= 100 {
        return Some(("", name));
    }
    let cut = name.match_indices('/').map(|(i, _)| i).find(|i| name.len() - i - 1 <= 100)?;
    (cut <= 155).then(|| (&name[..cut], &name[cut + 1..]))
}

/// Reads files one after another.
#[derive(Debug)]
pub struct Reader<R: Read> {
    from: R,
    /// Bytes of the present file that were not read yet, and what fills up its last block.
    left: u64,
    padding: u64,
}

/// The head of a file in a tar; its bytes are read from the [`Reader`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub size: u64,
}

impl<R: Read> Reader<R> {
    pub fn new(from: R) -> Self {
        Self { from, left: 0, padding: 0 }
    }

    /// What it reads from.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.from
    }

    /// The next file; `None` at the end. What was not read of the one before is passed over.
    ///
    /// # Errors
    /// `InvalidData` for anything but plain files under ASCII names; `UnexpectedEof` when the end is missing.
    pub fn next_file(&mut self) -> io::Result<Option<Entry>> {
        let over = self.left + self.padding;
        if io::copy(&mut (&mut self.from).take(over), &mut io::sink())? != over {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        (self.left, self.padding) = (0, 0);
        let mut head = [0; BLOCK];
        self.from.read_exact(&mut head)?;
        if head.iter().all(|b| *b == 0) {
            self.from.read_exact(&mut head)?;
            // To the last byte, so that whatever packs the tar checks its own sum. There are only zeros behind the end.
            let mut piece = [0; 4096];
            loop {
                match self.from.read(&mut piece)? {
                    0 => return Ok(None),
                    n if piece[..n].iter().all(|b| *b == 0) => {}
                    _ => return Err(bad("something behind the end")),
                }
            }
        }
        if &head[257..262] != b"ustar" || octal(&head[148..156]) != Some(checksum(&head)) {
            return Err(bad("not a tar file, or a damaged one"));
        }
        if head[156] != b'0' {
            return Err(bad("something other than a plain file"));
        }
        let size = if head[124] == 0x80 {
            head[128..136].iter().fold(0, |n, b| (n << 8) | u64::from(*b))
        } else {
            octal(&head[124..136]).ok_or_else(|| bad("a size that is none"))?
        };
        let text = |field: &[u8]| {
            let end = field.iter().position(|b| *b == 0).unwrap_or(field.len());
            String::from_utf8(field[..end].to_vec()).map_err(|_| bad("a name that is none"))
        };
        let (prefix, rest) = (text(&head[345..500])?, text(&head[..100])?);
        self.left = size;
        self.padding = (BLOCK_64 - size % BLOCK_64) % BLOCK_64;
        Ok(Some(Entry { name: if prefix.is_empty() { rest } else { format!("{prefix}/{rest}") }, size }))
    }
}

impl<R: Read> Read for Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        let n = self.from.read(&mut out[..most])?;
        if n == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= n as u64;
        Ok(n)
    }
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
    u64::from_str_radix(text, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut tar = Writer::new(Vec::new(), 1_795_251_600);
        for (name, bytes) in files {
            tar.copy(name, bytes.len() as u64, &mut &**bytes, |_| ()).unwrap();
        }
        tar.finish().unwrap()
    }

    #[test]
    fn what_goes_in_comes_out() {
        let long = format!("files/{}/ab/{}", "0".repeat(36), "a".repeat(64));
        let files: [(&str, &[u8]); 4] = [("a.json", b"{}"), (&long, &[7; 1000]), ("empty", b""), ("b/c", &[1; 512])];
        let packed = packed(&files);
        assert_eq!(packed.len() % BLOCK, 0);
        let mut tar = Reader::new(&*packed);
        for (name, bytes) in files {
            let entry = tar.next_file().unwrap().unwrap();
            assert_eq!((&*entry.name, entry.size), (name, bytes.len() as u64));
            let mut out = Vec::new();
            tar.read_to_end(&mut out).unwrap();
            assert_eq!(out, bytes);
        }
        assert_eq!(tar.next_file().unwrap(), None);
        let mut passed = Reader::new(&*packed);
        let names = std::iter::from_fn(|| passed.next_file().unwrap()).count();
        assert_eq!(names, 4, "unread files are passed over");
    }

    #[test]
    fn other_programs_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.tar");
        let long = format!("files/{}/ab/{}", "0".repeat(36), "a".repeat(64));
        std::fs::write(&file, packed(&[("a.json", b"{}"), (&long, &[7; 1000])])).unwrap();
        let told = std::process::Command::new("tar").arg("tf").arg(&file).output().unwrap();
        assert!(told.status.success());
        assert_eq!(String::from_utf8(told.stdout).unwrap(), format!("a.json\n{long}\n"));
    }

    #[test]
    fn damage_is_seen() {
        let whole = packed(&[("a", b"abc"), ("b", b"def")]);
        for cut in [0, 100, 512, 600, 1024, 2048, whole.len() - 512, whole.len() - 1] {
            let mut tar = Reader::new(&whole[..cut]);
            let end = loop {
                match tar.next_file() {
                    Ok(Some(_)) => {}
                    other => break other,
                }
            };
            assert!(end.is_err(), "cut at {cut}");
        }
        let behind = [&whole[..], b"more"].concat();
        let mut tar = Reader::new(&*behind);
        assert!(tar.next_file().is_ok() && tar.next_file().is_ok() && tar.next_file().is_err(), "something behind the end");
        let mut other = whole.clone();
        other[0] = b'z';
        assert!(Reader::new(&*other).next_file().is_err());
        assert!(Writer::new(Vec::new(), 0).bytes(&"a".repeat(101), b"").is_err());
    }
}
