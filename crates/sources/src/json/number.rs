use super::Fail;

/// The end of a number that starts at `at`. One that reaches the end of the bytes is taken to end there.
#[inline]
pub(crate) fn number_end(bytes: &[u8], at: usize) -> Result<usize, Fail> {
    let mut end = at + usize::from(bytes.get(at) == Some(&b'-'));
    match bytes.get(end) {
        Some(b'0') => end += 1,
        Some(b'1'..=b'9') => end = digits(bytes, end),
        None => return Err(Fail::Incomplete),
        Some(_) => return Err(Fail::bad(end, "a character that starts no value")),
    }
    if bytes.get(end) == Some(&b'.') {
        end = some_digits(bytes, end + 1)?;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        end += 1;
        end += usize::from(matches!(bytes.get(end), Some(b'+' | b'-')));
        end = some_digits(bytes, end)?;
    }
    Ok(end)
}

fn digits(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

fn some_digits(bytes: &[u8], at: usize) -> Result<usize, Fail> {
    match bytes.get(at) {
        None => Err(Fail::Incomplete),
        Some(b) if b.is_ascii_digit() => Ok(digits(bytes, at)),
        Some(_) => Err(Fail::bad(at, "a number without digits")),
    }
}
