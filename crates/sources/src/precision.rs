//! Numbers as an index stores them: a mapping can ask for less than a double.

use serde_json::Value;

/// What is left of a number once it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Precision {
    /// All of it.
    #[default]
    Double,
    /// 32 bits.
    Float,
    /// 16 bits.
    HalfFloat,
    /// A whole number of parts.
    Scaled(f64),
}

impl Precision {
    /// The precision of a field with this definition.
    pub(crate) fn of(definition: &Value) -> Self {
        match definition.get("type").and_then(Value::as_str) {
            Some("float") => Self::Float,
            Some("half_float") => Self::HalfFloat,
            Some("scaled_float") => match definition.get("scaling_factor").and_then(Value::as_f64) {
                Some(factor) if factor > 0.0 => Self::Scaled(factor),
                _ => Self::Double,
            },
            _ => Self::Double,
        }
    }

    /// The number as it comes back.
    pub(crate) fn round(self, number: f64) -> f64 {
        let stored = match self {
            Self::Double => number,
            Self::Float => f64::from(number as f32),
            Self::HalfFloat => half::f16::from_f32(number as f32).to_f64(),
            // A multiplication by the inverse, as the reference has it: its last digit differs from a division.
            Self::Scaled(factor) => (number * factor).round() * (1.0 / factor),
        };
        // What the type can't hold at all is better kept than lost.
        if stored.is_finite() { stored } else { number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_what_their_type_can_hold() {
        assert_eq!(Precision::Float.round(2.05), f64::from(2.05_f32));
        assert_eq!(Precision::HalfFloat.round(2.05), 2.050_781_25);
        assert_eq!(Precision::Scaled(100.0).round(2.0349), 2.030_000_000_000_000_2);
        assert_eq!(Precision::HalfFloat.round(1e9), 1e9);
    }
}
