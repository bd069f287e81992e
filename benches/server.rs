//! A server of its own for a measurement, and the smallest client that can load it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub type Fail = Box<dyn std::error::Error>;

pub const ORG: &str = "Bench";
pub const EMAIL: &str = "owner@bench.test";
pub const PASSWORD: &str = "a long enough password";

#[must_use]
pub fn binary() -> PathBuf {
    std::env::var_os("OTKLIK_BINARY").map_or_else(|| PathBuf::from("target/release/otklik"), PathBuf::from)
}

/// A folder with a company in it.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub token: String,
    /// Where its database is when it is not a file of the folder.
    pub database: Option<String>,
}

/// The PostgreSQL to measure, with the right to create databases; `None` when nobody named one.
#[must_use]
pub fn postgres() -> Option<String> {
    std::env::var("BENCH_POSTGRES").ok().filter(|url| !url.is_empty())
}

impl Place {
    pub fn new() -> Result<Self, Fail> {
        Self::on(None)
    }

    /// With a database of its own on that PostgreSQL.
    pub async fn on_postgres(url: &str) -> Result<Self, Fail> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("otklik_bench_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let admin = sea_orm::Database::connect(url).await?;
        admin.execute_unprepared(&format!("create database {name}")).await?;
        admin.close().await?;
        let server = url.rsplit_once('/').map_or(url, |(server, _)| server);
        Self::on(Some(format!("{server}/{name}")))
    }

    fn on(database: Option<String>) -> Result<Self, Fail> {
        // Beside the build, not in /tmp: that may be memory, and then nothing would be durable.
        std::fs::create_dir_all("target/bench")?;
        let folder = tempfile::tempdir_in("target/bench")?;
        let password = folder.path().join("password");
        std::fs::write(&password, PASSWORD)?;
        let out = Command::new(binary())
            .args([
                "--data",
                &path(folder.path()),
                "setup",
                "--org",
                ORG,
                "--owner-email",
                EMAIL,
                "--owner-password-file",
                &path(&password),
            ])
            .envs(database.as_deref().map(|url| ("OTKLIK_DATABASE_URL", url)))
            .output()?;
        let made: Value = serde_json::from_slice(&out.stdout)?;
        let token = made["token"].as_str().ok_or("setup gave no token")?.to_owned();
        Ok(Self { folder, token, database })
    }

    #[must_use]
    pub fn data(&self) -> String {
        path(self.folder.path())
    }
}

#[must_use]
pub fn path(p: &Path) -> String {
    p.to_string_lossy().into_owned()
}

/// A running server; it is told to stop when dropped.
pub struct Server {
    child: Child,
    pub address: String,
    /// From the start of the process to the line that says it is ready.
    pub started_in: Duration,
}

impl Server {
    pub fn start(data: &str, settings: &[(&str, &str)]) -> Result<Self, Fail> {
        let begin = Instant::now();
        let mut child = Command::new(binary())
            .args(["--data", data, "serve", "--listen", "127.0.0.1:0"])
            .env("OTKLIK_LIMITS", "off")
            .env("OTKLIK_LOG", "error")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let address = line.trim().rsplit("//").next().ok_or("no address")?.to_owned();
        Ok(Self { child, address, started_in: begin.elapsed() })
    }

    /// Memory in use and its highest mark, in MiB.
    #[must_use]
    pub fn memory(&self) -> (u64, u64) {
        memory(self.child.id())
    }
}

#[must_use]
pub fn memory(pid: u32) -> (u64, u64) {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let of = |key: &str| {
        let line = text.lines().find(|l| l.starts_with(key)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|v| v.parse::<u64>().ok()).unwrap_or(0) / 1024
    };
    (of("VmRSS"), of("VmHWM"))
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// One keep-alive connection.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    pub headers: String,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Client {
    pub async fn to(address: &str, headers: &str) -> Result<Self, Fail> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new(), headers: headers.to_owned() })
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer, Fail> {
        let text = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{}\r\n", self.headers);
        self.exchange(text.as_bytes()).await
    }

    pub async fn post(&mut self, path: &str, kind: &str, body: &str) -> Result<Answer, Fail> {
        let text = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\n{}content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
            self.headers,
            body.len()
        );
        self.exchange(text.as_bytes()).await
    }

    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer, Fail> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head_end = loop {
            if let Some(at) = self.buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).into_owned();
        let status = head.split_whitespace().nth(1).and_then(|s| s.parse().ok()).ok_or("no status")?;
        let field = |name: &str| {
            head.lines()
                .find_map(|l| l.split_once(':').filter(|(k, _)| k.eq_ignore_ascii_case(name)).map(|(_, v)| v.trim().to_owned()))
        };
        let mut body = self.buffer.split_off(head_end);
        if let Some(length) = field("content-length").and_then(|v| v.parse::<usize>().ok()) {
            while body.len() < length {
                if self.stream.read_buf(&mut body).await? == 0 {
                    return Err("the body broke off".into());
                }
            }
        } else if field("transfer-encoding").is_some() {
            while !body.ends_with(b"0\r\n\r\n") {
                if self.stream.read_buf(&mut body).await? == 0 {
                    break;
                }
            }
        }
        Ok(Answer { status, head, body })
    }
}

/// A survey of four questions, open; returns its id and code.
pub async fn survey(address: &str, token: &str) -> Result<(String, String), Fail> {
    let mut client = Client::to(address, &format!("authorization: Bearer {token}\r\n")).await?;
    let form = json!({"name": "Bench", "locales": ["en"], "questions": [
        {"key": "nps", "type": "nps", "title": "Recommend?"}, {"key": "csat", "type": "csat", "title": "Satisfied?"},
        {"key": "ces", "type": "ces", "title": "Easy?"}, {"key": "rating", "type": "rating", "title": "Rate", "scale": {"min": 1, "max": 10}}]});
    let made = client.post("/api/v1/surveys", "application/json", &form.to_string()).await?;
    let made: Value = serde_json::from_slice(&made.body)?;
    let id = made["id"].as_str().ok_or("no survey")?.to_owned();
    client.post(&format!("/api/v1/surveys/{id}/publication"), "application/json", "{}").await?;
    Ok((id, made["code"].as_str().ok_or("no code")?.to_owned()))
}

/// The value below which this share of the sorted times lies, in milliseconds.
#[must_use]
pub fn percentile(sorted: &[Duration], share: f64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index into a short list"
    )]
    let at = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(f64::NAN, |d| d.as_secs_f64() * 1000.0)
}
