//! How small: start, memory at rest, the client's page, the binary.

use std::time::Duration;

use crate::Report;
use crate::server::{Client, Fail, Place, Server, binary, survey};

pub async fn run(report: &mut Report) -> Result<(), Fail> {
    report.head("Size");
    let place = Place::new()?;
    // The first start pays for the page cache of the binary itself.
    drop(Server::start(&place.data(), &[])?);
    let server = Server::start(&place.data(), &[])?;
    report.line("start to ready, empty", &format!("{} ms", server.started_in.as_millis()));
    tokio::time::sleep(Duration::from_secs(3)).await;
    report.line("memory at rest", &format!("{} MiB", server.memory().0));
    let (_, code) = survey(&server.address, &place.token).await?;
    let mut client =
        Client::to(&server.address, "accept-encoding: br, gzip\r\naccept: text/html\r\naccept-language: ru\r\n").await?;
    let page = client.get(&format!("/s/{code}")).await?;
    let mut bytes = page.head.len() + page.body.len();
    let mut plain = Client::to(&server.address, "accept: text/html\r\n").await?;
    let text = String::from_utf8_lossy(&plain.get(&format!("/s/{code}")).await?.body).into_owned();
    let mut requests = 1;
    for part in text.split(['"', '\'']).filter(|p| p.starts_with("/assets/")) {
        let asset = client.get(part.split('#').next().unwrap_or(part)).await?;
        bytes += asset.head.len() + asset.body.len();
        requests += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "a size in kilobytes")]
    let kib = bytes as f64 / 1024.0;
    report.line("the client's page with everything it loads, compressed", &format!("{kib:.1} KiB in {requests} requests"));
    report.line("the release binary", &format!("{} MiB", std::fs::metadata(binary())?.len() / 1024 / 1024));
    Ok(())
}
