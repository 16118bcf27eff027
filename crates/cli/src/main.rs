//! The `quarry` command.

mod args;
mod commands;
mod config;
mod exit;
mod interrupt;
mod output;
mod repl;
mod survey;
mod version;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let cli = args::Cli::parse();
    commands::run(cli).into()
}
