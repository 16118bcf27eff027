//! Bytes to events.

use std::fs;
use std::path::Path;

use quarry::{EngineOptions, Input};

use super::files::Chunk;
use crate::Event;
use crate::events::read_events_with_times;

/// The events of a chunk with the times in `fields`, and with ids that stand for their places in the file, whatever the
/// file's name is by now.
pub(super) fn events(
    chunk: &Chunk,
    fields: &[String],
    options: &EngineOptions,
    problems: &mut Vec<String>,
) -> Result<Vec<Event>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let name = Path::new(&chunk.name).file_name().map_or_else(|| "events".into(), std::ffi::OsStr::to_os_string);
    let path = folder.path().join(name);
    fs::write(&path, &chunk.bytes).map_err(|error| error.to_string())?;
    let input = Input { name: chunk.index.clone(), path: path.to_string_lossy().into_owned() };
    let mut read = read_events_with_times(&[input], options.clone(), usize::MAX, fields)?;
    let temporary = path.display().to_string();
    problems.extend(read.problems.drain(..).map(|problem| match problem.strip_prefix(&temporary) {
        Some(rest) => format!("{}: after byte {}{rest}", chunk.name, chunk.base),
        None => problem,
    }));
    for event in &mut read.events {
        if let Some(offset) = made_of_place(&event.id) {
            event.id = format!("{}-{:012}", chunk.key, chunk.base + offset);
        }
    }
    Ok(read.events)
}

/// The offset in an id that the reader made of an event's place: sixteen hexadecimal digits, and twelve decimal ones.
fn made_of_place(id: &str) -> Option<u64> {
    let (prefix, offset) = id.split_once('-')?;
    let is_made = prefix.len() == 16
        && prefix.bytes().all(|b| b.is_ascii_hexdigit())
        && offset.len() >= 12
        && offset.bytes().all(|b| b.is_ascii_digit());
    is_made.then(|| offset.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_known_by_their_place_in_the_file() {
        let chunk = Chunk {
            key: "k".into(),
            base: 100,
            name: "app.log".into(),
            index: None,
            bytes: b"{\"a\":1}\n{\"_index\":\"i\",\"_id\":\"own\",\"_source\":{\"a\":2}}\n".to_vec(),
        };
        let events = events(&chunk, &[], &EngineOptions::default(), &mut Vec::new()).unwrap();
        let ids: Vec<(&str, &str)> = events.iter().map(|event| (event.id.as_str(), event.index.as_str())).collect();
        assert_eq!(ids, [("k-000000000100", "app"), ("own", "i")]);
    }
}
