//! `portolan`: arguments in, exit code out.

use std::process::ExitCode;

use anyhow::Context;

fn main() -> anyhow::Result<ExitCode> {
    let code = portolan::shell::run(std::env::args_os()).context("cannot read or write")?;
    Ok(ExitCode::from(code))
}
