//! Figures over ten million answers beside ten thousand; and how the ten million came in.

use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::server::{Client, EMAIL, Fail, ORG, PASSWORD, Place, Server, binary, memory, path, percentile, survey};
use crate::{Report, number};

const DAYS: u64 = 1095;

pub async fn run(report: &mut Report) -> Result<(), Fail> {
    let large = number("BENCH_ROWS", 10_000_000);
    report.head(&format!(
        "Import and figures: {large} answers beside 10 000 (3 years, 500 branches, 5 000 employees, 4 questions)"
    ));
    let few = fill(10_000, None).await?;
    let many = fill(large, Some(report)).await?;
    let questions: [(&str, &str); 5] = [
        ("the dashboard page", "/?from=2025-11-21&to=2026-11-21"),
        ("NPS, a year", "/api/v1/metrics/nps?from=2025-11-21&to=2026-11-21&compare=previous"),
        ("NPS by week, a year, with limits", "/api/v1/metrics/nps?from=2025-11-24&to=2026-11-23&by=week&chart=1"),
        ("NPS of 50 branches, a year", "/api/v1/metrics/nps?from=2025-11-21&to=2026-11-21&by=branch&limit=50"),
        ("CSAT, all time", "/api/v1/metrics/csat"),
    ];
    let (small_server, large_server) = (Server::start(&few.data(), &[])?, Server::start(&many.data(), &[])?);
    report.line("start to ready, 10 000 answers", &format!("{} ms", small_server.started_in.as_millis()));
    report.line(&format!("start to ready, {large} answers"), &format!("{} ms", large_server.started_in.as_millis()));
    for readers in [1_usize, 16] {
        for (name, path) in questions {
            let a = read(&small_server, &few, path, readers).await?;
            let b = read(&large_server, &many, path, readers).await?;
            report.line(
                &format!("{name}, {readers} reader(s)"),
                &format!("p95 {a:.1} ms at 10 000, {b:.1} ms at {large}: {:.2} times", b / a),
            );
        }
    }
    let (_, high) = large_server.memory();
    report.line("memory at most while reading, large", &format!("{high} MiB"));
    Ok(())
}

async fn fill(rows: u64, report: Option<&mut Report>) -> Result<Place, Fail> {
    let place = Place::new()?;
    let server = Server::start(&place.data(), &[])?;
    let (id, _) = survey(&server.address, &place.token).await?;
    drop(server);
    let file = place.folder.path().join("answers.csv");
    write_rows(&file, rows)?;
    let map = place.folder.path().join("map.json");
    let columns = json!({"at": "at", "branch": "branch", "employee": "employee", "touchpoint": "touchpoint", "channel": "channel",
        "nps": "answer:nps", "csat": "answer:csat", "ces": "answer:ces", "rating": "answer:rating", "id": "external_id"});
    std::fs::write(
        &map,
        json!({"survey": id, "columns": columns, "create": ["branches", "employees", "touchpoints"]}).to_string(),
    )?;
    let begin = Instant::now();
    let mut child = Command::new(binary())
        .args(["--data", &place.data(), "import", "responses", &path(&file), "--org", ORG, "--map", &path(&map)])
        .env("OTKLIK_LOG", "error")
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()?;
    let mut high = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        high = high.max(memory(child.id()).1);
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    if !status.success() {
        return Err(format!("the import ended with {status}").into());
    }
    let took = begin.elapsed().as_secs_f64();
    std::fs::remove_file(&file)?;
    if let Some(report) = report {
        #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
        let rate = rows as f64 / took;
        let size = std::fs::metadata(place.folder.path().join("otklik.db"))?.len() / 1024 / 1024;
        report.line(
            "import by the command line",
            &format!("{rate:.0} rows a second, {took:.0} s, at most {high} MiB of memory, database {size} MiB"),
        );
    }
    Ok(place)
}

fn write_rows(file: &std::path::Path, rows: u64) -> Result<(), Fail> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    writeln!(out, "id,at,branch,employee,touchpoint,channel,nps,csat,ces,rating")?;
    let first = jiff::civil::Date::constant(2023, 11, 21);
    let mut x: u64 = 88_172_645_463_325_252;
    for i in 0..rows {
        // xorshift: the same rows in every run, without a dependency.
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        let day = i * DAYS / rows;
        let date = first.saturating_add(jiff::Span::new().days(i64::try_from(day)?));
        let employee = x % 5000;
        writeln!(
            out,
            "r{i},{date}T{:02}:{:02}:00Z,b{},e{employee},t{},c{},{},{},{},{}",
            6 + (x >> 8) % 14,
            (x >> 16) % 60,
            employee / 10,
            (x >> 20) % 8,
            (x >> 24) % 4,
            (x >> 28) % 11,
            1 + (x >> 32) % 5,
            1 + (x >> 36) % 7,
            1 + (x >> 40) % 10
        )?;
    }
    out.flush()?;
    Ok(())
}

/// The 95th percentile in milliseconds over all readers; each asks 100 times after a warm-up.
async fn read(server: &Server, place: &Place, path: &str, readers: usize) -> Result<f64, Fail> {
    let headers = if path.starts_with("/api/") {
        format!("authorization: Bearer {}\r\n", place.token)
    } else {
        format!("cookie: {}\r\naccept: text/html\r\n", sign_in(&server.address).await?)
    };
    let tasks: Vec<_> = (0..readers)
        .map(|_| {
            let (address, headers, path) = (server.address.clone(), headers.clone(), path.to_owned());
            tokio::spawn(async move {
                let mut times = Vec::new();
                let Ok(mut client) = Client::to(&address, &headers).await else { return Err("no connection") };
                for i in 0..110 {
                    let sent = Instant::now();
                    match client.get(&path).await {
                        Ok(a) if a.status == 200 => {}
                        Ok(a) => {
                            eprintln!("{path}: {}", a.status);
                            return Err("not 200");
                        }
                        Err(_) => return Err("broken"),
                    }
                    if i >= 10 {
                        times.push(sent.elapsed());
                    }
                }
                Ok(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    times.sort_unstable();
    Ok(percentile(&times, 0.95))
}

async fn sign_in(address: &str) -> Result<String, Fail> {
    let mut client = Client::to(address, "origin: http://bench\r\n").await?;
    let body =
        form_urlencoded::Serializer::new(String::new()).append_pair("who", EMAIL).append_pair("password", PASSWORD).finish();
    let answer = client.post("/login", "application/x-www-form-urlencoded", &body).await?;
    let cookie = answer
        .head
        .lines()
        .find_map(|l| l.split_once(": ").filter(|(k, _)| k.eq_ignore_ascii_case("set-cookie")).map(|(_, v)| v));
    let cookie = cookie.and_then(|c| c.split(';').next()).ok_or("sign-in gave no cookie")?;
    Ok(cookie.to_owned())
}
