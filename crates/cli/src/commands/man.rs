//! `quarry man`

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};

use crate::args::Cli;
use crate::exit::Exit;
use crate::output::say;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry man ~/.local/share/man/man1
  man quarry-query

Exit code: 0, or 2 where the folder can't be written.")]
pub(crate) struct ManArgs {
    /// The folder; it is made where it isn't there
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

/// Writes one page for the program and one for each command.
pub(crate) fn run(args: &ManArgs) -> Exit {
    match write(&args.folder) {
        Ok(count) => {
            say(&format!("{count} pages in {}", args.folder.display()));
            Exit::Nothing
        }
        Err(error) => {
            say(&format!("error: {}: {error}", args.folder.display()));
            Exit::Failed
        }
    }
}

fn write(folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let mut program = Cli::command();
    program.build();
    page(folder, "quarry", program.clone())?;
    let mut count = 1;
    for command in program.get_subcommands() {
        let name = format!("quarry-{}", command.get_name());
        page(folder, &name, command.clone().name(name.clone()).version(env!("CARGO_PKG_VERSION")))?;
        count += 1;
    }
    Ok(count)
}

fn page(folder: &Path, name: &str, command: clap::Command) -> io::Result<()> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let man = clap_mangen::Man::new(command.long_version(None));
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if name == "quarry" {
        man.render_subcommands_section(&mut text)?;
    }
    text.extend(examples(&help).into_bytes());
    man.render_version_section(&mut text)?;
    fs::write(folder.join(format!("{name}.1")), text)
}

/// The text under the options as sections: examples stand line by line, so that they can be copied.
fn examples(help: &str) -> String {
    let (examples, codes) = help.split_once("Exit code: ").unwrap_or((help, ""));
    let lines = examples.trim_start_matches("Examples:\n").trim_end().lines();
    let mut text = String::from(".SH EXAMPLES\n.nf\n");
    lines.for_each(|line| text.push_str(&roff(line)));
    text.push_str(".fi\n");
    if !codes.is_empty() {
        text.push_str(".SH \"EXIT STATUS\"\n");
        codes.lines().for_each(|line| text.push_str(&roff(line)));
    }
    text
}

/// A line of text that roff shows as it is: no request, no escape, no typographic dash or quote.
fn roff(line: &str) -> String {
    let escaped = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('`', "\\(ga");
    let guard = if escaped.starts_with(['.', '\'']) { "\\&" } else { "" };
    format!("{guard}{escaped}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_were_filled_into_paragraphs_and_hyphenated() {
        let text = examples("Examples:\n  quarry query -i a 'FROM a'\n.b\n\nExit code: 0, or 2\nelse.");
        assert_eq!(
            text,
            ".SH EXAMPLES\n.nf\n  quarry query \\-i a \\(aqFROM a\\(aq\n\\&.b\n.fi\n.SH \"EXIT STATUS\"\n0, or 2\nelse.\n"
        );
    }
}
