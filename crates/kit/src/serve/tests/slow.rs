//! Clients that take their time, and handlers that do: every clock of the server.

use super::*;

#[tokio::test]
async fn the_silent_and_the_half_said_are_closed() {
    let server = start(quick()).await;
    let (text, took) = server.say(b"").await;
    assert!(text.is_empty() && about(took, 600), "{took:?} {text:?}");
    let (text, took) = server.say(b"GET / HTTP/1.1\r\nHost: a\r\nX-Half: ").await;
    assert!(text.is_empty() && about(took, 600), "{took:?} {text:?}");

    // A drop every 50 ms keeps no clock from running.
    let begin = now();
    let (mut read, mut write) = server.connect().await.into_split();
    let drops = tokio::spawn(async move {
        while write.write_all(b"a").await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    });
    rest(&mut read).await;
    assert!(about(begin.elapsed(), 600), "{:?}", begin.elapsed());
    drops.abort();
    server.until_open(0).await;
}

#[tokio::test]
async fn a_second_head_has_the_same_time_and_idleness_its_own() {
    let server = start(quick()).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        one(&mut stream, "hello").await;
        // Longer than a head may take: idle connections are kept.
        sleep(Duration::from_millis(900)).await;
    }
    let begin = now();
    stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    rest(&mut stream).await;
    assert!(about(begin.elapsed(), 600), "{:?}", begin.elapsed());

    let mut stream = server.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    one(&mut stream, "hello").await;
    let begin = now();
    rest(&mut stream).await;
    assert!(about(begin.elapsed(), 3000), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn half_a_head_behind_a_request_has_the_time_of_a_head() {
    let server = start(quick()).await;
    for first in [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ] {
        let (text, took) = server.say(format!("{first}GET /x HT").as_bytes()).await;
        assert!(text.starts_with("HTTP/1.1 200 ") && text.matches("HTTP/1.1").count() == 1, "{text}");
        assert!(took < Duration::from_millis(2000), "{first:?}: {took:?}");
    }
    // The rest comes in time: it is a request like any other.
    let mut stream = server.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HT").await.unwrap();
    one(&mut stream, "hello").await;
    sleep(Duration::from_millis(100)).await;
    stream.write_all(b"TP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(rest(&mut stream).await.ends_with("hello"));
}

#[tokio::test]
async fn a_body_that_stalls_or_drips_is_refused() {
    let server = start(quick()).await;
    let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n";
    let (text, took) = server.say(format!("{head}abc").as_bytes()).await;
    assert!(text.starts_with("HTTP/1.1 408 ") && about(took, 600), "{took:?} {text}");

    let begin = now();
    let (mut read, mut write) = server.connect().await.into_split();
    write.write_all(head.as_bytes()).await.unwrap();
    let drops = tokio::spawn(async move {
        while write.write_all(b"a").await.is_ok() {
            sleep(Duration::from_millis(40)).await;
        }
    });
    let text = rest(&mut read).await;
    assert!(text.starts_with("HTTP/1.1 408 ") && about(begin.elapsed(), 600), "{:?} {text}", begin.elapsed());
    drops.abort();

    // A quick start earns no rest.
    let (text, took) = server.say(format!("{head}{}", "b".repeat(4000)).as_bytes()).await;
    assert!(text.starts_with("HTTP/1.1 408 ") && about(took, 600), "{took:?} {text}");
}

#[tokio::test]
async fn a_slow_but_steady_body_arrives_beyond_the_deadline() {
    let server = start(quick()).await;
    let begin = now();
    let mut stream = server.connect().await;
    let head = "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 8000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..16 {
        sleep(Duration::from_millis(100)).await;
        stream.write_all(&[b'a'; 500]).await.unwrap();
    }
    let text = rest(&mut stream).await;
    assert!(text.starts_with("HTTP/1.1 200 ") && text.ends_with("8000"), "{text}");
    assert!(begin.elapsed() > Duration::from_millis(1500), "the test must outlive the deadline");
}

#[tokio::test]
async fn handlers_have_a_deadline_and_may_panic() {
    let server = start(quick()).await;
    let (text, took) = server.say(b"GET /never HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(text.starts_with("HTTP/1.1 503 ") && text.contains("retry-after: 5"), "{text}");
    assert!(about(took, 800), "{took:?}");
    let (text, _) = server.say(b"GET /panic HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(text.starts_with("HTTP/1.1 500 ") && !text.contains("on purpose"), "{text}");
    let (text, _) = server.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(text.ends_with("hello"), "{text}");
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_closed() {
    let server = start(quick()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    server.until_open(1).await;
    let begin = now();
    server.until_open(0).await;
    assert!(begin.elapsed() < 5 * SECOND, "{:?}", begin.elapsed());

    // One that reads keeps the connection well beyond the write timeout.
    let mut stream = server.connect().await;
    stream.write_all(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut buffer = vec![0u8; 256 * 1024];
    let begin = now();
    while begin.elapsed() < Duration::from_millis(1500) {
        assert!(stream.read(&mut buffer).await.unwrap() > 0);
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.stats.open(), 1);
}

#[tokio::test]
async fn many_silent_clients_do_not_slow_a_good_one() {
    let server = start(Serve { header_timeout: 5 * SECOND, ..quick() }).await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        let mut stream = server.connect().await;
        stream.write_all(b"GET / HT").await.unwrap();
        silent.push(stream);
    }
    server.until_open(300).await;
    for _ in 0..20 {
        let (text, took) = server.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
        assert!(text.ends_with("hello") && took < SECOND, "{took:?} {text}");
    }
}
