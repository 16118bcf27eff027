//! Rules over logs that still grow.
//!
//! Rules whose rows each depend on one event look at events as they come. The others look at windows, by their schedule
//! in the time of the events; a window is over when an event has come that is later by `lateness`.
//!
//! The loop reads what is new, evaluates, writes down in one step what holds now (how far each file is read, the open
//! windows, the alerts that are to be given), and then gives the alerts. Whenever it is killed, it goes on from what was
//! written down: nothing is left out and nothing is done twice.

mod by_event;
mod clock;
mod evaluate;
mod files;
mod held;
mod ingest;
mod mark;
mod outbox;
mod packed;
mod paths;
mod signals;
mod state;
mod stream;
mod suppress;
mod units;
mod windows;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use quarry::{EngineOptions, Input, Session};

pub use outbox::Output;

use crate::{Exceptions, Rule};
use clock::Clock;
use evaluate::{Evaluator, Work};
use files::{Chunk, Watcher};
use held::{GIVEN, Given};
use state::{Growing, State, Store};
use stream::Stream;
use suppress::{FIRSTS, Firsts};

/// A file or folder that is followed.
#[derive(Clone, Debug)]
pub struct FollowInput {
    /// Where it is; it need not be there yet.
    pub path: PathBuf,
    /// The index that its events are in, where that isn't to be found from what they say.
    pub index: Option<String>,
}

/// How logs are followed.
#[derive(Debug)]
pub struct FollowOptions {
    /// Files and folders.
    pub inputs: Vec<FollowInput>,
    /// Inputs that are read whenever a rule is evaluated: what LOOKUP JOIN and ENRICH look into.
    pub lookups: Vec<Input>,
    /// How events are read.
    pub engine: EngineOptions,
    /// The clock of rules over single events, the zone, the limits.
    pub session: Session,
    /// Whether NOW() is the session's clock for such rules also after hours; otherwise it is the time of day.
    pub fixed_clock: bool,
    /// Where the state is kept; `None` keeps it until the end only.
    pub state: Option<PathBuf>,
    /// How much later than others an event may come, in milliseconds.
    pub lateness: i64,
    /// What is known to be harmless.
    pub exceptions: Arc<Exceptions>,
}

/// What was done.
#[derive(Clone, Debug, Default)]
pub struct FollowSummary {
    /// Events read.
    pub events: u64,
    /// Alerts given, and given again.
    pub alerts: u64,
    /// Those given again, with what became part of them.
    pub updates: u64,
    /// Alerts that suppression made part of one that was given before.
    pub suppressed: u64,
    /// Alerts left out since a run made as many as its rule allows.
    pub cut: u64,
    /// Rules of whose indices no event came.
    pub without_input: Vec<Rule>,
    /// Events that came after a window that they belong to was over.
    pub late: u64,
    /// Events that are in no window of a rule, since they have no time.
    pub undated: u64,
    /// Rules that could not be evaluated, each counted once.
    pub failed: u64,
}

/// Why following ended.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The state can't be read or written.
    #[error("{}: {source}", path.display())]
    State {
        /// The folder or file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The state is not one that can be gone on from.
    #[error("{}: {message}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Another process has it.
    #[error("{}: another process uses this state", .0.display())]
    Locked(PathBuf),
    /// Alerts can't be written.
    #[error("the alerts can't be written: {0}")]
    Output(io::Error),
    /// A rule's file says something that can't be followed.
    #[error("{rule}: {message}")]
    Rule {
        /// The rule's name.
        rule: String,
        /// What is wrong.
        message: String,
    },
}

impl FollowError {
    fn state(path: &Path, source: &io::Error) -> Self {
        let source = io::Error::new(source.kind(), source.to_string());
        Self::State { path: path.to_owned(), source }
    }
}

/// How long the loop sleeps where nothing is new.
const PAUSE: Duration = Duration::from_millis(200);

/// How long windows wait for files of which it isn't clear yet what they are. What they hold may belong to these windows; but
/// where there is always such a file, windows must go on.
const WAITS: Duration = Duration::from_secs(10);

/// Problems told: events that can't be read may be as many as there are events.
const MOST_TOLD: usize = 50;

/// Bytes read before rules are evaluated.
const BUDGET: usize = 8 << 20;

/// Follows until `stop` is set, or until `stream` ends and there is nothing else to follow. `tell` gets what is to be
/// told beside the alerts.
///
/// # Errors
/// The state or the output can't be written. What was written down before holds.
pub fn follow(
    rules: &[Rule],
    options: &FollowOptions,
    stream: Option<(Box<dyn Read + Send>, Option<String>)>,
    mut output: Output<'_>,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(&str),
) -> Result<FollowSummary, FollowError> {
    let (store, state) = Store::open(options.state.as_deref())?;
    let mut follower = Follower::open(rules, options, stream, &store, state, &output)?;
    follower.summary.alerts +=
        outbox::deliver(&store, &follower.state, &mut output).map_err(FollowError::Output)? as u64;
    loop {
        let turn = follower.turn(&output, tell)?;
        follower.summary.alerts +=
            outbox::deliver(&store, &follower.state, &mut output).map_err(FollowError::Output)? as u64;
        if stop.load(Ordering::Relaxed) {
            break;
        }
        match turn {
            Turn::Busy => {}
            Turn::Idle => follower.pause(stop),
            Turn::Over => break,
        }
    }
    if options.state.is_none() {
        // Nobody goes on from here, so what suppressed alerts stand for is told now.
        follower.close(&output)?;
        follower.summary.alerts +=
            outbox::deliver(&store, &follower.state, &mut output).map_err(FollowError::Output)? as u64;
    }
    follower.summary.without_input = follower.evaluator.without_input();
    Ok(follower.summary)
}

/// What a turn of the loop found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// There is more to do at once.
    Busy,
    /// Nothing is new.
    Idle,
    /// Nothing more will come.
    Over,
}

struct Follower<'a> {
    store: &'a Store,
    state: State,
    watcher: Watcher,
    stream: Option<Stream>,
    follows_files: bool,
    evaluator: Evaluator<'a>,
    clocks: Vec<Clock>,
    given: Given,
    firsts: Firsts,
    summary: FollowSummary,
    /// When the latest event came, by this process's clock.
    last_event: Instant,
    /// Chunks that came while waiting.
    waiting: Vec<Chunk>,
    /// Since when windows wait for files.
    waits_since: Option<Instant>,
    /// Problems so far.
    told: usize,
}

impl<'a> Follower<'a> {
    fn open(
        rules: &'a [Rule],
        options: &'a FollowOptions,
        stream: Option<(Box<dyn Read + Send>, Option<String>)>,
        store: &'a Store,
        state: State,
        output: &Output<'_>,
    ) -> Result<Self, FollowError> {
        let mut excluded = vec![store.path().to_owned()];
        if let Output::File(path) = output {
            // It has to be there to be told from the others.
            std::fs::OpenOptions::new().append(true).create(true).open(path).map_err(FollowError::Output)?;
            excluded.push(path.clone());
        }
        let evaluator = Evaluator::new(rules, options)?;
        let stream_key = format!("stream{:08x}", state.sequence);
        Ok(Self {
            watcher: Watcher::new(options.inputs.clone(), excluded, state.files.clone()),
            stream: stream.map(|(input, index)| Stream::new(input, stream_key, index)),
            follows_files: !options.inputs.is_empty(),
            clocks: evaluator.clocks(store, &state).map_err(|error| store.error(&error))?,
            evaluator,
            given: Given::open(store, &state.given).map_err(|error| store.error(&error))?,
            firsts: Firsts::open(store, &state.alerts).map_err(|error| store.error(&error))?,
            summary: FollowSummary::default(),
            last_event: Instant::now(),
            waiting: Vec::new(),
            waits_since: None,
            told: 0,
            store,
            state,
        })
    }

    /// Reads, evaluates, and writes down what holds.
    fn turn(&mut self, output: &Output<'_>, tell: &mut dyn FnMut(&str)) -> Result<Turn, FollowError> {
        let mut problems = Vec::new();
        self.clocks.iter_mut().for_each(Clock::begin);
        let mut look = self.watcher.look(BUDGET);
        problems.append(&mut look.problems);
        let mut chunks = std::mem::take(&mut self.waiting);
        if let Some(stream) = &mut self.stream {
            chunks.extend(stream.look(Duration::ZERO, BUDGET));
            if stream.behind {
                look.behind.push(stream.key.clone());
            }
        }
        chunks.append(&mut look.chunks);
        let over = !self.follows_files && self.stream.as_ref().is_none_or(|stream| stream.ended);
        let came = !chunks.is_empty();
        if came {
            self.last_event = Instant::now();
        }
        let mut alerts = Vec::new();
        let waits = look.settling > 0 && {
            let since = *self.waits_since.get_or_insert_with(Instant::now);
            since.elapsed() < WAITS
        };
        if look.settling == 0 {
            self.waits_since = None;
        }
        let (store, last_event) = (self.store, self.last_event);
        let mut work = self.work();
        work.chunks(&chunks, &mut alerts, &mut problems).map_err(|error| store.error(&error))?;
        let more_windows = if waits {
            false
        } else {
            for clock in &mut *work.clocks {
                if over { clock.finish() } else { clock.advance(&look.behind) }
            }
            let idle = if over { None } else { Some(last_event.elapsed()) };
            work.windows(idle, &mut alerts, &mut problems).map_err(|error| store.error(&error))?
        };
        for problem in problems {
            self.told += 1;
            match self.told.cmp(&MOST_TOLD) {
                std::cmp::Ordering::Less => tell(&problem),
                std::cmp::Ordering::Equal => tell("there are more problems; they are not told any more"),
                std::cmp::Ordering::Greater => {}
            }
        }
        let busy = came || !look.behind.is_empty() || more_windows;
        if busy {
            self.commit(&alerts, output)?;
        }
        Ok(match (busy, over) {
            (true, _) => Turn::Busy,
            (false, true) => Turn::Over,
            (false, false) => Turn::Idle,
        })
    }

    fn work(&mut self) -> Work<'_, 'a> {
        Work {
            rules: &mut self.evaluator,
            state: &mut self.state,
            clocks: &mut self.clocks,
            given: &mut self.given,
            firsts: &mut self.firsts,
            summary: &mut self.summary,
        }
    }

    /// Lets out what became part of alerts that were given.
    fn close(&mut self, output: &Output<'_>) -> Result<(), FollowError> {
        let mut alerts = Vec::new();
        let store = self.store;
        self.work().close_groups(true, &mut alerts).map_err(|error| store.error(&error))?;
        if alerts.is_empty() { Ok(()) } else { self.commit(&alerts, output) }
    }

    fn commit(&mut self, alerts: &[String], output: &Output<'_>) -> Result<(), FollowError> {
        self.write_down(alerts, output).map_err(|error| self.store.error(&error))
    }

    fn write_down(&mut self, alerts: &[String], output: &Output<'_>) -> io::Result<()> {
        let known = std::mem::take(&mut self.state.clocks);
        for clock in &mut self.clocks {
            let time = self.evaluator.needed_from(clock, &self.state);
            clock.write_down(self.store, time, &mut self.state)?;
        }
        // Clocks of rules that aren't run this time go on when they are run again.
        known.into_iter().for_each(|(name, progress)| {
            self.state.clocks.entry(name).or_insert(progress);
        });
        self.given.let_go(self.store)?;
        self.firsts.let_go(self.store, &mut self.state.groups)?;
        self.state.sequence += 1;
        outbox::fill(self.store, &mut self.state, alerts, output)?;
        self.state.files = self.watcher.known().to_vec();
        self.state.alerts = self.firsts.sync()?;
        self.state.given = self.given.sync()?;
        self.store.commit(&self.state)?;
        self.clocks.iter().for_each(|clock| clock.forget(self.store));
        Growing::forget(self.store, FIRSTS, &self.state.alerts);
        Growing::forget(self.store, GIVEN, &self.state.given);
        Ok(())
    }

    /// Waits a little, shorter where the stream gives something.
    fn pause(&mut self, stop: &AtomicBool) {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        match &mut self.stream {
            Some(stream) if !stream.ended => self.waiting.extend(stream.look(PAUSE, BUDGET)),
            _ => std::thread::sleep(PAUSE),
        }
    }
}
