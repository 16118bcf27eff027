//! The prompt: a conversation over logs, on a terminal or from a script.
//!
//! | part | what it does |
//! | --- | --- |
//! | `shell` | inputs, session and last query; runs entries |
//! | `dot` | the dot commands, one file each |
//! | `editor` | keys, on rustyline; `highlight`, `hint`, `validate` and `completion` answer it |
//! | `history` | where entries are kept |
//! | `script` | entries from a file or pipe |

mod completion;
mod dot;
mod editor;
mod highlight;
mod hint;
mod history;
mod mode;
mod script;
mod shell;
mod validate;

use std::io::{self, BufRead};

use quarry::{Engine, Session};
use rustyline::error::ReadlineError;

use self::completion::Completion;
pub(crate) use self::completion::pipeline_over;
use self::editor::Fix;
pub(crate) use self::mode::Mode;
use self::shell::Flow;
pub(crate) use self::shell::Shell;
use crate::config;
use crate::exit::Exit;
use crate::output::say;
use crate::output::style::Style;

/// Answers entries until there are no more, or one fails.
pub(crate) fn entries(shell: &mut Shell, entries: impl Iterator<Item = io::Result<String>>) -> Exit {
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                say(&format!("error: the entries can't be read: {error}"));
                return Exit::Failed;
            }
        };
        match shell.enter_and_say(&entry) {
            Ok(Flow::On) if shell.interrupt.is_pressed() => return Exit::Failed,
            Ok(Flow::On) => {}
            Ok(Flow::Quit) => return Exit::Nothing,
            Err(exit) => return exit,
        }
    }
    Exit::Nothing
}

/// Answers the entries of a file or pipe.
pub(crate) fn script(shell: &mut Shell, reader: impl BufRead) -> Exit {
    entries(shell, script::Entries::new(reader))
}

/// Asks for entries until the user leaves.
pub(crate) fn prompt(shell: &mut Shell) -> Exit {
    match converse(shell) {
        Ok(()) => Exit::Nothing,
        Err(error) => {
            say(&format!("error: the terminal can't be used: {error}"));
            Exit::Failed
        }
    }
}

fn converse(shell: &mut Shell) -> Result<(), ReadlineError> {
    let fix = Fix::default();
    let completion = Completion::new(&shell.engine, &shell.session());
    let mut editor = editor::new(shell.keys, completion, &fix, Style::of_stdout())?;
    let kept = config::current().prompt.history.unwrap_or(true);
    let folder = std::env::current_dir().unwrap_or_default();
    let file = if kept { history::file(&history::project(&folder)) } else { None };
    if let Some(file) = &file {
        // A first session has none yet.
        let _ = editor.load_history(file);
    }
    greet(shell);
    warm(&shell.engine, &shell.session());
    let mut generation = shell.generation;
    let mut told = false;
    loop {
        match editor.readline("quarry> ") {
            Ok(entry) => {
                if editor::remember(&mut editor, &entry)
                    && let Some(file) = &file
                {
                    // Entries that can't be kept are still answered.
                    let _ = editor.append_history(file);
                }
                if shell.enter_and_say(&entry) == Ok(Flow::Quit) {
                    return Ok(());
                }
            }
            Err(ReadlineError::Interrupted) => {
                // Told once: Ctrl-C mostly drops a line.
                if !std::mem::replace(&mut told, true) {
                    say("(.quit or Ctrl-D leaves)");
                }
            }
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(error),
        }
        if let Ok(mut fix) = fix.lock() {
            fix.clone_from(&shell.fix);
        }
        if shell.generation != generation {
            generation = shell.generation;
            editor::set_keys(&mut editor, shell.keys);
            if let Some(prompt) = editor.helper_mut() {
                prompt.completion = Completion::new(&shell.engine, &shell.session());
            }
            warm(&shell.engine, &shell.session());
        }
    }
}

fn greet(shell: &Shell) {
    let names = shell.engine.indices();
    let style = Style::of_stderr();
    let version = env!("CARGO_PKG_VERSION");
    say(&format!("Quarry {version}. {}", style.dim("Tab completes, .help lists what a dot does, Ctrl-D leaves.")));
    match names.as_slice() {
        [] => say("There is no input; .open PATH opens some."),
        names => say(&dot::inputs::in_words(shell, names)),
    }
}

/// Looks at the fields once in the background, so that the first Tab needn't.
fn warm(engine: &Engine, session: &Session) {
    let names = engine.indices();
    if names.is_empty() {
        return;
    }
    let (engine, session) = (engine.sample(), session.clone());
    std::thread::spawn(move || session.columns(&engine, &completion::pipeline_over(&names)));
}
