//! The line editor: keys, colours, completion and hints, put together on rustyline.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::history::{FileHistory, History};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, ColorMode, CompletionType, ConditionalEventHandler, Config, Context, EditMode, Editor, Event, EventContext,
    EventHandler, Helper, KeyCode, KeyEvent, Modifiers, RepeatCount,
};

use super::completion::{Candidate, Completion, fitted};
use super::{highlight, hint, validate};
use crate::config::Keys;
use crate::output::screen;
use crate::output::style::Style;

/// The most entries that are kept.
const HISTORY: usize = 10_000;
/// Longer entries are neither coloured nor looked at with every key, which has to stay instant.
const LONGEST_LIVE: usize = 32 << 10;

/// A corrected entry that a key puts into the line.
pub(crate) type Fix = Arc<Mutex<Option<String>>>;

/// A line editor with its history.
pub(crate) type LineEditor = Editor<Prompt, FileHistory>;

/// An editor with the prompt's keys.
///
/// # Errors
/// The terminal can't be used.
pub(crate) fn new(keys: Keys, completion: Completion, fix: &Fix, style: Style) -> Result<LineEditor, ReadlineError> {
    let config = Config::builder()
        .max_history_size(HISTORY)?
        .history_ignore_dups(true)?
        // A line that begins with a space is private, as in shells.
        .history_ignore_space(true)
        .auto_add_history(false)
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        // Lists are cut to the screen instead: nothing but a letter answers rustyline's question.
        .completion_prompt_limit(usize::MAX)
        .edit_mode(mode(keys))
        .color_mode(if style.color { ColorMode::Enabled } else { ColorMode::Disabled })
        .build();
    let history = FileHistory::with_config(&config);
    let mut editor = Editor::with_history(config, history)?;
    let prompt = Prompt { completion, fix: fix.clone(), hints: style.color, cursor: std::cell::Cell::new(None) };
    editor.set_helper(Some(prompt));
    let insert = |fix: &Fix| EventHandler::Conditional(Box::new(InsertFix(fix.clone())));
    editor.bind_sequence(KeyEvent(KeyCode::Tab, Modifiers::NONE), insert(fix));
    editor.bind_sequence(KeyEvent::ctrl('@'), insert(fix));
    editor.bind_sequence(KeyEvent::ctrl(' '), insert(fix));
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), EventHandler::Simple(Cmd::Newline));
    Ok(editor)
}

fn mode(keys: Keys) -> EditMode {
    match keys {
        Keys::Emacs => EditMode::Emacs,
        Keys::Vi => EditMode::Vi,
    }
}

/// Changes the keys of an editor.
pub(crate) fn set_keys(editor: &mut LineEditor, keys: Keys) {
    editor.set_edit_mode(mode(keys));
}

/// What rustyline asks while a line is typed.
pub(crate) struct Prompt {
    pub(crate) completion: Completion,
    fix: Fix,
    /// Whether hints are shown; without colours they would look like text that was typed.
    hints: bool,
    /// The cursor of the last key, for matching brackets; none once the line is entered.
    cursor: std::cell::Cell<Option<usize>>,
}

impl Helper for Prompt {}

impl rustyline::completion::Completer for Prompt {
    type Candidate = Candidate;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Candidate>)> {
        let (start, found) = self.completion.complete(line, at);
        let (columns, rows) = screen::size().map_or((80, 24), |size| (size.columns, size.rows));
        // Lines of the entry and an empty one stay on the screen.
        let taken = 3 + line.lines().count() + line.len() / columns;
        Ok((start, fitted(found, columns, rows.saturating_sub(taken))))
    }
}

impl Validator for Prompt {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if validate::is_whole(context.input()) {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

/// Dim text after the cursor.
pub(crate) struct DimText {
    shown: String,
    inserted: Option<String>,
}

impl Hint for DimText {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.inserted.as_deref()
    }
}

impl Hinter for Prompt {
    type Hint = DimText;

    fn hint(&self, line: &str, at: usize, context: &Context<'_>) -> Option<DimText> {
        if let Some(head) = line.get(..at).filter(|head| head.len() <= LONGEST_LIVE) {
            self.completion.prepare(head);
        }
        if !self.hints {
            return None;
        }
        if line.is_empty() {
            let fix = self.fix.lock().ok()?.clone()?;
            let first = fix.lines().next().unwrap_or("").to_owned();
            let more = if fix.lines().nth(1).is_some() { " …" } else { "" };
            return Some(DimText { shown: format!("{first}{more}  (Tab)"), inserted: Some(fix) });
        }
        let rest = hint::from_history(line, at, context.history())?;
        Some(DimText { shown: rest.clone(), inserted: Some(rest) })
    }
}

impl Highlighter for Prompt {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if line.len() > LONGEST_LIVE {
            return Cow::Borrowed(line);
        }
        Cow::Owned(highlight::highlight(line, self.cursor.get()))
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Owned(format!("\u{1b}[1;36m{prompt}\u{1b}[0m"))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\u{1b}[2m{hint}\u{1b}[0m"))
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        match candidate.split_once("  ") {
            Some((text, note)) => Cow::Owned(format!("{text}\u{1b}[2m  {note}\u{1b}[0m")),
            None => Cow::Borrowed(candidate),
        }
    }

    fn highlight_char(&self, _: &str, at: usize, kind: CmdKind) -> bool {
        self.cursor.set((kind != CmdKind::ForcedRefresh).then_some(at));
        true
    }
}

/// Puts the corrected entry into an empty line; elsewhere the key completes.
struct InsertFix(Fix);

impl ConditionalEventHandler for InsertFix {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        if !context.line().is_empty() {
            return Some(Cmd::Complete);
        }
        let fix = self.0.lock().ok()?.take();
        Some(fix.map_or(Cmd::Complete, |text| Cmd::Insert(1, text)))
    }
}

/// Whether an entry belongs in the history.
pub(crate) fn remember(editor: &mut LineEditor, entry: &str) -> bool {
    !entry.trim().is_empty() && editor.history_mut().add(entry.trim_end()).unwrap_or(false)
}
