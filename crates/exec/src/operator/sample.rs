use std::ops::ControlFlow;

use arrow_array::BooleanArray;
use quarry_types::Batch;

use super::{Cx, Operator, Output};
use crate::ExecError;

/// SAMPLE: each row is kept with the same probability.
///
/// Every lane has a sequence of random numbers of its own, so that the number of threads doesn't change which rows
/// are kept.
pub(super) struct Sample {
    /// A row is kept where its number is below.
    below: u64,
    state: u64,
}

impl Sample {
    pub(super) fn new(probability: f64, seed: u64, lane: u64) -> Self {
        let below = (probability * 2f64.powi(64)) as u64;
        Self { below, state: mix(seed ^ mix(lane)) }
    }

    /// The next number of a Weyl sequence, mixed.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }
}

fn mix(mut n: u64) -> u64 {
    n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

impl Operator for Sample {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        let keep: BooleanArray = (0..batch.rows()).map(|_| Some(self.next() < self.below)).collect();
        let batch = batch.filter(&keep);
        if batch.rows() == 0 { Ok(ControlFlow::Continue(())) } else { out(batch, cx) }
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;

    #[test]
    fn about_the_wanted_share_is_kept_and_always_the_same() {
        let kept = |lane| {
            let mut sample = Sample::new(0.25, 7, lane);
            (0..10_000).filter(|_| sample.next() < sample.below).collect::<Vec<u32>>()
        };
        assert!((2_300..2_700).contains(&kept(0).len()));
        assert_eq!(kept(0), kept(0));
        assert_ne!(kept(0), kept(1));
    }
}
