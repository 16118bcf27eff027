//! Places in query text, and what is to be said about them.
//!
//! A [`Diagnostic`] is plain data: a numbered [`Code`], a severity, a message in the wording of the reference
//! implementation, the [`Span`] it is about, further labels, help, and a fix that a tool may apply.
//! How it looks is decided elsewhere, by the renderers in [`render`].

mod code;
mod diagnostic;
mod position;
pub mod render;
mod span;
mod suggest;

pub use code::Code;
pub use diagnostic::{Diagnostic, Fix, Label, Severity};
pub use position::{LineIndex, Position};
pub use span::Span;
pub use suggest::{did_you_mean, surely_meant};
