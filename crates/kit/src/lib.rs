//! The ground of Otklik. It knows no feature: database, transaction, history, jobs, time, ids, errors, web, mail, files, languages.
#![forbid(unsafe_code)]

pub mod actor;
pub mod db;
pub mod docx;
pub mod encoding;
pub mod error;
pub mod files;
pub mod filter;
pub mod ground;
pub mod guards;
pub mod i18n;
pub mod ids;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod migrate;
mod schema;
pub mod secret;
pub mod serve;
pub mod tables;
pub mod tar;
pub mod time;
pub mod tx;
pub mod visible;
pub mod web;

pub use actor::{Actor, Reach, Role, Via};
pub use db::{Db, Query};
pub use error::{Error, Faults, FieldError, Result};
pub use ground::Ground;
pub use time::Timestamp;
pub use tx::Tx;
