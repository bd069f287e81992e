//! Connections: how many, from where, under TLS, and how they end.

use super::*;

#[tokio::test]
async fn requests_in_flight_finish_when_the_server_stops() {
    let mut server = start(quick()).await;
    let mut busy = server.connect().await;
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut idle = server.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    one(&mut idle, "hello").await;
    let silent = server.connect().await;
    server.until_open(3).await;
    server.stop.take().unwrap().send(()).unwrap();
    let begin = now();
    assert!(rest(&mut idle).await.is_empty());
    assert!(begin.elapsed() < Duration::from_millis(900), "idle connections are closed at once: {:?}", begin.elapsed());
    drop((idle, silent));
    let text = rest(&mut busy).await;
    assert!(text.starts_with("HTTP/1.1 200 ") && text.ends_with("at last"), "{text}");
    drop(busy);
    timeout(2 * SECOND, server.done).await.expect("serve did not return").unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
    assert_eq!(server.stats.open(), 0);
}

#[tokio::test]
async fn what_does_not_finish_is_closed_after_the_grace() {
    let mut server = start(quick()).await;
    let mut endless = server.connect().await;
    endless.write_all(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let reading = tokio::spawn(async move { tokio::io::copy(&mut endless, &mut tokio::io::sink()).await });
    server.until_open(1).await;
    let begin = now();
    server.stop.take().unwrap().send(()).unwrap();
    timeout(10 * SECOND, server.done).await.expect("serve did not return").unwrap().unwrap();
    assert!(begin.elapsed() >= Duration::from_millis(1900), "{:?}", begin.elapsed());
    assert_eq!(server.stats.open(), 0);
    timeout(SECOND, reading).await.expect("not closed").unwrap().ok();
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let server = start(Serve { max_connections: 3, header_timeout: 20 * SECOND, ..quick() }).await;
    let held = [server.connect().await, server.connect().await, server.connect().await];
    server.until_open(3).await;
    let (text, took) = server.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(text.starts_with("HTTP/1.1 503 ") && text.contains("retry-after"), "{text}");
    assert!(took < SECOND, "{took:?}");
    assert_eq!(server.stats.refused(), 1);
    drop(held);
    server.until_open(0).await;
    let (text, _) = server.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(text.ends_with("hello"), "{text}");
}

#[tokio::test]
async fn addresses_come_from_the_peer_or_a_trusted_proxy() {
    let request = b"GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: 6.6.6.6, 1.1.1.1\r\nX-Forwarded-Proto: https\r\n\r\n";
    let server = start(quick()).await;
    assert!(server.say(request).await.0.ends_with("127.0.0.1 http"));
    let server = start(Serve { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..quick() }).await;
    assert!(server.say(request).await.0.ends_with("1.1.1.1 https"));
}

#[tokio::test]
async fn tls_serves_and_times_out_like_the_rest() {
    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/serve/testdata");
    let (cert, key) = (data.join("cert.pem"), data.join("key.pem"));
    assert!(tls_from_pem(&key, &key).unwrap_err().to_string().contains("key.pem"));
    assert!(tls_from_pem(&cert, &data.join("none.pem")).unwrap_err().to_string().contains("none.pem"));

    let server = start(Serve { tls: Some(tls_from_pem(&cert, &key).unwrap()), ..quick() }).await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&cert).unwrap()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = connector.connect(name, server.connect().await).await.unwrap();
    stream.write_all(b"GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let text = rest(&mut stream).await;
    assert!(text.ends_with("127.0.0.1 https"), "{text}");
    // Neither a silent client nor one that speaks in the clear gets an answer or stays.
    let (text, took) = server.say(b"").await;
    assert!(text.is_empty() && about(took, 600), "{took:?} {text:?}");
    assert!(!server.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.0.contains("hello"));
}
