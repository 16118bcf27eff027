use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use super::visible::{Visible, visible};
use crate::{Diagnostic, Severity, Span};

/// The diagnostics for people: each with its number, message, the lines of `text` that it is about, its labels, help and
/// the change that resolves it. With `color`, with terminal colours; control characters of the text and messages are shown
/// and never sent.
#[must_use]
pub fn human(source_name: &str, text: &str, diagnostics: &[Diagnostic], color: bool) -> String {
    let source = Visible::new(text);
    let name = visible(source_name);
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let rendered: Vec<String> =
        diagnostics.iter().map(|diagnostic| renderer.render(&report(&name, &source, diagnostic))).collect();
    let mut out = rendered.join("\n\n");
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn report<'a>(name: &'a str, source: &'a Visible, diagnostic: &'a Diagnostic) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(visible(&diagnostic.message)).id(diagnostic.code.to_string());
    let mut first = Group::with_title(title);
    if let Some(span) = diagnostic.span {
        let labels = diagnostic
            .labels
            .iter()
            .map(|label| AnnotationKind::Context.span(range(source, label.span)).label(visible(&label.text)));
        let snippet = Snippet::source(source.text.as_str())
            .path(name)
            .annotation(AnnotationKind::Primary.span(range(source, span)))
            .annotations(labels);
        first = first.element(snippet);
    }
    let Some(fix) = &diagnostic.fix else {
        if let Some(help) = &diagnostic.help {
            first = first.element(Level::HELP.message(visible(help)));
        }
        return vec![first];
    };
    let help = diagnostic.help.as_deref().unwrap_or("this resolves it");
    let patch = Patch::new(range(source, fix.span), visible(&fix.replacement));
    let snippet = Snippet::source(source.text.as_str()).path(name).patch(patch);
    vec![first, Level::HELP.secondary_title(visible(help)).element(snippet)]
}

fn range(source: &Visible, span: Span) -> std::ops::Range<usize> {
    let start = source.offset(span.start);
    start..source.offset(span.end).max(start)
}
