//! The store on a real folder.

use super::upload::PART;
use super::*;
use crate::secret::hex;
use futures_util::stream;
use sha2::{Digest, Sha256};

const ORG: &str = "0195c0de-0000-7000-8000-000000000001";
const OTHER: &str = "0195c0de-0000-7000-8000-000000000002";
const FUTURE: i64 = i64::MAX;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> (Self, Files) {
        let path = std::env::temp_dir().join(format!("otklik-files-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        let files = Files::local(&path).unwrap();
        (Self(path), files)
    }

    /// Every path below, relative, sorted.
    fn all(&self) -> Vec<String> {
        fn walk(root: &Path, folder: &Path, out: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, out);
                } else {
                    out.push(path.strip_prefix(root).unwrap().display().to_string());
                }
            }
        }
        let mut out = Vec::new();
        walk(&self.0, &self.0, &mut out);
        out.sort();
        out
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn chunks(total: usize, chunk: usize) -> impl Stream<Item = io::Result<Bytes>> {
    let count = total / chunk;
    stream::iter((0..count).map(move |i| Ok(Bytes::from(vec![(i % 251) as u8; chunk]))))
}

async fn whole(files: &Files, space: &str, id: &str) -> Option<Bytes> {
    files.read(space, id, u64::MAX).await.unwrap()
}

#[tokio::test]
async fn a_file_is_called_by_its_content_and_comes_back() {
    let (folder, files) = Folder::new("content");
    let stored = files.put_bytes(ORG, Bytes::from_static(b"abc")).await.unwrap();
    assert_eq!(stored.id, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!((stored.size, stored.kind), (3, Kind::Text));
    assert_eq!(files.put_bytes(ORG, Bytes::from_static(b"abc")).await.unwrap(), stored, "twice is once");
    assert_eq!(folder.all(), [format!("{ORG}/ba/{}", stored.id)]);
    assert_eq!(whole(&files, ORG, &stored.id).await.unwrap(), "abc");
    let empty = files.put_bytes(ORG, Bytes::new()).await.unwrap();
    assert_eq!(whole(&files, ORG, &empty.id).await.unwrap(), "");
    assert_eq!(empty.size, 0);
    // Another organisation does not see it, and what it deletes is its own.
    assert!(whole(&files, OTHER, &stored.id).await.is_none());
    assert!(!files.delete(OTHER, &stored.id).await.unwrap());
    assert!(files.delete(ORG, &stored.id).await.unwrap());
    assert!(!files.delete(ORG, &stored.id).await.unwrap());
    assert!(whole(&files, ORG, &stored.id).await.is_none());
}

#[tokio::test]
async fn long_files_are_streamed_in_every_length_around_a_part() {
    let (folder, files) = Folder::new("long");
    for total in [PART, PART + 1, 2 * PART, 2 * PART + 1] {
        let bytes: Vec<u8> = (0..total).map(|i| (i % 241) as u8).collect();
        for step in [total, 1_000_003] {
            let parts: Vec<io::Result<Bytes>> = bytes.chunks(step).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
            let stored = files.put(ORG, stream::iter(parts), total as u64).await.unwrap();
            assert_eq!(stored.id, hex(&Sha256::digest(&bytes)), "{total} in steps of {step}");
            assert_eq!(stored.size, total as u64);
            assert!(whole(&files, ORG, &stored.id).await.unwrap() == bytes, "{total} in steps of {step}");
        }
    }
    assert!(folder.all().iter().all(|path| path.starts_with(ORG)), "{:?}", folder.all());
}

#[tokio::test]
async fn too_long_or_broken_off_leaves_nothing() {
    let (folder, files) = Folder::new("broken");
    for size in [65_536, 3 * PART] {
        let error = files.put(ORG, chunks(size, 65_536), size as u64 / 2).await.unwrap_err();
        assert!(matches!(error, PutError::TooLarge(limit) if limit == size as u64 / 2), "{error}");
        let broken = chunks(size, 65_536).chain(stream::iter([Err(io::Error::other("gone"))]));
        let error = files.put(ORG, broken, u64::MAX).await.unwrap_err();
        assert!(matches!(error, PutError::Source(_)), "{error}");
        assert!(folder.all().is_empty(), "{:?}", folder.all());
    }
    // A stream without end is stopped at the limit, not after it.
    let endless = stream::repeat_with(|| io::Result::Ok(Bytes::from_static(&[7; 65_536])));
    assert!(matches!(files.put(ORG, endless, 8 * 1024 * 1024).await, Err(PutError::TooLarge(_))));
    assert!(folder.all().is_empty());
}

#[tokio::test]
async fn parts_of_a_file() {
    let (_folder, files) = Folder::new("range");
    let id = files.put_bytes(ORG, Bytes::from_static(b"0123456789")).await.unwrap().id;
    for (range, want) in [(2..5, "234"), (0..10, "0123456789"), (9..99, "9"), (5..u64::MAX, "56789")] {
        let opened = files.open(ORG, &id, Some(range.clone())).await.unwrap().unwrap();
        assert_eq!(opened.size, 10);
        assert_eq!(opened.range, range.start..range.end.min(10));
        let bytes: Vec<Bytes> = opened.stream.try_collect().await.unwrap();
        assert_eq!(bytes.concat(), want.as_bytes());
    }
    for range in [10..11, 4..4, 99..100] {
        let error = files.open(ORG, &id, Some(range)).await.err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
    assert_eq!(files.read(ORG, &id, 9).await.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    let absent = "0".repeat(64);
    assert!(files.open(ORG, &absent, Some(0..1)).await.unwrap().is_none());
}

#[tokio::test]
async fn nothing_outside_the_store_can_be_named() {
    let (folder, files) = Folder::new("outside");
    std::fs::write(folder.0.join("secret"), "s").unwrap();
    let id = "a".repeat(64);
    for bad in ["", "..", "../secret", "secret", "/etc/passwd", "%2e%2e", &"A".repeat(64), &format!("{id}/../../secret"), "я"] {
        assert!(whole(&files, ORG, bad).await.is_none(), "{bad}");
        assert!(!files.delete(ORG, bad).await.unwrap(), "{bad}");
    }
    for bad in ["", ".", "..", "a/b", "incoming_", "a\0", "я", &"a".repeat(65)] {
        assert!(whole(&files, bad, &id).await.is_none(), "{bad}");
        assert!(files.put_bytes(bad, Bytes::from_static(b"x")).await.is_err(), "{bad}");
    }
    assert_eq!(folder.all(), ["secret"]);
}

#[tokio::test]
async fn orphans_are_swept_and_nothing_else() {
    let (folder, files) = Folder::new("sweep");
    let kept = files.put_bytes(ORG, Bytes::from_static(b"kept")).await.unwrap();
    let orphan = files.put_bytes(ORG, Bytes::from_static(b"orphan")).await.unwrap();
    // What a crash leaves behind.
    std::fs::create_dir_all(folder.0.join(INCOMING)).unwrap();
    std::fs::write(folder.0.join(INCOMING).join("0123"), "half").unwrap();
    std::fs::write(folder.0.join(format!("{ORG}/{}/{}#1", &kept.id[..2], kept.id)), "half").unwrap();
    std::fs::write(folder.0.join(format!("{INCOMING}/0124#1")), "half").unwrap();

    let listed: Vec<Entry> = files.list().try_collect().await.unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|entry| entry.space == ORG && entry.put_micros > 1_500_000_000_000_000));

    let known = kept.id.clone();
    let wanted = |entry: Entry| {
        let known = known.clone();
        async move { Ok(entry.id == known) }
    };
    assert_eq!(files.sweep(0, wanted).await.unwrap(), 0, "young files stay");
    assert_eq!(folder.all().len(), 5);
    let failing = files.sweep(FUTURE, |_| async { Err(io::Error::other("database")) }).await;
    assert!(failing.is_err());
    assert_eq!(folder.all().len(), 5);
    assert_eq!(files.sweep(FUTURE, wanted).await.unwrap(), 4);
    assert_eq!(folder.all(), [format!("{ORG}/{}/{}", &kept.id[..2], kept.id)]);
    assert!(whole(&files, ORG, &orphan.id).await.is_none());
    assert_eq!(whole(&files, ORG, &kept.id).await.unwrap(), "kept");
}

#[tokio::test]
async fn many_at_once_do_not_get_in_each_others_way() {
    let (folder, files) = Folder::new("many");
    let tasks: Vec<_> = (0..40u8)
        .map(|i| {
            let files = files.clone();
            tokio::spawn(async move {
                let size = if i % 4 == 0 { 2 * PART } else { 10_000 };
                let bytes = Bytes::from(vec![i % 5; size]);
                files.put_bytes(ORG, bytes).await.unwrap().id
            })
        })
        .collect();
    for task in tasks {
        let id = task.await.unwrap();
        assert!(whole(&files, ORG, &id).await.is_some_and(|bytes| hex(&Sha256::digest(&bytes)) == id));
    }
    assert_eq!(folder.all().len(), 10, "{:?}", folder.all());
}

#[test]
fn a_build_without_s3_says_so() {
    let error = Files::from_url("s3://bucket/x", []).err();
    assert_eq!(error.is_some(), cfg!(not(feature = "s3")));
    assert!(Files::from_url("ftp://bucket/x", []).is_err());
}
