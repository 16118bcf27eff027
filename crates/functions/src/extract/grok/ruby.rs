//! Patterns in Ruby's dialect, as GROK takes them, in the dialect of the engines that run them.
//!
//! What differs: `^` and `$` match at lines, `(?m)` lets the dot match newlines, `\h` is a hex digit, `\d \w \s` are
//! ASCII, a brace that starts no repetition is itself, unnamed groups capture nothing.

use super::Capture;

/// A translated pattern.
#[derive(Debug)]
pub(super) struct Translated {
    /// The pattern. Its groups are numbered like `captures`, from 1.
    pub(super) pattern: String,
    /// What each group captures.
    pub(super) captures: Vec<Capture>,
    /// Whether the pattern needs an engine that goes back.
    pub(super) backtracks: bool,
    /// For a pattern that needs backtracking, another that doesn't and matches wherever this one does.
    pub(super) relaxed: Option<String>,
}

/// Translates `pattern`.
///
/// # Errors
/// What can't be translated, in words.
pub(super) fn translate(pattern: &str) -> Result<Translated, String> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut strict = Translator::new(&chars, false);
    strict.alternatives(0)?;
    if strict.at < chars.len() {
        return Err("unmatched close parenthesis".to_owned());
    }
    let relaxed = if strict.backtracks {
        let mut relaxed = Translator::new(&chars, true);
        relaxed.alternatives(0)?;
        // What a group matched earlier can't be asked for without the groups.
        (!strict.refers_back).then_some(relaxed.out)
    } else {
        None
    };
    Ok(Translated { pattern: strict.out, captures: strict.captures, backtracks: strict.backtracks, relaxed })
}

/// How deep groups may be nested.
const DEEPEST: usize = 200;

struct Translator<'a> {
    chars: &'a [char],
    at: usize,
    out: String,
    captures: Vec<Capture>,
    /// Whether what only restricts a match is left out.
    relaxed: bool,
    backtracks: bool,
    refers_back: bool,
}

impl<'a> Translator<'a> {
    fn new(chars: &'a [char], relaxed: bool) -> Self {
        let (captures, out) = (Vec::new(), "(?m)".to_owned());
        Self { chars, at: 0, out, captures, relaxed, backtracks: false, refers_back: false }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.peek(i) == Some(c))
    }

    /// Up to the end or a parenthesis that closes.
    fn alternatives(&mut self, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err("too many nested groups".to_owned());
        }
        while let Some(c) = self.peek(0) {
            match c {
                ')' => return Ok(()),
                '(' => self.group(depth)?,
                '[' => {
                    self.at += 1;
                    self.class(depth)?;
                }
                '\\' => self.escape()?,
                '{' => self.brace(),
                '}' | ']' => self.literal(c),
                '*' | '+' | '?' => self.quantifier(c),
                '|' | '^' | '$' | '.' => {
                    self.out.push(c);
                    self.at += 1;
                }
                other => self.literal(other),
            }
        }
        if depth > 0 { Err("end pattern with unmatched parenthesis".to_owned()) } else { Ok(()) }
    }

    fn literal(&mut self, c: char) {
        push_literal(&mut self.out, c);
        self.at += 1;
    }

    /// `*`, `+` or `?`, with what makes it lazy or possessive.
    fn quantifier(&mut self, c: char) {
        self.out.push(c);
        self.at += 1;
        match self.peek(0) {
            Some('?') => {
                self.out.push('?');
                self.at += 1;
            }
            Some('+') => {
                self.backtracks = true;
                if !self.relaxed {
                    self.out.push('+');
                }
                self.at += 1;
            }
            _ => {}
        }
    }

    /// `{n}`, `{n,}`, `{n,m}`, `{,m}`, or a literal brace.
    fn brace(&mut self) {
        let digits = |from: usize| self.chars[from..].iter().take_while(|c| c.is_ascii_digit()).count();
        let start = self.at + 1;
        let least = digits(start);
        let comma = self.chars.get(start + least) == Some(&',');
        let most = if comma { digits(start + least + 1) } else { 0 };
        let end = start + least + usize::from(comma) + most;
        if self.chars.get(end) != Some(&'}') || least + most == 0 {
            self.literal('{');
            return;
        }
        self.out.push('{');
        if least == 0 {
            self.out.push('0');
        }
        self.out.extend(&self.chars[start..=end]);
        self.at = end + 1;
        if self.peek(0) == Some('?') {
            self.out.push('?');
            self.at += 1;
        }
    }

    fn group(&mut self, depth: usize) -> Result<(), String> {
        if !self.starts_with("(?") {
            self.at += 1;
            return self.body("(?:", depth);
        }
        if self.starts_with("(?#") {
            let rest = self.chars[self.at..].iter().position(|c| *c == ')');
            self.at += rest.ok_or("end pattern in group")? + 1;
            return Ok(());
        }
        for (start, opening) in [("(?<=", "(?<="), ("(?<!", "(?<!"), ("(?=", "(?="), ("(?!", "(?!")] {
            if self.starts_with(start) {
                return self.look_around(start.len(), opening, depth);
            }
        }
        if self.starts_with("(?:") {
            self.at += 3;
            return self.body("(?:", depth);
        }
        if self.starts_with("(?>") {
            self.at += 3;
            let fixed = self.is_rigid();
            self.backtracks |= !fixed;
            return self.body(if self.relaxed || fixed { "(?:" } else { "(?>" }, depth);
        }
        if self.starts_with("(?<") || self.starts_with("(?'") {
            let close = if self.peek(2) == Some('<') { '>' } else { '\'' };
            return self.capture(close, depth);
        }
        self.flags(depth)
    }

    fn look_around(&mut self, skip: usize, opening: &str, depth: usize) -> Result<(), String> {
        self.backtracks = true;
        self.at += skip;
        let before = self.out.len();
        self.body(opening, depth)?;
        if self.relaxed {
            // An empty group, so that a quantifier behind has something to repeat.
            self.out.truncate(before);
            self.out.push_str("(?:)");
        }
        Ok(())
    }

    fn capture(&mut self, close: char, depth: usize) -> Result<(), String> {
        let start = self.at + 3;
        let length = self.chars[start..].iter().position(|c| *c == close).ok_or("invalid group name <>")?;
        let name: String = self.chars[start..start + length].iter().collect();
        if name.is_empty() {
            return Err("group name is empty".to_owned());
        }
        self.captures.push(Capture::named(&name));
        self.at = start + length + 1;
        self.body(if self.relaxed { "(?:" } else { "(" }, depth)
    }

    /// `(?i)`, `(?m-x:...)` and the like.
    fn flags(&mut self, depth: usize) -> Result<(), String> {
        self.at += 2;
        let mut flags = "(?".to_owned();
        loop {
            let c = self.peek(0).ok_or("end pattern in group")?;
            self.at += 1;
            match c {
                'm' => flags.push('s'),
                'i' | 'x' | '-' => flags.push(c),
                ':' => {
                    flags.push(':');
                    return self.body(&flags, depth);
                }
                ')' => {
                    if flags.len() > 2 {
                        self.out.push_str(&flags);
                        self.out.push(')');
                    }
                    return Ok(());
                }
                _ => return Err("undefined group option".to_owned()),
            }
        }
    }

    /// The inside of a group, its start already read, and the parenthesis that closes it.
    fn body(&mut self, opening: &str, depth: usize) -> Result<(), String> {
        self.out.push_str(opening);
        self.alternatives(depth + 1)?;
        self.at += 1;
        self.out.push(')');
        Ok(())
    }

    /// Whether the atomic group whose inside starts here can match in one way only, so that being atomic changes
    /// nothing: digits and plain characters, no choice.
    fn is_rigid(&self) -> bool {
        let mut at = self.at;
        while let Some(c) = self.chars.get(at) {
            match c {
                ')' => return true,
                '\\' if matches!(self.chars.get(at + 1), Some('d' | 'h' | 'w' | 's')) => at += 2,
                c if c.is_alphanumeric() => at += 1,
                _ => return false,
            }
        }
        false
    }

    fn escape(&mut self) -> Result<(), String> {
        let c = self.peek(1).ok_or("end pattern at escape")?;
        self.at += 2;
        match c {
            'd' | 'w' | 's' | 'h' => {
                self.out.push('[');
                self.out.push_str(shorthand(c));
                self.out.push(']');
            }
            'D' | 'W' | 'S' | 'H' => {
                self.out.push_str("[^");
                self.out.push_str(shorthand(c.to_ascii_lowercase()));
                self.out.push(']');
            }
            'b' | 'B' | 'A' | 'z' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'Z' => {
                self.backtracks = true;
                self.out.push_str(if self.relaxed { "" } else { r"(?=\n?\z)" });
            }
            'G' => self.out.push_str(r"\A"),
            'R' => self.out.push_str(r"(?:\r\n|[\n\x0B\x0C\r\x{85}\x{2028}\x{2029}])"),
            'k' => self.reference()?,
            '1'..='9' => return Err("numbered backref/call is not allowed. (use name)".to_owned()),
            'K' | 'g' | 'X' => return Err(format!("[\\{c}] is not supported")),
            _ => match self.escaped_char(c)? {
                Some(literal) => push_literal(&mut self.out, literal),
                None => self.property(c)?,
            },
        }
        Ok(())
    }

    /// `\k<name>`
    fn reference(&mut self) -> Result<(), String> {
        let start = self.at + 1;
        let length = match self.peek(0) {
            Some('<') => self.chars[start..].iter().position(|c| *c == '>'),
            _ => None,
        };
        let length = length.ok_or("invalid backref name")?;
        let name: String = self.chars[start..start + length].iter().collect();
        let group = self.captures.iter().position(|capture| capture.name == name);
        let group = group.ok_or_else(|| format!("undefined name <{name}> reference"))?;
        self.at = start + length + 1;
        self.backtracks = true;
        self.refers_back = true;
        self.out.push_str(&format!("(?:\\{})", group + 1));
        Ok(())
    }

    /// The character that an escape spells; `None` for a property. The backslash and `c` are read.
    fn escaped_char(&mut self, c: char) -> Result<Option<char>, String> {
        Ok(Some(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'f' => '\x0C',
            'v' => '\x0B',
            'a' => '\x07',
            'e' => '\x1B',
            '0' => '\0',
            'x' if self.peek(0) == Some('{') => {
                let length = self.chars[self.at..].iter().position(|c| *c == '}').ok_or("invalid code point value")?;
                let digits: String = self.chars[self.at + 1..self.at + length].iter().collect();
                self.at += length + 1;
                code_point(&digits)?
            }
            'x' => self.hex(2)?,
            'u' => self.hex(4)?,
            'p' | 'P' => return Ok(None),
            other => other,
        }))
    }

    fn hex(&mut self, most: usize) -> Result<char, String> {
        let rest = &self.chars[self.at..];
        let digits: String = rest.iter().take(most).take_while(|c| c.is_ascii_hexdigit()).collect();
        self.at += digits.len();
        code_point(&digits)
    }

    /// `\p{name}`, after `p` or `P`.
    fn property(&mut self, c: char) -> Result<(), String> {
        if self.peek(0) != Some('{') {
            return Err("invalid character property name".to_owned());
        }
        let length = self.chars[self.at..].iter().position(|c| *c == '}').ok_or("invalid character property name")?;
        let name: String = self.chars[self.at + 1..self.at + length].iter().collect();
        self.at += length + 1;
        let (name, inverted) = match name.strip_prefix('^') {
            Some(name) => (name, true),
            None => (name.as_str(), false),
        };
        let negated = (c == 'P') != inverted;
        match posix(&name.to_ascii_lowercase()) {
            Some(class) => self.out.push_str(&format!("[{}{class}]", if negated { "^" } else { "" })),
            None => self.out.push_str(&format!("\\{}{{{name}}}", if negated { 'P' } else { 'p' })),
        }
        Ok(())
    }

    /// A bracket expression; its opening bracket is read.
    fn class(&mut self, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err("too many nested groups".to_owned());
        }
        self.out.push('[');
        if self.peek(0) == Some('^') {
            self.out.push('^');
            self.at += 1;
        }
        let mut first = true;
        // Whether a dash here would make a range of what is before it.
        let mut can_range = false;
        loop {
            let c = self.peek(0).ok_or("premature end of char-class")?;
            self.at += 1;
            let was_first = std::mem::replace(&mut first, false);
            match c {
                ']' if !was_first => {
                    self.out.push(']');
                    return Ok(());
                }
                '[' if self.peek(0) == Some(':') && self.posix_class() => can_range = false,
                '[' => {
                    self.class(depth + 1)?;
                    can_range = false;
                }
                '&' if self.peek(0) == Some('&') => {
                    self.out.push_str("&&");
                    self.at += 1;
                    can_range = false;
                }
                '-' if can_range && self.peek(0).is_some_and(|next| next != ']' && next != '[') => {
                    self.out.push('-');
                    can_range = false;
                    // The end of the range; a set there makes the dash a literal one.
                    if self.peek(0) == Some('\\') && self.peek(1).is_some_and(|c| "dDwWsShHpP".contains(c)) {
                        self.out.pop();
                        self.out.push_str("\\-");
                        continue;
                    }
                    self.class_char()?;
                }
                _ => {
                    self.at -= 1;
                    can_range = self.class_char()?;
                }
            }
        }
    }

    /// A character or set inside brackets; whether it is one character.
    fn class_char(&mut self) -> Result<bool, String> {
        let c = self.peek(0).ok_or("premature end of char-class")?;
        self.at += 1;
        if c != '\\' {
            push_class_literal(&mut self.out, c);
            return Ok(true);
        }
        let c = self.peek(0).ok_or("end pattern at escape")?;
        self.at += 1;
        match c {
            'd' | 'w' | 's' | 'h' => self.out.push_str(shorthand(c)),
            'D' | 'W' | 'S' | 'H' => {
                self.out.push_str("[^");
                self.out.push_str(shorthand(c.to_ascii_lowercase()));
                self.out.push(']');
            }
            'b' => {
                push_class_literal(&mut self.out, '\x08');
                return Ok(true);
            }
            _ => match self.escaped_char(c)? {
                Some(literal) => {
                    push_class_literal(&mut self.out, literal);
                    return Ok(true);
                }
                None => self.property(c)?,
            },
        }
        Ok(false)
    }

    /// `[:name:]`, its opening bracket read; `false` where it is something else.
    fn posix_class(&mut self) -> bool {
        let rest = &self.chars[self.at + 1..];
        let negated = rest.first() == Some(&'^');
        let rest = &rest[usize::from(negated)..];
        let name: String = rest.iter().take_while(|c| c.is_ascii_alphabetic()).collect();
        let Some(class) = posix(&name) else { return false };
        if rest.get(name.len()) != Some(&':') || rest.get(name.len() + 1) != Some(&']') {
            return false;
        }
        self.at += 1 + usize::from(negated) + name.len() + 2;
        if negated {
            self.out.push_str(&format!("[^{class}]"));
        } else {
            self.out.push_str(class);
        }
        true
    }
}

fn code_point(digits: &str) -> Result<char, String> {
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).ok_or_else(|| "invalid code point value".to_owned())
}

/// What a shorthand stands for, inside brackets.
fn shorthand(c: char) -> &'static str {
    match c {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => r"\t-\r\x20",
        _ => "0-9A-Fa-f",
    }
}

/// What a POSIX class stands for, inside brackets.
fn posix(name: &str) -> Option<&'static str> {
    Some(match name {
        "alnum" => r"\p{Alphabetic}\p{M}\p{Nd}",
        "alpha" => r"\p{Alphabetic}\p{M}",
        "ascii" => r"\x00-\x7F",
        "blank" => r"\t\p{Zs}",
        "cntrl" => r"\p{Cc}",
        "digit" => r"\p{Nd}",
        "graph" => r"[^\p{White_Space}\p{Cc}\p{Cn}\p{Cs}]",
        "lower" => r"\p{Lowercase}",
        "print" => r"[^\p{Cc}\p{Cn}\p{Cs}]",
        "punct" => r"\p{P}$+<=>\^`|~",
        "space" => r"\p{White_Space}",
        "upper" => r"\p{Uppercase}",
        "word" => r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}",
        "xdigit" => "0-9A-Fa-f",
        _ => return None,
    })
}

fn push_literal(out: &mut String, c: char) {
    match c {
        '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' | '#' => {
            out.push('\\');
            out.push(c);
        }
        c if c.is_control() || c == ' ' => out.push_str(&format!("\\x{{{:X}}}", u32::from(c))),
        c => out.push(c),
    }
}

fn push_class_literal(out: &mut String, c: char) {
    match c {
        '-' | '&' | '~' => {
            out.push('\\');
            out.push(c);
        }
        c => push_literal(out, c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(ruby: &str) -> String {
        translate(ruby).unwrap().pattern["(?m)".len()..].to_owned()
    }

    #[test]
    fn rubys_own_forms_are_translated() {
        assert_eq!(pattern(r"\h+(a)"), "[0-9A-Fa-f]+(?:a)");
        assert_eq!(pattern(r"(?m:.)(?m-i)x"), "(?s:.)(?s-i)x");
        assert_eq!(pattern(r"a{,3}{b} {2,}"), r"a{0,3}\{b\}\x{20}{2,}");
        assert_eq!(pattern(r"[[[:digit:]]_.-]"), r"[[\p{Nd}]_\.\-]");
        assert_eq!(pattern(r"[\x21-\x5a\\a-]"), r"[!-Z\\a\-]");
        assert_eq!(pattern(r"[]a]\<"), r"[\]a]<");
        assert_eq!(pattern("(?#note)b"), "b");
    }

    #[test]
    fn groups_are_named_by_what_they_capture() {
        let translated = translate(r"(?<a.b>x)(?<@c:int>\d)(y)").unwrap();
        let names: Vec<&str> = translated.captures.iter().map(|capture| capture.name.as_str()).collect();
        assert_eq!(names, ["a.b", "@c"]);
        assert_eq!(translated.pattern, "(?m)(x)([0-9])(?:y)");
        assert_eq!(translated.relaxed, None);
    }

    #[test]
    fn what_only_restricts_is_left_out_of_the_relaxed_form() {
        let translated = translate(r"(?<![0-9])(?>a|b)c++(?=x)").unwrap();
        assert_eq!(translated.pattern, "(?m)(?<![0-9])(?>a|b)c++(?=x)");
        assert_eq!(translated.relaxed.as_deref(), Some("(?m)(?:)(?:a|b)c+(?:)"));
        assert_eq!(translate(r"(?>\d\d){1,2}").unwrap().relaxed, None);
        assert_eq!(translate(r"(?<a>x)\k<a>").unwrap().relaxed, None);
    }

    #[test]
    fn what_is_unbalanced_is_refused() {
        for pattern in ["(a", "a)", "[a", "(?<a", "(?<>x)", r"a\", r"\1", r"\k<no>", "(?y)"] {
            assert!(translate(pattern).is_err(), "{pattern}");
        }
    }
}
