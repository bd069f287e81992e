//! How it sounds when it is done right: a file beside a rule.

use axum::body::Body;
use axum::http::header;
use serde_json::json;

use super::{greeting, ids, shown};
use crate::world::{Person, Reply, World};

/// The head of a WAV file with a moment of silence.
fn silence() -> Vec<u8> {
    let mut out = b"RIFF\x2c\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\x08\x00\x00\x00".to_vec();
    out.extend([128; 8]);
    out
}

async fn upload(who: &Person, path: &str, bytes: &[u8]) -> Reply {
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n".to_vec();
    body.extend(bytes);
    body.extend(b"\r\n--x--\r\n");
    let b = who.request("POST", path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    who.send(b.body(Body::from(body)).expect("a request")).await
}

#[tokio::test]
async fn a_recording_stands_beside_the_rule_and_is_the_companys_own() {
    let w = World::new().await;
    let made = w.anna.post("/api/v1/standards", greeting()).await.is(201);
    let (id, item) = (made.id(), ids(&made.json()["items"])[0].clone());
    let kept = upload(&w.anna, "/api/v1/files", &silence()).await.is(201).json();
    let hash = kept["id"].as_str().expect("an id").to_owned();
    assert_eq!((kept["kind"].as_str(), &hash), (Some("audio"), &kit::ids::sha256_hex(&silence())));
    w.anna.patch(&format!("/api/v1/items/{item}"), json!({"example": {"audio": hash}})).await.is(200);
    let path = format!("/api/v1/files/{hash}");
    assert_eq!(w.gleb.get(&path).await.is(200).headers["content-type"], "audio/wav");
    let part = w
        .gleb
        .send(w.gleb.request("GET", &path).header(header::RANGE, "bytes=0-3").body(Body::empty()).expect("a request"))
        .await;
    assert_eq!((part.is(206).text.as_str(), hash.len()), ("RIFF", 64));
    w.dina.get(&path).await.is(404);
    w.gleb.get("/api/v1/files/abc").await.is(404);
    let strange = json!({"example": {"photo": "0".repeat(64)}});
    assert_eq!(w.anna.patch(&format!("/api/v1/items/{item}"), strange).await.is(422).refused(), ["example.photo: unknown"]);
    assert_eq!(upload(&w.anna, "/api/v1/files", b"<svg onload=alert(1)>").await.is(422).refused(), ["file: not-an-example"]);
    assert_eq!(upload(&w.anna, "/api/v1/files", b"\x89PNG\r\n\x1a\nbroken").await.is(422).refused(), ["file: not-an-example"]);
    upload(&w.gleb, "/api/v1/files", &silence()).await.is(403);
    w.anna.post("/api/v1/files", json!({})).await.is(415);
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), json!({})).await.is(201);
    assert!(w.gleb.page(&format!("/standards/{id}")).await.is(200).text.contains(&format!("src=\"/files/{hash}\"")));
    w.gleb.page(&format!("/files/{hash}")).await.is(200);
    w.anna.form(&format!("/items/{item}/example/removal"), &[]).await.is(303);
    assert_eq!(shown(&w.anna, &id).await["items"][0]["state"], "changed");
}

/// A piece of a PNG.
fn chunk(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    out.extend(u32::try_from(data.len()).expect("short").to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(name);
    crc.update(data);
    out.extend(name);
    out.extend(data);
    out.extend(crc.sum().to_be_bytes());
}

/// A white picture of 64 megapixels in a small file.
fn vast() -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let side = 8000_u32.to_be_bytes();
    chunk(&mut out, b"IHDR", &[&side[..], &side[..], &[8, 2, 0, 0, 0]].concat());
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let line = [&[0_u8][..], &[255_u8; 24_000][..]].concat();
    (0..8000).for_each(|_| std::io::Write::write_all(&mut packer, &line).expect("packed"));
    chunk(&mut out, b"IDAT", &packer.finish().expect("packed"));
    chunk(&mut out, b"IEND", &[]);
    out
}

#[tokio::test]
async fn a_vast_picture_in_a_small_file_is_no_burden() {
    let w = World::new().await;
    let vast = vast();
    assert!(vast.len() < 2_000_000, "{}", vast.len());
    let begin = std::time::Instant::now();
    let kept = upload(&w.anna, "/api/v1/files", &vast).await.is(201).json();
    assert!(begin.elapsed() < std::time::Duration::from_secs(8), "{:?}", begin.elapsed());
    let file = w.gleb.page(&format!("/files/{}", kept["id"].as_str().expect("an id"))).await.is(200);
    assert_eq!(file.headers["content-type"], "image/png");
}

#[tokio::test]
async fn a_file_is_asked_for_anew_and_runs_nothing() {
    let w = World::new().await;
    let kept = upload(&w.anna, "/api/v1/files", &silence()).await.is(201).json();
    let path = format!("/files/{}", kept["id"].as_str().expect("an id"));
    let file = w.gleb.page(&path).await.is(200);
    assert_eq!(file.headers["cache-control"], "private, no-cache");
    assert!(file.headers["content-security-policy"].to_str().expect("text").contains("sandbox"));
    let named = file.headers["content-disposition"].to_str().expect("text");
    assert!(named.starts_with("inline; filename=\"") && named.ends_with(".wav\""), "{named}");
    let again = w.gleb.browser("GET", &path).header(header::IF_NONE_MATCH, file.headers["etag"].clone());
    let again = w.gleb.send(again.body(Body::empty()).expect("a request")).await.is(304);
    assert!(again.text.is_empty());
    let out = w.client.browser("GET", &path).header(header::IF_NONE_MATCH, file.headers["etag"].clone());
    assert_ne!(w.client.send(out.body(Body::empty()).expect("a request")).await.status, 304);
    // Too long: refused, and nothing of it stays.
    upload(&w.anna, "/api/v1/files", &[silence(), vec![128; 20 << 20]].concat()).await.is(413);
}
