//! The `quarry` command.

mod args;
mod commands;
mod exit;
mod output;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let cli = args::Cli::parse();
    commands::run(cli).into()
}
