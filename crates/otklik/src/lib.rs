//! Otklik: a self-hosted service-quality system. Start reading at [`app`], which names every route, job and text.
#![forbid(unsafe_code)]
// Modules stand in reading order: doors, then features from the top of the house to its foundation.

pub mod app;
pub mod backup;
pub mod cli;
pub mod demo;
pub mod doors;
pub mod layout;
pub mod openapi;
pub mod sweep;
pub mod thing;
pub mod watch;

pub mod access;
pub mod figures;
pub mod imports;
pub mod insight;
pub mod staff;
pub mod standards;
pub mod surveys;

#[cfg(test)]
mod attack;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod world;
