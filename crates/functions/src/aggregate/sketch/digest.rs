//! Quantiles: exact while the values are few, then a t-digest.

use std::f64::consts::PI;

/// So many values are kept as they are.
const EXACT: usize = 2048;
/// Values that are collected between two compressions.
const BUFFER: usize = 2048;
/// About the number of centroids: more are more exact.
const COMPRESSION: f64 = 1000.0;

/// The mean of neighbouring values, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Centroid {
    mean: f64,
    weight: f64,
}

/// The distribution of the values of one group, after T. Dunning ("Computing extremely accurate quantiles using
/// t-digests"): centroids stand for many values in the middle, for few or single ones at the ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Digest {
    fresh: Vec<f64>,
    centroids: Vec<Centroid>,
    least: f64,
    greatest: f64,
}

impl Digest {
    #[inline]
    pub(crate) fn add(&mut self, value: f64) {
        if self.fresh.len() >= if self.centroids.is_empty() { EXACT } else { BUFFER } {
            self.compress();
        }
        self.fresh.push(value);
    }

    /// The value below which `q` of all values lie, with linear interpolation between neighbours.
    pub(crate) fn quantile(&mut self, q: f64) -> Option<f64> {
        let centroids = self.sorted();
        interpolate(&centroids, self.least, self.greatest, q)
    }

    /// The median of the values' distances to their median.
    pub(crate) fn median_deviation(&mut self) -> Option<f64> {
        let median = self.quantile(0.5)?;
        let mut distances: Vec<Centroid> =
            self.sorted().iter().map(|c| Centroid { mean: (c.mean - median).abs(), weight: c.weight }).collect();
        distances.sort_by(|a, b| a.mean.total_cmp(&b.mean));
        let (least, greatest) = (distances.first()?.mean, distances.last()?.mean);
        interpolate(&distances, least, greatest, 0.5)
    }

    /// All centroids in order, fresh values among them.
    fn sorted(&mut self) -> Vec<Centroid> {
        self.fresh.sort_by(f64::total_cmp);
        if let (Some(first), Some(last)) = (self.fresh.first(), self.fresh.last()) {
            let empty = self.centroids.is_empty();
            self.least = if empty { *first } else { self.least.min(*first) };
            self.greatest = if empty { *last } else { self.greatest.max(*last) };
        }
        let mut all: Vec<Centroid> = self.fresh.iter().map(|mean| Centroid { mean: *mean, weight: 1.0 }).collect();
        if !self.centroids.is_empty() {
            all.extend_from_slice(&self.centroids);
            all.sort_by(|a, b| a.mean.total_cmp(&b.mean));
        }
        all
    }

    fn compress(&mut self) {
        let all = self.sorted();
        self.fresh.clear();
        self.centroids.clear();
        let total: f64 = all.iter().map(|c| c.weight).sum();
        let mut done = 0.0;
        let mut limit = total * next_limit(0.0);
        let mut centroids = all.into_iter();
        let Some(mut current) = centroids.next() else { return };
        for next in centroids {
            if done + current.weight + next.weight <= limit {
                let weight = current.weight + next.weight;
                current.mean += (next.mean - current.mean) * next.weight / weight;
                current.weight = weight;
            } else {
                done += current.weight;
                limit = total * next_limit(done / total);
                self.centroids.push(current);
                current = next;
            }
        }
        self.centroids.push(current);
    }

    /// The values kept as they are, the centroids' means and weights, and the least and greatest value.
    pub(crate) fn parts(&mut self) -> [Vec<f64>; 4] {
        if self.centroids.is_empty() {
            return [std::mem::take(&mut self.fresh), Vec::new(), Vec::new(), Vec::new()];
        }
        self.compress();
        [
            Vec::new(),
            self.centroids.iter().map(|c| c.mean).collect(),
            self.centroids.iter().map(|c| c.weight).collect(),
            vec![self.least, self.greatest],
        ]
    }

    /// Adds the distribution that [`Digest::parts`] gave.
    pub(crate) fn merge(
        &mut self,
        fresh: impl Iterator<Item = f64>,
        means: impl Iterator<Item = f64>,
        weights: impl Iterator<Item = f64>,
        mut range: impl Iterator<Item = f64>,
    ) {
        fresh.for_each(|value| self.add(value));
        let Some(least) = range.next() else { return };
        // A range of one value is a list of one.
        let greatest = range.next().unwrap_or(least);
        self.compress();
        let empty = self.centroids.is_empty();
        self.least = if empty { least } else { self.least.min(least) };
        self.greatest = if empty { greatest } else { self.greatest.max(greatest) };
        self.centroids.extend(means.zip(weights).map(|(mean, weight)| Centroid { mean, weight }));
        self.compress();
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        self.fresh.capacity() * size_of::<f64>() + self.centroids.capacity() * size_of::<Centroid>()
    }
}

/// How far a centroid that begins at quantile `q` may reach: less at the ends than in the middle.
fn next_limit(q: f64) -> f64 {
    let scale = COMPRESSION / (2.0 * PI);
    let k = scale * (2.0 * q - 1.0).clamp(-1.0, 1.0).asin() + 1.0;
    if k >= COMPRESSION / 4.0 { 1.0 } else { ((k / scale).sin() + 1.0) / 2.0 }
}

/// The value at rank `q * (n - 1)`. A centroid stands at the middle of its ranks, the least and greatest value at the
/// ends; in between the value changes evenly.
fn interpolate(centroids: &[Centroid], least: f64, greatest: f64, q: f64) -> Option<f64> {
    let total: f64 = centroids.iter().map(|c| c.weight).sum();
    centroids.first()?;
    let target = q * (total - 1.0);
    let (mut rank, mut value) = (0.0, least);
    let mut before = 0.0;
    let ends = std::iter::once((total - 1.0, greatest));
    let middles = centroids.iter().map(|c| {
        let middle = before + (c.weight - 1.0) / 2.0;
        before += c.weight;
        (middle, c.mean)
    });
    for (next_rank, next_value) in middles.chain(ends) {
        if next_rank > target {
            return Some(value + (target - rank) / (next_rank - rank) * (next_value - value));
        }
        (rank, value) = (next_rank, next_value);
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_interpolated() {
        let mut digest = Digest::default();
        for value in [4.0, 1.0, 3.0, 2.0] {
            digest.add(value);
        }
        assert_eq!(digest.quantile(0.5), Some(2.5));
        assert_eq!(digest.quantile(0.0), Some(1.0));
        assert_eq!(digest.quantile(1.0), Some(4.0));
        assert_eq!(digest.median_deviation(), Some(1.0));
        assert_eq!(Digest::default().quantile(0.5), None);
    }

    #[test]
    fn many_values_keep_their_quantiles() {
        let mut digest = Digest::default();
        let n = 100_000u64;
        for i in 0..n {
            digest.add((i * 7919 % n) as f64);
        }
        assert!(digest.heap_bytes() < 64 * 1024);
        for q in [0.0, 0.001, 0.25, 0.5, 0.9, 0.999, 1.0] {
            let exact = q * (n - 1) as f64;
            let found = digest.quantile(q).unwrap();
            assert!((found - exact).abs() <= 100.0, "{q}: {found}, exact {exact}");
        }
        assert!((digest.median_deviation().unwrap() - n as f64 / 4.0).abs() < 200.0);
    }
}
