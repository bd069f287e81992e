//! A figure as a file for spreadsheets.

use axum::extract::{Path, State};
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use kit::i18n::T;
use kit::{Actor, Error, Result};

use super::place::Where;
use crate::app::App;
use crate::insight::desk;
use crate::insight::rules::{By, Metric, Query};

/// The table of a figure's breakdown: `;` between cells and a comma in numbers in Russian, as spreadsheets there expect.
pub async fn table(State(app): State<App>, actor: Actor, Path(key): Path<String>, uri: Uri) -> Result<Response> {
    let metric = Metric::parse(&key).ok_or(Error::NotFound)?;
    let t = T::new(actor.lang);
    let place = Where::read(&uri);
    let desk = desk(&app.ground.db, &actor, app.ground.now());
    let by = place.get("by").and_then(By::parse).unwrap_or(By::Branch);
    let more = Query { by: Some(by.key().into()), ..place.query_of(metric) };
    let figure = desk.figure(&place.ask(metric, desk.today, more)?).await?;
    let russian = t.lang() == "ru";
    let mut out =
        csv::WriterBuilder::new().delimiter(if russian { b';' } else { b',' }).from_writer("\u{feff}".as_bytes().to_vec());
    let heads =
        [String::new(), t.s("insight-head-n"), t.s("insight-head-value"), t.s("insight-head-low"), t.s("insight-head-high")];
    let number = |v: Option<f64>| {
        let text = v.map_or_else(String::new, |v| format!("{v:.4}"));
        if russian { text.replace('.', ",") } else { text }
    };
    let broken = |e: csv::Error| Error::Internal(e.to_string());
    out.write_record(&heads).map_err(broken)?;
    for i in &figure.items {
        let interval = i.sample.interval().filter(|_| !i.suppressed);
        let n = if i.suppressed { String::new() } else { i.sample.n().to_string() };
        // A name that begins like a formula stays a name.
        let label = crate::imports::rules::cells::guarded(&i.label);
        let value = i.sample.value().filter(|_| !i.suppressed);
        out.write_record([label, n, number(value), number(interval.map(|i| i.low)), number(interval.map(|i| i.high))])
            .map_err(broken)?;
    }
    let bytes = out.into_inner().map_err(|e| Error::Internal(e.to_string()))?;
    let name = format!("attachment; filename=\"{key}.csv\"");
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}
