//! Distinct values: exact while they are few, then HyperLogLog.

use hashbrown::HashTable;

/// So many hashes are kept in a plain vector before a table is worth it.
const FEW: usize = 12;

/// The hashes of the values of one group: all of them up to a threshold, beyond it the longest run of leading zeros
/// among the hashes that share their first `precision` bits.
#[derive(Debug, Default)]
pub(crate) enum Distinct {
    #[default]
    Empty,
    Few(Vec<u64>),
    Many(HashTable<u64>),
    Registers(Box<[u8]>),
}

impl Distinct {
    /// The precision at which about `threshold` distinct values are counted exactly.
    pub(crate) fn precision(threshold: i64) -> u32 {
        // A quarter of the registers' space takes that many hashes, filled to three quarters.
        let entries = (threshold.max(0) as f64 / 0.75).ceil() as u64;
        (u64::BITS - (entries * 4).leading_zeros()).clamp(4, 18)
    }

    /// Adds the hash of a value.
    #[inline]
    pub(crate) fn add(&mut self, hash: u64, precision: u32) {
        match self {
            Distinct::Registers(registers) => set_register(registers, hash, precision),
            Distinct::Many(table) => {
                table.entry(hash, |known| *known == hash, |known| *known).or_insert(hash);
                if table.len() > exact_limit(precision) {
                    self.make_registers(precision);
                }
            }
            Distinct::Few(hashes) => {
                if hashes.contains(&hash) {
                    return;
                }
                hashes.push(hash);
                if hashes.len() > exact_limit(precision) {
                    self.make_registers(precision);
                } else if hashes.len() > FEW {
                    let mut table = HashTable::with_capacity(2 * FEW);
                    for hash in hashes.iter() {
                        table.insert_unique(*hash, *hash, |known| *known);
                    }
                    *self = Distinct::Many(table);
                }
            }
            Distinct::Empty => *self = Distinct::Few(vec![hash]),
        }
    }

    fn make_registers(&mut self, precision: u32) -> &mut [u8] {
        if !matches!(self, Distinct::Registers(_)) {
            let mut registers = vec![0; 1 << precision].into_boxed_slice();
            for hash in self.hashes() {
                set_register(&mut registers, hash, precision);
            }
            *self = Distinct::Registers(registers);
        }
        match self {
            Distinct::Registers(registers) => registers,
            _ => &mut [],
        }
    }

    /// The hashes, while all are kept.
    pub(crate) fn hashes(&self) -> Vec<u64> {
        match self {
            Distinct::Few(hashes) => hashes.clone(),
            Distinct::Many(table) => table.iter().copied().collect(),
            Distinct::Empty | Distinct::Registers(_) => Vec::new(),
        }
    }

    /// The registers packed to words, once there are any.
    pub(crate) fn packed(&self) -> Vec<u64> {
        match self {
            Distinct::Registers(registers) => {
                registers.as_chunks::<8>().0.iter().map(|eight| u64::from_le_bytes(*eight)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Adds registers that [`Distinct::packed`] gave.
    pub(crate) fn add_packed(&mut self, words: impl Iterator<Item = u64>, precision: u32) {
        let registers = self.make_registers(precision);
        let bytes = words.flat_map(u64::to_le_bytes);
        for (register, byte) in registers.iter_mut().zip(bytes) {
            *register = (*register).max(byte);
        }
    }

    /// How many distinct values there were.
    pub(crate) fn count(&self) -> i64 {
        match self {
            Distinct::Empty => 0,
            Distinct::Few(hashes) => hashes.len() as i64,
            Distinct::Many(table) => table.len() as i64,
            Distinct::Registers(registers) => estimate(registers),
        }
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        match self {
            Distinct::Empty => 0,
            Distinct::Few(hashes) => hashes.capacity() * size_of::<u64>(),
            Distinct::Many(table) => table.allocation_size(),
            Distinct::Registers(registers) => registers.len(),
        }
    }
}

/// How many hashes are kept before there are registers.
fn exact_limit(precision: u32) -> usize {
    (1 << precision) * 3 / 16
}

#[inline]
fn set_register(registers: &mut [u8], hash: u64, precision: u32) {
    let index = (hash >> (64 - precision)) as usize;
    let run = 1 + (hash << precision).leading_zeros().min(64 - precision);
    registers[index] = registers[index].max(run as u8);
}

/// Linear counting while many registers are empty; else the estimator of O. Ertl ("New cardinality estimation
/// algorithms for HyperLogLog sketches", 2017), which needs no tables of measured bias.
fn estimate(registers: &[u8]) -> i64 {
    let m = registers.len() as f64;
    let precision = registers.len().trailing_zeros();
    let mut counts = [0u32; 66];
    for register in registers {
        counts[usize::from(*register)] += 1;
    }
    let zeros = f64::from(counts[0]);
    if zeros > 0.0 {
        let linear = m * (m / zeros).ln();
        if linear <= 0.7 * m {
            return linear.round() as i64;
        }
    }
    let longest = (64 - precision) as usize;
    let mut denominator = m * tau(1.0 - f64::from(counts[longest + 1]) / m);
    for count in counts[1..=longest].iter().rev() {
        denominator = 0.5 * (denominator + f64::from(*count));
    }
    denominator += m * sigma(zeros / m);
    (m * m / (2.0 * std::f64::consts::LN_2 * denominator)).round() as i64
}

fn sigma(mut x: f64) -> f64 {
    if x >= 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut sum) = (1.0, x);
    loop {
        x *= x;
        let before = sum;
        sum += x * y;
        y += y;
        if sum <= before {
            return sum;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    let (mut y, mut rest) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = rest;
        y *= 0.5;
        rest -= (1.0 - x).powi(2) * y;
        if rest >= before {
            return rest / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::sketch::mix;

    #[test]
    fn few_values_are_counted_exactly_and_many_nearly() {
        let precision = Distinct::precision(3000);
        assert_eq!(precision, 14);
        for n in [0u64, 1, 100, 3000, 20_000, 200_000, 2_000_000] {
            let mut distinct = Distinct::default();
            for value in 0..n {
                distinct.add(mix(value), precision);
                distinct.add(mix(value / 2), precision);
            }
            let error = (distinct.count() as f64 - n as f64).abs() / (n as f64).max(1.0);
            assert!(error <= if n <= 3000 { 0.0 } else { 0.02 }, "{n}: {}", distinct.count());
        }
    }

    #[test]
    fn parts_of_both_kinds_merge() {
        let precision = Distinct::precision(100);
        let (mut a, mut b, mut whole) = (Distinct::default(), Distinct::default(), Distinct::default());
        for value in 0..5000 {
            whole.add(mix(value), precision);
            if value < 50 { a.add(mix(value), precision) } else { b.add(mix(value), precision) }
        }
        a.add_packed(b.packed().into_iter(), precision);
        assert_eq!(a.count(), whole.count());
    }
}
