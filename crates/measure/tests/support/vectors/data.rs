//! Data sets: CSV, gzipped or not.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;

use super::Skip;

/// A CSV file in memory.
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Place of a column.
    pub fn column(&self, name: &str) -> Result<usize, Skip> {
        let place = self.header.iter().position(|h| h == name);
        place.ok_or_else(|| Skip::NoData(format!("column {name}")))
    }

    /// Cells of a column, in file order.
    pub fn texts(&self, name: &str) -> Result<Vec<&str>, Skip> {
        let place = self.column(name)?;
        Ok(self.rows.iter().map(|row| row.get(place).map_or("", String::as_str)).collect())
    }

    /// A column as numbers; blanks and anything else are gaps.
    pub fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>, Skip> {
        Ok(self.texts(name)?.into_iter().map(|cell| cell.trim().parse().ok()).collect())
    }
}

/// Opens `folder/name` or `folder/name.gz` in the first data folder that has it.
pub fn load(folders: &[PathBuf], folder: &str, name: &str) -> Result<Table, Skip> {
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    for base in folders {
        let path = base.join(folder).join(plain);
        let zipped = base.join(folder).join(format!("{plain}.gz"));
        if let Ok(file) = File::open(&path) {
            return read(file);
        }
        if let Ok(file) = File::open(&zipped) {
            return read(GzDecoder::new(file));
        }
    }
    Err(Skip::NoData(format!("data/{folder}/{plain}")))
}

fn read(source: impl Read) -> Result<Table, Skip> {
    let broken = |e: csv::Error| Skip::NoData(format!("a readable CSV ({e})"));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
    let header = reader.headers().map_err(broken)?.iter().map(|h| h.trim_start_matches('\u{feff}').to_owned()).collect();
    let rows: Result<Vec<Vec<String>>, csv::Error> =
        reader.records().map(|row| Ok(row?.iter().map(str::to_owned).collect())).collect();
    Ok(Table { header, rows: rows.map_err(broken)? })
}
