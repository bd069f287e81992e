//! A recount: cells that are folded from the facts anew, in bounded memory. What gets too much waits on the disk, in the
//! order of its key, and comes back in that order beside what is stored.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use kit::Result;
use uuid::Uuid;

use super::pack::Pack;
use super::rules::{Cells, Dim, PackKey};

/// So many packs are folded in memory: about a hundred mebibytes.
const MOST: usize = 100_000;
/// So many files lie open at a time; then they become one.
const FILES: usize = 64;

/// Cells of a company as the facts say them.
#[derive(Debug)]
pub struct Recount {
    cells: Cells,
    /// Where files may lie.
    folder: PathBuf,
    files: Vec<File>,
    most: usize,
    /// A disk that refused is told at the end: a fold cannot fail halfway.
    refused: Option<io::Error>,
}

impl Recount {
    /// An empty one; what does not fit into memory lies in this folder, without a name, and is gone with it.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { cells: Cells::default(), folder: folder.to_owned(), files: Vec::new(), most: MOST, refused: None }
    }

    /// Folds facts into its cells.
    pub fn add(&mut self, fold: impl FnOnce(&mut Cells)) {
        fold(&mut self.cells);
        if self.cells.0.len() >= self.most && self.refused.is_none() {
            self.refused = self.lay_down().err();
        }
    }

    /// Lays what is in memory down, in its order.
    fn lay_down(&mut self) -> io::Result<()> {
        if self.files.len() >= FILES {
            let mut all = Sorted::of(std::mem::take(&mut self.files), Vec::new())?;
            let mut out = BufWriter::new(nameless(&self.folder)?);
            while let Some((key, pack)) = all.next()? {
                write(&mut out, &key, &pack)?;
            }
            self.files.push(laid(out)?);
        }
        let mut out = BufWriter::new(nameless(&self.folder)?);
        for (key, pack) in in_order(std::mem::take(&mut self.cells)) {
            write(&mut out, &key, &pack)?;
        }
        self.files.push(laid(out)?);
        Ok(())
    }

    /// All of it in the order of the key.
    ///
    /// # Errors
    /// When the disk refused.
    pub(super) fn sorted(self) -> Result<Sorted> {
        match self.refused {
            Some(error) => Err(error.into()),
            None => Ok(Sorted::of(self.files, in_order(self.cells))?),
        }
    }
}

/// A file that nobody else finds, and that is gone when it is closed, however that comes.
fn nameless(folder: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let path = folder.join(format!("recount-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

fn laid(out: BufWriter<File>) -> io::Result<File> {
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

fn in_order(cells: Cells) -> Vec<(PackKey, Pack)> {
    let mut all: Vec<(PackKey, Pack)> = cells.0.into_iter().filter(|(_, p)| !p.is_empty()).collect();
    all.sort_unstable_by_key(|(key, _)| *key);
    all
}

fn write(out: &mut impl Write, key: &PackKey, pack: &Pack) -> io::Result<()> {
    let data = pack.encode();
    out.write_all(&[key.dim as u8])?;
    out.write_all(key.key.as_bytes())?;
    for number in [key.grain, key.period, key.pack, i64::try_from(data.len()).unwrap_or(i64::MAX)] {
        out.write_all(&number.to_le_bytes())?;
    }
    out.write_all(&data)
}

/// The next one of a file; `None` at its end.
fn read(from: &mut impl Read) -> io::Result<Option<(PackKey, Pack)>> {
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "a recount's own file cannot be read back");
    let mut dim = [0; 1];
    if from.read(&mut dim)? == 0 {
        return Ok(None);
    }
    let dim = Dim::EACH.into_iter().find(|d| *d as u8 == dim[0]).ok_or_else(broken)?;
    let mut key = [0; 16];
    from.read_exact(&mut key)?;
    let mut number = || {
        let mut bytes = [0; 8];
        from.read_exact(&mut bytes).map(|()| i64::from_le_bytes(bytes))
    };
    let (grain, period, pack, len) = (number()?, number()?, number()?, number()?);
    let mut data = vec![0; usize::try_from(len).map_err(|_| broken())?];
    from.read_exact(&mut data)?;
    let found = Pack::decode(pack, &data).ok_or_else(broken)?;
    Ok(Some((PackKey { dim, key: Uuid::from_bytes(key), grain, period, pack }, found)))
}

/// Where packs come from, in their order.
enum Source {
    File(BufReader<File>),
    Memory(std::vec::IntoIter<(PackKey, Pack)>),
}

impl Source {
    fn next(&mut self) -> io::Result<Option<(PackKey, Pack)>> {
        match self {
            Self::File(file) => read(file),
            Self::Memory(rest) => Ok(rest.next()),
        }
    }
}

/// The packs of a recount in the order of their keys, each key once, those that count nothing left out.
pub(super) struct Sorted {
    sources: Vec<(Option<(PackKey, Pack)>, Source)>,
}

impl Sorted {
    fn of(files: Vec<File>, memory: Vec<(PackKey, Pack)>) -> io::Result<Self> {
        let files = files.into_iter().map(|f| Source::File(BufReader::new(f)));
        let all = files.chain([Source::Memory(memory.into_iter())]);
        let sources = all.map(|mut s| Ok((s.next()?, s))).collect::<io::Result<_>>()?;
        Ok(Self { sources })
    }

    pub(super) fn next(&mut self) -> io::Result<Option<(PackKey, Pack)>> {
        loop {
            let heads = self.sources.iter().filter_map(|(head, _)| head.as_ref());
            let Some(key) = heads.map(|(key, _)| *key).min() else { return Ok(None) };
            let mut sum = Pack::default();
            for (head, source) in &mut self.sources {
                if let Some((_, pack)) = head.take_if(|(k, _)| *k == key) {
                    sum.merge(&pack);
                    *head = source.next()?;
                }
            }
            sum.tidy();
            if !sum.is_empty() {
                return Ok(Some((key, sum)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::{Dims, Fact};
    use super::*;
    use kit::Error;

    #[test]
    fn what_lay_on_the_disk_comes_back_as_it_was_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let fact = |n: i64| Fact {
            series: n % 40,
            value: Some(n % 11),
            day: Some(20_000 + n * 7 % 90),
            dims: Dims { branch: Some(Uuid::from_u128((n * 31 % 17).unsigned_abs().into())), ..Dims::default() },
            // Some are taken back later, some come again.
            sign: if n % 5 == 0 { -1 } else { 1 },
        };
        let mut whole = Cells::default();
        let mut small = Recount { most: 5, ..Recount::new(folder.path()) };
        for n in 0..4000 {
            whole.fold(&[fact(n)]);
            small.add(|cells| cells.fold(&[fact(n)]));
        }
        assert!(!small.files.is_empty() && small.files.len() <= FILES, "{} files", small.files.len());
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "none of them has a name");
        whole.tidy();
        let mut sorted = small.sorted().expect("the disk is well");
        let mut back = Vec::new();
        while let Some(one) = sorted.next().expect("the disk is well") {
            back.push(one);
        }
        assert!(back.is_sorted_by_key(|(key, _)| *key));
        assert_eq!(back, in_order(whole));
    }

    #[test]
    fn a_disk_that_refuses_is_told() {
        let mut small = Recount { most: 1, ..Recount::new(Path::new("/nowhere/at/all")) };
        small.add(|cells| cells.step(1, &Dims::default(), Some(20_000), 1, 1));
        assert!(matches!(small.sorted().map(|_| ()), Err(Error::Internal(_))));
    }
}
