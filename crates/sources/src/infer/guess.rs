use quarry_types::{DataType, date};

/// The kinds of values seen under a name, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Guess(u8);

impl Guess {
    pub(crate) const BOOLEAN: Guess = Guess(1);
    pub(crate) const LONG: Guess = Guess(2);
    pub(crate) const UNSIGNED: Guess = Guess(4);
    pub(crate) const NEGATIVE: Guess = Guess(8);
    pub(crate) const DOUBLE: Guess = Guess(16);
    pub(crate) const DATE: Guess = Guess(32);
    pub(crate) const STRING: Guess = Guess(64);

    /// What a number's text is.
    pub(crate) fn of_number(text: &str) -> Guess {
        if let Ok(n) = text.parse::<i64>() {
            return if n < 0 { Guess(Self::LONG.0 | Self::NEGATIVE.0) } else { Self::LONG };
        }
        if text.parse::<u64>().is_ok() { Self::UNSIGNED } else { Self::DOUBLE }
    }

    /// What a string is: a date has at least a day and a time.
    pub(crate) fn of_string(text: &str) -> Guess {
        let bytes = text.as_bytes();
        let dated = bytes.len() >= 16 && bytes[4] == b'-' && bytes[10] == b'T' && date::parse(text, None).is_some();
        if dated { Self::DATE } else { Self::STRING }
    }

    /// What the text of a cell without quotes is.
    pub(crate) fn of_cell(text: &str) -> Guess {
        match text {
            "true" | "false" => Self::BOOLEAN,
            _ if crate::extract::is_number(text) => Self::of_number(text),
            _ => Self::of_string(text),
        }
    }

    /// Adds what was seen elsewhere.
    pub(crate) fn add(&mut self, other: Guess) {
        self.0 |= other.0;
    }

    /// The type that takes all that was seen.
    pub(crate) fn data_type(self) -> DataType {
        let only = |allowed: &[Guess]| self.0 & !allowed.iter().fold(0, |bits, guess| bits | guess.0) == 0;
        if self == Self::BOOLEAN {
            DataType::Boolean
        } else if self == Self::DATE {
            DataType::Date
        } else if self.0 == 0 {
            DataType::Keyword
        } else if only(&[Self::LONG, Self::NEGATIVE]) {
            DataType::Long
        } else if only(&[Self::LONG, Self::UNSIGNED]) {
            DataType::UnsignedLong
        } else if only(&[Self::LONG, Self::NEGATIVE, Self::UNSIGNED, Self::DOUBLE]) {
            DataType::Double
        } else {
            DataType::Keyword
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixed_values_make_a_type_that_takes_all() {
        let of = |cells: &[&str]| {
            let mut guess = Guess::default();
            cells.iter().for_each(|cell| guess.add(Guess::of_cell(cell)));
            guess.data_type()
        };
        assert_eq!(of(&["1", "-2"]), DataType::Long);
        assert_eq!(of(&["1", "2.5"]), DataType::Double);
        assert_eq!(of(&["1", "18446744073709551615"]), DataType::UnsignedLong);
        assert_eq!(of(&["-1", "18446744073709551615"]), DataType::Double);
        assert_eq!(of(&["1", "x"]), DataType::Keyword);
        assert_eq!(of(&["true", "false"]), DataType::Boolean);
        assert_eq!(of(&["true", "1"]), DataType::Keyword);
        assert_eq!(of(&["2024-01-01T00:00:00Z"]), DataType::Date);
        assert_eq!(of(&["2024-01-01T00:00:00Z", "2024-01-01"]), DataType::Keyword);
        assert_eq!(of(&[]), DataType::Keyword);
    }
}
