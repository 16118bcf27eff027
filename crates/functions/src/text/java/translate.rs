//! From Java's syntax to that of the two engines, which differ only in how they say "at the end".

use crate::Failure;

mod sets;

/// An expression in the syntax of either engine.
pub(super) struct Translated {
    pub(super) linear: String,
    pub(super) backtracking: String,
    /// Look-around, back-references, atomic groups or possessive repetition.
    pub(super) needs_backtracking: bool,
    pub(super) has_end_anchor: bool,
}

/// What a line ends with, as Java has it.
const LINE_END: &str = r"(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])";

/// An error in the form of Java's `PatternSyntaxException`.
pub(super) fn syntax_error(reason: &str, index: Option<usize>, pattern: &str) -> Failure {
    let mut message = reason.to_owned();
    if let Some(index) = index {
        message.push_str(&format!(" near index {index}"));
    }
    message.push_str(&format!("\n{pattern}"));
    if let Some(index) = index.filter(|index| *index < pattern.chars().count()) {
        message.push_str(&format!("\n{}^", " ".repeat(index)));
    }
    Failure { class: "java.util.regex.PatternSyntaxException", message }
}

/// Rewrites `pattern`.
pub(super) fn translate(pattern: &str) -> Result<Translated, Failure> {
    let mut translator = Translator {
        pattern,
        chars: pattern.chars().collect(),
        at: 0,
        linear: String::new(),
        backtracking: String::new(),
        needs_backtracking: false,
        has_end_anchor: false,
        flags: vec![Flags::default()],
    };
    translator.run()?;
    Ok(Translated {
        linear: translator.linear,
        backtracking: translator.backtracking,
        needs_backtracking: translator.needs_backtracking,
        has_end_anchor: translator.has_end_anchor,
    })
}

/// The flags that change the meaning of `.`, `^` and `$`.
#[derive(Clone, Copy, Default)]
struct Flags {
    dot_all: bool,
    multi_line: bool,
    unicode_case: bool,
}

struct Translator<'a> {
    pattern: &'a str,
    chars: Vec<char>,
    at: usize,
    linear: String,
    backtracking: String,
    needs_backtracking: bool,
    has_end_anchor: bool,
    /// Those of each open group, the innermost last.
    flags: Vec<Flags>,
}

impl Translator<'_> {
    fn run(&mut self) -> Result<(), Failure> {
        // Whether there is something that a repetition may follow.
        let mut repeatable = false;
        while let Some(c) = self.next() {
            let start = self.at - 1;
            let was_repeatable = repeatable;
            repeatable = true;
            match c {
                '\\' => repeatable = self.escape()?,
                '[' => {
                    let class = self.class(0)?;
                    self.push(&class);
                }
                '(' => {
                    self.open_group()?;
                    repeatable = false;
                }
                ')' => {
                    if self.flags.len() < 2 {
                        return Err(self.error("Unmatched closing ')'", Some(start.saturating_sub(1))));
                    }
                    self.flags.pop();
                    self.push(")");
                }
                '|' => {
                    self.push("|");
                    repeatable = false;
                }
                '*' | '+' | '?' if !was_repeatable => {
                    return Err(self.error(&format!("Dangling meta character '{c}'"), Some(start)));
                }
                '{' if !was_repeatable => return Err(self.error("Illegal repetition", None)),
                '*' | '+' | '?' => self.repetition(&c.to_string()),
                '{' => {
                    let counts = self.counts(start)?;
                    self.repetition(&counts);
                }
                '.' => self.push(if self.flags().dot_all { r"(?s:.)" } else { r"[^\n\r\x{85}\x{2028}\x{2029}]" }),
                '^' if self.flags().multi_line => self.push("(?m:^)"),
                '^' => self.push(r"\A"),
                '$' => self.end_anchor(),
                c => self.push_literal(c),
            }
        }
        if self.flags.len() > 1 {
            return Err(self.error("Unclosed group", Some(self.chars.len())));
        }
        Ok(())
    }

    fn next(&mut self) -> Option<char> {
        let c = self.chars.get(self.at).copied();
        self.at += usize::from(c.is_some());
        c
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = text.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c));
        self.at += if found { text.chars().count() } else { 0 };
        found
    }

    fn flags(&self) -> Flags {
        self.flags.last().copied().unwrap_or_default()
    }

    fn push(&mut self, text: &str) {
        self.linear.push_str(text);
        self.backtracking.push_str(text);
    }

    fn push_literal(&mut self, c: char) {
        let text = literal(c);
        // Without the flag for it Java ignores case among ASCII letters only.
        if c.is_alphabetic() && !c.is_ascii() && !self.flags().unicode_case {
            self.push(&format!("(?-i:{text})"));
        } else {
            self.push(&text);
        }
    }

    fn error(&self, reason: &str, index: Option<usize>) -> Failure {
        syntax_error(reason, index, self.pattern)
    }

    fn end_anchor(&mut self) {
        if self.flags().multi_line {
            return self.push("(?m:$)");
        }
        self.has_end_anchor = true;
        self.linear.push_str(r"\z");
        self.backtracking.push_str(&format!(r"(?={LINE_END}?\z)"));
    }

    /// A repetition, lazy or possessive where that is asked for.
    fn repetition(&mut self, operator: &str) {
        self.push(operator);
        match self.chars.get(self.at) {
            Some('?') => {
                self.at += 1;
                self.push("?");
            }
            Some('+') => {
                self.at += 1;
                self.needs_backtracking = true;
                self.push("+");
            }
            _ => {}
        }
    }

    /// The rest of `{n}`, `{n,}` or `{n,m}`.
    fn counts(&mut self, start: usize) -> Result<String, Failure> {
        let end = self.chars[self.at..].iter().position(|c| *c == '}').map(|i| self.at + i);
        let Some(end) = end else { return Err(self.error("Unclosed counted closure", Some(self.chars.len()))) };
        let inside: String = self.chars[self.at..end].iter().collect();
        let (low, high) = inside.split_once(',').unwrap_or((&inside, ""));
        let is_number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !is_number(low) || !(high.is_empty() || is_number(high)) {
            return Err(self.error("Illegal repetition", Some(start)));
        }
        self.at = end + 1;
        Ok(format!("{{{inside}}}"))
    }

    /// What follows an opening parenthesis.
    fn open_group(&mut self) -> Result<(), Failure> {
        let flags = self.flags();
        if !self.eat("?") {
            self.flags.push(flags);
            self.push("(");
            return Ok(());
        }
        for opening in ["=", "!", "<=", "<!", ">"] {
            if self.eat(opening) {
                self.needs_backtracking = true;
                self.flags.push(flags);
                self.push(&format!("(?{opening}"));
                return Ok(());
            }
        }
        if self.eat("<") {
            let name = self.name('>')?;
            self.flags.push(flags);
            self.push(&format!("(?P<{name}>"));
            return Ok(());
        }
        self.inline_flags()
    }

    fn name(&mut self, close: char) -> Result<String, Failure> {
        let mut name = String::new();
        loop {
            match self.next() {
                Some(c) if c == close && !name.is_empty() => return Ok(name),
                Some(c) if c.is_ascii_alphanumeric() => name.push(c),
                _ => {
                    return Err(self.error("named capturing group is missing trailing '>'", Some(self.at)));
                }
            }
        }
    }

    /// `(?i)`, `(?i:` and `(?:`
    fn inline_flags(&mut self) -> Result<(), Failure> {
        let mut flags = self.flags();
        let (mut on, mut off) = (String::new(), String::new());
        let mut negative = false;
        loop {
            let target = if negative { &mut off } else { &mut on };
            match self.next() {
                Some('-') if !negative => negative = true,
                Some(c @ ('i' | 'x')) => target.push(c),
                Some('s') => flags.dot_all = !negative,
                Some('m') => flags.multi_line = !negative,
                Some('u' | 'U') => flags.unicode_case = !negative,
                Some('d') => {}
                Some(close @ (':' | ')')) => {
                    let off = if off.is_empty() { String::new() } else { format!("-{off}") };
                    if close == ':' {
                        self.flags.push(flags);
                        self.push(&format!("(?{on}{off}:"));
                    } else {
                        if let Some(current) = self.flags.last_mut() {
                            *current = flags;
                        }
                        if !on.is_empty() || !off.is_empty() {
                            self.push(&format!("(?{on}{off})"));
                        }
                    }
                    return Ok(());
                }
                _ => return Err(self.error("Unknown inline modifier", Some(self.at.saturating_sub(1)))),
            }
        }
    }

    /// What follows a backslash outside a class. Gives whether it may be repeated.
    fn escape(&mut self) -> Result<bool, Failure> {
        let Some(c) = self.next() else {
            return Err(self.error("Unescaped trailing backslash", Some(self.chars.len() - 1)));
        };
        match c {
            'A' => self.push(r"\A"),
            'z' => self.push(r"\z"),
            'Z' => {
                self.has_end_anchor = true;
                self.linear.push_str(r"\z");
                self.backtracking.push_str(&format!(r"(?={LINE_END}?\z)"));
            }
            'b' | 'B' => self.push(&format!(r"\{c}")),
            'G' => {
                self.needs_backtracking = true;
                self.push(r"\G");
            }
            'R' => self.push(r"(?:\r\n|[\n\x0B\x0C\r\x{85}\x{2028}\x{2029}])"),
            'X' => self.push(r"(?:\P{M}\p{M}*)"),
            'Q' => {
                while self.at < self.chars.len() && !self.eat(r"\E") {
                    if let Some(c) = self.next() {
                        self.push_literal(c);
                    }
                }
            }
            'E' => {}
            'k' => {
                if !self.eat("<") {
                    return Err(self.error("\\k is not followed by '<' for named capturing group", Some(self.at)));
                }
                let name = self.name('>')?;
                self.needs_backtracking = true;
                self.push(&format!("(?P={name})"));
            }
            '1'..='9' => {
                self.needs_backtracking = true;
                self.push(&format!(r"(?:\{c})"));
            }
            c => {
                let text = self.escaped_set(c)?;
                match text {
                    Some(set) => self.push(&format!("[{set}]")),
                    None => {
                        let c = self.escaped_char(c)?;
                        self.push_literal(c);
                    }
                }
            }
        }
        Ok(true)
    }
}

/// A character that stands for itself, inside a class too.
fn literal(c: char) -> String {
    match c {
        // Escaped, these two would be the edges of words.
        '<' | '>' => c.to_string(),
        c if c.is_ascii_punctuation() => format!("\\{c}"),
        c => c.to_string(),
    }
}
