//! n: rows, columns, and per column non-empty, distinct, sum or longest text.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Context, Outcome, Skip};

pub fn compute(context: &mut Context, case: &Value) -> Outcome {
    // Here the id is the path of the file.
    let (folder, name) = case["id"].as_str().and_then(|id| id.split_once('/')).ok_or(Skip::NotCovered)?;
    let table = context.table(folder, name)?;
    let mut columns = Map::new();
    for (place, header) in table.header.iter().enumerate() {
        let cells: Vec<&str> =
            table.rows.iter().filter_map(|r| r.get(place)).map(String::as_str).filter(|c| !c.is_empty()).collect();
        let distinct: HashSet<&str> = cells.iter().copied().collect();
        let mut column = json!({"non_empty": cells.len(), "distinct": distinct.len()});
        let numbers: Option<Vec<f64>> = cells.iter().map(|c| c.trim().parse::<f64>().ok().filter(|v| v.is_finite())).collect();
        match numbers {
            _ if cells.is_empty() => {}
            Some(numbers) => column["sum"] = json!(numbers.iter().sum::<f64>()),
            None => column["max_chars"] = json!(cells.iter().map(|c| c.chars().count()).max()),
        }
        columns.insert(header.clone(), column);
    }
    Ok(json!({"rows": table.rows.len(), "columns": table.header.len(), "by_column": columns}))
}
