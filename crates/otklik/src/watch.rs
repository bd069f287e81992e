//! What the program says of itself to whoever watches over it: `GET /metrics`, in the text format of Prometheus.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kit::{Error, Result, Role};

use crate::access;
use crate::app::App;

/// Counters of this process.
#[derive(Debug, Default)]
pub struct Watch {
    /// Answered requests by the first figure of their status: 1xx to 5xx.
    requests: [AtomicU64; 5],
    /// The server's connections.
    pub connections: Arc<kit::serve::Stats>,
    /// The administrator's own token for the watcher; without one only owners' tokens open this door.
    pub token: OnceLock<String>,
}

impl Watch {
    /// Counts an answered request.
    pub fn answered(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(counter) = self.requests.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Figures about the process, never about a company or its clients.
///
/// # Errors
/// `Unauthorized` without a token, `Forbidden` for a token of somebody who is not an owner.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, content_type = "text/plain", body = String)))]
pub async fn metrics(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    admit(&app, &headers).await?;
    let jobs = kit::jobs::queue(&app.ground.db).await?;
    let mut out = String::new();
    let w = &app.watch;
    head(&mut out, "otklik_requests_total", "counter", "Answered requests by class of status");
    for (class, counter) in (1..).zip(&w.requests) {
        let _ = writeln!(out, "otklik_requests_total{{status=\"{class}xx\"}} {}", counter.load(Ordering::Relaxed));
    }
    let mut one = |name: &str, kind: &str, help: &str, value: u64| {
        head(&mut out, name, kind, help);
        let _ = writeln!(out, "{name} {value}");
    };
    one("otklik_answers_stored_total", "counter", "Answers of clients stored by this process", app.answers.stored());
    one("otklik_answers_refused_total", "counter", "Answers turned away because too many waited", app.answers.refused());
    one("otklik_answers_waiting", "gauge", "Answers that wait for the writer", count(app.answers.waiting()));
    one("otklik_connections_open", "gauge", "Connections open now", count(w.connections.open()));
    one("otklik_connections_total", "counter", "Connections taken", w.connections.accepted());
    one(
        "otklik_connections_refused_total",
        "counter",
        "Connections turned away because too many were open",
        w.connections.refused(),
    );
    one("otklik_jobs_waiting", "gauge", "Jobs that wait or run", u64::try_from(jobs.waiting).unwrap_or(0));
    one("otklik_jobs_failed", "gauge", "Jobs that were given up", u64::try_from(jobs.failed).unwrap_or(0));
    if let Some(bytes) = memory() {
        one("process_resident_memory_bytes", "gauge", "Memory of the process", bytes);
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], out).into_response())
}

async fn admit(app: &App, headers: &HeaderMap) -> Result<()> {
    let token = crate::doors::bearer(headers).ok_or(Error::Unauthorized)?;
    if app.watch.token.get().is_some_and(|own| kit::secret::same(own.as_bytes(), token.as_bytes())) {
        return Ok(());
    }
    let actor = access::authenticate_token(&app.ground.db, token, app.ground.now()).await?.ok_or(Error::Unauthorized)?;
    app.ground.limits.check(kit::limits::Rule::ApiToken, &actor.credential).map_err(|wait| Error::TooMany(wait.0))?;
    if actor.role == Role::Owner && actor.scopes.read { Ok(()) } else { Err(Error::Forbidden("role")) }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Resident memory; nothing where the system does not say.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

#[cfg(test)]
mod tests {
    use crate::world::World;
    use serde_json::json;

    #[tokio::test]
    async fn only_an_owner_or_the_watcher_sees_the_figures_of_the_process() {
        let w = World::new().await;
        w.client.get("/metrics").await.is(401);
        w.client.page("/metrics").await.is(401);
        for person in [&w.anna, &w.boris, &w.gleb] {
            person.get("/metrics").await.is(403);
        }
        let (_, code) = w.survey().await;
        w.client.post(&format!("/s/{code}"), json!({"answers": {"nps": 9}})).await.is(201);
        let text = w.olga.get("/metrics").await.is(200).text;
        for line in ["otklik_answers_stored_total 1\n", "otklik_requests_total{status=\"4xx\"} 5\n", "otklik_jobs_failed 0\n"] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(!text.contains(&code) && !text.contains("Сосны"), "{text}");
        w.app.watch.token.set("for the watcher alone".into()).expect("once");
        let watcher = crate::world::Person { token: "for the watcher alone".into(), ..w.client.clone() };
        watcher.get("/metrics").await.is(200);
        watcher.get("/api/v1/org").await.is(401);
        let other = crate::world::Person { token: "for the watcher alon".into(), ..w.client.clone() };
        other.get("/metrics").await.is(401);
    }
}
