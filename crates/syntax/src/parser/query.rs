//! Settings, and pipelines of commands.

use quarry_diagnostics::{Code, Diagnostic, Span, did_you_mean};

use super::{
    MAX_PIPE_STAGES,
    commands::{self, CommandInfo, Place},
    core::{PResult, Parser},
};
use crate::{
    ast::{Command, CommandKind, Query, Setting, Statement},
    lexer::{Mode, Token, TokenKind, shown},
};

/// Words of other query languages, and the commands that do what they do there.
const FOREIGN: &[(&str, &str)] = &[
    ("select", "FROM at the start, and KEEP for the columns"),
    ("project", "KEEP"),
    ("fields", "KEEP"),
    ("extend", "EVAL"),
    ("filter", "WHERE"),
    ("search", "WHERE"),
    ("having", "WHERE after STATS"),
    ("summarize", "STATS"),
    ("group", "STATS ... BY"),
    ("order", "SORT"),
    ("head", "LIMIT"),
    ("take", "LIMIT"),
    ("top", "SORT with LIMIT"),
    ("join", "LOOKUP JOIN"),
    ("expand", "MV_EXPAND"),
];

const AFTER_COMMAND: &[&str] = &["<EOF>", "'|'"];

impl Parser<'_> {
    /// The whole text.
    pub(crate) fn statement(&mut self) -> Statement {
        let mut settings = Vec::new();
        while self.at_word("set") {
            match self.setting() {
                Ok(setting) => settings.push(setting),
                Err(_) => self.skip_setting(),
            }
        }
        let query = self.query(Place::Source);
        if self.at(TokenKind::Eof) {
            self.bump();
        }
        Statement { settings, query }
    }

    fn setting(&mut self) -> PResult<Setting> {
        let start = self.bump().span;
        let name = self.ident(&["true", "false", "null"])?;
        self.expect(TokenKind::Assign, "'='")?;
        let value = self.constant_or_map()?;
        if !self.at(TokenKind::Semicolon) {
            let end = self.since(start).end as usize;
            let error = self.mismatch(&["';'"]);
            return self.fail(error.with_help("a setting ends with a semicolon").with_fix(Span::new(end, end), ";"));
        }
        self.bump();
        Ok(Setting { name, value, span: self.since(start) })
    }

    /// Skips a setting that can't be parsed: to its semicolon, or to the source command where that is missing.
    fn skip_setting(&mut self) {
        loop {
            match self.kind() {
                TokenKind::Eof | TokenKind::Pipe => return,
                TokenKind::Semicolon => {
                    self.bump();
                    return;
                }
                TokenKind::Word if self.at_word("set") => return,
                TokenKind::Word if self.source_keyword() => return,
                _ => {
                    self.bump();
                }
            }
        }
    }

    fn source_keyword(&mut self) -> bool {
        ["from", "row", "show", "ts"].iter().any(|word| self.at_word(word))
    }

    /// A pipeline up to the end of the text or, inside another query, to the parenthesis that closes it.
    pub(super) fn query(&mut self, place: Place) -> Query {
        let start = self.start();
        let mut commands = vec![self.command(place)];
        while self.at(TokenKind::Pipe) {
            if commands.len() >= MAX_PIPE_STAGES {
                self.too_many_stages(start);
                break;
            }
            self.bump();
            self.set_mode(Mode::Expression);
            commands.push(self.command(Place::Pipe));
        }
        Query { commands, span: self.since(start) }
    }

    fn too_many_stages(&mut self, start: Span) {
        let text = self.text.get(start.start as usize..).unwrap_or("");
        let span = self.start();
        let message =
            format!("ESQL statement exceeded the maximum query depth allowed ({MAX_PIPE_STAGES}): [{}]", shown(text));
        self.give_up(span, message);
    }

    /// The query inside parentheses; both parentheses are the caller's.
    pub(super) fn nested_query(&mut self) -> PResult<Query> {
        self.deeper(|parser| Ok(parser.nested(|parser| parser.query(Place::Nested))))
    }

    /// The commands of a branch of FORK, after its opening parenthesis.
    pub(super) fn branch(&mut self) -> PResult<Vec<Command>> {
        self.deeper(|parser| Ok(parser.nested(|parser| parser.query(Place::Pipe).commands)))
    }

    /// Whether the next tokens start a query rather than a list of values.
    pub(super) fn at_query(&mut self) -> bool {
        if !["from", "row", "ts"].iter().any(|word| self.at_word(word)) {
            return false;
        }
        let after = self.start().end as usize;
        let rest = self.text.get(after..).unwrap_or("").trim_start();
        let word_end = rest.find(|c: char| !crate::lexer::word::word_char(c)).unwrap_or(rest.len());
        rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '"' | '`' | '?'))
            && !super::is_reserved(&rest[..word_end])
    }

    fn command(&mut self, place: Place) -> Command {
        let start = self.start();
        match self.command_kind(place) {
            Ok(kind) => Command { kind, span: self.since(start) },
            Err(_) => {
                self.recover();
                Command { kind: CommandKind::Error, span: self.since(start) }
            }
        }
    }

    fn command_kind(&mut self, place: Place) -> PResult<CommandKind> {
        let Some(info) = self.keyword(place) else { return self.no_command(place) };
        let start = self.start();
        for _ in info.name.split(' ') {
            self.bump();
        }
        self.set_mode(info.mode);
        let kind = (info.parse)(self, start)?;
        let over = match self.kind() {
            TokenKind::Eof | TokenKind::Pipe => true,
            TokenKind::RightParen => self.nesting > 0,
            _ => false,
        };
        if over {
            return Ok(kind);
        }
        let error = self.after_command();
        self.fail(error)
    }

    fn after_command(&mut self) -> Diagnostic {
        if self.nesting > 0 {
            return self.after_expression(&["'|'", "')'"]);
        }
        let token = self.peek();
        let error = self.after_expression(AFTER_COMMAND);
        if error.help.is_none() && self.names_command(token) {
            let keyword = self.token_text(token).to_uppercase();
            return error
                .with_help(format!("a `|` goes before {keyword}"))
                .with_fix(Span { start: token.span.start, end: token.span.start }, "| ");
        }
        error
    }

    fn names_command(&self, token: Token) -> bool {
        let text = self.token_text(token);
        commands::commands()
            .iter()
            .any(|info| info.name.split(' ').next().is_some_and(|word| word.eq_ignore_ascii_case(text)))
    }

    /// The command whose keywords are next.
    fn keyword(&mut self, place: Place) -> Option<&'static CommandInfo> {
        let token = self.peek();
        if token.kind != TokenKind::Word {
            return None;
        }
        let typed = self.token_text(token);
        let second = self.peek_second();
        let following = self.token_text(second);
        commands::commands().iter().filter(|info| place.takes(info)).find(|info| {
            let mut words = info.name.split(' ');
            words.next().is_some_and(|word| word.eq_ignore_ascii_case(typed))
                && words.next().is_none_or(|word| word.eq_ignore_ascii_case(following))
        })
    }

    /// Reports that no command stands here.
    #[cold]
    fn no_command(&mut self, place: Place) -> PResult<CommandKind> {
        let token = self.peek();
        let typed = self.token_text(token).to_owned();
        let names: Vec<String> = {
            let mut names: Vec<String> = commands::commands()
                .iter()
                .filter(|info| place.takes(info))
                .filter_map(|info| info.name.split(' ').next())
                .map(str::to_lowercase)
                .collect();
            names.sort();
            names.dedup();
            names
        };
        let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        let expected: Vec<&str> = quoted.iter().map(String::as_str).collect();
        let mut error = self.mismatch(&expected);
        error.help = None;
        if token.kind == TokenKind::Word {
            if self.names_command(token) {
                error.help = Some(match place {
                    Place::Pipe => format!("{} only starts a query, or lacks its second word", typed.to_uppercase()),
                    _ => "a query starts with FROM, ROW or SHOW INFO".to_owned(),
                });
            } else if let Some((_, command)) = FOREIGN.iter().find(|(word, _)| word.eq_ignore_ascii_case(&typed)) {
                error.help = Some(format!("in ES|QL that is {command}"));
            } else if let Some(near) = did_you_mean(&typed.to_lowercase(), names.iter().map(String::as_str)).first() {
                error.help = Some(format!("did you mean {}?", near.to_uppercase()));
                if surely(&typed.to_lowercase(), near) {
                    error = error.with_fix(token.span, near.to_uppercase());
                }
            }
        } else if token.kind == TokenKind::Pipe && place == Place::Pipe {
            error = error.with_help("no command stands between these pipes");
        }
        self.report(error);
        Err(super::core::Failed)
    }

    /// Reports that a command isn't as it should be, though its parts could be read; it is kept.
    pub(super) fn complain(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }
}

/// Whether `typed` can hardly be anything but a slip for `meant`: the letters of one are those of the other, a single one
/// left out, put in, replaced, or two swapped.
fn surely(typed: &str, meant: &str) -> bool {
    let common = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let reversed = |text: &str| text.bytes().rev().collect::<Vec<u8>>();
    let head = common(typed, meant);
    let tail = reversed(typed).iter().zip(&reversed(meant)).take_while(|(a, b)| a == b).count();
    let longest = typed.len().max(meant.len());
    let left = longest.saturating_sub(head + tail);
    let swapped = left == 2 && typed.len() == meant.len() && {
        let (a, b) = (&typed.as_bytes()[head..head + 2], &meant.as_bytes()[head..head + 2]);
        a[0] == b[1] && a[1] == b[0]
    };
    left <= 1 || swapped
}
