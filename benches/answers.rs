//! Durable answers a second over HTTP: committed in groups, beside the same server committing each alone.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::server::{Client, Fail, Place, Server, percentile, postgres, survey};
use crate::{Report, number};

const BRANCHES: usize = 50;

struct Load {
    per_second: f64,
    p50: f64,
    p99: f64,
    refused: u64,
}

pub async fn run(report: &mut Report) -> Result<(), Fail> {
    report.head("Durable answers over HTTP (SQLite with synchronous=FULL, 4 questions, 50 branches)");
    report.note(
        "Each answer alone goes through the same thread and the same statements, in a transaction of its own. What that costs is \
         mostly the flush, so the gain of groups depends on the disk: the lines after the first add 2 ms to every flush \
         (`benches/slow_disk.c`), about what a disk takes that has no memory of its own to answer from.",
    );
    report.line("one flush of this disk", &format!("{:.2} ms (median of 200 appends of 4 KiB)", flush()?));
    let slow = slow_disk();
    if slow.is_none() {
        report.line("the slower disk", "not tried: no C compiler here");
    }
    let postgres = postgres();
    let mut places = vec![(64, On::Sqlite), (256, On::Sqlite)];
    if let Some(library) = &slow {
        places.extend([(64, On::Slower(library)), (256, On::Slower(library))]);
    }
    if let Some(url) = &postgres {
        places.extend([(64, On::Postgres(url)), (256, On::Postgres(url))]);
    }
    for (connections, on) in places {
        let grouped = measure(connections, "512", on).await?;
        let alone = measure(connections, "1", on).await?;
        let connections = match on {
            On::Sqlite => connections.to_string(),
            On::Slower(_) => format!("a flush of {} ms more: {connections}", SLOWER / 1000),
            On::Postgres(_) => format!("PostgreSQL: {connections}"),
        };
        for (name, load) in [("in groups", &grouped), ("each alone", &alone)] {
            report.line(
                &format!("{connections} connections, {name}"),
                &format!(
                    "{:.0} a second, p50 {:.1} ms, p99 {:.1} ms, refused {}",
                    load.per_second, load.p50, load.p99, load.refused
                ),
            );
        }
        report.line(&format!("{connections} connections, ratio"), &format!("{:.1} times", grouped.per_second / alone.per_second));
    }
    Ok(())
}

/// Microseconds that the slower disk takes longer to flush: about what an SSD without a capacitor needs.
const SLOWER: u64 = 2000;

/// The median time of a flush in the folder of the benchmark, in milliseconds.
fn flush() -> Result<f64, Fail> {
    use std::io::Write;
    let place = Place::new()?;
    let mut file = std::fs::File::create(place.folder.path().join("flush"))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        file.write_all(&[7; 4096])?;
        let begin = Instant::now();
        file.sync_data()?;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    Ok(percentile(&times, 0.5))
}

/// The library that makes flushes slower; `None` without a C compiler.
fn slow_disk() -> Option<String> {
    let out = std::env::current_dir().ok()?.join("target/slow_disk.so");
    let done = std::process::Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&out)
        .arg("benches/slow_disk.c")
        .arg("-ldl")
        .status();
    done.ok().filter(std::process::ExitStatus::success).map(|_| out.display().to_string())
}

/// Where answers are stored.
#[derive(Clone, Copy)]
enum On<'a> {
    Sqlite,
    /// SQLite with the library that makes flushes slower.
    Slower(&'a str),
    Postgres(&'a str),
}

async fn measure(connections: usize, batch: &str, on: On<'_>) -> Result<Load, Fail> {
    let place = match on {
        On::Postgres(url) => Place::on_postgres(url).await?,
        On::Sqlite | On::Slower(_) => Place::new()?,
    };
    let sync = SLOWER.to_string();
    let mut env = vec![("OTKLIK_WRITER_BATCH", batch)];
    env.extend(place.database.as_deref().map(|url| ("OTKLIK_DATABASE_URL", url)));
    if let On::Slower(library) = on {
        env.extend([("LD_PRELOAD", library), ("OTKLIK_SYNC_US", &*sync)]);
    }
    let server = Server::start(&place.data(), &env)?;
    let (_, code) = survey(&server.address, &place.token).await?;
    let mut owner = Client::to(&server.address, &format!("authorization: Bearer {}\r\n", place.token)).await?;
    for i in 0..BRANCHES {
        let body = json!({"name": format!("Branch {i}"), "code": format!("b{i}")}).to_string();
        owner.post("/api/v1/branches", "application/json", &body).await?;
    }
    let until = Instant::now() + Duration::from_secs(number("BENCH_SECONDS", 8));
    let begin = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|c| {
            let (address, path) = (server.address.clone(), format!("/s/{code}"));
            tokio::spawn(async move {
                let mut times = Vec::new();
                let mut refused = 0_u64;
                let Ok(mut client) = Client::to(&address, "").await else { return (times, 1) };
                let mut i = c;
                while Instant::now() < until {
                    i = i.wrapping_mul(31).wrapping_add(7);
                    let body = format!(
                        r#"{{"answers":{{"nps":{},"csat":{},"ces":{},"rating":{}}},"branch":"b{}"}}"#,
                        i % 11,
                        1 + i % 5,
                        1 + i % 7,
                        1 + i % 10,
                        i % BRANCHES
                    );
                    let sent = Instant::now();
                    match client.post(&path, "application/json", &body).await {
                        Ok(a) if a.status == 201 => times.push(sent.elapsed()),
                        _ => refused += 1,
                    }
                }
                (times, refused)
            })
        })
        .collect();
    let (mut times, mut refused) = (Vec::new(), 0);
    for task in tasks {
        let (t, r) = task.await?;
        times.extend(t);
        refused += r;
    }
    let took = begin.elapsed().as_secs_f64();
    times.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "a count of answers")]
    let per_second = times.len() as f64 / took;
    Ok(Load { per_second, p50: percentile(&times, 0.5), p99: percentile(&times, 0.99), refused })
}
