//! What the prompt knows and does, apart from reading keys: inputs, session, last query.

use std::collections::HashSet;
use std::io::IsTerminal;
use std::sync::Arc;

use jiff::tz::TimeZone;
use quarry::diagnostics::Diagnostic;
use quarry::{Account, Engine, EngineOptions, Input, Query, Session, counted};

use super::{Mode, dot};
use crate::commands::query::writer;
use crate::config::{self, Keys};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::screen::Screen;
use crate::output::show::{Shown, show};
use crate::output::style::Style;
use crate::output::table::{Layout, View};
use crate::output::{account, say, warn};

/// Whether the prompt goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    On,
    Quit,
}

/// Why an entry failed: a message, or nothing where it was said already.
#[derive(Debug, Default)]
pub(crate) struct Failure(pub(crate) Option<String>);

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self(Some(message))
    }
}

/// What came of an entry.
pub(crate) type Answer = Result<Flow, Failure>;

/// The state of a prompt or script.
pub(crate) struct Shell {
    pub(crate) engine: Engine,
    inputs: Vec<Input>,
    /// Inputs that can't be read, of which it was said.
    told_unreadable: HashSet<String>,
    options: EngineOptions,
    session: Session,
    pub(crate) interrupt: Interrupt,
    /// Whether someone types.
    pub(crate) interactive: bool,
    /// Whether accounts are left out.
    pub(crate) quiet: bool,
    /// Whether NOW() stands still.
    pub(crate) fixed_now: bool,
    pub(crate) mode: Mode,
    pub(crate) zone: Option<TimeZone>,
    pub(crate) timing: bool,
    pub(crate) keys: Keys,
    /// The last query that was right.
    pub(crate) last: Option<String>,
    /// The last wrong entry with its corrections.
    pub(crate) fix: Option<String>,
    /// What was entered.
    pub(crate) entered: Vec<String>,
    /// Grows whenever the inputs or the session change.
    pub(crate) generation: u64,
}

/// The most entries that `.history` remembers.
const MOST_ENTRIES: usize = 10_000;

impl Shell {
    /// A shell without inputs.
    pub(crate) fn new(session: Session, options: EngineOptions, interrupt: Interrupt) -> Result<Self, String> {
        let config = config::current();
        Ok(Self {
            engine: Engine::open(&[], options.clone()).map_err(|error| error.to_string())?,
            inputs: Vec::new(),
            told_unreadable: HashSet::new(),
            options,
            session,
            interrupt,
            interactive: false,
            quiet: false,
            fixed_now: false,
            mode: Mode::default(),
            zone: None,
            timing: config.prompt.timing.unwrap_or(true),
            keys: config.prompt.keys,
            last: None,
            fix: None,
            entered: Vec::new(),
            generation: 0,
        })
    }

    /// Opens `more` beside what is open. Where that fails, nothing changes.
    pub(crate) fn open(&mut self, more: Vec<Input>) -> Result<(), String> {
        if more.is_empty() {
            return Ok(());
        }
        let before = self.engine.inputs().len();
        let inputs: Vec<Input> = self.inputs.iter().cloned().chain(more).collect();
        let (wanted, options) = (inputs.clone(), self.options.clone());
        let opened = self.interrupt.wait(move || Engine::open(&wanted, options).map_err(|error| error.to_string()));
        self.engine = opened.ok_or_else(|| "stopped before all inputs were looked at; none is opened".to_owned())??;
        self.inputs = inputs;
        self.generation += 1;
        let unreadable = account::newly_unreadable(self.engine.account(), &mut self.told_unreadable);
        if unreadable == 0 && self.engine.inputs().len() == before {
            say("There are no logs in what was to be opened.");
        }
        Ok(())
    }

    /// The zone of days, hours and shown dates; UTC without one.
    pub(crate) fn set_zone(&mut self, zone: Option<TimeZone>) {
        self.session.zone = zone.clone().unwrap_or(TimeZone::UTC);
        self.zone = zone;
        self.generation += 1;
    }

    /// The rows given where a query has no LIMIT.
    pub(crate) fn limit(&self) -> Option<usize> {
        self.session.default_limit
    }

    /// Sets the rows given where a query has no LIMIT.
    pub(crate) fn set_limit(&mut self, limit: Option<usize>) {
        self.session.default_limit = limit;
    }

    /// The session of a run that begins now.
    pub(crate) fn session(&self) -> Session {
        let now_millis = if self.fixed_now { self.session.now_millis } else { Session::default().now_millis };
        Session { now_millis, cancelled: Arc::default(), ..self.session.clone() }
    }

    /// The last query, or why there is none.
    pub(crate) fn last(&self) -> Result<String, String> {
        self.last.clone().ok_or_else(|| "there is no query yet; type one first".to_owned())
    }

    /// How rows look now.
    pub(crate) fn view(&self, layout: Layout) -> View {
        let mut view = View::of_stdout();
        view.layout = layout;
        view.cells.zone = self.zone.clone();
        view
    }

    /// Runs an entry: a query or a dot command.
    pub(crate) fn enter(&mut self, entry: &str) -> Answer {
        let entry = entry.trim();
        let entry = if entry.starts_with('.') { entry } else { entry.trim_end_matches(';').trim_end() };
        if entry.is_empty() {
            return Ok(Flow::On);
        }
        if self.entered.len() < MOST_ENTRIES {
            self.entered.push(entry.to_owned());
        }
        self.fix = None;
        self.interrupt.reset();
        match entry.strip_prefix('.') {
            Some(command) => dot::run(self, command),
            None => self.query(entry, self.mode).map(|()| Flow::On),
        }
    }

    /// Runs an entry of a script and says what went wrong.
    pub(crate) fn enter_and_say(&mut self, entry: &str) -> Result<Flow, Exit> {
        self.enter(entry).map_err(|failure| {
            if let Some(message) = failure.0 {
                say(&format!("error: {message}"));
            }
            Exit::Failed
        })
    }

    /// Prepares a query. What is wrong is shown, and its correction remembered.
    pub(crate) fn prepare(&mut self, text: &str, session: &Session, engine: &Engine) -> Result<Query, Failure> {
        // Fields that no record seen so far has are looked for in all of the input.
        let prepared = {
            let (session, engine, text) = (session.clone(), engine.clone(), text.to_owned());
            self.interrupt.wait(move || session.prepare(&engine, &text))
        };
        let Some(prepared) = prepared else { return Err("stopped before the query ran".to_owned().into()) };
        match prepared {
            Ok(query) => {
                if !query.diagnostics().is_empty() {
                    say(&crate::output::diagnostics("query", text, query.diagnostics()));
                }
                Ok(query)
            }
            Err(diagnostics) => {
                say(&crate::output::diagnostics("query", text, &diagnostics));
                self.fix = corrected(text, &diagnostics);
                if self.interactive && self.fix.is_some() {
                    say(&Style::of_stderr().dim("Tab puts the corrected query into the line."));
                }
                Err(Failure(None))
            }
        }
    }

    /// Runs a query and shows its rows.
    pub(crate) fn query(&mut self, text: &str, mode: Mode) -> Result<(), Failure> {
        let session = self.session();
        let engine = self.engine.clone();
        let query = self.prepare(text, &session, &engine)?;
        self.last = Some(text.to_owned());
        self.show(&query, &session, mode)
    }

    /// Shows the rows of a prepared query.
    pub(crate) fn show(&self, query: &Query, session: &Session, mode: Mode) -> Result<(), Failure> {
        let account = Account::default();
        let mut writer = writer(mode.format, self.view(mode.layout));
        let screen = Screen::new(self.interactive && std::io::stdout().is_terminal());
        let shown = show(query, &account, &session.cancelled, &self.interrupt, &mut writer, screen);
        self.close(&shown, &account)
    }

    fn close(&self, shown: &Shown, account: &Account) -> Result<(), Failure> {
        if let Err(error) = &shown.written {
            return Err(format!("the output can't be written: {error}").into());
        }
        account::close(account, true);
        let summary = match &shown.outcome {
            Ok(summary) => summary,
            Err(error) => return Err(error.to_string().into()),
        };
        for warning in &summary.warnings {
            warn(warning);
        }
        if let Some(limit) = summary.cut_at {
            say(&format!(
                "note: the query has no LIMIT, so only the first {limit} rows are given; .set limit all gives all"
            ));
        }
        if shown.interrupted {
            say("stopped: the rows are those of what was read so far");
        }
        if self.timing && !self.quiet {
            say(&Style::of_stderr().dim(&summed(shown, account)));
        }
        Ok(())
    }
}

fn summed(shown: &Shown, account: &Account) -> String {
    let s = |n: u64| if n == 1 { "" } else { "s" };
    let took = shown.elapsed.map_or_else(String::new, |elapsed| format!(" in {:.3} s", elapsed.as_secs_f64()));
    let events = counted(&account.events);
    let read = if events == 0 {
        String::new()
    } else {
        format!(" · read {events} event{} ({})", s(events), account::size(counted(&account.bytes)))
    };
    format!("{} row{}{took}{read}", shown.rows, s(shown.rows))
}

/// The text with all corrections that its errors offer, where there are some.
fn corrected(text: &str, diagnostics: &[Diagnostic]) -> Option<String> {
    let mut fixes: Vec<_> = diagnostics.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()).collect();
    fixes.sort_by_key(|fix| fix.span);
    let mut fixed = text.to_owned();
    let mut from = text.len();
    for fix in fixes.iter().rev() {
        let (start, end) = (fix.span.start as usize, fix.span.end as usize);
        // Corrections of one place exclude each other.
        if end <= from && text.get(start..end).is_some() {
            fixed.replace_range(start..end, &fix.replacement);
            from = start;
        }
    }
    (fixed != text).then_some(fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_corrections_are_made_at_once() {
        let text = "FROM a | WHER x == 'y' && z";
        let parsed = quarry::syntax::parse(text);
        assert_eq!(corrected(text, &parsed.errors).as_deref(), Some("FROM a | WHERE x == \"y\" AND z"));
        assert_eq!(corrected("FROM a", &[]), None);
    }
}
