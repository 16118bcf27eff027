use super::syntax::{self, Expression};

/// The longest text that stands in every string that `pattern` matches, as far as that is easily seen; `None` where
/// there is none, or the pattern is wrong.
#[must_use]
pub fn required_literal(pattern: &str) -> Option<String> {
    let mut literals = Literals::default();
    literals.visit(&syntax::parse(pattern).ok()?);
    literals.end();
    (!literals.longest.is_empty()).then_some(literals.longest)
}

#[derive(Default)]
struct Literals {
    /// Characters that stand one after the other right before what comes next.
    run: String,
    longest: String,
}

impl Literals {
    fn end(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.len() > self.longest.len() {
            self.longest = run;
        }
    }

    fn visit(&mut self, expression: &Expression) {
        match expression {
            Expression::Class(ranges) => match ranges.as_slice() {
                [(first, last)] if first == last => self.run.push(*first),
                _ => self.end(),
            },
            Expression::Sequence(parts) => parts.iter().for_each(|part| self.visit(part)),
            Expression::Repeat(inner, 1.., _) => {
                self.end();
                self.visit(inner);
                self.end();
            }
            Expression::Both(parts) => {
                for part in parts {
                    self.end();
                    self.visit(part);
                }
                self.end();
            }
            Expression::Either(parts) if parts.len() == 1 => self.visit(&parts[0]),
            Expression::Nothing | Expression::Either(_) | Expression::Not(_) | Expression::Repeat(..) => self.end(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lucene::LuceneRegex;

    #[test]
    fn literals_that_every_match_has_are_found() {
        for (pattern, expected) in [
            ("abc", Some("abc")),
            (".*Bucket.*", Some("Bucket")),
            ("(Put|Delete)BucketPolicy", Some("BucketPolicy")),
            ("ab(cd)+efg", Some("efg")),
            ("a(bc)?de", Some("de")),
            ("[Pp]olicy", Some("olicy")),
            ("a|b", None),
            (".*", None),
            ("~(abc)", None),
            ("(", None),
        ] {
            assert_eq!(required_literal(pattern).as_deref(), expected, "{pattern}");
        }
    }

    #[test]
    fn what_matches_has_the_literal() {
        let fragments = ["a", "b", "ab", "(a|b)", "(ab)+", "a*", ".", "[ab]", "b?", "a{2}", "~(a)", "(ab&a.)"];
        let texts: Vec<String> =
            (0..1_u32 << 7).map(|bits| format!("{bits:b}").replace('0', "a").replace('1', "b")).collect();
        for a in fragments {
            for b in fragments {
                for c in fragments {
                    let pattern = format!("{a}{b}{c}");
                    let (Ok(regex), Some(literal)) = (LuceneRegex::new(&pattern), required_literal(&pattern)) else {
                        continue;
                    };
                    for text in texts.iter().filter(|text| !text.contains(&literal)) {
                        assert!(!regex.matches(text), "{pattern} {text}");
                    }
                }
            }
        }
    }
}
