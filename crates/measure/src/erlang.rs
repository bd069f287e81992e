//! Call queues: Erlang B and C for M/M/n without abandonment (Erlang 1917).

use serde::{Deserialize, Serialize};

/// A queue in balance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    /// Offered load in erlangs: calls·handling time/period.
    pub traffic: f64,
    /// Load per agent; the queue is stable below 1.
    pub occupancy: f64,
    /// Share of calls that wait (Erlang C), 0…1.
    pub prob_wait: f64,
    /// Share of calls lost were there no queue (Erlang B), 0…1.
    pub erlang_b: f64,
    /// Share of calls answered within the target, 0…1.
    pub service_level: f64,
    /// Mean wait of all calls, seconds.
    pub asa_seconds: f64,
    /// Mean wait of those that wait, seconds.
    pub wait_of_waiting: f64,
    /// Mean number of calls in the queue.
    pub queue_length: f64,
}

/// Erlang's loss formula by its recursion. `None` for a negative or infinite load.
pub fn erlang_b(traffic: f64, agents: u32) -> Option<f64> {
    if !traffic.is_finite() || traffic < 0.0 {
        return None;
    }
    Some((1..=agents).fold(1.0, |b, n| traffic * b / (f64::from(n) + traffic * b)))
}

/// Offered load in erlangs. `None` unless the period is positive and nothing is negative.
pub fn traffic(calls: f64, period_seconds: f64, handling_seconds: f64) -> Option<f64> {
    let load = calls * handling_seconds / period_seconds;
    (period_seconds > 0.0 && calls >= 0.0 && handling_seconds > 0.0 && load.is_finite()).then_some(load)
}

/// Queue of `calls` a period with a mean handling time (all in seconds). `None` when it is not stable, that is, when the
/// load reaches the number of agents, or the input is impossible.
pub fn queue(calls: f64, period_seconds: f64, handling_seconds: f64, agents: u32, target_seconds: f64) -> Option<Queue> {
    let load = traffic(calls, period_seconds, handling_seconds)?;
    let n = f64::from(agents);
    if load >= n || target_seconds.is_nan() || target_seconds < 0.0 {
        return None;
    }
    let b = erlang_b(load, agents)?;
    let wait = n * b / (n - load * (1.0 - b));
    let wait_of_waiting = handling_seconds / (n - load);
    let asa = wait * wait_of_waiting;
    Some(Queue {
        traffic: load,
        occupancy: load / n,
        prob_wait: wait,
        erlang_b: b,
        service_level: 1.0 - wait * (-target_seconds / wait_of_waiting).exp(),
        asa_seconds: asa,
        wait_of_waiting,
        queue_length: calls / period_seconds * asa,
    })
}

/// Fewest agents that reach a service level (0…1, below 1). `None` for impossible input or above 100 000 agents.
pub fn agents_needed(calls: f64, period_seconds: f64, handling_seconds: f64, target_seconds: f64, level: f64) -> Option<u32> {
    let load = traffic(calls, period_seconds, handling_seconds)?;
    if load >= 100_000.0 || level.is_nan() || level >= 1.0 {
        return None;
    }
    let first = load.floor() as u32 + 1;
    let reaches =
        |n: &u32| queue(calls, period_seconds, handling_seconds, *n, target_seconds).is_some_and(|q| q.service_level >= level);
    (first..=100_000).find(reaches)
}
