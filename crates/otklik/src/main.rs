//! `otklik`: the command line.
#![forbid(unsafe_code)]

use std::process::ExitCode;

/// Under load a third of the server's time went into the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    otklik::cli::main()
}
