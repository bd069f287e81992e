//! Standards of a large company: a material change that asks everybody, one person's duties, who knows what by branch.

use std::time::{Duration, Instant};

use kit::args;
use kit::db::{Db, Query, places};
use kit::ids::Entropy;
use kit::time::Timestamp;
use sea_orm::Value as Sql;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::server::{Client, Fail, Place, Server, binary, percentile};
use crate::{Report, number};

const POSITIONS: [&str; 10] =
    ["Врач", "Медсестра", "Администратор", "Управляющий", "Оператор", "Бухгалтер", "Юрист", "Инженер", "Водитель", "Охранник"];

pub async fn run(report: &mut Report) -> Result<(), Fail> {
    let (branches, employees) = (number("BENCH_BRANCHES", 5000), number("BENCH_EMPLOYEES", 60_000));
    report.head(&format!("Standards: {branches} branches, {employees} employees, 300 items in 30 standards"));
    let place = Place::new()?;
    let url = format!("sqlite:{}/otklik.db", place.data());
    let people = fill(&url, usize::try_from(branches)?, usize::try_from(employees)?).await?;
    let server = Server::start(&place.data(), &[])?;
    let mut client = Client::to(&server.address, &format!("authorization: Bearer {}\r\n", place.token)).await?;

    // Twenty-nine standards for one position each, so that a person has a few; the thirtieth is for everybody.
    for n in 0..29 {
        let whom = json!({"positions": [POSITIONS[n % POSITIONS.len()]]});
        let id = create(&mut client, &format!("Standard {n}"), whom).await?;
        publish(&mut client, &id, json!({})).await?;
    }
    let id = create(&mut client, "For everybody", json!({})).await?;
    let begin = Instant::now();
    publish(&mut client, &id, json!({})).await?;
    report.line(&format!("first publication of 10 items to {employees}, until answered"), &seconds(begin.elapsed()));

    // Everybody signs: straight into the tables, then the figures are counted from there.
    sign_all(&url, &id).await?;
    let begin = Instant::now();
    let done = std::process::Command::new(binary()).args(["--data", &place.data(), "check", "--repair"]).output()?;
    let _ = done.status;
    report.line("counting all figures anew (otklik check --repair)", &seconds(begin.elapsed()));

    let item = items(&mut client, &id).await?;
    change(&mut client, &item, "A new wording with another sense").await?;
    let begin = Instant::now();
    let made = publish(&mut client, &id, json!({ &item: "material" })).await?;
    let took = begin.elapsed();
    report.line(&format!("publication of a material change with {employees} duties, until answered"), &seconds(took));
    println!("  {made}");
    change(&mut client, &item, "A new wording with another sense.").await?;
    let begin = Instant::now();
    publish(&mut client, &id, json!({ &item: "editorial" })).await?;
    report.line("publication of an editorial change", &seconds(begin.elapsed()));

    let mut times = Vec::new();
    for employee in people.iter().step_by((people.len() / 300).max(1)) {
        times.push(get(&mut client, &format!("/api/v1/employees/{employee}/duties")).await?);
    }
    report.line("one person's duties", &p95(times));
    for (name, path) in [
        ("who knows what by branch, now", "/api/v1/metrics/acknowledged?by=branch".to_owned()),
        ("who knows what by branch, a page of 50", "/api/v1/metrics/acknowledged?by=branch&limit=50".to_owned()),
        ("who knows what by branch of one standard", format!("/api/v1/metrics/acknowledged?by=branch&standard={id}")),
        ("who knows what by item", "/api/v1/metrics/acknowledged?by=item".to_owned()),
        ("who knows what by position", "/api/v1/metrics/acknowledged?by=position".to_owned()),
        ("who knows what by day, a year", "/api/v1/metrics/acknowledged?by=day&from=2026-01-01&to=2027-01-01".to_owned()),
        ("a page of duties of a standard", format!("/api/v1/standards/{id}/duties?state=pending")),
    ] {
        let mut times = Vec::new();
        for _ in 0..60 {
            times.push(get(&mut client, &path).await?);
        }
        times.drain(..10);
        report.line(name, &p95(times));
    }
    Ok(())
}

fn seconds(took: Duration) -> String {
    format!("{:.2} s", took.as_secs_f64())
}

fn p95(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    format!("p95 {:.1} ms", percentile(&times, 0.95))
}

async fn get(client: &mut Client, path: &str) -> Result<Duration, Fail> {
    let begin = Instant::now();
    let answer = client.get(path).await?;
    if answer.status != 200 {
        return Err(format!("{path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
    }
    Ok(begin.elapsed())
}

async fn post(client: &mut Client, path: &str, body: &Value) -> Result<Value, Fail> {
    let answer = client.post(path, "application/json", &body.to_string()).await?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    if answer.status != 201 {
        return Err(format!("{path}: {} {text}", answer.status).into());
    }
    Ok(serde_json::from_str(&text)?)
}

async fn create(client: &mut Client, title: &str, audience: Value) -> Result<String, Fail> {
    let items: Vec<Value> = (0..10).map(|n| json!({"text": format!("{title}, item {n}: we greet within 10 seconds")})).collect();
    let body = json!({"title": title, "kind": "communication", "audience": audience, "items": items});
    let made = post(client, "/api/v1/standards", &body).await?;
    Ok(made["id"].as_str().ok_or("no standard")?.to_owned())
}

async fn publish(client: &mut Client, id: &str, changes: Value) -> Result<Value, Fail> {
    post(client, &format!("/api/v1/standards/{id}/publication"), &json!({ "changes": changes })).await
}

async fn items(client: &mut Client, id: &str) -> Result<String, Fail> {
    let answer = client.get(&format!("/api/v1/standards/{id}/items")).await?;
    let list: Value = serde_json::from_slice(&answer.body)?;
    Ok(list["items"][0]["id"].as_str().ok_or("no item")?.to_owned())
}

async fn change(client: &mut Client, item: &str, text: &str) -> Result<(), Fail> {
    let body = json!({ "text": text }).to_string();
    let request = format!(
        "PATCH /api/v1/items/{item} HTTP/1.1\r\nhost: bench\r\n{}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        client.headers,
        body.len()
    );
    let answer = client.exchange(request.as_bytes()).await?;
    if answer.status == 200 { Ok(()) } else { Err(format!("{item}: {}", String::from_utf8_lossy(&answer.body)).into()) }
}

/// Branches and employees, many rows a statement.
async fn fill(url: &str, branches: usize, employees: usize) -> Result<Vec<Uuid>, Fail> {
    let db = Db::open(url).await?;
    let org: Uuid = db.scalar("select id from org", args![]).await?.ok_or("no company")?;
    let (entropy, now) = (Entropy::seeded(1), Timestamp(1_795_251_600_000_000));
    let places_of: Vec<Uuid> = (0..branches).map(|_| entropy.id(now)).collect();
    let people: Vec<Uuid> = (0..employees).map(|_| entropy.id(now)).collect();
    let tx = db.begin().await?;
    for (at, part) in places_of.chunks(500).enumerate() {
        let sql =
            format!("insert into branch (org, id, name, code, region, created_at) values {}", places(db.engine, part.len(), 6));
        let row = |(n, id): (usize, &Uuid)| {
            let n = at * 500 + n;
            args![org, *id, format!("Branch {n:05}"), format!("b{n}"), format!("Region {}", n % 80), now.0]
        };
        tx.run(&sql, part.iter().enumerate().flat_map(row).collect::<Vec<Sql>>()).await?;
    }
    for (at, part) in people.chunks(500).enumerate() {
        let sql = format!(
            "insert into employee (org, id, name, branch, position, created_at) values {}",
            places(db.engine, part.len(), 6)
        );
        let row = |(n, id): (usize, &Uuid)| {
            let n = at * 500 + n;
            let position = POSITIONS[(n / branches.max(1)) % POSITIONS.len()];
            args![org, *id, format!("Employee {n:06}"), places_of[n % places_of.len()], position, now.0]
        };
        tx.run(&sql, part.iter().enumerate().flat_map(row).collect::<Vec<Sql>>()).await?;
    }
    tx.commit().await?;
    db.close().await;
    Ok(people)
}

/// Everybody signs everything of a standard.
async fn sign_all(url: &str, standard: &str) -> Result<(), Fail> {
    let db = Db::open(url).await?;
    let standard: Uuid = standard.parse()?;
    let tx = db.begin().await?;
    tx.run(
        "insert into acknowledgement (org, employee, item, number, signature) \
         select d.org, d.employee, i.id, 1, d.id from duty d join item i on i.org = d.org and i.standard = d.standard where d.standard = $1",
        args![standard],
    )
    .await?;
    tx.run(
        "insert into knowledge (org, day, item, employee, branch, position, required, known) \
         select d.org, k.day, k.item, d.employee, k.branch, k.position, 0, 1 from duty d \
         join knowledge k on k.org = d.org and k.employee = d.employee join item i on i.org = k.org and i.id = k.item \
         where d.standard = $1 and i.standard = $1",
        args![standard],
    )
    .await?;
    tx.run("update duty set state = 'signed' where standard = $1", args![standard]).await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}
