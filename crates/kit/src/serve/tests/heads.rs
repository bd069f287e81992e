//! What a request may look like, and that answers keep its order.

use super::*;

#[tokio::test]
async fn heads_have_a_size() {
    let server = start(quick()).await;
    let cookie = "x".repeat(1024 * 1024);
    let (text, took) = server.say(format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\n\r\n").as_bytes()).await;
    assert!(text.starts_with("HTTP/1.1 431 "), "{text}");
    assert!(took < 2 * SECOND, "{took:?}");
    // The refused may go on talking for a moment without being reset, or they would not hear why.
    let mut stream = server.connect().await;
    stream.write_all(format!("GET / HTTP/1.1\r\nCookie: {}", &cookie[..40_000]).as_bytes()).await.unwrap();
    let mut start = [0u8; 13];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 431 ");
    for _ in 0..10 {
        sleep(Duration::from_millis(30)).await;
        stream.write_all(&[b'x'; 1000]).await.expect("reset while talking");
    }
    let fields = "X: y\r\n".repeat(100);
    let (text, _) = server.say(format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n").as_bytes()).await;
    assert!(text.starts_with("HTTP/1.1 431 "), "{text}");
    let cookie = "x".repeat(30 * 1024);
    let fine = format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n");
    let (text, _) = server.say(fine.as_bytes()).await;
    assert!(text.ends_with("hello"), "{text}");
}

#[tokio::test]
async fn ambiguous_and_foreign_requests_are_refused_and_closed() {
    let server = start(quick()).await;
    for (request, status) in [
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nabc", 400),
        ("GET / HTTP/1.1\nHost: a\n\n", 400),
        ("GET http://evil/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("CONNECT evil:25 HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("\x16\x03\x01\x02\x00\x01\x00", 400),
    ] {
        let (text, took) = server.say(request.as_bytes()).await;
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?}: {text}");
        assert_eq!(text.matches("HTTP/1.1").count(), 1, "{request:?}: {text}");
        assert!(took < Duration::from_millis(550), "{request:?}: closed only after {took:?}");
    }
}

#[tokio::test]
async fn pipelined_requests_and_unread_bodies_stay_in_order() {
    let server = start(quick()).await;
    let two = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\na\n\nbGET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let last = "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nGET / \n\n\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let (text, _) = server.say(format!("{two}{last}").as_bytes()).await;
    assert_eq!(text.matches("HTTP/1.1 200").count(), 4, "{text}");
    assert!(text.ends_with("hello"), "{text}");

    // A short body that comes late is passed over, and the connection goes on.
    let mut stream = server.connect().await;
    stream.write_all(b"POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(50)).await;
    stream.write_all(b"GET / \n\n\n").await.unwrap();
    assert!(!one(&mut stream, "ignored").await.to_lowercase().contains("connection: close"));
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert!(one(&mut stream, "hello").await.contains("200 OK"));
    // Of a long one the client hears that the connection ends.
    let long = "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n";
    let (text, _) = server.say(format!("{long}{}", "x".repeat(900_000)).as_bytes()).await;
    assert!(text.to_lowercase().contains("connection: close") && text.ends_with("ignored"), "{text}");

    // The same with the body late: refused or served, but never taken for a request.
    let mut stream = server.connect().await;
    stream.write_all(b"POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 60\r\n\r\n").await.unwrap();
    let first = one(&mut stream, "ignored").await;
    let _ = stream.write_all(b"GET /who HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let text = first + &rest(&mut stream).await;
    assert_eq!(text.matches("HTTP/1.1").count(), 1, "{text}");
}
