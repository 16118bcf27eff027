//! Diagnostics as text for people and for programs, one file for each form.

mod elasticsearch;
mod github;
mod human;
mod json;
mod visible;

pub use elasticsearch::elasticsearch;
pub use github::github;
pub use human::human;
pub use json::json;

#[cfg(test)]
mod tests;
