use super::*;
use crate::{Code, Diagnostic, Span};

const TEXT: &str = "FROM logs\n| WHERE a = 1, \"x\"";

fn equality() -> Diagnostic {
    Diagnostic::error(Code::UNEXPECTED_TOKEN, Span::new(20, 21), "mismatched input '=' expecting {<EOF>, '|'}")
        .with_help("equality is written `==`")
        .with_label(Span::new(18, 19), "this is compared")
        .with_fix(Span::new(20, 21), "==")
}

#[test]
fn people_see_place_help_and_fix() {
    let text = human("q.esql", TEXT, &[equality()], false);
    for part in [
        "error[Q0103]: mismatched input '=' expecting {<EOF>, '|'}",
        "q.esql:2:11",
        "| WHERE a = 1",
        "this is compared",
        "help: equality is written `==`",
        "==",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert!(!text.contains('\u{1b}'));
    assert!(human("q.esql", TEXT, &[equality()], true).contains('\u{1b}'));
    assert_eq!(human("q.esql", TEXT, &[], false), "");
}

#[test]
fn terminals_are_not_steered() {
    let text = "FROM a\u{1b}[31m\r\n| x\r";
    let evil = Diagnostic::error(Code::UNKNOWN_TOKEN, Span::new(6, 7), "bad \u{1b}]0;title\u{7} \u{9b}m")
        .with_help("\u{202e}help")
        .with_label(Span::new(0, 4), "\u{8}label");
    let shown = human("a\u{1b}.esql", text, &[evil], false);
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
    assert!(!shown.contains('\u{202e}'));
}

#[test]
fn places_outside_the_text_do_no_harm() {
    for (start, end) in [(0, 0), (28, 28), (28, 99), (99, 100), (9, 11)] {
        let diagnostic =
            Diagnostic::error(Code::TOO_DEEP, Span::new(start, end), "x").with_fix(Span::new(start, end), "y");
        assert!(human("q", TEXT, std::slice::from_ref(&diagnostic), false).contains("error[Q0104]: x"));
        assert!(human("q", "", &[diagnostic], false).contains("error[Q0104]: x"));
    }
}

#[test]
fn the_references_form() {
    assert_eq!(elasticsearch(TEXT, &[equality()]), "line 2:11: mismatched input '=' expecting {<EOF>, '|'}");
    let second = Diagnostic::error(Code::UNKNOWN_COLUMN, Span::new(18, 19), "Unknown column [a]");
    assert_eq!(
        elasticsearch(TEXT, &[equality(), second]),
        "Found 2 problems\nline 2:11: mismatched input '=' expecting {<EOF>, '|'}\nline 2:9: Unknown column [a]"
    );
}

#[test]
fn programs_get_everything() {
    let value = json("q.esql", TEXT, &[equality()]);
    let one = &value[0];
    assert_eq!(one["code"], "Q0103");
    assert_eq!(one["severity"], "error");
    assert_eq!((&one["line"], &one["column"], &one["end_column"]), (&2.into(), &11.into(), &12.into()));
    assert_eq!(one["help"], "equality is written `==`");
    assert_eq!(one["fix"]["replacement"], "==");
    assert_eq!(one["labels"][0]["text"], "this is compared");
}

#[test]
fn github_escapes_what_ends_a_field() {
    let diagnostic = Diagnostic::warning(Code::INVALID_QUERY, Span::new(0, 4), "50% of\nit: a, b").with_help("none");
    assert_eq!(
        github("dir/a,b:c.esql", TEXT, &[diagnostic]),
        "::warning file=dir/a%2Cb%3Ac.esql,line=1,col=1,endLine=1,endColumn=5,title=Q0209::50%25 of%0Ait: a, b%0Ahelp: none\n"
    );
}
